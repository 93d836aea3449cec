// Costs in bytes: from floats, and from the left image's pixels to the right one's.

#ifndef SD_BODY
#define SD_BODY "SemiGlobal/byte_costs.c"
#include "volume_kernels.h"

typedef void to_bytes_fn(const float *, int, int, int, float, float, uint8_t *);

#include "Execution/every_isa.h"

static to_bytes_fn *const to_bytes_table[SD_ISA_COUNT] = SD_TABLE(to_bytes);

void sd_costs_to_bytes(
    enum sd_isa isa, const float *costs, int width, int count, int depth, float offset, float scale, uint8_t *out) {
  to_bytes_table[isa](costs, width, count, depth, offset, scale, out);
}

void sd_reference_right(const uint8_t *left, int width, int depth, int lower, uint8_t *right) {
  for (int x = 0; x < width; x++, right += depth) {
    const int from = x + lower < 0 ? -(x + lower) : 0, to = width - x - lower < depth ? width - x - lower : depth;
    if (from >= to) {
      __builtin_memset(right, SD_NO_COST, (size_t)depth);
      continue;
    }
    __builtin_memset(right, SD_NO_COST, (size_t)from);
    const uint8_t *source = left + (ptrdiff_t)(x + lower) * depth;
    for (ptrdiff_t k = from; k < to; k++) right[k] = source[k * depth + k];
    __builtin_memset(right + to, SD_NO_COST, (size_t)(depth - to));
  }
}

#else

static void SD_FN(to_bytes)(
    const float *costs, int width, int count, int depth, float offset, float scale, uint8_t *out) {
  for (int x = 0; x < width; x++, costs += count, out += depth) {
    for (int k = 0; k < count; k++) {
      const float value = (costs[k] - offset) * scale + 0.5f;
      const float bounded = value < 0 ? 0 : value > SD_GREATEST_COST ? (float)SD_GREATEST_COST : value;
      out[k] = costs[k] == costs[k] ? (uint8_t)(int)bounded : SD_NO_COST;
    }
    for (int k = count; k < depth; k++) out[k] = SD_NO_COST;
  }
}

#endif
