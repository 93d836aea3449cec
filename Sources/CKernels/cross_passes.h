// The two passes of cross-based aggregation over one row of cells, for cross_means.c (bytes) and cross_sums.c (16 bits).
//
// The body that includes it has defined CELL, the type of a cell, SUM, that of a row's sum in memory, and NUMBER, the lane in
// which the cells of a row are counted; it defines SD_FN(add_cells) and SD_FN(keep_mean) behind. Vectors have sixteen
// lanes whatever the instruction set: by pointer where they are wider than the registers of some.

#undef LANES
#undef small
#undef words
#undef longs
#undef reals
#undef flags
#undef cell_vector
#undef sum_vector
#undef number_vector
#undef load
#define LANES 16
#define small SD_FN(small_t)
#define words SD_FN(words_t)
#define longs SD_FN(longs_t)
#define reals SD_FN(reals_t)
#define flags SD_FN(flags_t)
#define cell_vector SD_FN(cell_vector_t)
#define sum_vector SD_FN(sum_vector_t)
#define number_vector SD_FN(number_vector_t)
#define load SD_FN(load_small)
typedef uint8_t small __attribute__((vector_size(LANES)));
typedef uint16_t words __attribute__((vector_size(2 * LANES)));
typedef int32_t longs __attribute__((vector_size(4 * LANES)));
typedef float reals __attribute__((vector_size(4 * LANES)));
typedef int8_t flags __attribute__((vector_size(LANES)));
typedef CELL cell_vector __attribute__((vector_size(sizeof(CELL) * LANES)));
typedef SUM sum_vector __attribute__((vector_size(sizeof(SUM) * LANES)));
typedef NUMBER number_vector __attribute__((vector_size(sizeof(NUMBER) * LANES)));

SD_INLINE small load(const uint8_t *p) {
  small v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}

// Adds the cells at `p` in the lanes of `inside` that have one, and counts them.
SD_INLINE void SD_FN(add_cells)(const CELL *p, small inside, sum_vector *sum, number_vector *number);

// Replaces the cells that there are by the rounded means.
SD_INLINE void SD_FN(keep_mean)(const longs *sum, const words *number, CELL *cells);

static void SD_FN(sums)(const struct sd_cross_row *r, const CELL *cells, SUM *sums, uint8_t *numbers) {
  const ptrdiff_t depth = r->depth;
  for (int x = 0; x < r->width; x++) {
    const ptrdiff_t partner = r->first_partner + (ptrdiff_t)r->partner_step * x;
    for (int k = 0; k < r->planes; k += LANES) {
      const CELL *centre = cells + x * depth + k;
      const small left = load(r->other_before + partner + k), right = load(r->other_after + partner + k);
      sum_vector sum = {};
      number_vector number = {};
      SD_FN(add_cells)(centre, ~(small){}, &sum, &number);
      for (int o = 1; o <= r->before[x]; o++)
        SD_FN(add_cells)(centre - o * depth, (small)(left >= (uint8_t)o), &sum, &number);
      for (int o = 1; o <= r->after[x]; o++)
        SD_FN(add_cells)(centre + o * depth, (small)(right >= (uint8_t)o), &sum, &number);
      const small count = __builtin_convertvector(number, small);
      __builtin_memcpy(sums + (size_t)x * r->planes + k, &sum, sizeof sum);
      __builtin_memcpy(numbers + (size_t)x * r->planes + k, &count, sizeof count);
    }
  }
}

// Adds the sums of row y at place `at` in the lanes of `inside`.
SD_INLINE void SD_FN(add_row)(
    const struct sd_cross_ring *ring, int y, size_t at, small inside, longs *sum, words *number) {
  const size_t place = (size_t)(y % ring->rows) * ring->row + at;
  sum_vector sums;
  __builtin_memcpy(&sums, (const SUM *)ring->sums + place, sizeof sums);
  *sum += __builtin_convertvector(sums & __builtin_convertvector((flags)inside, sum_vector), longs);
  *number += __builtin_convertvector(load(ring->numbers + place) & inside, words);
}

static void SD_FN(means)(const struct sd_cross_row *r, const struct sd_cross_ring *ring, int y, CELL *cells) {
  for (int x = 0; x < r->width; x++) {
    const ptrdiff_t partner = r->first_partner + (ptrdiff_t)r->partner_step * x;
    for (int k = 0; k < r->planes; k += LANES) {
      const size_t at = (size_t)x * r->planes + k;
      const small up = load(r->other_before + partner + k), down = load(r->other_after + partner + k);
      longs sum = {};
      words number = {};
      SD_FN(add_row)(ring, y, at, ~(small){}, &sum, &number);
      for (int o = 1; o <= r->before[x]; o++) SD_FN(add_row)(ring, y - o, at, (small)(up >= (uint8_t)o), &sum, &number);
      for (int o = 1; o <= r->after[x]; o++) SD_FN(add_row)(ring, y + o, at, (small)(down >= (uint8_t)o), &sum, &number);
      SD_FN(keep_mean)(&sum, &number, cells + (ptrdiff_t)x * r->depth + k);
    }
  }
}
