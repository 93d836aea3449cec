// Products of every left pixel of a row with the right pixels at all disparities: MC-CNN's join.

#ifndef SD_BODY
#define SD_BODY "Layers/cosine_join.c"
#include "layer_kernels.h"
#include "volume_kernels.h"
#include "Execution/every_isa.h"

typedef void products_fn(int, int, int, int, const float *, int, const float *, float *);
static products_fn *const products_table[SD_ISA_COUNT] = SD_TABLE(row_products);

typedef void products_to_bytes_fn(
    int, int, int, int, const float *, int, const float *, int, float, float, uint8_t *);
static products_to_bytes_fn *const products_to_bytes_table[SD_ISA_COUNT] = SD_TABLE(row_products_to_bytes);

static int blocks_of(int width) { return (width + 15) / 16; }

size_t sd_cosine_join_scratch_floats(int width, int channels) {
  return (size_t)blocks_of(width) * 16 * (size_t)channels;
}

// Sixteen neighbours of the mirrored row side by side, channel after channel: column j of block b is pixel
// width - 1 - (16 b + j), so that disparities rise along the vector. Beyond the row lie zeros.
static void mirror_and_pack(int width, int channels, const float *right, int pixel, float *packed) {
  for (int b = 0; b < blocks_of(width); b++, packed += 16 * (size_t)channels) {
    for (int j = 0; j < 16; j++) {
      int x = width - 1 - (16 * b + j);
      const float *p = x >= 0 ? right + (size_t)x * pixel : right;
      for (int c = 0; c < channels; c++) packed[16 * (size_t)c + j] = x >= 0 ? p[c] : 0.0f;
    }
  }
}

void sd_cosine_join(
    enum sd_isa isa, int width, int channels, int lower, int count, const float *left, const float *right, int pixel,
    float *out, float *scratch) {
  mirror_and_pack(width, channels, right, pixel, scratch);
  products_table[isa](width, channels, lower, count, left, pixel, scratch, out);
}

void sd_cosine_join_to_bytes(
    enum sd_isa isa, int width, int channels, int lower, int count, const float *left, const float *right, int pixel,
    int depth, float offset, float scale, uint8_t *out, float *scratch) {
  mirror_and_pack(width, channels, right, pixel, scratch);
  __builtin_memset(out, SD_NO_COST, (size_t)width * (size_t)depth);
  products_to_bytes_table[isa](width, channels, lower, count, left, pixel, scratch, depth, offset, scale, out);
}

#else

#include "Convolution/tile_multiply.h"

// A block of tiles: sixteen mirrored columns for SD_TILE_ROWS pixels from x on.
struct SD_FN(blocks) {
  const float *rows[SD_TILE_ROWS];
  int last;       // the last pixel of the tile
  long begin, end; // mirrored columns that some pixel of the tile needs
};

// The last pixel of the tile needs its least, the first its greatest disparity.
SD_INLINE struct SD_FN(blocks) SD_FN(blocks_at)(int x, int width, int lower, int count, const float *left, int pixel) {
  struct SD_FN(blocks) t;
  t.last = x + SD_TILE_ROWS - 1 < width ? x + SD_TILE_ROWS - 1 : width - 1;
  for (int i = 0; i < SD_TILE_ROWS; i++) t.rows[i] = left + (size_t)(x + i <= t.last ? x + i : t.last) * pixel;
  t.begin = (long)width - 1 - t.last + lower;
  t.end = (long)width - 1 - x + lower + count;
  if (t.begin < 0) t.begin = 0;
  if (t.end > width) t.end = width;
  return t;
}

// Where the products of a row go: floats [width][count], or bytes [width][depth] of −product · scale + shift, 0 … 254.
struct SD_FN(target) {
  int width, lower, count;
  float *floats;
  uint8_t *bytes;
  int depth;
  float scale, shift;
};

// Keeps the products of pixel x with sixteen mirrored columns from `first` on that lie inside the disparities and the image.
typedef void SD_FN(keep_fn)(const struct SD_FN(target) *t, const SD_VEC acc[SD_PARTS], int x, int first);

// Mirrored column i is right pixel width - 1 - i, disparity x - (width - 1 - i), plane i + x - (width - 1) - lower: the plane
// of column `first`, and which of the sixteen columns count.
SD_INLINE int SD_FN(plane_of)(const struct SD_FN(target) *t, int x, int first, int *from, int *to) {
  const int plane = first + x - (t->width - 1) - t->lower;
  *from = plane < 0 ? -plane : 0;
  *to = t->count - plane < 16 ? t->count - plane : 16;
  if (*to > t->width - first) *to = t->width - first;
  return plane;
}

SD_INLINE void SD_FN(keep_floats)(const struct SD_FN(target) *t, const SD_VEC acc[SD_PARTS], int x, int first) {
  float values[16];
  for (int v = 0; v < SD_PARTS; v++) SD_FN(store)(values + v * SD_LANES, -acc[v]);
  int from, to;
  float *target = t->floats + (ptrdiff_t)x * t->count + SD_FN(plane_of)(t, x, first, &from, &to);
  for (int j = from; j < to; j++) target[j] = values[j];
}

SD_INLINE void SD_FN(keep_bytes)(const struct SD_FN(target) *t, const SD_VEC acc[SD_PARTS], int x, int first) {
  typedef int32_t whole __attribute__((vector_size(SD_VECTOR_BYTES)));
  typedef uint8_t narrow __attribute__((vector_size(SD_LANES)));
  uint8_t values[16];
  for (int v = 0; v < SD_PARTS; v++) {
    const whole rounded = __builtin_convertvector(acc[v] * -t->scale + t->shift, whole);
    const whole bounded = __builtin_elementwise_min(
        __builtin_elementwise_max(rounded, (whole){}), (whole){} + SD_GREATEST_COST);
    const narrow bytes = __builtin_convertvector(bounded, narrow);
    __builtin_memcpy(values + v * SD_LANES, &bytes, sizeof bytes);
  }
  int from, to;
  uint8_t *target = t->bytes + (ptrdiff_t)x * t->depth + SD_FN(plane_of)(t, x, first, &from, &to);
  if (from == 0 && to == 16) {
    __builtin_memcpy(target, values, 16);
  } else {
    for (int j = from; j < to; j++) target[j] = values[j];
  }
}

// The products of a tile with the `blocks` blocks of mirrored columns from `packed` on.
SD_INLINE void SD_FN(products)(
    SD_VEC acc[SD_TILE_ROWS][SD_TILE_VECTORS], const struct SD_FN(blocks) *t, int channels, const float *packed,
    int blocks) {
  const size_t step = 16 * (size_t)channels;
#if SD_TILE_BLOCKS == 3
  if (blocks == 3) SD_FN(multiply_tile)(acc, t->rows, 0, channels, packed, step, 3);
  if (blocks == 2) SD_FN(multiply_tile)(acc, t->rows, 0, channels, packed, step, 2);
#endif
  if (blocks == 1) SD_FN(multiply_tile)(acc, t->rows, 0, channels, packed, step, 1);
}

// All products of a row; `keep` is inlined.
SD_INLINE void SD_FN(each_block)(
    const struct SD_FN(target) *target, SD_FN(keep_fn) *keep, int channels, const float *left, int pixel,
    const float *packed) {
  for (int x = 0; x < target->width; x += SD_TILE_ROWS) {
    const struct SD_FN(blocks) t = SD_FN(blocks_at)(x, target->width, target->lower, target->count, left, pixel);
    const int end = (int)((t.end + 15) / 16);
    for (int b = (int)(t.begin / 16), taken; b < end; b += taken) {
      SD_VEC acc[SD_TILE_ROWS][SD_TILE_VECTORS] = {0};
      taken = SD_FN(tile_blocks)(end - b);
      SD_FN(products)(acc, &t, channels, packed + (size_t)b * 16 * (size_t)channels, taken);
      for (int i = 0; x + i <= t.last; i++)
        for (int k = 0; k < taken; k++) keep(target, acc[i] + k * SD_PARTS, x + i, (b + k) * 16);
    }
  }
}

static void SD_FN(row_products)(
    int width, int channels, int lower, int count, const float *left, int pixel, const float *packed, float *out) {
  const struct SD_FN(target) target = {.width = width, .lower = lower, .count = count, .floats = out};
  SD_FN(each_block)(&target, SD_FN(keep_floats), channels, left, pixel, packed);
}

static void SD_FN(row_products_to_bytes)(
    int width, int channels, int lower, int count, const float *left, int pixel, const float *packed, int depth,
    float offset, float scale, uint8_t *out) {
  const struct SD_FN(target) target = {
      .width = width, .lower = lower, .count = count, .bytes = out, .depth = depth, .scale = scale,
      .shift = 0.5f - offset * scale};
  SD_FN(each_block)(&target, SD_FN(keep_bytes), channels, left, pixel, packed);
}

#endif
