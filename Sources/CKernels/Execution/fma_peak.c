// How many multiply-adds a core can do: chains in registers, nothing from memory.

#ifndef SD_BODY
#define SD_BODY "Execution/fma_peak.c"
#include "convolution_kernels.h"
#include "Execution/every_isa.h"

typedef double fma_peak_fn(long, float *);
static fma_peak_fn *const fma_peak_table[SD_ISA_COUNT] = SD_TABLE(fma_peak);

double sd_fma_peak(enum sd_isa isa, long rounds, float *sink) { return fma_peak_table[isa](rounds, sink); }

#else

#include "Convolution/tile_multiply.h"

enum { SD_FN(chains) = 12 };

static double SD_FN(fma_peak)(long rounds, float *sink) {
  SD_VEC chain[SD_FN(chains)], factor, summand;
  for (int l = 0; l < (int)SD_LANES; l++) {
    factor[l] = 0.5f;
    summand[l] = 1.0f;
  }
  for (int i = 0; i < SD_FN(chains); i++) chain[i] = factor * (float)i;
  for (long r = 0; r < rounds; r++)
    for (int i = 0; i < SD_FN(chains); i++) chain[i] = chain[i] * factor + summand;
  for (int i = 1; i < SD_FN(chains); i++) chain[0] += chain[i];
  for (int l = 0; l < (int)SD_LANES; l++) *sink += chain[0][l];
  return (double)rounds * SD_FN(chains) * SD_LANES;
}

#endif
