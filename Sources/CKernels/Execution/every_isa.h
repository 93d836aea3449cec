// Compiles one body for every instruction set.
//
// An operation's file defines SD_BODY as its path below CKernels and includes this header; the header includes the file again once
// for each instruction set with these macros set:
//
//     SD_FN(name)       name_portable, name_avx2, name_avx512: what the body calls its functions
//     SD_VECTOR_BYTES   16, 32, 64: the natural vector of the instruction set
//
//     #ifndef SD_BODY
//     #define SD_BODY "sum.c"
//     #include "Execution/every_isa.h"
//     static sd_sum_fn *const table[SD_ISA_COUNT] = SD_TABLE(sum);
//     float sd_sum(enum sd_isa isa, const float *x, size_t n) { return table[isa](x, n); }
//     #else
//     static float SD_FN(sum)(const float *x, size_t n) { … }
//     #endif
//
// Where 512 bits do not pay, the file defines SD_WIDEST_BYTES as 32 and the AVX-512 entry of its tables is the body for AVX2.
// That is so for work in steps of eight or sixteen narrow numbers that ends in a scalar every few vectors (byte_semi_global.c,
// module_scores.c, path_evidence.c): measured on Ice Lake, whose loads of 64 bytes come at little more than one a cycle. A
// single function of that kind (direct_few) has SD_TABLE_256 and is left out of the body where SD_VECTOR_BYTES is 64.
//
// On a processor that is not x86-64 only the portable body exists and the table holds it three times.
//
// What a body and the headers that it includes define for themselves is forgotten here before the next instruction set: a new
// name of that kind joins the list below.

#ifndef SD_SUFFIX

#include "kernels.h"

#define SD_JOIN_(a, b) a##_##b
#define SD_JOIN(a, b) SD_JOIN_(a, b)
#define SD_FN(name) SD_JOIN(name, SD_SUFFIX)
#define SD_INLINE static inline __attribute__((always_inline))

#define SD_SUFFIX portable
#define SD_VECTOR_BYTES 16
#include "Execution/every_isa.h"

#if defined(__x86_64__)

#pragma clang attribute push(__attribute__((target("avx2,fma,f16c,bmi,bmi2,popcnt"))), apply_to = function)
#define SD_SUFFIX avx2
#define SD_VECTOR_BYTES 32
#include "Execution/every_isa.h"
#pragma clang attribute pop

#define SD_TABLE_256(name) {name##_portable, name##_avx2, name##_avx2}

#if defined(SD_WIDEST_BYTES) && SD_WIDEST_BYTES < 64

#define SD_TABLE SD_TABLE_256

#else

#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,f16c,bmi,bmi2,popcnt"))), \
    apply_to = function)
#define SD_SUFFIX avx512
#define SD_VECTOR_BYTES 64
#include "Execution/every_isa.h"
#pragma clang attribute pop

#define SD_TABLE(name) {name##_portable, name##_avx2, name##_avx512}

#endif

#else

#define SD_TABLE(name) {name##_portable, name##_portable, name##_portable}
#define SD_TABLE_256 SD_TABLE

#endif

#else

// One instruction set.
#include SD_BODY
#undef SD_SUFFIX
#undef SD_VECTOR_BYTES
#undef SD_LANES
#undef SD_PARTS
#undef SD_TILE_ROWS
#undef SD_TILE_BLOCKS
#undef SD_TILE_VECTORS
#undef SD_VEC
#undef SD_FOUR
#undef SD_WHOLE
#undef SD_EIGHT
#undef SD_ROW
#undef SD_LATER
#undef SD_EARLIER
#undef SD_BYTES
#undef SD_LOAD
#undef SD_STORE
#undef SD_SPLAT
#undef SD_HALF
#undef SD_LANES_UP
#undef SD_LANES_DOWN
#undef SD_LEAST_EVERYWHERE
#undef SD_EQUAL_BITS
#undef SD_HAMMING4
#undef SD_WORDS
#undef SD_SMALL
#undef SD_LONGS
#undef SD_REALS
#undef SD_FLAGS
#undef SD_FLOATS
#undef SD_MASK
#undef SD_CELL_VECTOR
#undef SD_SUM_VECTOR
#undef SD_NUMBER_VECTOR

#endif
