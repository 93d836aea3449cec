// Vectors of unsigned bytes for one instruction set: included by a body that every_isa.h compiles (see there), never on
// its own. Each name carries the suffix of the instruction set; the short macros below hide it inside the body.

#if defined(__x86_64__)
#include <immintrin.h>
#endif
#if defined(__aarch64__)
#include <arm_neon.h>
#endif

#define SD_LANES SD_VECTOR_BYTES
#define SD_BYTES SD_FN(bytes_t)
#define SD_LOAD SD_FN(load_bytes)
#define SD_STORE SD_FN(store_bytes)
#define SD_SPLAT SD_FN(splat_byte)
#define SD_HALF SD_FN(half_of_bytes)
#define SD_LANES_UP SD_FN(lanes_up_one)
#define SD_LANES_DOWN SD_FN(lanes_down_one)
#define SD_LEAST_EVERYWHERE SD_FN(least_byte_everywhere)
#define SD_EQUAL_BITS SD_FN(equal_lanes)
#define SD_HAMMING4 SD_FN(nibble_hamming)

typedef uint8_t SD_BYTES __attribute__((vector_size(SD_VECTOR_BYTES)));

SD_INLINE SD_BYTES SD_LOAD(const uint8_t *p) {
  SD_BYTES v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}

SD_INLINE void SD_STORE(uint8_t *p, SD_BYTES v) { __builtin_memcpy(p, &v, sizeof v); }

SD_INLINE SD_BYTES SD_SPLAT(uint8_t b) { return (SD_BYTES){} + b; }

// Half of every lane, rounded up: one instruction, the average with 0.
SD_INLINE SD_BYTES SD_HALF(SD_BYTES v) {
  typedef uint16_t words __attribute__((vector_size(2 * SD_VECTOR_BYTES)));
  return __builtin_convertvector((__builtin_convertvector(v, words) + 1) >> 1, SD_BYTES);
}

// Lane l becomes lane l − 1; lane 0 becomes 255.
SD_INLINE SD_BYTES SD_LANES_UP(SD_BYTES v) {
#if SD_VECTOR_BYTES == 32
  __m256i low = _mm256_inserti128_si256(_mm256_set1_epi8(-1), _mm256_castsi256_si128((__m256i)v), 1);
  return (SD_BYTES)_mm256_alignr_epi8((__m256i)v, low, 15);
#elif SD_VECTOR_BYTES == 64
  __m512i low = _mm512_alignr_epi64((__m512i)v, _mm512_set1_epi8(-1), 6);
  return (SD_BYTES)_mm512_alignr_epi8((__m512i)v, low, 15);
#else
  return __builtin_shufflevector(v, SD_SPLAT(255), 16, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14);
#endif
}

// Lane l becomes lane l + 1; the last lane becomes 255.
SD_INLINE SD_BYTES SD_LANES_DOWN(SD_BYTES v) {
#if SD_VECTOR_BYTES == 32
  __m256i high = _mm256_inserti128_si256(_mm256_set1_epi8(-1), _mm256_extracti128_si256((__m256i)v, 1), 0);
  return (SD_BYTES)_mm256_alignr_epi8(high, (__m256i)v, 1);
#elif SD_VECTOR_BYTES == 64
  __m512i high = _mm512_alignr_epi64(_mm512_set1_epi8(-1), (__m512i)v, 2);
  return (SD_BYTES)_mm512_alignr_epi8(high, (__m512i)v, 1);
#else
  return __builtin_shufflevector(v, SD_SPLAT(255), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
#endif
}

// The least lane, in every lane: it stays among the vectors, which is shorter than the way through a byte.
SD_INLINE SD_BYTES SD_LEAST_EVERYWHERE(SD_BYTES v) {
#if SD_VECTOR_BYTES >= 32
#if SD_VECTOR_BYTES == 64
  __m256i h = _mm256_min_epu8(_mm512_castsi512_si256((__m512i)v), _mm512_extracti64x4_epi64((__m512i)v, 1));
#else
  __m256i h = (__m256i)v;
#endif
  __m128i m = _mm_min_epu8(_mm256_castsi256_si128(h), _mm256_extracti128_si256(h, 1));
  // The high byte of every pair becomes 0, the low byte the smaller of both: PHMINPOSUW then compares 16-bit lanes.
  m = _mm_minpos_epu16(_mm_min_epu8(m, _mm_srli_epi16(m, 8)));
#if SD_VECTOR_BYTES == 64
  return (SD_BYTES)_mm512_broadcastb_epi8(m);
#else
  return (SD_BYTES)_mm256_broadcastb_epi8(m);
#endif
#else
  return SD_SPLAT(__builtin_reduce_min(v));
#endif
}

// Bit l is set where lane l of both is equal.
SD_INLINE uint64_t SD_EQUAL_BITS(SD_BYTES a, SD_BYTES b) {
#if SD_VECTOR_BYTES == 64
  return _mm512_cmpeq_epi8_mask((__m512i)a, (__m512i)b);
#elif SD_VECTOR_BYTES == 32
  return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8((__m256i)a, (__m256i)b));
#elif defined(__x86_64__)
  return (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8((__m128i)a, (__m128i)b));
#else
  typedef uint8_t eight __attribute__((vector_size(8)));
  const SD_BYTES weights = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
  SD_BYTES bits = (SD_BYTES)(a == b) & weights;
  eight low = __builtin_shufflevector(bits, bits, 0, 1, 2, 3, 4, 5, 6, 7);
  eight high = __builtin_shufflevector(bits, bits, 8, 9, 10, 11, 12, 13, 14, 15);
  return (uint64_t)__builtin_reduce_or(low) | (uint64_t)__builtin_reduce_or(high) << 8;
#endif
}

// The number of bits in which every lane of `nibbles` (0…15) differs from the nibble n, where the shuffling instruction
// looks it up in `table`, the 16 counts popcount(n ^ 0), …, popcount(n ^ 15), or counts.
SD_INLINE SD_BYTES SD_HAMMING4(const uint8_t *table, uint8_t n, SD_BYTES nibbles) {
  (void)table, (void)n;
#if SD_VECTOR_BYTES == 64
  __m512i t = _mm512_broadcast_i32x4(_mm_load_si128((const __m128i *)table));
  return (SD_BYTES)_mm512_shuffle_epi8(t, (__m512i)nibbles);
#elif SD_VECTOR_BYTES == 32
  __m256i t = _mm256_broadcastsi128_si256(_mm_load_si128((const __m128i *)table));
  return (SD_BYTES)_mm256_shuffle_epi8(t, (__m256i)nibbles);
#elif defined(__aarch64__)
  return (SD_BYTES)vqtbl1q_u8(vld1q_u8(table), (uint8x16_t)nibbles);
#else
  return __builtin_elementwise_popcount(nibbles ^ SD_SPLAT(n));
#endif
}
