// Cross-based aggregation over sums of path costs in 16 bits: what cross_means.c does for costs in bytes.
//
//     S(y, x, k) = Σ C(y, x', k), N(y, x, k) = number of those,   x' on the horizontal arms of (y, x)
//     A(y, x, k) = Σ S(y', x, k) / Σ N(y', x, k) rounded,         y' on the vertical arms of (y, x)
//
// (Zhang, Lu & Lafruit, IEEE CSVT 2009; MC-CNN aggregates what semi-global matching says once more, Žbontar & LeCun, JMLR 2016,
// section 4.3.) The mean is exact, halves go up: the quotient of floats is at most one off, and what is left over says so.
//
// Floor: with arms of a pixels on each side sixteen cells take (2 a + 1) · 6 vector instructions of 16 lanes for their row's
// sums and (2 a + 1) · 6 + 14 for their mean. Both passes are bound by these, not by memory: a slab's ring stays in the cache.

#ifndef SD_BODY
#define SD_BODY "cross_sums.c"
#include "mean_kernels.h"

typedef void sums_fn(const struct sd_cross_row *, int, const uint16_t *, uint32_t *, uint8_t *);
typedef void means_fn(const struct sd_cross_row *, int, const struct sd_sum_ring *, int, uint16_t *);

// Where the partners' arms of pixel x begin.
static ptrdiff_t partners_of(const struct sd_cross_row *r, int right, int x) { return right ? x : r->width - 1 - x; }

#include "every_isa.h"

static sums_fn *const sums_table[SD_ISA_COUNT] = SD_TABLE(sums);
static means_fn *const means_table[SD_ISA_COUNT] = SD_TABLE(means);

void sd_sum_row_sums(
    enum sd_isa isa, const struct sd_cross_row *row, int right, const uint16_t *cells, uint32_t *sums, uint8_t *numbers) {
  sums_table[isa](row, right, cells, sums, numbers);
}

void sd_sum_row_means(
    enum sd_isa isa, const struct sd_cross_row *row, int right, const struct sd_sum_ring *ring, int y, uint16_t *cells) {
  means_table[isa](row, right, ring, y, cells);
}

#else

#undef LANES
#undef small
#undef words
#undef longs
#undef reals
#undef flags
#undef wide_flags
#define LANES 16
#define small SD_FN(small_t)
#define words SD_FN(words_t)
#define longs SD_FN(longs_t)
#define reals SD_FN(reals_t)
#define flags SD_FN(flags_t)
#define wide_flags SD_FN(wide_flags_t)
typedef uint8_t small __attribute__((vector_size(LANES)));
typedef uint16_t words __attribute__((vector_size(2 * LANES)));
typedef int32_t longs __attribute__((vector_size(4 * LANES)));
typedef float reals __attribute__((vector_size(4 * LANES)));
typedef int8_t flags __attribute__((vector_size(LANES)));
typedef int16_t wide_flags __attribute__((vector_size(2 * LANES)));

SD_INLINE small SD_FN(load_small)(const uint8_t *p) {
  small v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}

// By pointer, as `words` and `longs` are wider than the registers of some instruction sets.
SD_INLINE void SD_FN(load_words)(const uint16_t *p, words *v) { __builtin_memcpy(v, p, sizeof *v); }

// Adds the cells at `p` in the lanes of `inside` that have one.
SD_INLINE void SD_FN(add_cells)(const uint16_t *p, small inside, longs *sum, words *number) {
  words cells;
  SD_FN(load_words)(p, &cells);
  const words counts = (words)__builtin_convertvector((flags)inside, wide_flags) & (words)(cells != SD_NO_SUM);
  *sum += __builtin_convertvector(cells & counts, longs);
  *number -= counts;
}

static void SD_FN(sums)(
    const struct sd_cross_row *r, int is_right, const uint16_t *cells, uint32_t *sums, uint8_t *numbers) {
  const ptrdiff_t depth = r->depth;
  for (int x = 0; x < r->width; x++) {
    const ptrdiff_t partners = partners_of(r, is_right, x);
    for (int k = 0; k < r->planes; k += LANES) {
      const uint16_t *centre = cells + x * depth + k;
      const small to_left = SD_FN(load_small)(r->other_before + partners + k);
      const small to_right = SD_FN(load_small)(r->other_after + partners + k);
      longs sum = {};
      words number = {};
      SD_FN(add_cells)(centre, ~(small){}, &sum, &number);
      for (int o = 1; o <= r->before[x]; o++)
        SD_FN(add_cells)(centre - o * depth, (small)(to_left >= (uint8_t)o), &sum, &number);
      for (int o = 1; o <= r->after[x]; o++)
        SD_FN(add_cells)(centre + o * depth, (small)(to_right >= (uint8_t)o), &sum, &number);
      const small count = __builtin_convertvector(number, small);
      __builtin_memcpy(sums + (size_t)x * r->planes + k, &sum, sizeof sum);
      __builtin_memcpy(numbers + (size_t)x * r->planes + k, &count, sizeof count);
    }
  }
}

// Adds the sums of row y at place `at` in the lanes of `inside`.
SD_INLINE void SD_FN(add_row)(const struct sd_sum_ring *ring, int y, size_t at, small inside, longs *sum, words *number) {
  const size_t place = (size_t)(y % ring->rows) * ring->row + at;
  longs sums;
  __builtin_memcpy(&sums, ring->sums + place, sizeof sums);
  *sum += sums & __builtin_convertvector((flags)inside, longs);
  *number += __builtin_convertvector(SD_FN(load_small)(ring->numbers + place) & inside, words);
}

// sum / number rounded, halves up.
SD_INLINE void SD_FN(quotient)(const longs *sum, const words *number, words *result) {
  const words least = (words){} + 1;
  const longs counted = __builtin_convertvector(__builtin_elementwise_max(*number, least), longs);
  const reals near = __builtin_convertvector(*sum, reals) / __builtin_convertvector(counted, reals) + 0.5f;
  longs mean = __builtin_convertvector(near, longs);
  const longs twice = 2 * (*sum - mean * counted);
  mean -= twice >= counted;
  mean += twice < -counted;
  *result = __builtin_convertvector(mean, words);
}

static void SD_FN(means)(
    const struct sd_cross_row *r, int is_right, const struct sd_sum_ring *ring, int y, uint16_t *cells) {
  for (int x = 0; x < r->width; x++) {
    const ptrdiff_t partners = partners_of(r, is_right, x);
    for (int k = 0; k < r->planes; k += LANES) {
      const size_t at = (size_t)x * r->planes + k;
      const small up = SD_FN(load_small)(r->other_before + partners + k);
      const small down = SD_FN(load_small)(r->other_after + partners + k);
      longs sum = {};
      words number = {};
      SD_FN(add_row)(ring, y, at, ~(small){}, &sum, &number);
      for (int o = 1; o <= r->before[x]; o++) SD_FN(add_row)(ring, y - o, at, (small)(up >= (uint8_t)o), &sum, &number);
      for (int o = 1; o <= r->after[x]; o++) SD_FN(add_row)(ring, y + o, at, (small)(down >= (uint8_t)o), &sum, &number);
      // A cell that has a sum counts itself, the others keep SD_NO_SUM.
      uint16_t *cell = cells + (ptrdiff_t)x * r->depth + k;
      words result, own;
      SD_FN(quotient)(&sum, &number, &result);
      SD_FN(load_words)(cell, &own);
      result |= (words)(own == SD_NO_SUM);
      __builtin_memcpy(cell, &result, sizeof result);
    }
  }
}

#endif
