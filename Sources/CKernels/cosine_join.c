// Products of every left pixel of a row with the right pixels at all disparities: MC-CNN's join.

#ifndef SD_BODY
#define SD_BODY "cosine_join.c"
#include "layer_kernels.h"
#include "every_isa.h"

typedef void products_fn(int, int, int, int, const float *, int, const float *, float *);
static products_fn *const products_table[SD_ISA_COUNT] = SD_TABLE(row_products);

static int blocks_of(int width) { return (width + 15) / 16; }

size_t sd_row_products_scratch_floats(int width, int channels) {
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

void sd_row_products(
    enum sd_isa isa, int width, int channels, int lower, int count, const float *left, const float *right, int pixel,
    float *out, float *scratch) {
  mirror_and_pack(width, channels, right, pixel, scratch);
  products_table[isa](width, channels, lower, count, left, pixel, scratch, out);
}

#else

#include "tile_multiply.h"

// The part of one tile row that lies inside the disparities and the image: pixel x, mirrored columns from `first`.
SD_INLINE void SD_FN(keep)(
    const SD_VEC acc[SD_PARTS], int x, int first, int width, int lower, int count, float *out) {
  float values[16];
  for (int v = 0; v < SD_PARTS; v++) SD_FN(store)(values + v * SD_LANES, -acc[v]);
  // Mirrored column i is right pixel width - 1 - i, disparity x - (width - 1 - i), plane i + x - (width - 1) - lower.
  int plane = first + x - (width - 1) - lower;
  int from = plane < 0 ? -plane : 0, to = count - plane < 16 ? count - plane : 16;
  if (to > width - first) to = width - first;
  float *target = out + (size_t)x * count;
  for (int j = from; j < to; j++) target[plane + j] = values[j];
}

static void SD_FN(row_products)(
    int width, int channels, int lower, int count, const float *left, int pixel, const float *packed, float *out) {
  for (int x = 0; x < width; x += SD_TILE_ROWS) {
    const float *rows[SD_TILE_ROWS];
    int last = x + SD_TILE_ROWS - 1 < width ? x + SD_TILE_ROWS - 1 : width - 1;
    for (int i = 0; i < SD_TILE_ROWS; i++) rows[i] = left + (size_t)(x + i <= last ? x + i : last) * pixel;
    // Mirrored columns that some pixel of the tile needs: the last pixel its least, the first its greatest disparity.
    long begin = (long)width - 1 - last + lower, end = (long)width - 1 - x + lower + count;
    if (begin < 0) begin = 0;
    if (end > width) end = width;
    for (long b = begin / 16; b * 16 < end; b++) {
      SD_VEC acc[SD_TILE_ROWS][SD_PARTS] = {0};
      SD_FN(multiply_tile)(acc, rows, channels, packed + (size_t)b * 16 * (size_t)channels);
      for (int i = 0; x + i <= last; i++) SD_FN(keep)(acc[i], x + i, (int)(b * 16), width, lower, count, out);
    }
  }
}

#undef SD_LANES
#undef SD_PARTS
#undef SD_TILE_ROWS
#undef SD_VEC
#endif
