// What the sums of path costs say of every disparity, seen from the left and from the right image: see module_kernels.h.
//
// The right image's view makes the left-right check a property of cells, which a network can weigh, in place of a verdict
// on winners. Floor: two passes over width × range bytes a row, which lie in the second-level cache; some eight vector
// instructions for LANES cells.

#ifndef SD_BODY
#define SD_BODY "ModuleNet/path_evidence.c"
#define SD_WIDEST_BYTES 32
#include "module_kernels.h"
#include "Execution/every_isa.h"

typedef void path_evidence_fn(const struct sd_modules *, uint8_t *, float, float *, float *, int, int, uint8_t *);
static path_evidence_fn *const table[SD_ISA_COUNT] = SD_TABLE(path_evidence);

// The least sum of every right column, mirrored, and the totals of both views for every block of a row.
size_t sd_path_evidence_scratch_bytes(const struct sd_modules *shape) {
  size_t disparities = (size_t)SD_MODULE * (size_t)shape->modules;
  size_t blocks = ((size_t)shape->width + SD_BLOCK - 1) / SD_BLOCK;
  return blocks * (2 * disparities + 1) * sizeof(uint16_t) + (size_t)shape->width + disparities;
}

void sd_path_evidence(
    enum sd_isa isa, const struct sd_modules *shape, uint8_t *sums, float scale, float *out, float *least,
    int least_pixel, int item, void *scratch) {
  table[isa](shape, sums, scale, out, least, least_pixel, item, scratch);
}

#else

#include "Convolution/tile_multiply.h"
#include "Layers/exponential.h"

// The least sum of every right column j = W − 1 − (x − d), over the pixels of the left row that it was compared with.
static void SD_FN(right_least)(const uint8_t *sums, int W, int D, uint8_t *least) {
  for (int j = 0; j < W + D; j++) least[j] = 255;
  for (int x = 0; x < W; x++, sums += D) {
    uint8_t *to = least + (W - 1 - x);
    for (int d = 0; d < D; d++) to[d] = sums[d] < to[d] ? sums[d] : to[d];
  }
}

// One row: sums become L; L, R and the least sums are added to the totals of the blocks.
static void SD_FN(evidence_row)(
    uint8_t *sums, int W, int D, const uint8_t *least, uint16_t *totals, uint16_t *least_totals) {
  for (int x = 0; x < W; x++, sums += D) {
    uint16_t *left = totals + (size_t)(x / SD_BLOCK) * 2 * D, *right = left + D;
    const uint8_t *others = least + (W - 1 - x);
    uint8_t own = 255;
    for (int d = 0; d < D; d++) own = sums[d] < own ? sums[d] : own;
    least_totals[x / SD_BLOCK] += own;
    const int inside = x + 1 < D ? x + 1 : D;
    for (int d = 0; d < inside; d++) {
      const uint8_t above = (uint8_t)(sums[d] - others[d]);
      right[d] += above < SD_EVIDENCE_LIMIT ? above : SD_EVIDENCE_LIMIT;
    }
    for (int d = 0; d < D; d++) {
      const uint8_t above = (uint8_t)(sums[d] - own);
      sums[d] = above < SD_EVIDENCE_LIMIT ? above : SD_EVIDENCE_LIMIT;
      left[d] += sums[d];
    }
    for (int d = inside; d < D; d++) right[d] += sums[d];
  }
}

static void SD_FN(path_evidence)(
    const struct sd_modules *shape, uint8_t *sums, float scale, float *out, float *least, int least_pixel, int item,
    uint8_t *scratch) {
  const int W = shape->width, D = SD_MODULE * shape->modules, y0 = item * SD_BLOCK;
  const int rows = shape->height - y0 < SD_BLOCK ? shape->height - y0 : SD_BLOCK, blocks = (W + SD_BLOCK - 1) / SD_BLOCK;
  const size_t total = (size_t)blocks * (size_t)(2 * D + 1);
  uint16_t *totals = (uint16_t *)scratch, *least_totals = totals + 2 * (size_t)blocks * (size_t)D;
  uint8_t *right = scratch + total * sizeof(uint16_t);
  __builtin_memset(totals, 0, total * sizeof(uint16_t));
  for (int y = y0; y < y0 + rows; y++) {
    uint8_t *row = sums + (size_t)y * (size_t)W * (size_t)D;
    SD_FN(right_least)(row, W, D, right);
    SD_FN(evidence_row)(row, W, D, right, totals, least_totals);
  }
  float *block = out + (size_t)item * (size_t)blocks * (size_t)(SD_MODULE_TENSOR * shape->modules);
  least += (size_t)item * (size_t)blocks * (size_t)least_pixel;
  for (int b = 0; b < blocks; b++, block += SD_MODULE_TENSOR * shape->modules, totals += 2 * D) {
    const int columns = W - b * SD_BLOCK < SD_BLOCK ? W - b * SD_BLOCK : SD_BLOCK;
    const float pixels = (float)(rows * columns), factor = -1.0f / (pixels * scale);
    least[b * least_pixel] = (float)least_totals[b] / (64 * pixels);
    for (int view = 0; view < 2; view++)
      for (int k = 0; k < shape->modules; k++)
        for (int c = 0; c < SD_MODULE; c += (int)SD_LANES) {
          SD_VEC v = {0};
          const int count = SD_MODULE < (int)SD_LANES ? SD_MODULE : (int)SD_LANES;
          for (int l = 0; l < count; l++) v[l] = (float)totals[view * D + k * SD_MODULE + c + l] * factor;
          v = SD_FN(exponential)(v);
          float *to = block + k * SD_MODULE_TENSOR + SD_MODULE * (view + 1) + c;
          for (int l = 0; l < count; l++) to[l] = v[l];
        }
  }
}

#endif
