// The whole contract of the C kernels: one paragraph an operation.
//
// Every operation takes the instruction set as its first argument, so that tests sweep all of them and benchmarks name
// the one they ran. A kernel never allocates and never makes threads: the caller passes scratch memory and the band of
// rows to do. Rows of memory need no alignment. All instruction sets of one operation compute the same formula; integer
// operations give the same bits, floating-point ones may differ by rounding (fused multiply-add).

#ifndef STEREODEPTH_KERNELS_H
#define STEREODEPTH_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// MARK: - Instruction sets

// SD_PORTABLE: 128-bit vectors that every target of clang has (SSE2, NEON). SD_AVX2 includes FMA, F16C and BMI2.
// SD_AVX512 is F, BW, DQ and VL.
enum sd_isa { SD_PORTABLE = 0, SD_AVX2 = 1, SD_AVX512 = 2 };

enum { SD_ISA_COUNT = 3 };

// Non-zero if this processor and operating system run `isa`.
int sd_isa_available(enum sd_isa isa);

// The best instruction set this machine runs.
enum sd_isa sd_best_isa(void);

#ifdef __cplusplus
}
#endif

#endif
