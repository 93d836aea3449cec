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
#define SD_BODY "cross_means.c"
#include "volume_kernels.h"

typedef void sums_fn(const struct sd_cross_row *, const uint8_t *, uint16_t *, uint8_t *);
typedef void means_fn(const struct sd_cross_row *, const struct sd_cross_ring *, int, uint8_t *);

#define CELL uint8_t
#define SUM uint16_t
#define NUMBER uint8_t
#include "every_isa.h"

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

#include "cross_passes.h"

SD_INLINE void SD_FN(add_cells)(const uint8_t *p, small inside, sum_vector *sum, number_vector *number) {
  const small costs = load(p), counts = inside & (small)(costs != SD_NO_COST);
  *sum += __builtin_convertvector(costs & counts, words);
  *number -= counts;
}

// Exact: sums stay below 2²⁴. A cell that has a cost counts itself, the others keep SD_NO_COST.
SD_INLINE void SD_FN(keep_mean)(const longs *sum, const words *number, uint8_t *cells) {
  const longs counted = __builtin_convertvector(__builtin_elementwise_max(*number, (words){} + 1), longs);
  const reals mean = __builtin_convertvector(*sum, reals) / __builtin_convertvector(counted, reals) + 0.5f;
  const small rounded = __builtin_convertvector(__builtin_convertvector(mean, longs), small);
  const small result = rounded | (small)(load(cells) == SD_NO_COST);
  __builtin_memcpy(cells, &result, sizeof result);
}

#endif
