// Semi-global matching in one sweep down the image: census, Hamming costs, three paths, winners of both images.
//
// Goals, in order: the same bits for every instruction set and every number of threads; no memory of height × width ×
// range; speed. Source: Hirschmüller, Stereo processing by semi-global matching and mutual information, TPAMI 2008, with
// the paths from above, from the left and from the right; Spangenberg et al., CAIP 2013, for bytes instead of words.
//
// Floor. A vector of LANES cells costs, in vector instructions: 16 for the cost (8 nibbles × look-up and addition), 7 for
// each of three paths, 2 for their sum, 3 for the winner, 4 for the right image's winner: 46, and per pixel some 40 more
// for three minima, penalties and the winner's bookkeeping. At 128 disparities on AVX2 that is 4 × 46 + 40 = 224 a pixel.
// Zen 1 splits each in two halves and retires three halves a cycle: 150 cycles. Memory: one byte of each of vertical,
// costs and sums is read and written a cell, 477 kB a row of 1242 pixels, which stays in the second-level cache.

#ifndef SD_BODY
#define SD_BODY "SemiGlobal/semi_global_sweep.c"
#include "SemiGlobal/semi_global_sweep.h"

static uint8_t *take(uint8_t **memory, size_t *used, size_t size) {
  uint8_t *at = *memory ? *memory + *used : 0;
  *used += (size + 63) / 64 * 64;
  return at;
}

// Lays the scratch of a band out in `memory` (or only measures it, where that is null); returns the bytes.
static size_t carve(int lanes, const struct sd_sweep *s, int rows, uint8_t *memory, struct sd_sweep_scratch *t) {
  const size_t W = (size_t)s->width, D = (size_t)s->disparities, n = (D + (size_t)lanes - 1) / (size_t)lanes;
  const size_t cells = W * n * (size_t)lanes;
  size_t used = 0;
  const size_t diagonal = s->paths == 8 ? n * (size_t)lanes : 0;
  t->vectors = (int)n;
  t->nibbles = s->bits / 4;
  t->left_stride = (W + SD_ROW_ROOM + 63) / 64 * 64;
  t->phase_stride = (W / n + (size_t)lanes + SD_ROW_ROOM + 127) / 64 * 64;
  t->tables = take(&memory, &used, 256);
  t->reciprocals = (uint32_t *)take(&memory, &used, 256 * sizeof(uint32_t));
  t->padding = take(&memory, &used, n * (size_t)lanes);
  t->left_rows = take(&memory, &used, SD_WINDOW_ROWS * t->left_stride);
  t->right_rows = take(&memory, &used, SD_WINDOW_ROWS * n * t->phase_stride);
  t->left_bits = take(&memory, &used, (size_t)t->nibbles * t->left_stride);
  t->right_bits = take(&memory, &used, 2 * (size_t)t->nibbles * n * t->phase_stride);
  t->vertical = take(&memory, &used, cells);
  t->vertical_least = take(&memory, &used, W);
  t->costs = take(&memory, &used, cells);
  t->sums = take(&memory, &used, cells);
  t->rightward = take(&memory, &used, W * diagonal);
  t->rightward_least = take(&memory, &used, W);
  t->leftward = take(&memory, &used, (W + 1) * diagonal);
  t->leftward_least = take(&memory, &used, W + 1);
  t->passing = take(&memory, &used, 2 * diagonal);
  t->passing_least = take(&memory, &used, 2);
  t->upward = take(&memory, &used, s->paths == 3 ? 0 : (size_t)rows * cells);
  t->penalties = take(&memory, &used, 4 * (W + 1));
  t->right_best = take(&memory, &used, n * t->phase_stride);
  t->right_name = take(&memory, &used, n * t->phase_stride);
  t->right_lane = take(&memory, &used, n * (size_t)lanes > 256 ? n * t->phase_stride : 0);
  return used;
}

static void begin(int lanes, const struct sd_sweep *s, const struct sd_sweep_scratch *t) {
  for (int a = 0; a < 16; a++)
    for (int b = 0; b < 16; b++) t->tables[16 * a + b] = (uint8_t)__builtin_popcount((unsigned)(a ^ b));
  t->reciprocals[0] = 0;
  for (unsigned h = 1; h < 256; h++) t->reciprocals[h] = (8 * 65536 + h / 2) / h;
  for (int v = 0; v < t->vectors; v++)
    for (int l = 0; l < lanes; l++) t->padding[v * lanes + l] = l * t->vectors + v < s->disparities ? 0 : 255;
  // Bytes that no pixel of the image defines are read into lanes that lose always; they are set for determinism.
  __builtin_memset(t->right_rows, 0, SD_WINDOW_ROWS * (size_t)t->vectors * t->phase_stride);
  __builtin_memset(t->left_rows, 0, SD_WINDOW_ROWS * t->left_stride);
  __builtin_memset(t->right_bits, 0, 2 * (size_t)t->nibbles * (size_t)t->vectors * t->phase_stride);
}

// All paths begin anew.
static void restart(int lanes, const struct sd_sweep *s, const struct sd_sweep_scratch *t) {
  const size_t W = (size_t)s->width, pixel = (size_t)t->vectors * (size_t)lanes;
  __builtin_memset(t->vertical, 0, W * pixel);
  __builtin_memset(t->vertical_least, 0, W);
  if (s->paths != 8) return;
  __builtin_memset(t->rightward, 0, W * pixel);
  __builtin_memset(t->rightward_least, 0, W);
  __builtin_memset(t->leftward, 0, W * pixel);
  __builtin_memset(t->leftward_least, 0, W);
}

// P2 of every step into row y: from the left neighbour, from row y - step straight and diagonally.
static void penalty_row(const struct sd_sweep *s, const struct sd_sweep_scratch *t, int y, int step) {
  const int W = s->width, from = y - step >= 0 && y - step < s->height ? y - step : y;
  const uint8_t *row = s->left + y * s->left_stride, *before = s->left + from * s->left_stride;
  uint8_t *across = t->penalties, *down = across + W + 1, *rightward = down + W + 1, *leftward = rightward + W + 1;
  across[W] = s->p2[0];
  for (int x = 0; x < W; x++) {
    const int left = x > 0 ? x - 1 : 0, right = x + 1 < W ? x + 1 : x;
    across[x] = s->p2[__builtin_abs(row[x] - row[left])];
    down[x] = s->p2[__builtin_abs(row[x] - before[x])];
    if (s->paths != 8) continue;
    rightward[x] = s->p2[__builtin_abs(row[x] - before[left])];
    leftward[x] = s->p2[__builtin_abs(row[x] - before[right])];
  }
}

// The right image's disparities, sixteenths, from the best that every column j saw.
static void right_row(int wide, const struct sd_sweep *s, const struct sd_sweep_scratch *t, int y) {
  uint16_t *to = s->right_disparities + y * s->disparity_stride;
  const long count = (long)s->width + s->disparities - 1, first = (long)s->width - 1 - s->least_disparity;
  const int n = t->vectors;
  long j = first - (s->width - 1), place = (j < 0 ? j - n + 1 : j) / n;
  int phase = (int)(j - place * n);
  for (int x = s->width - 1; x >= 0; x--, j++) {
    uint16_t d = SD_SWEEP_NONE;
    const size_t at = (size_t)phase * t->phase_stride + (size_t)place;
    if (j >= 0 && j < count && t->right_best[at] < 255)
      d = (uint16_t)(16 * (wide ? t->right_lane[at] * n + t->right_name[at] : t->right_name[at]));
    to[x] = d;
    if (++phase == n) phase = 0, place++;
  }
}

// The sums of row y out of the lanes, in the order of disparities.
static void sums_row(int lanes, const struct sd_sweep *s, const struct sd_sweep_scratch *t, int y) {
  const int n = t->vectors, D = s->disparities;
  const uint8_t *from = t->sums;
  uint8_t *to = s->sums + (size_t)y * (size_t)s->width * (size_t)D;
  for (int x = 0; x < s->width; x++, from += n * lanes, to += D)
    for (int v = 0; v < n; v++)
      for (int l = 0, d = v; d < D; l++, d += n) to[d] = from[v * lanes + l];
}

typedef void sweep_fn(const struct sd_sweep *, int y0, int y1, uint8_t *scratch);

#include "Execution/every_isa.h"

static sweep_fn *const table[SD_ISA_COUNT] = SD_TABLE(sweep);
static const int lanes_of[SD_ISA_COUNT] = SD_TABLE(sweep_lanes);

size_t sd_sweep_scratch_bytes(enum sd_isa isa, const struct sd_sweep *s, int band_rows) {
  struct sd_sweep_scratch t;
  return carve(lanes_of[isa], s, band_rows, 0, &t) + 64;
}

void sd_sweep_band(enum sd_isa isa, const struct sd_sweep *s, int y0, int y1, uint8_t *scratch) {
  table[isa](s, y0, y1, scratch + (64 - (uintptr_t)scratch % 64) % 64);
}

#else

#include "SemiGlobal/byte_vectors.h"
#include "SemiGlobal/sweep_census.h"
#include "SemiGlobal/sweep_paths.h"

enum { SD_FN(sweep_lanes) = SD_VECTOR_BYTES };

// What is done with a row: its paths only settle; they are summed, upwards; or summed and the winners found, downwards.
enum { SD_FN(SETTLE), SD_FN(UPWARD), SD_FN(DOWNWARD) };

SD_INLINE void SD_FN(sweep_row)(
    const struct sd_sweep *s, const struct sd_sweep_scratch *t, const int n, const int diagonals, int y, int y0, int task) {
  uint8_t *upward = s->paths == 3 ? 0 : t->upward + (size_t)(y - y0) * s->width * n * SD_LANES;
  if (task != SD_FN(DOWNWARD)) {
    SD_FN(forward_row)(s, t, n, diagonals, 0, 0, task == SD_FN(UPWARD) ? upward : 0);
  } else {
    SD_FN(forward_row)(s, t, n, diagonals, 1, upward, t->sums);
    SD_FN(backward_row)(s, t, n, diagonals, y);
  }
}

// Ranges that are met often have their loops over vectors unrolled, so that a pixel's path costs stay in registers.
static void SD_FN(paths_row)(const struct sd_sweep *s, const struct sd_sweep_scratch *t, int y, int y0, int task) {
#define SD_ROW(n) \
  if (s->paths == 8) \
    SD_FN(sweep_row)(s, t, n, 1, y, y0, task); \
  else \
    SD_FN(sweep_row)(s, t, n, 0, y, y0, task); \
  break
  switch (t->vectors) {
    case 1: SD_ROW(1);
    case 2: SD_ROW(2);
    case 3: SD_ROW(3);
    case 4: SD_ROW(4);
    case 6: SD_ROW(6);
    case 8: SD_ROW(8);
    default: SD_ROW(t->vectors);
  }
}

// Rows from `first` to before `last`, by steps of `step` rows.
static void SD_FN(pass)(
    const struct sd_sweep *s, const struct sd_sweep_scratch *t, int first, int last, int step, int y0, int y1) {
  restart(SD_LANES, s, t);
  for (int y = first; y != last; y += step) {
    const int ahead = y + step * SD_REACH;
    if (y == first)
      for (int row = y - SD_REACH; row <= y + SD_REACH; row++)
        if (row >= 0 && row < s->height) SD_FN(take_rows)(s, t, row);
    if (ahead >= 0 && ahead < s->height) SD_FN(take_rows)(s, t, ahead);
    SD_FN(census_row)(s, t, y);
    penalty_row(s, t, y, step);
    const int settles = y < y0 || y >= y1, task = settles ? SD_FN(SETTLE) : step < 0 ? SD_FN(UPWARD) : SD_FN(DOWNWARD);
    if (task == SD_FN(DOWNWARD)) __builtin_memset(t->right_best, 255, (size_t)t->vectors * t->phase_stride);
    SD_FN(paths_row)(s, t, y, y0, task);
    if (task == SD_FN(DOWNWARD)) right_row(t->vectors * SD_LANES > 256, s, t, y);
    if (task == SD_FN(DOWNWARD) && s->sums) sums_row(SD_LANES, s, t, y);
  }
}

static void SD_FN(sweep)(const struct sd_sweep *s, int y0, int y1, uint8_t *scratch) {
  struct sd_sweep_scratch t;
  carve(SD_LANES, s, y1 - y0, scratch, &t);
  begin(SD_LANES, s, &t);
  if (s->paths != 3) SD_FN(pass)(s, &t, (y1 + s->settling_rows < s->height ? y1 + s->settling_rows : s->height) - 1, y0 - 1, -1, y0, y1);
  SD_FN(pass)(s, &t, y0 > s->settling_rows ? y0 - s->settling_rows : 0, y1, 1, y0, y1);
}

#endif
