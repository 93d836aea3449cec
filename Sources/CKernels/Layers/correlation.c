// Correlation of two feature maps over a grid of displacements.
//
// The channels lie in the vector's lanes; four displacements are summed side by side while the left pixel stays in the
// first-level cache, and their four sums are taken out of the lanes together. One row of the grid is done for a whole row of
// pixels before the next, so that the right row stays in the second-level cache.

#ifndef SD_BODY
#define SD_BODY "Layers/correlation.c"
#include "correlation_kernels.h"
#include "Execution/every_isa.h"

typedef void correlation_fn(const struct sd_correlation *, const float *, const float *, float *, int);
static correlation_fn *const correlation_table[SD_ISA_COUNT] = SD_TABLE(correlation);

void sd_correlation(
    enum sd_isa isa, const struct sd_correlation *shape, const float *left, const float *right, float *out, int item) {
  correlation_table[isa](shape, left, right, out, item);
}

#else

#include "Convolution/tile_multiply.h"

#define SD_FOUR SD_FN(four)
typedef float SD_FOUR __attribute__((vector_size(16), aligned(4), may_alias));

// The sums of the lanes of four vectors.
SD_INLINE SD_FOUR SD_FN(lane_sums)(const SD_VEC acc[4]) {
  SD_FOUR q[4];
  for (int i = 0; i < 4; i++) {
    const SD_FOUR *parts = (const SD_FOUR *)&acc[i];
    q[i] = parts[0];
    for (unsigned p = 1; p < SD_LANES / 4; p++) q[i] += parts[p];
  }
  SD_FOUR ab = __builtin_shufflevector(q[0], q[1], 0, 4, 1, 5) + __builtin_shufflevector(q[0], q[1], 2, 6, 3, 7);
  SD_FOUR cd = __builtin_shufflevector(q[2], q[3], 0, 4, 1, 5) + __builtin_shufflevector(q[2], q[3], 2, 6, 3, 7);
  return __builtin_shufflevector(ab, cd, 0, 1, 4, 5) + __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
}

// Four products of `left` with pixels of a right row, `advance` floats apart.
SD_INLINE SD_FOUR SD_FN(four_products)(const float *left, const float *right, ptrdiff_t advance, int channels) {
  SD_VEC acc[4] = {0};
  for (long c = 0; c < channels; c += SD_LANES) {
    SD_VEC own = SD_FN(load)(left + c);
    for (int k = 0; k < 4; k++) acc[k] += own * SD_FN(load)(right + k * advance + c);
  }
  return SD_FN(lane_sums)(acc);
}

// The columns first ..< last of one row of the grid for one pixel; `right` is the right pixel of column 0.
static void SD_FN(correlate_columns)(
    const struct sd_correlation *s, const float *left, const float *right, int first, int last, float *out) {
  int channels = (s->channels + 15) / 16 * 16;
  ptrdiff_t advance = (ptrdiff_t)s->step * s->right_pixel;
  float share = 1.0f / (float)s->channels;
  for (int j = first; j < last; j += 4) {
    // The last four may overlap the ones before: the same sums are written again.
    int begin = j + 4 <= last || last - first < 4 ? j : last - 4, count = last - begin < 4 ? last - begin : 4;
    SD_FOUR sums = {0};
    if (count == 4)
      sums = SD_FN(four_products)(left, right + begin * advance, advance, channels);
    else
      for (int k = 0; k < count; k++)
        sums[k] = SD_FN(four_products)(left, right + (begin + k) * advance, 0, channels)[0];
    for (int k = 0; k < count; k++) {
      float v = sums[k] * share;
      out[begin + k] = v > 0 ? v : v * s->slope;
    }
  }
}

static void SD_FN(correlation)(
    const struct sd_correlation *s, const float *left, const float *right, float *out, int item) {
  size_t right_row = (size_t)s->map.width * s->right_pixel;
  const float *own = left + (size_t)item * s->map.width * s->map.pixel;
  float *target = out + (size_t)item * s->out.width * s->out.pixel;
  int cells = s->rows * s->columns, filled = s->out.pixel == 1 ? 1 : (cells + 15) / 16 * 16;
  for (int x = 0; x < s->out.width; x++)
    for (int k = 0; k < filled; k++) target[(size_t)x * s->out.pixel + k] = 0;
  for (int i = 0; i < s->rows; i++) {
    int y = item + s->first_y + i * s->step;
    if (y < 0 || y >= s->map.height) continue;
    for (int x = 0; x < s->out.width; x++) {
      int at = x + s->first_x, step = s->step;
      int first = at >= 0 ? 0 : (-at + step - 1) / step;
      int last = at < s->map.width ? (s->map.width - 1 - at) / step + 1 : 0;
      if (last > s->columns) last = s->columns;
      SD_FN(correlate_columns)
      (s, own + (size_t)x * s->map.pixel, right + (size_t)y * right_row + (ptrdiff_t)at * s->right_pixel, first, last,
       target + (size_t)x * s->out.pixel + (size_t)i * s->columns);
    }
  }
}

#endif
