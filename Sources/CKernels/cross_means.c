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

#undef LANES
#undef small
#undef words
#undef longs
#undef reals
#undef flags
#undef wide_flags
#undef load
#define LANES 16
#define small SD_FN(small_t)
#define words SD_FN(words_t)
#define longs SD_FN(longs_t)
#define reals SD_FN(reals_t)
#define flags SD_FN(flags_t)
#define wide_flags SD_FN(wide_flags_t)
#define load SD_FN(load_small)
typedef uint8_t small __attribute__((vector_size(LANES)));
typedef uint16_t words __attribute__((vector_size(2 * LANES)));
typedef int32_t longs __attribute__((vector_size(4 * LANES)));
typedef float reals __attribute__((vector_size(4 * LANES)));
typedef int8_t flags __attribute__((vector_size(LANES)));
typedef int16_t wide_flags __attribute__((vector_size(2 * LANES)));

SD_INLINE small load(const uint8_t *p) {
  small v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}

// Adds the costs at `p` in the lanes of `inside` that have one.
SD_INLINE void SD_FN(add_costs)(const uint8_t *p, small inside, words *sum, small *number) {
  const small costs = load(p), counts = inside & (small)(costs != SD_NO_COST);
  *sum += __builtin_convertvector(costs & counts, words);
  *number -= counts;
}

static void SD_FN(sums)(const struct sd_cross_row *r, const uint8_t *costs, uint16_t *sums, uint8_t *numbers) {
  const ptrdiff_t depth = r->depth;
  for (int x = 0; x < r->width; x++) {
    const uint8_t *left = r->other_before + r->width - 1 - x, *right = r->other_after + r->width - 1 - x;
    for (int k = 0; k < r->planes; k += LANES) {
      const uint8_t *centre = costs + x * depth + k;
      const small to_left = load(left + k), to_right = load(right + k);
      words sum = {};
      small number = {};
      SD_FN(add_costs)(centre, ~(small){}, &sum, &number);
      for (int o = 1; o <= r->before[x]; o++)
        SD_FN(add_costs)(centre - o * depth, (small)(to_left >= (uint8_t)o), &sum, &number);
      for (int o = 1; o <= r->after[x]; o++)
        SD_FN(add_costs)(centre + o * depth, (small)(to_right >= (uint8_t)o), &sum, &number);
      __builtin_memcpy(sums + (size_t)x * r->planes + k, &sum, sizeof sum);
      __builtin_memcpy(numbers + (size_t)x * r->planes + k, &number, sizeof number);
    }
  }
}

// Adds the sums of row y at place `at` in the lanes of `inside`.
SD_INLINE void SD_FN(add_row)(
    const struct sd_cross_ring *ring, int y, size_t at, small inside, longs *sum, words *number) {
  const size_t place = (size_t)(y % ring->rows) * ring->row + at;
  words sums;
  __builtin_memcpy(&sums, ring->sums + place, sizeof sums);
  const words mask = (words)__builtin_convertvector((flags)inside, wide_flags);
  *sum += __builtin_convertvector(sums & mask, longs);
  *number += __builtin_convertvector(load(ring->numbers + place) & inside, words);
}

static void SD_FN(means)(const struct sd_cross_row *r, const struct sd_cross_ring *ring, int y, uint8_t *costs) {
  for (int x = 0; x < r->width; x++) {
    const uint8_t *above = r->other_before + r->width - 1 - x, *below = r->other_after + r->width - 1 - x;
    for (int k = 0; k < r->planes; k += LANES) {
      const size_t at = (size_t)x * r->planes + k;
      const small up = load(above + k), down = load(below + k);
      longs sum = {};
      words number = {};
      SD_FN(add_row)(ring, y, at, ~(small){}, &sum, &number);
      for (int o = 1; o <= r->before[x]; o++) SD_FN(add_row)(ring, y - o, at, (small)(up >= (uint8_t)o), &sum, &number);
      for (int o = 1; o <= r->after[x]; o++) SD_FN(add_row)(ring, y + o, at, (small)(down >= (uint8_t)o), &sum, &number);
      // Exact: sums stay below 2²⁴. A cell that has a cost counts itself, the others keep SD_NO_COST.
      const longs counted = __builtin_convertvector(__builtin_elementwise_max(number, (words){} + 1), longs);
      const reals mean = __builtin_convertvector(sum, reals) / __builtin_convertvector(counted, reals) + 0.5f;
      const small rounded = __builtin_convertvector(__builtin_convertvector(mean, longs), small);
      uint8_t *cell = costs + (ptrdiff_t)x * r->depth + k;
      const small result = rounded | (small)(load(cell) == SD_NO_COST);
      __builtin_memcpy(cell, &result, sizeof result);
    }
  }
}

#endif
