// Median of 5 × 5 neighbours of a map of 16-bit disparities with holes.
//
// Forgetful selection: among 14 of 25 values the least and the greatest cannot be the median; they are forgotten, one
// more value is taken in, and so on until one is left. Floor: Σ_{m=3…14} ⌈3 m ÷ 2⌉ − 2 comparisons, about 140, each a
// minimum and a maximum: 280 vector instructions for LANES ÷ 2 pixels; 2 ms a KITTI frame on one Zen core.

#ifndef SD_BODY
#define SD_BODY "median5.c"
#include "kernels.h"

typedef void median_fn(const uint16_t *, int, int, ptrdiff_t, int, int, uint16_t *);

#include "every_isa.h"

static median_fn *const table[SD_ISA_COUNT] = SD_TABLE(median5);

void sd_median5(
    enum sd_isa isa, const uint16_t *map, int width, int height, ptrdiff_t stride, int y0, int y1, uint16_t *to) {
  table[isa](map, width, height, stride, y0, y1, to);
}

#else

typedef uint16_t SD_FN(words_t) __attribute__((vector_size(SD_VECTOR_BYTES)));
#undef words
#define words SD_FN(words_t)

// Exchanges a and b if a > b.
#define SD_ORDER(a, b) \
  { \
    words least = __builtin_elementwise_min(a, b); \
    b = __builtin_elementwise_max(a, b); \
    a = least; \
  }

// The median of 25 vectors, lane by lane.
SD_INLINE words SD_FN(median_of_25)(words v[25]) {
  int next = 14;
#pragma clang loop unroll(full)
  for (int m = 14; m > 1; m--) {
    // v[0 ..< m]: the least goes to place 0, the greatest to place m − 1.
#pragma clang loop unroll(full)
    for (int i = 0; i < m / 2; i++) SD_ORDER(v[i], v[m - 1 - i]);
#pragma clang loop unroll(full)
    for (int i = 1; i < (m + 1) / 2; i++) SD_ORDER(v[0], v[i]);
#pragma clang loop unroll(full)
    for (int i = m / 2; i < m - 1; i++) SD_ORDER(v[i], v[m - 1]);
    // The least is replaced by the next value, the greatest is dropped.
    if (next < 25) {
      v[0] = v[next++];
    } else {
      return v[1];
    }
  }
  return v[0];
}

// Pixels x … x + LANES/2 − 1 of a row, whose 25 neighbours all lie in the image.
SD_INLINE void SD_FN(median_inside)(const uint16_t *const rows[5], int x, uint16_t *to) {
  words v[25], centre;
  __builtin_memcpy(&centre, rows[2] + x, sizeof centre);
#pragma clang loop unroll(full)
  for (int i = 0; i < 25; i++) {
    words value;
    __builtin_memcpy(&value, rows[i / 5] + x + i % 5 - 2, sizeof value);
    const words hole = (words)(value == SD_SWEEP_NONE);
    v[i] = (hole & centre) | (~hole & value);
  }
  const words result = SD_FN(median_of_25)(v);
  __builtin_memcpy(to + x, &result, sizeof result);
}

// One pixel anywhere: neighbours outside the image count as holes.
static uint16_t SD_FN(median_at)(const uint16_t *map, int width, int height, ptrdiff_t stride, int y, int x) {
  uint16_t sorted[25];
  const uint16_t centre = map[y * stride + x];
  for (int i = 0; i < 25; i++) {
    const int r = y + i / 5 - 2, c = x + i % 5 - 2;
    uint16_t value = r < 0 || r >= height || c < 0 || c >= width ? SD_SWEEP_NONE : map[r * stride + c];
    if (value == SD_SWEEP_NONE) value = centre;
    int k = i;
    for (; k > 0 && sorted[k - 1] > value; k--) sorted[k] = sorted[k - 1];
    sorted[k] = value;
  }
  return sorted[12];
}

static void SD_FN(median5)(
    const uint16_t *map, int width, int height, ptrdiff_t stride, int y0, int y1, uint16_t *to) {
  const int lanes = SD_VECTOR_BYTES / 2;
  for (int y = y0; y < y1; y++) {
    uint16_t *row = to + y * stride;
    int x = 0;
    if (y >= 2 && y + 2 < height) {
      const uint16_t *rows[5];
      for (int i = 0; i < 5; i++) rows[i] = map + (y + i - 2) * stride;
      for (; x < 2 && x < width; x++) row[x] = SD_FN(median_at)(map, width, height, stride, y, x);
      for (; x + lanes + 2 <= width; x += lanes) SD_FN(median_inside)(rows, x, row);
    }
    for (; x < width; x++) row[x] = SD_FN(median_at)(map, width, height, stride, y, x);
  }
}

#endif
