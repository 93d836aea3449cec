// The contract of GA-Net's kernels (Zhang et al., CVPR 2019); the layout of convolution_kernels.h holds here too.

#ifndef STEREODEPTH_GUIDED_KERNELS_H
#define STEREODEPTH_GUIDED_KERNELS_H

#include "convolution_kernels.h"

#ifdef __cplusplus
extern "C" {
#endif

// MARK: - Semi-global guided aggregation

// Along each of four directions r (0 down, 1 up, 2 right, 3 left), for every channel by itself, q the pixel before p:
//
//     A(p, d) = w0 C(p, d) + w1 A(q, d) + w2 A(q, d − 1) + w3 A(q, d + 1) + w4 max_k A(q, k)
//
// A term whose A does not exist (first pixel of the direction, d beyond the planes) takes C(p, d) instead. The result is the
// greatest of the four, then, with `scale`, max(0, scale[c] · v + shift[c]). The weights of a pixel lie at
// guidance + pixel · guidance_pixel as [4 directions][5 taps][lanes]; they are divided by max(Σ|w|, 1e-12) over the taps
// here. `lanes` is the channel count rounded up to 16; scale and shift have as many. `in` and `out` are different memory.
struct sd_semi_global {
  struct sd_extent in, out;
  int lanes, guidance_pixel;
  const float *scale, *shift;
};

// The rows first, then the columns. sd_semi_global_rows writes the greater of right and left for the row `item` of
// height; sd_semi_global_columns adds down and up for the strip `item` of sd_semi_global_strips. With V the bytes of the
// volume, the memory traffic is at least 2 V (read once, written once); the two passes move 9 V: the rows read it and write
// (and, before, fetch) the result, V each, down and up each read the volume and read and write the result.
int sd_semi_global_strips(const struct sd_semi_global *shape);
size_t sd_semi_global_scratch_floats(const struct sd_semi_global *shape);
void sd_semi_global_rows(
    enum sd_isa isa, const struct sd_semi_global *shape, const float *guidance, const float *in, float *out, int item,
    float *scratch);
void sd_semi_global_columns(
    enum sd_isa isa, const struct sd_semi_global *shape, const float *guidance, const float *in, float *out, int item,
    float *scratch);

// MARK: - Local guided aggregation

enum {
  // Neighbours of a pixel along a row or column, itself included.
  SD_LOCAL_SIDE = 5,
  // Weights of a pixel: three disparities, five rows, five columns.
  SD_LOCAL_TAPS = 75,
};

// out(p, d) = Σ over (δ, dy, dx) of w(p; δ, dy, dx) · in(p + (dy, dx), d + δ), δ = −1 … 1, dy, dx = −2 … 2, tap order (δ, dy, dx).
// A tap outside the image or the planes takes in(p, d). Disparities are the channels: in and out are planes of `depth` channels.
// The 75 weights of a pixel lie at guidance + pixel · guidance_pixel and are divided by max(Σ|w|, 1e-12) here. An item is
// one row. At least 2 · 4 bytes move for each value; 75 multiply-adds each make it bound by arithmetic, not by memory.
struct sd_local_guided {
  int height, width, depth;
  int pixel, guidance_pixel;
};

void sd_local_guided(
    enum sd_isa isa, const struct sd_local_guided *shape, const float *guidance, const float *in, float *out, int item);

// MARK: - Regression with local guided aggregation

// Disparities from coarse scores, GA-Net's head. The scores s are interpolated (corners not aligned, see sd_resize) to
// depth × height × width, aggregated twice with `first`, turned into p = softmax(−s), aggregated twice with `second`; then
//
//     d = Σ_k k p_k / Σ_k |p_k|,     spread² = Σ_k |p_k| (k − d)² / Σ_k |p_k|     (divisors at least 1e-12)
//
// An item is a tile of the image; nothing of depth × height × width is stored but rows of a tile. `scores` has pixel 1. Either
// map has width · height floats.
struct sd_guided_regression {
  struct sd_extent scores;
  int height, width, depth;
  int first_pixel, second_pixel;
};

int sd_guided_regression_items(const struct sd_guided_regression *shape);
size_t sd_guided_regression_scratch_floats(const struct sd_guided_regression *shape);
void sd_guided_regression(
    enum sd_isa isa, const struct sd_guided_regression *shape, const float *scores, const float *first,
    const float *second, float *disparity, float *spread, int item, float *scratch);

#ifdef __cplusplus
}
#endif

#endif
