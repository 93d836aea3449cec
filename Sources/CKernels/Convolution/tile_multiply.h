// The multiply-add tile that every convolution ends in; included by a kernel's body, once for each instruction set.
//
//     acc[i][·] += Σ_c rows[i][c] · weights[c][·]        i < SD_TILE_ROWS, 16 output channels a block
//
// A row is one pixel's channels (or one transformed tile's); sixteen output channels lie innermost in the packed weights.
// The accumulators fill the registers: 3 × 4 of 128 bits on x86-64 (6 × 4 where there are 32 registers), 6 × 2 of 256
// bits. These numbers of rows divide 12 and 48; those of 512 bits divide 48.
//
// 512 bits: measured on Ice Lake, a cycle takes two multiply-adds but little more than one load of 64 bytes or broadcast to
// as many, so that a tile of 12 × 1 would wait for its 13 loads. A tile there is 8 × up to three blocks of sixteen channels:
// 8 broadcasts and 3 loads for 24 multiply-adds (8 × 2: 10 for 16). Nothing is packed differently for it: the blocks lie
// `block_step` floats apart. A single block is done in halves of 256 bits, whose loads are twice as fast.

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#define SD_LANES (SD_VECTOR_BYTES / 4)
#define SD_PARTS (16 / SD_LANES)

#if SD_VECTOR_BYTES == 64
#define SD_TILE_BLOCKS 3
#else
#define SD_TILE_BLOCKS 1
#endif
#define SD_TILE_VECTORS (SD_TILE_BLOCKS * SD_PARTS)

#if SD_VECTOR_BYTES == 64
#define SD_TILE_ROWS 8
#elif SD_VECTOR_BYTES >= 32 || defined(__aarch64__)
#define SD_TILE_ROWS 6
#else
#define SD_TILE_ROWS 3
#endif

#define SD_VEC SD_FN(vec)
typedef float SD_VEC __attribute__((vector_size(SD_VECTOR_BYTES), aligned(4), may_alias));

SD_INLINE SD_VEC SD_FN(load)(const float *p) { return *(const SD_VEC *)p; }
SD_INLINE void SD_FN(store)(float *p, SD_VEC v) { *(SD_VEC *)p = v; }

// a where a > b, else b, so b where either is NaN: one instruction, which the comparison in vector notation is not.
SD_INLINE SD_VEC SD_FN(greater)(SD_VEC a, SD_VEC b) {
#if SD_VECTOR_BYTES == 64
  return (SD_VEC)_mm512_max_ps((__m512)a, (__m512)b);
#elif SD_VECTOR_BYTES == 32
  return (SD_VEC)_mm256_max_ps((__m256)a, (__m256)b);
#elif defined(__x86_64__)
  return (SD_VEC)_mm_max_ps((__m128)a, (__m128)b);
#else
  SD_VEC v;
  for (int l = 0; l < (int)SD_LANES; l++) v[l] = a[l] > b[l] ? a[l] : b[l];
  return v;
#endif
}

// y = x where x > 0, else slope · x: slope 1 is no activation, 0 is ReLU, between them leaky ReLU. NaN stays NaN.
SD_INLINE SD_VEC SD_FN(activate)(SD_VEC x, float slope) {
#if SD_VECTOR_BYTES == 64
  const __mmask16 others = _mm512_cmp_ps_mask((__m512)x, _mm512_setzero_ps(), _CMP_NGT_UQ);
  return (SD_VEC)_mm512_mask_mul_ps((__m512)x, others, (__m512)x, _mm512_set1_ps(slope));
#else
  typedef int32_t mask __attribute__((vector_size(SD_VECTOR_BYTES)));
  mask positive = x > 0.0f;
  return (SD_VEC)(((mask)x & positive) | ((mask)(x * slope) & ~positive));
#endif
}

// How many of the `left` blocks that remain the next tile takes: three where what then remains is not a single one.
SD_INLINE int SD_FN(tile_blocks)(int left) {
  if (SD_TILE_BLOCKS == 1 || left == 1) return 1;
  return left == 2 || left == 4 ? 2 : 3;
}

#if SD_VECTOR_BYTES == 64
// A single block: two halves of 256 bits.
SD_INLINE void SD_FN(multiply_halves)(
    SD_VEC acc[SD_TILE_ROWS][SD_TILE_VECTORS], const float *const row[SD_TILE_ROWS], int channels,
    const float *weights) {
  __m256 low[SD_TILE_ROWS], high[SD_TILE_ROWS];
  for (int i = 0; i < SD_TILE_ROWS; i++) {
    low[i] = _mm512_castps512_ps256((__m512)acc[i][0]);
    high[i] = _mm512_extractf32x8_ps((__m512)acc[i][0], 1);
  }
  for (long c = 0; c < channels; c++, weights += 16) {
    const __m256 first = _mm256_loadu_ps(weights), second = _mm256_loadu_ps(weights + 8);
    for (int i = 0; i < SD_TILE_ROWS; i++) {
      low[i] += row[i][c] * first;
      high[i] += row[i][c] * second;
    }
  }
  for (int i = 0; i < SD_TILE_ROWS; i++)
    acc[i][0] = (SD_VEC)_mm512_insertf32x8(_mm512_castps256_ps512(low[i]), high[i], 1);
}
#endif

// The channels begin ..< begin + channels of the rows; `weights` are those of channel `begin`. `blocks` is a constant at every call.
SD_INLINE void SD_FN(multiply_tile)(
    SD_VEC acc[SD_TILE_ROWS][SD_TILE_VECTORS], const float *const *rows, int begin, int channels, const float *weights,
    size_t block_step, const int blocks) {
  const float *row[SD_TILE_ROWS];
  for (int i = 0; i < SD_TILE_ROWS; i++) row[i] = rows[i] + begin;
#if SD_VECTOR_BYTES == 64
  if (blocks == 1) {
    SD_FN(multiply_halves)(acc, row, channels, weights);
    return;
  }
#endif
  for (long c = 0; c < channels; c++, weights += 16) {
    SD_VEC w[SD_TILE_VECTORS];
    for (int b = 0; b < blocks; b++)
      for (int v = 0; v < SD_PARTS; v++) w[b * SD_PARTS + v] = SD_FN(load)(weights + b * block_step + v * SD_LANES);
    for (int i = 0; i < SD_TILE_ROWS; i++)
      for (int v = 0; v < blocks * SD_PARTS; v++) acc[i][v] += row[i][c] * w[v];
  }
}
