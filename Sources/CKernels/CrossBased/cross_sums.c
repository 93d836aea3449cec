// Cross-based aggregation over sums of path costs in 16 bits: what cross_means.c does for costs in bytes.
//
// (MC-CNN aggregates what semi-global matching says once more, Žbontar & LeCun, JMLR 2016, section 4.3.) The mean is exact,
// halves go up: the quotient of floats is at most one off, and what is left over says so.
//
// Floor: with arms of a pixels on each side sixteen cells take (2 a + 1) · 6 vector instructions of 16 lanes for their row's
// sums and (2 a + 1) · 6 + 14 for their mean. Both passes are bound by these, not by memory: a slab's ring stays in the cache.

#ifndef SD_BODY
#define SD_BODY "CrossBased/cross_sums.c"
#include "volume_kernels.h"

typedef void sums_fn(const struct sd_cross_row *, const uint16_t *, uint32_t *, uint8_t *);
typedef void means_fn(const struct sd_cross_row *, const struct sd_cross_ring *, int, uint16_t *);

#define CELL uint16_t
#define SUM uint32_t
#define NUMBER uint16_t
#include "Execution/every_isa.h"

static sums_fn *const sums_table[SD_ISA_COUNT] = SD_TABLE(sums);
static means_fn *const means_table[SD_ISA_COUNT] = SD_TABLE(means);

void sd_path_cross_sums(
    enum sd_isa isa, const struct sd_cross_row *row, const uint16_t *cells, uint32_t *sums, uint8_t *numbers) {
  sums_table[isa](row, cells, sums, numbers);
}

void sd_path_cross_means(
    enum sd_isa isa, const struct sd_cross_row *row, const struct sd_cross_ring *ring, int y, uint16_t *cells) {
  means_table[isa](row, ring, y, cells);
}

#else

#include "CrossBased/cross_passes.h"

SD_INLINE void SD_FN(add_cells)(const uint16_t *p, SD_SMALL inside, SD_SUM_VECTOR *sum, SD_NUMBER_VECTOR *number) {
  SD_WORDS cells;
  __builtin_memcpy(&cells, p, sizeof cells);
  const SD_WORDS counts = __builtin_convertvector((SD_FLAGS)inside, SD_WORDS) & (SD_WORDS)(cells != SD_NO_SUM);
  *sum += __builtin_convertvector(cells & counts, SD_SUM_VECTOR);
  *number -= counts;
}

// A cell that has a sum counts itself, the others keep SD_NO_SUM.
SD_INLINE void SD_FN(keep_mean)(const SD_LONGS *sum, const SD_WORDS *number, uint16_t *cells) {
  const SD_LONGS counted = __builtin_convertvector(__builtin_elementwise_max(*number, (SD_WORDS){} + 1), SD_LONGS);
  const SD_REALS near = __builtin_convertvector(*sum, SD_REALS) / __builtin_convertvector(counted, SD_REALS) + 0.5f;
  SD_LONGS mean = __builtin_convertvector(near, SD_LONGS);
  const SD_LONGS twice = 2 * (*sum - mean * counted);
  mean -= twice >= counted;
  mean += twice < -counted;
  SD_WORDS own;
  __builtin_memcpy(&own, cells, sizeof own);
  const SD_WORDS result = __builtin_convertvector(mean, SD_WORDS) | (SD_WORDS)(own == SD_NO_SUM);
  __builtin_memcpy(cells, &result, sizeof result);
}

#endif
