// eˣ in vectors, included by a kernel's body after tile_multiply.h.
//
//     eˣ = 2ⁿ · e^r,  n = round(x / ln 2),  r = x − n ln 2 ∈ [−0.347, 0.347]
//
// e^r by its Taylor polynomial of degree 6, whose first left-out term is below 1.2e-7 on that interval. n is made by adding
// 1.5 · 2²³, which leaves it in the low bits of the sum. x is cut to −87 … 88, where the result is a normal number.

SD_INLINE SD_VEC SD_FN(exponential)(SD_VEC x) {
  typedef int32_t bits __attribute__((vector_size(SD_VECTOR_BYTES)));
  const float rounder = 12582912.0f;
  // In this order NaN stays NaN.
  x = -SD_FN(greater)((SD_VEC){0} - 88.0f, -SD_FN(greater)((SD_VEC){0} - 87.0f, x));
  SD_VEC t = x * 1.44269504f + rounder;
  SD_VEC n = t - rounder;
  SD_VEC r = x - n * 0.693359375f;
  r = r + n * 2.12194440e-4f;
  SD_VEC p = r * (1.0f / 720) + (1.0f / 120);
  p = p * r + (1.0f / 24);
  p = p * r + (1.0f / 6);
  p = p * r + 0.5f;
  p = p * r + 1.0f;
  p = p * r + 1.0f;
  return (SD_VEC)((bits)p + (((bits)t) << 23));
}
