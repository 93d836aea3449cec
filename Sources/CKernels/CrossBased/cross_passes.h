// The two passes of cross-based aggregation over one row of cells, for cross_means.c (bytes) and cross_sums.c (16 bits).
//
// The body that includes it has defined CELL, the type of a cell, SUM, that of a row's sum in memory, and NUMBER, the lane in
// which the cells of a row are counted; it defines SD_FN(add_cells) and SD_FN(keep_mean) behind. Vectors have sixteen
// lanes whatever the instruction set: by pointer where they are wider than the registers of some.

#define SD_LANES 16
#define SD_SMALL SD_FN(small_t)
#define SD_WORDS SD_FN(words_t)
#define SD_LONGS SD_FN(longs_t)
#define SD_REALS SD_FN(reals_t)
#define SD_FLAGS SD_FN(flags_t)
#define SD_CELL_VECTOR SD_FN(cell_vector_t)
#define SD_SUM_VECTOR SD_FN(sum_vector_t)
#define SD_NUMBER_VECTOR SD_FN(number_vector_t)
#define SD_LOAD SD_FN(load_small)
typedef uint8_t SD_SMALL __attribute__((vector_size(SD_LANES)));
typedef uint16_t SD_WORDS __attribute__((vector_size(2 * SD_LANES)));
typedef int32_t SD_LONGS __attribute__((vector_size(4 * SD_LANES)));
typedef float SD_REALS __attribute__((vector_size(4 * SD_LANES)));
typedef int8_t SD_FLAGS __attribute__((vector_size(SD_LANES)));
typedef CELL SD_CELL_VECTOR __attribute__((vector_size(sizeof(CELL) * SD_LANES)));
typedef SUM SD_SUM_VECTOR __attribute__((vector_size(sizeof(SUM) * SD_LANES)));
typedef NUMBER SD_NUMBER_VECTOR __attribute__((vector_size(sizeof(NUMBER) * SD_LANES)));

SD_INLINE SD_SMALL SD_LOAD(const uint8_t *p) {
  SD_SMALL v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}

// Adds the cells at `p` in the lanes of `inside` that have one, and counts them.
SD_INLINE void SD_FN(add_cells)(const CELL *p, SD_SMALL inside, SD_SUM_VECTOR *sum, SD_NUMBER_VECTOR *number);

// Replaces the cells that there are by the rounded means.
SD_INLINE void SD_FN(keep_mean)(const SD_LONGS *sum, const SD_WORDS *number, CELL *cells);

static void SD_FN(sums)(const struct sd_cross_row *r, const CELL *cells, SUM *sums, uint8_t *numbers) {
  const ptrdiff_t depth = r->depth;
  for (int x = 0; x < r->width; x++) {
    const ptrdiff_t partner = r->first_partner + (ptrdiff_t)r->partner_step * x;
    for (int k = 0; k < r->planes; k += SD_LANES) {
      const CELL *centre = cells + x * depth + k;
      const SD_SMALL left = SD_LOAD(r->other_before + partner + k), right = SD_LOAD(r->other_after + partner + k);
      SD_SUM_VECTOR sum = {};
      SD_NUMBER_VECTOR number = {};
      SD_FN(add_cells)(centre, ~(SD_SMALL){}, &sum, &number);
      for (int o = 1; o <= r->before[x]; o++)
        SD_FN(add_cells)(centre - o * depth, (SD_SMALL)(left >= (uint8_t)o), &sum, &number);
      for (int o = 1; o <= r->after[x]; o++)
        SD_FN(add_cells)(centre + o * depth, (SD_SMALL)(right >= (uint8_t)o), &sum, &number);
      const SD_SMALL count = __builtin_convertvector(number, SD_SMALL);
      __builtin_memcpy(sums + (size_t)x * r->planes + k, &sum, sizeof sum);
      __builtin_memcpy(numbers + (size_t)x * r->planes + k, &count, sizeof count);
    }
  }
}

// Adds the sums of row y at place `at` in the lanes of `inside`.
SD_INLINE void SD_FN(add_row)(
    const struct sd_cross_ring *ring, int y, size_t at, SD_SMALL inside, SD_LONGS *sum, SD_WORDS *number) {
  const size_t place = (size_t)(y % ring->rows) * ring->row + at;
  SD_SUM_VECTOR sums;
  __builtin_memcpy(&sums, (const SUM *)ring->sums + place, sizeof sums);
  *sum += __builtin_convertvector(sums & __builtin_convertvector((SD_FLAGS)inside, SD_SUM_VECTOR), SD_LONGS);
  *number += __builtin_convertvector(SD_LOAD(ring->numbers + place) & inside, SD_WORDS);
}

static void SD_FN(means)(const struct sd_cross_row *r, const struct sd_cross_ring *ring, int y, CELL *cells) {
  for (int x = 0; x < r->width; x++) {
    const ptrdiff_t partner = r->first_partner + (ptrdiff_t)r->partner_step * x;
    for (int k = 0; k < r->planes; k += SD_LANES) {
      const size_t at = (size_t)x * r->planes + k;
      const SD_SMALL up = SD_LOAD(r->other_before + partner + k), down = SD_LOAD(r->other_after + partner + k);
      SD_LONGS sum = {};
      SD_WORDS number = {};
      SD_FN(add_row)(ring, y, at, ~(SD_SMALL){}, &sum, &number);
      for (int o = 1; o <= r->before[x]; o++) SD_FN(add_row)(ring, y - o, at, (SD_SMALL)(up >= (uint8_t)o), &sum, &number);
      for (int o = 1; o <= r->after[x]; o++) SD_FN(add_row)(ring, y + o, at, (SD_SMALL)(down >= (uint8_t)o), &sum, &number);
      SD_FN(keep_mean)(&sum, &number, cells + (ptrdiff_t)x * r->depth + k);
    }
  }
}
