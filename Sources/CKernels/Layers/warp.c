// Warping of a map along its rows, and the absolute difference from another map.

#ifndef SD_BODY
#define SD_BODY "Layers/warp.c"
#include "correlation_kernels.h"
#include "Execution/every_isa.h"

typedef void warp_fn(const struct sd_warp *, const float *, const float *, const float *, float *, int);
static warp_fn *const warp_table[SD_ISA_COUNT] = SD_TABLE(warp);

void sd_warp(
    enum sd_isa isa, const struct sd_warp *shape, const float *in, const float *displacement, const float *reference,
    float *out, int item) {
  warp_table[isa](shape, in, displacement, reference, out, item);
}

#else

#include "Convolution/tile_multiply.h"

static void SD_FN(warp)(
    const struct sd_warp *s, const float *in, const float *displacement, const float *reference, float *out, int item) {
  const float *row = in + (size_t)item * s->in.width * s->in.pixel;
  for (int x = 0; x < s->out.width; x++) {
    size_t pixel = (size_t)item * s->out.width + x;
    float at = (float)x + displacement[pixel * s->displacement_pixel];
    int inside = at >= 0 && at < (float)s->in.width;
    int lower = inside ? (int)at : 0, upper = lower + 1 < s->in.width ? lower + 1 : lower;
    // Outside both shares are zero.
    float far = inside ? at - (float)lower : 0, near = inside ? 1 - far : 0;
    const float *a = row + (size_t)lower * s->in.pixel, *b = row + (size_t)upper * s->in.pixel;
    for (int c = 0; c < s->channels; c += SD_LANES) {
      SD_VEC v = SD_FN(load)(a + c) * near + SD_FN(load)(b + c) * far;
      if (reference) {
        v -= SD_FN(load)(reference + pixel * s->reference_pixel + c);
        v = __builtin_elementwise_max(v, -v);
      }
      SD_FN(store)(out + pixel * s->out.pixel + c, v);
    }
  }
}

#endif
