// Volumes made of two feature maps: the concatenation volume, and the sum that stands for the first convolution over it.

#ifndef SD_BODY
#define SD_BODY "Layers/feature_volume.c"
#include "layer_kernels.h"
#include <string.h>
#include "Execution/every_isa.h"

typedef void shifted_sum_fn(
    int, int, int, const float *, int, const int *, const float *, int, const int *, const struct sd_epilogue *,
    float *, int);
static shifted_sum_fn *const shifted_sum_table[SD_ISA_COUNT] = SD_TABLE(shifted_sum);

void sd_shifted_sum(
    enum sd_isa isa, int width, int channels, int shift, const float *left, int left_pixel, const int *lefts,
    const float *right, int right_pixel, const int *rights, const struct sd_epilogue *epilogue, float *out,
    int out_pixel) {
  shifted_sum_table[isa](
      width, channels, shift, left, left_pixel, lefts, right, right_pixel, rights, epilogue, out, out_pixel);
}

void sd_concatenation_volume(
    const struct sd_extent *map, const struct sd_extent *out, int channels, int mask_left, const float *left,
    const float *right, float *volume, int item) {
  int d = item / out->height, y = item % out->height;
  float *row = volume + (size_t)item * out->width * out->pixel;
  size_t bytes = (size_t)channels * sizeof(float);
  memset(row, 0, (size_t)out->width * out->pixel * sizeof(float));
  for (int x = 0; x < out->width; x++, row += out->pixel) {
    const float *l = left + ((size_t)y * map->width + x) * map->pixel;
    if (x >= d || !mask_left) memcpy(row, l, bytes);
    if (x >= d) memcpy(row + channels, right + ((size_t)y * map->width + x - d) * map->pixel, bytes);
  }
}

#else

#include "Convolution/tile_multiply.h"

static void SD_FN(shifted_sum)(
    int width, int channels, int shift, const float *left, int left_pixel, const int *lefts, const float *right,
    int right_pixel, const int *rights, const struct sd_epilogue *e, float *out, int out_pixel) {
  for (int x = 0; x < width; x++, out += out_pixel) {
    const float *l = left + (size_t)x * left_pixel + (lefts[x] >= 0 ? lefts[x] : 0);
    const float *r = x + shift >= 0 ? right + (size_t)(x + shift) * right_pixel + rights[x] : left;
    for (int c = 0; c < channels; c += SD_LANES) {
      SD_VEC v = SD_FN(load)(e->bias + c);
      if (lefts[x] >= 0) v += SD_FN(load)(l + c);
      if (x + shift >= 0) v += SD_FN(load)(r + c);
      SD_FN(store)(out + c, e->slope != 1 ? SD_FN(activate)(v, e->slope) : v);
    }
  }
}

#endif
