// The census distance tensor, averaged over blocks of pixels.
//
// Source: census: Zabih & Woodfill, ECCV 1994; the tensor of distances as a network's input: Renteria-Vidales et al.,
// ModuleNet, MCPR 2020. Floor: an exclusive or, some ten instructions for the bits of a vector (AVX-512 has one), an
// addition; one load of 4 bytes a cell from a row that lies in the first-level cache.

#ifndef SD_BODY
#define SD_BODY "ModuleNet/census_distance.c"
#include "module_kernels.h"
#include "Execution/every_isa.h"

typedef void census_distance_fn(
    const struct sd_modules *, const uint32_t *, const uint32_t *, float, float *, int, uint32_t *);
static census_distance_fn *const table[SD_ISA_COUNT] = SD_TABLE(census_distance);

static int clamped(int i, int count) { return i < 0 ? 0 : i >= count ? count - 1 : i; }

void sd_census_row(
    const uint8_t *image, ptrdiff_t stride, int width, int height, const int8_t *pattern, int y, uint32_t *strings) {
  for (int x = 0; x < width; x++) strings[x] = 0;
  for (int k = 0; k < 32; k++, pattern += 4) {
    const uint8_t *first = image + clamped(y + pattern[0], height) * stride;
    const uint8_t *second = image + clamped(y + pattern[2], height) * stride;
    for (int x = 0; x < width; x++)
      strings[x] |= (uint32_t)(first[clamped(x + pattern[1], width)] < second[clamped(x + pattern[3], width)]) << k;
  }
}

// A row of the right image, mirrored and continued beyond its first column, and the bits of one block's candidates.
size_t sd_census_distance_scratch_bytes(const struct sd_modules *shape) {
  size_t disparities = (size_t)SD_MODULE * (size_t)shape->modules;
  return (SD_BLOCK * ((size_t)shape->width + disparities) + disparities) * sizeof(uint32_t);
}

void sd_census_distance(
    enum sd_isa isa, const struct sd_modules *shape, const uint32_t *left, const uint32_t *right, float scale,
    float *out, int item, void *scratch) {
  table[isa](shape, left, right, scale, out, item, scratch);
}

#else

static void SD_FN(census_distance)(
    const struct sd_modules *shape, const uint32_t *left, const uint32_t *right, float scale, float *out, int item,
    uint32_t *scratch) {
  const int W = shape->width, D = SD_MODULE * shape->modules, y0 = item * SD_BLOCK;
  const int rows = shape->height - y0 < SD_BLOCK ? shape->height - y0 : SD_BLOCK;
  const size_t stride = (size_t)W + (size_t)D;
  uint32_t *mirrored = scratch, *bits = scratch + SD_BLOCK * stride;
  for (int y = 0; y < rows; y++) {
    const uint32_t *from = right + (size_t)(y0 + y) * W;
    uint32_t *to = mirrored + y * stride;
    for (int x = 0; x < W; x++) to[W - 1 - x] = from[x];
    for (int x = W; x < W + D; x++) to[x] = from[0];
  }
  const size_t pixel = (size_t)SD_MODULE_TENSOR * (size_t)shape->modules;
  float *block = out + (size_t)item * (size_t)((W + SD_BLOCK - 1) / SD_BLOCK) * pixel;
  for (int x0 = 0; x0 < W; x0 += SD_BLOCK, block += pixel) {
    const int columns = W - x0 < SD_BLOCK ? W - x0 : SD_BLOCK;
    for (int d = 0; d < D; d++) bits[d] = 0;
    for (int y = 0; y < rows; y++)
      for (int x = x0; x < x0 + columns; x++) {
        const uint32_t own = left[(size_t)(y0 + y) * W + x], *others = mirrored + y * stride + (W - 1 - x);
        for (int d = 0; d < D; d++) bits[d] += (uint32_t)__builtin_popcount(own ^ others[d]);
      }
    const float factor = scale / (float)(rows * columns);
    for (int d = 0; d < D; d++) block[d / SD_MODULE * SD_MODULE_TENSOR + d % SD_MODULE] = (float)bits[d] * factor;
  }
}

#endif
