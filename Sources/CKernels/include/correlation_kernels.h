// The contract of the kernels that the correlation networks (FlowNet, DispNet, iResNet) need beside convolution; the layout of
// convolution_kernels.h holds here too.

#ifndef STEREODEPTH_CORRELATION_KERNELS_H
#define STEREODEPTH_CORRELATION_KERNELS_H

#include "convolution_kernels.h"

#ifdef __cplusplus
extern "C" {
#endif

// MARK: - Correlation

// The products of every left pixel with the right pixels of a grid around it, averaged over the channels:
//
//     out(y, x)[i · columns + j] = f(1/C · Σ_c left(y, x)_c · right(y + first_y + i · step, x + first_x + j · step)_c)
//
// with i < rows, j < columns, zero outside the image, f(v) = v if v > 0, else slope · v. `map` describes the left map, of
// `channels` channels; pixels of the right one lie right_pixel floats apart. An item is one row of `out`.
struct sd_correlation {
  struct sd_extent map, out;
  int channels, right_pixel;
  int rows, columns, first_y, first_x, step;
  float slope;
};

void sd_correlation(
    enum sd_isa isa, const struct sd_correlation *shape, const float *left, const float *right, float *out, int item);

// MARK: - Warping

// Moves a map along its rows: out(y, x) = in(y, x + displacement(y, x)), linearly interpolated; zero where x + displacement
// lies outside 0 ≤ · < width; the upper neighbour stops at width − 1. With `reference` (not null, extents of `out`, pixels
// reference_pixel floats apart) out = |that − reference|. Displacements lie displacement_pixel floats apart. `channels`: floats of a
// pixel to fill, a multiple of 16. An item is one row.
struct sd_warp {
  struct sd_extent in, out;
  int channels, displacement_pixel, reference_pixel;
};

void sd_warp(
    enum sd_isa isa, const struct sd_warp *shape, const float *in, const float *displacement, const float *reference,
    float *out, int item);

// MARK: - Resampling by tables

// Along one axis, output sample i is Σ_k weights[i · taps + k] · in(first[i] + k), k < taps; all of these lie inside.
struct sd_tap_axis {
  const int *first;
  const float *weights;
  int taps;
};

// Separable resampling of a plane over height and width. `channels`: floats of a pixel to fill, 1 or a multiple of 16. An
// item is one output row.
struct sd_tap_resampling {
  struct sd_extent in, out;
  int channels;
  struct sd_tap_axis y, x;
};

size_t sd_tap_resampling_scratch_floats(const struct sd_tap_resampling *shape);
void sd_tap_resampling(
    enum sd_isa isa, const struct sd_tap_resampling *shape, const float *in, float *out, int item, float *scratch);

#ifdef __cplusplus
}
#endif

#endif
