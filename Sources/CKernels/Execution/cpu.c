// Which instruction sets this machine has: the only file that asks.

#include "kernels.h"

int sd_isa_available(enum sd_isa isa) {
  switch (isa) {
  case SD_PORTABLE:
    return 1;
#if defined(__x86_64__)
  case SD_AVX2:
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c")
           && __builtin_cpu_supports("bmi2");
  case SD_AVX512:
    return sd_isa_available(SD_AVX2) && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
           && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
#endif
  default:
    return 0;
  }
}

enum sd_isa sd_best_isa(void) {
  if (sd_isa_available(SD_AVX512)) return SD_AVX512;
  if (sd_isa_available(SD_AVX2)) return SD_AVX2;
  return SD_PORTABLE;
}
