// Linear resampling, and the fused regression of disparity from coarse scores.
//
// The fused kernel makes one output row: the coarse scores of all planes are interpolated over height and width into the
// scratch memory; then, for a vector of columns at a time, the depth interpolation, the greatest score and its index m, and
// the three sums Σ e, Σ (k − m) e, Σ (k − m)² e of e = e^(s−max). Counting from m keeps the moments of a narrow distribution
// exact. No score of the full resolution is ever stored.

#ifndef SD_BODY
#define SD_BODY "Layers/resample.c"
#include "layer_kernels.h"
#include "Execution/every_isa.h"

typedef void resize_fn(const struct sd_resampling *, const float *, float *, int);
typedef void soft_argmin_fn(const struct sd_resampling *, float, const float *, float *, float *, int, float *);
static resize_fn *const resize_table[SD_ISA_COUNT] = SD_TABLE(resize);
static soft_argmin_fn *const soft_argmin_table[SD_ISA_COUNT] = SD_TABLE(soft_argmin);

void sd_resize(enum sd_isa isa, const struct sd_resampling *shape, const float *in, float *out, int item) {
  resize_table[isa](shape, in, out, item);
}

void sd_soft_argmin(
    enum sd_isa isa, const struct sd_resampling *shape, float sign, const float *in, float *mean, float *spread, int item,
    float *scratch) {
  soft_argmin_table[isa](shape, sign, in, mean, spread, item, scratch);
}

size_t sd_soft_argmin_scratch_floats(const struct sd_resampling *s) {
  size_t positions = (size_t)(s->out.width + s->out.depth) * (sizeof(struct linear_position) / sizeof(float));
  return positions + (size_t)s->in.width + (size_t)s->in.depth * soft_argmin_columns(s);
}

#else

#ifndef SD_RESAMPLE_POSITIONS
#define SD_RESAMPLE_POSITIONS

#include "Layers/linear_position.h"

// Columns of the fused kernel's scratch rows: whole vectors of the widest instruction set.
static size_t soft_argmin_columns(const struct sd_resampling *s) { return ((size_t)s->out.width + 15) / 16 * 16; }

#endif

#include "Convolution/tile_multiply.h"
#include "Layers/exponential.h"

static void SD_FN(resize)(const struct sd_resampling *s, const float *in, float *out, int item) {
  struct linear_position z = linear_position(item / s->out.height, s->in.depth, s->out.depth, s->align_corners);
  struct linear_position y = linear_position(item % s->out.height, s->in.height, s->out.height, s->align_corners);
  size_t row = (size_t)s->in.width * s->in.pixel, plane = row * s->in.height;
  const float *rows[4] = {
      in + z.lower * plane + y.lower * row, in + z.lower * plane + y.upper * row, in + z.upper * plane + y.lower * row,
      in + z.upper * plane + y.upper * row};
  for (int ox = 0; ox < s->out.width; ox++) {
    struct linear_position x = linear_position(ox, s->in.width, s->out.width, s->align_corners);
    float *pixel = out + ((size_t)item * s->out.width + ox) * s->out.pixel;
    size_t left = (size_t)x.lower * s->in.pixel, right = (size_t)x.upper * s->in.pixel;
    if (s->in.pixel == 1) {
      float v[4];
      for (int i = 0; i < 4; i++) v[i] = rows[i][left] * (1 - x.fraction) + rows[i][right] * x.fraction;
      float near = v[0] * (1 - y.fraction) + v[1] * y.fraction, far = v[2] * (1 - y.fraction) + v[3] * y.fraction;
      *pixel = near * (1 - z.fraction) + far * z.fraction;
      continue;
    }
    for (int c = 0; c < s->channels; c += SD_LANES) {
      SD_VEC v[4];
      for (int i = 0; i < 4; i++)
        v[i] = SD_FN(load)(rows[i] + left + c) * (1 - x.fraction) + SD_FN(load)(rows[i] + right + c) * x.fraction;
      SD_VEC near = v[0] * (1 - y.fraction) + v[1] * y.fraction, far = v[2] * (1 - y.fraction) + v[3] * y.fraction;
      SD_FN(store)(pixel + c, near * (1 - z.fraction) + far * z.fraction);
    }
  }
}

// Interpolates the coarse scores of one plane over height and width to one output row.
static void SD_FN(score_row)(
    const struct sd_resampling *s, const float *plane, struct linear_position y, const struct linear_position *positions,
    float sign, float *coarse, float *fine) {
  const float *lower = plane + (size_t)y.lower * s->in.width, *upper = plane + (size_t)y.upper * s->in.width;
  for (int x = 0; x < s->in.width; x++) coarse[x] = (lower[x] * (1 - y.fraction) + upper[x] * y.fraction) * sign;
  for (int x = 0; x < s->out.width; x++) {
    struct linear_position p = positions[x];
    fine[x] = coarse[p.lower] * (1 - p.fraction) + coarse[p.upper] * p.fraction;
  }
}

// Mean and standard deviation of the depth index of SD_LANES columns, whose scores of plane z lie at fine + z · stride.
SD_INLINE void SD_FN(moments)(
    const float *fine, size_t stride, const struct linear_position *positions, int depth, SD_VEC *mean, SD_VEC *spread) {
  typedef int32_t mask __attribute__((vector_size(SD_VECTOR_BYTES)));
  SD_VEC greatest = {0}, at = {0}, sum = {0}, first = {0}, second = {0};
  for (int d = 0; d < depth; d++) {
    struct linear_position p = positions[d];
    SD_VEC lower = SD_FN(load)(fine + p.lower * stride), upper = SD_FN(load)(fine + p.upper * stride);
    SD_VEC score = lower * (1 - p.fraction) + upper * p.fraction, index = (SD_VEC){0} + (float)d;
    mask better = d == 0 ? score == score : score > greatest;
    greatest = (SD_VEC)((better & (mask)score) | (~better & (mask)greatest));
    at = (SD_VEC)((better & (mask)index) | (~better & (mask)at));
  }
  for (int d = 0; d < depth; d++) {
    struct linear_position p = positions[d];
    SD_VEC lower = SD_FN(load)(fine + p.lower * stride), upper = SD_FN(load)(fine + p.upper * stride);
    SD_VEC e = SD_FN(exponential)(lower * (1 - p.fraction) + upper * p.fraction - greatest), offset = (float)d - at;
    SD_VEC moment = e * offset;
    sum += e;
    first += moment;
    second += moment * offset;
  }
  first /= sum;
  *mean = at + first;
  *spread = __builtin_elementwise_sqrt(__builtin_elementwise_max(second / sum - first * first, (SD_VEC){0}));
}

static void SD_FN(soft_argmin)(
    const struct sd_resampling *s, float sign, const float *in, float *mean, float *spread, int item, float *scratch) {
  struct linear_position y = linear_position(item, s->in.height, s->out.height, s->align_corners);
  struct linear_position *across = (struct linear_position *)scratch, *along = across + s->out.width;
  size_t columns = soft_argmin_columns(s), plane = (size_t)s->in.height * s->in.width;
  float *coarse = (float *)(along + s->out.depth), *fine = coarse + s->in.width;
  for (int x = 0; x < s->out.width; x++)
    across[x] = linear_position(x, s->in.width, s->out.width, s->align_corners);
  for (int d = 0; d < s->out.depth; d++)
    along[d] = linear_position(d, s->in.depth, s->out.depth, s->align_corners);
  for (int z = 0; z < s->in.depth; z++) {
    SD_FN(score_row)(s, in + z * plane, y, across, sign, coarse, fine + z * columns);
    for (size_t x = (size_t)s->out.width; x < columns; x++) fine[z * columns + x] = 0;
  }
  for (size_t x = 0; x < (size_t)s->out.width; x += SD_LANES) {
    SD_VEC means, spreads;
    SD_FN(moments)(fine + x, columns, along, s->out.depth, &means, &spreads);
    for (size_t l = 0; l < SD_LANES && x + l < (size_t)s->out.width; l++) {
      mean[(size_t)item * s->out.width + x + l] = means[l];
      spread[(size_t)item * s->out.width + x + l] = spreads[l];
    }
  }
}

#endif
