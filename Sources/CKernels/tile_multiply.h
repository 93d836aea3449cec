// The multiply-add tile that every convolution ends in; included by a kernel's body, once for each instruction set.
//
//     acc[i][·] += Σ_c rows[i][c] · weights[c][·]        i < SD_TILE_ROWS, 16 output channels
//
// A row is one pixel's channels (or one transformed tile's); the sixteen output channels lie innermost in the packed
// weights. SD_TILE_ROWS × 16 accumulators fill the registers: 3 × 4 of 128 bits on x86-64 (6 × 4 where there are 32
// registers), 6 × 2 of 256 bits, 12 × 1 of 512 bits. All of these divide SD_TILE_MULTIPLE = 12.

#define SD_LANES (SD_VECTOR_BYTES / 4)
#define SD_PARTS (16 / SD_LANES)

#if SD_VECTOR_BYTES == 64
#define SD_TILE_ROWS 12
#elif SD_VECTOR_BYTES == 32 || defined(__aarch64__)
#define SD_TILE_ROWS 6
#else
#define SD_TILE_ROWS 3
#endif

#define SD_VEC SD_FN(vec)
typedef float SD_VEC __attribute__((vector_size(SD_VECTOR_BYTES), aligned(4), may_alias));

SD_INLINE SD_VEC SD_FN(load)(const float *p) { return *(const SD_VEC *)p; }
SD_INLINE void SD_FN(store)(float *p, SD_VEC v) { *(SD_VEC *)p = v; }

// y = x where x > 0, else slope · x: slope 1 is no activation, 0 is ReLU, between them leaky ReLU. NaN stays NaN.
SD_INLINE SD_VEC SD_FN(activate)(SD_VEC x, float slope) {
  typedef int32_t mask __attribute__((vector_size(SD_VECTOR_BYTES)));
  mask positive = x > 0.0f;
  return (SD_VEC)(((mask)x & positive) | ((mask)(x * slope) & ~positive));
}

SD_INLINE void SD_FN(multiply_tile)(
    SD_VEC acc[SD_TILE_ROWS][SD_PARTS], const float *const *rows, int channels, const float *weights) {
  const float *row[SD_TILE_ROWS];
  for (int i = 0; i < SD_TILE_ROWS; i++) row[i] = rows[i];
  for (long c = 0; c < channels; c++, weights += 16) {
    SD_VEC w[SD_PARTS];
    for (int v = 0; v < SD_PARTS; v++) w[v] = SD_FN(load)(weights + v * SD_LANES);
    for (int i = 0; i < SD_TILE_ROWS; i++)
      for (int v = 0; v < SD_PARTS; v++) acc[i][v] += row[i][c] * w[v];
  }
}
