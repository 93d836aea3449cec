// Separable resampling by tables: an output row is a sum of input rows, its samples are sums of that row's.

#ifndef SD_BODY
#define SD_BODY "Layers/tap_resampling.c"
#include "correlation_kernels.h"
#include "Execution/every_isa.h"

typedef void tap_resampling_fn(const struct sd_tap_resampling *, const float *, float *, int, float *);
static tap_resampling_fn *const tap_resampling_table[SD_ISA_COUNT] = SD_TABLE(tap_resampling);

size_t sd_tap_resampling_scratch_floats(const struct sd_tap_resampling *s) {
  return (size_t)s->in.width * (size_t)s->channels + 16;
}

void sd_tap_resampling(
    enum sd_isa isa, const struct sd_tap_resampling *shape, const float *in, float *out, int item, float *scratch) {
  tap_resampling_table[isa](shape, in, out, item, scratch);
}

#else

#include "Convolution/tile_multiply.h"

// row[x][·] = Σ_k weights[k] · in(first + k, x)[·]
static void SD_FN(sum_rows)(
    const struct sd_tap_resampling *s, const float *in, int first, const float *weights, float *row) {
  size_t stride = (size_t)s->in.width * s->in.pixel;
  for (int x = 0; x < s->in.width; x++) {
    const float *pixel = in + first * stride + (size_t)x * s->in.pixel;
    if (s->channels == 1) {
      float sum = 0;
      for (int k = 0; k < s->y.taps; k++) sum += weights[k] * pixel[k * stride];
      row[x] = sum;
      continue;
    }
    for (int c = 0; c < s->channels; c += SD_LANES) {
      SD_VEC sum = {0};
      for (int k = 0; k < s->y.taps; k++) sum += SD_FN(load)(pixel + k * stride + c) * weights[k];
      SD_FN(store)(row + (size_t)x * s->channels + c, sum);
    }
  }
}

static void SD_FN(tap_resampling)(
    const struct sd_tap_resampling *s, const float *in, float *out, int item, float *scratch) {
  SD_FN(sum_rows)(s, in, s->y.first[item], s->y.weights + (size_t)item * s->y.taps, scratch);
  for (int x = 0; x < s->out.width; x++) {
    const float *pixel = scratch + (size_t)s->x.first[x] * s->channels;
    const float *weights = s->x.weights + (size_t)x * s->x.taps;
    float *target = out + ((size_t)item * s->out.width + x) * s->out.pixel;
    if (s->channels == 1) {
      float sum = 0;
      for (int k = 0; k < s->x.taps; k++) sum += weights[k] * pixel[k];
      *target = sum;
      continue;
    }
    for (int c = 0; c < s->channels; c += SD_LANES) {
      SD_VEC sum = {0};
      for (int k = 0; k < s->x.taps; k++) sum += SD_FN(load)(pixel + (size_t)k * s->channels + c) * weights[k];
      SD_FN(store)(target + c, sum);
    }
  }
}

#endif
