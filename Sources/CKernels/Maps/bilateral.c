// The bilateral filter of MC-CNN on one row: a Gaussian mean of the neighbours with a similar disparity.
//
//     D'(p) = D(p) + Σ_q g(q − p) (D(q) − D(p)) / Σ_q g(q − p),   |D(q) − D(p)| < t
//
// Vectors of neighbours, one distance after the other: seven instructions for every distance and vector. A hole is so great
// that it differs from every disparity, and finite, so that its weight of 0 takes it out. With σ = 7.74 that
// are 49² distances, 1.1·10⁹ for a KITTI frame: the most work of the refinement.

#ifndef SD_BODY
#define SD_BODY "Maps/bilateral.c"
#include "volume_kernels.h"

// What holes are at least.
#define SD_HOLE 1e30f

typedef void bilateral_fn(
    const float *, int, int, ptrdiff_t, int, const float *, int, float, float *, float *);

#include "Execution/every_isa.h"

static bilateral_fn *const bilateral_table[SD_ISA_COUNT] = SD_TABLE(bilateral_row);

void sd_bilateral_row(
    enum sd_isa isa, const float *map, int width, int height, ptrdiff_t stride, int y, const float *weights, int radius,
    float threshold, float *out, float *sums) {
  bilateral_table[isa](map, width, height, stride, y, weights, radius, threshold, out, sums);
}

#else

#define SD_LANES (SD_VECTOR_BYTES / 4)
#define SD_FLOATS SD_FN(floats_t)
#define SD_MASK SD_FN(mask_t)
typedef float SD_FLOATS __attribute__((vector_size(SD_VECTOR_BYTES), aligned(4)));
typedef int32_t SD_MASK __attribute__((vector_size(SD_VECTOR_BYTES)));

SD_INLINE SD_FLOATS SD_FN(load)(const float *p) { return *(const SD_FLOATS *)p; }

// One row of neighbours at the columns x ... x + LANES - 1, all of whose neighbours at up to `radius` lie in the image: the
// sum of weight times difference, and that of weights.
SD_INLINE void SD_FN(add_inside)(
    const float *row, SD_FLOATS centre, int x, const float *weights, float factor, int radius, float threshold,
    SD_FLOATS *sum, SD_FLOATS *total) {
  SD_FLOATS sums = *sum, totals = *total;
  for (int dx = -radius; dx <= radius; dx++) {
    const SD_FLOATS difference = SD_FN(load)(row + x + dx) - centre;
    const SD_MASK near = (SD_MASK)(__builtin_elementwise_abs(difference) < threshold);
    const SD_FLOATS weight = (SD_FLOATS)(near & (SD_MASK)((SD_FLOATS){} + factor * weights[dx < 0 ? -dx : dx]));
    sums += weight * difference;
    totals += weight;
  }
  *sum = sums;
  *total = totals;
}

static void SD_FN(bilateral_row)(
    const float *map, int width, int height, ptrdiff_t stride, int y, const float *weights, int radius, float threshold,
    float *out, float *sums) {
  float *totals = sums + width;
  const float *own = map + y * stride;
  for (int x = 0; x < width; x++) sums[x] = totals[x] = 0;
  const int top = y - radius > 0 ? y - radius : 0, bottom = y + radius < height - 1 ? y + radius : height - 1;
  for (int v = top; v <= bottom; v++) {
    const float *row = map + v * stride, factor = weights[v < y ? y - v : v - y];
    for (int x = 0; x < width; x++) {
      if (x >= radius && x + SD_LANES + radius <= width) {
        SD_FLOATS sum = SD_FN(load)(sums + x), total = SD_FN(load)(totals + x);
        SD_FN(add_inside)(row, SD_FN(load)(own + x), x, weights, factor, radius, threshold, &sum, &total);
        *(SD_FLOATS *)(sums + x) = sum;
        *(SD_FLOATS *)(totals + x) = total;
        x += SD_LANES - 1;
        continue;
      }
      const int first = x < radius ? -x : -radius, last = x + radius < width ? radius : width - 1 - x;
      for (int dx = first; dx <= last; dx++) {
        const float difference = row[x + dx] - own[x], weight = factor * weights[dx < 0 ? -dx : dx];
        if (difference < threshold && difference > -threshold) sums[x] += weight * difference, totals[x] += weight;
      }
    }
  }
  for (int x = 0; x < width; x++) out[x] = own[x] < SD_HOLE ? own[x] + sums[x] / totals[x] : own[x];
}

#endif
