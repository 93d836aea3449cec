// Median of 5 × 5 neighbours of a map of 16-bit disparities with holes.
//
// Without holes: every column of five is sorted once, 9 exchanges, for the five windows that it is in; a network of 55
// exchanges then selects the median of five sorted columns. Of its outputs one counts, so that 86 of its 110 minima and
// maxima remain: with the columns 104 vector instructions for LANES ÷ 2 pixels.
// With holes, which take the centre's value, windows share nothing: forgetful selection. Among 14 of 25 values the least
// and the greatest cannot be the median; they are forgotten, one more value is taken in, and so on until one is left.
// Floor: Σ_{m=3…14} ⌈3 m ÷ 2⌉ − 2 exchanges, about 140, 280 vector instructions.

#ifndef SD_BODY
#define SD_BODY "Maps/median5.c"
#include "kernels.h"

typedef void median_fn(const uint16_t *, int, int, ptrdiff_t, int, int, uint16_t *);

// Exchanges of wires 5 · rank + column, columns sorted: wire 20 becomes the median. From sorting every rank's row and
// selecting among the 13 that remain possible, by taking exchanges away as long as all 6⁵ inputs of zeros and ones with
// sorted columns came out right (zero-one principle: Knuth, TAOCP 3, 5.3.4).
enum { SD_EXCHANGES = 55, SD_MEDIAN_WIRE = 20, SD_STRIP = 512 };
static const uint8_t exchanges[SD_EXCHANGES][2] = {
    {0, 3}, {1, 4}, {0, 2}, {1, 3}, {2, 4}, {3, 4}, {2, 3}, {5, 8}, {5, 7}, {6, 8}, {5, 6}, {7, 9}, {6, 7}, {8, 9},
    {7, 8}, {10, 13}, {11, 14}, {10, 12}, {11, 13}, {10, 11}, {12, 14}, {11, 12}, {13, 14}, {12, 13}, {15, 16},
    {18, 19}, {17, 18}, {16, 19}, {15, 18}, {15, 17}, {16, 18}, {16, 17}, {20, 23}, {21, 24}, {20, 22}, {21, 23},
    {20, 21}, {22, 24}, {21, 22}, {11, 4}, {15, 8}, {7, 20}, {3, 16}, {4, 12}, {8, 21}, {16, 13}, {4, 20}, {8, 16},
    {12, 17}, {20, 9}, {20, 12}, {4, 8}, {20, 16}, {8, 12}, {8, 20},
};

#include "Execution/every_isa.h"

static median_fn *const table[SD_ISA_COUNT] = SD_TABLE(median5);

void sd_median5(
    enum sd_isa isa, const uint16_t *map, int width, int height, ptrdiff_t stride, int y0, int y1, uint16_t *to) {
  table[isa](map, width, height, stride, y0, y1, to);
}

#else

#include "SemiGlobal/byte_vectors.h"

typedef uint16_t SD_FN(words_t) __attribute__((vector_size(SD_VECTOR_BYTES)));
#define SD_WORDS SD_FN(words_t)

// Exchanges a and b if a > b.
#define SD_ORDER(a, b) \
  { \
    SD_WORDS least = __builtin_elementwise_min(a, b); \
    b = __builtin_elementwise_max(a, b); \
    a = least; \
  }

// The median of 25 vectors, lane by lane.
SD_INLINE SD_WORDS SD_FN(median_of_25)(SD_WORDS v[25]) {
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

// Pixels x … x + LANES/2 − 1 of a row, whose neighbours' columns all lie in the image; rows outside are null.
SD_INLINE void SD_FN(median_inside)(const uint16_t *const rows[5], int x, uint16_t *to) {
  SD_WORDS v[25], centre;
  __builtin_memcpy(&centre, rows[2] + x, sizeof centre);
#pragma clang loop unroll(full)
  for (int i = 0; i < 25; i++) {
    SD_WORDS value = (SD_WORDS){0} + SD_SWEEP_NONE;
    if (rows[i / 5]) __builtin_memcpy(&value, rows[i / 5] + x + i % 5 - 2, sizeof value);
    const SD_WORDS hole = (SD_WORDS)(value == SD_SWEEP_NONE);
    v[i] = (hole & centre) | (~hole & value);
  }
  const SD_WORDS result = SD_FN(median_of_25)(v);
  __builtin_memcpy(to + x, &result, sizeof result);
}

// Sorts columns x … x + LANES/2 − 1 of five rows; sorted[r] + at receives the rank r of each.
SD_INLINE void SD_FN(sort_columns)(const uint16_t *const rows[5], int x, uint16_t sorted[5][SD_STRIP + 64], int at) {
  SD_WORDS v[5];
  for (int r = 0; r < 5; r++) __builtin_memcpy(&v[r], rows[r] + x, sizeof v[r]);
  SD_ORDER(v[0], v[3]) SD_ORDER(v[1], v[4]) SD_ORDER(v[0], v[2]) SD_ORDER(v[1], v[3]) SD_ORDER(v[0], v[1])
  SD_ORDER(v[2], v[4]) SD_ORDER(v[1], v[2]) SD_ORDER(v[3], v[4]) SD_ORDER(v[2], v[3])
  for (int r = 0; r < 5; r++) __builtin_memcpy(sorted[r] + at, &v[r], sizeof v[r]);
}

// Medians of the LANES/2 windows whose first columns, sorted, lie at `at`; 0 where there are holes among them.
SD_INLINE int SD_FN(median_of_columns)(uint16_t sorted[5][SD_STRIP + 64], int at, uint16_t *to) {
  SD_WORDS v[25], holes = {0};
#pragma clang loop unroll(full)
  for (int i = 0; i < 25; i++) __builtin_memcpy(&v[i], sorted[i / 5] + at + i % 5, sizeof v[i]);
  for (int i = 20; i < 25; i++) holes |= (SD_WORDS)(v[i] == SD_SWEEP_NONE);
  if (SD_EQUAL_BITS((SD_BYTES)holes, SD_SPLAT(255))) return 0;
#pragma clang loop unroll(full)
  for (int i = 0; i < SD_EXCHANGES; i++) SD_ORDER(v[exchanges[i][0]], v[exchanges[i][1]])
  __builtin_memcpy(to, &v[SD_MEDIAN_WIRE], sizeof(SD_WORDS));
  return 1;
}

// Pixels x0 … of a row whose rows all lie in the image, up to SD_STRIP of them, as many vectors as have their neighbours'
// columns in the image; returns the first pixel after them.
static int SD_FN(median_strip)(const uint16_t *const rows[5], int x0, int width, uint16_t *to) {
  const int lanes = SD_VECTOR_BYTES / 2, fit = (width - 2 - x0) / lanes, most = SD_STRIP / lanes;
  const int end = x0 + (fit < most ? fit : most) * lanes, columns = end + 4 - x0;
  uint16_t sorted[5][SD_STRIP + 64];
  for (int i = 0; i < columns; i += lanes) {
    // The last columns once more rather than beyond the row.
    const int at = i + lanes <= columns ? i : columns - lanes;
    SD_FN(sort_columns)(rows, x0 - 2 + at, sorted, at);
  }
  for (int x = x0; x < end; x += lanes)
    if (!SD_FN(median_of_columns)(sorted, x - x0, to + x)) SD_FN(median_inside)(rows, x, to);
  return end;
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
    const uint16_t *rows[5];
    for (int i = 0; i < 5; i++) rows[i] = y + i >= 2 && y + i - 2 < height ? map + (y + i - 2) * stride : 0;
    const int vectors = width >= lanes + 4, first = vectors ? 2 : 0, last = vectors ? width - 2 : 0;
    int x = first;
    if (rows[0] && rows[4])
      while (x + lanes <= last) x = SD_FN(median_strip)(rows, x, width, row);
    // What is left over: the last vector reaches back.
    while (x < last) {
      const int at = x + lanes <= last ? x : last - lanes;
      SD_FN(median_inside)(rows, at, row);
      x = at + lanes;
    }
    for (x = 0; x < width; x = x + 1 == first ? last : x + 1) row[x] = SD_FN(median_at)(map, width, height, stride, y, x);
  }
}

#endif
