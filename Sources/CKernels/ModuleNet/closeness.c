// Closeness of every candidate disparity to the winners of another method, averaged over blocks: see module_kernels.h.
//
// Floor: a subtraction, an absolute value, a minimum and an addition for a vector of cells of every pixel.

#ifndef SD_BODY
#define SD_BODY "ModuleNet/closeness.c"
#include "module_kernels.h"
#include "Execution/every_isa.h"

typedef void closeness_fn(
    const struct sd_modules *, const float *, const uint8_t *, uint8_t, float *, float *, int, int);
static closeness_fn *const table[SD_ISA_COUNT] = SD_TABLE(closeness);

void sd_closeness(
    enum sd_isa isa, const struct sd_modules *shape, const float *winners, const uint8_t *labels, uint8_t bits,
    float *out, float *share, int share_pixel, int item) {
  table[isa](shape, winners, labels, bits, out, share, share_pixel, item);
}

#else

static void SD_FN(closeness)(
    const struct sd_modules *shape, const float *winners, const uint8_t *labels, uint8_t bits, float *out,
    float *share, int share_pixel, int item) {
  const int W = shape->width, y0 = item * SD_BLOCK, blocks = (W + SD_BLOCK - 1) / SD_BLOCK;
  const int rows = shape->height - y0 < SD_BLOCK ? shape->height - y0 : SD_BLOCK;
  float *block = out + (size_t)item * (size_t)blocks * (size_t)(SD_MODULE_TENSOR * shape->modules);
  share += (size_t)item * (size_t)blocks * (size_t)share_pixel;
  for (int b = 0; b < blocks; b++, block += SD_MODULE_TENSOR * shape->modules, share += share_pixel) {
    const int columns = W - b * SD_BLOCK < SD_BLOCK ? W - b * SD_BLOCK : SD_BLOCK;
    float near[SD_BLOCK * SD_BLOCK];
    int count = 0, labelled = 0;
    for (int y = y0; y < y0 + rows; y++)
      for (int x = b * SD_BLOCK; x < b * SD_BLOCK + columns; x++) {
        near[count++] = winners[(size_t)y * (size_t)W + (size_t)x];
        labelled += (labels[(size_t)y * (size_t)W + (size_t)x] & bits) != 0;
      }
    share[0] = (float)labelled / (float)count;
    for (int k = 0; k < shape->modules; k++) {
      float sums[SD_MODULE] = {0};
      for (int i = 0; i < count; i++)
        for (int c = 0; c < SD_MODULE; c++) {
          const float away = __builtin_fabsf((float)(k * SD_MODULE + c) - near[i]);
          sums[c] += away < SD_CLOSENESS_LIMIT ? away : SD_CLOSENESS_LIMIT;
        }
      for (int c = 0; c < SD_MODULE; c++)
        block[k * SD_MODULE_TENSOR + 3 * SD_MODULE + c] = -0.5f * sums[c] / (float)count;
    }
  }
}

#endif
