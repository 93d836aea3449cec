// Cross-based aggregation over costs in bytes: means over support regions that stop at edges of the image.
//
//     S(y, x, k) = Σ C(y, x', k), N(y, x, k) = number of those,   x' on the horizontal arms of (y, x)
//     A(y, x, k) = Σ S(y', x, k) / Σ N(y', x, k) rounded,         y' on the vertical arms of (y, x)
//
// (Zhang, Lu & Lafruit, IEEE CSVT 2009; Žbontar & LeCun, JMLR 2016, section 4.1.) The arms of a cell are the shorter ones of
// its pixel and of its partner: those of the pixel bound the loops, those of the partners, which lie at neighbouring
// columns for neighbouring planes, mask the lanes. With arms of 4 pixels a cell takes about 9 · 9 / 16 vector instructions for its row's
// sum and 9 · 11 / 16 for its mean, and it is read and written once: the sums of a few rows stay in the cache.

#ifndef SD_BODY
#define SD_BODY "CrossBased/cross_means.c"
#include "volume_kernels.h"

typedef void sums_fn(const struct sd_cross_row *, const uint8_t *, uint16_t *, uint8_t *);
typedef void means_fn(const struct sd_cross_row *, const struct sd_cross_ring *, int, uint8_t *);

#define CELL uint8_t
#define SUM uint16_t
#define NUMBER uint8_t
#include "Execution/every_isa.h"

static sums_fn *const sums_table[SD_ISA_COUNT] = SD_TABLE(sums);
static means_fn *const means_table[SD_ISA_COUNT] = SD_TABLE(means);

void sd_cross_sums(
    enum sd_isa isa, const struct sd_cross_row *row, const uint8_t *costs, uint16_t *sums, uint8_t *numbers) {
  sums_table[isa](row, costs, sums, numbers);
}

void sd_cross_means(
    enum sd_isa isa, const struct sd_cross_row *row, const struct sd_cross_ring *ring, int y, uint8_t *costs) {
  means_table[isa](row, ring, y, costs);
}

#else

#include "CrossBased/cross_passes.h"

SD_INLINE void SD_FN(add_cells)(const uint8_t *p, SD_SMALL inside, SD_SUM_VECTOR *sum, SD_NUMBER_VECTOR *number) {
  const SD_SMALL costs = SD_LOAD(p), counts = inside & (SD_SMALL)(costs != SD_NO_COST);
  *sum += __builtin_convertvector(costs & counts, SD_WORDS);
  *number -= counts;
}

// Exact: sums stay below 2²⁴. A cell that has a cost counts itself, the others keep SD_NO_COST.
SD_INLINE void SD_FN(keep_mean)(const SD_LONGS *sum, const SD_WORDS *number, uint8_t *cells) {
  const SD_LONGS counted = __builtin_convertvector(__builtin_elementwise_max(*number, (SD_WORDS){} + 1), SD_LONGS);
  const SD_REALS mean = __builtin_convertvector(*sum, SD_REALS) / __builtin_convertvector(counted, SD_REALS) + 0.5f;
  const SD_SMALL rounded = __builtin_convertvector(__builtin_convertvector(mean, SD_LONGS), SD_SMALL);
  const SD_SMALL result = rounded | (SD_SMALL)(SD_LOAD(cells) == SD_NO_COST);
  __builtin_memcpy(cells, &result, sizeof result);
}

#endif
