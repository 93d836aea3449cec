// The contract of the neural-network kernels other than convolution; the layout of convolution_kernels.h holds here too.

#ifndef STEREODEPTH_LAYER_KERNELS_H
#define STEREODEPTH_LAYER_KERNELS_H

#include "convolution_kernels.h"

#ifdef __cplusplus
extern "C" {
#endif

// MARK: - Pooling

// Average (maximum 0) or maximum (1) of windows over height and width. Outside the image lie zeros for the average, which
// divides by the whole window if `count_padding`, otherwise by the pixels inside, and nothing for the maximum. Windows
// that do not fit are dropped by the choice of out. `channels`: floats of a pixel to fill, 1 or a multiple of 16. An item is one output row, depth · height of them.
struct sd_pooling {
  struct sd_extent in, out;
  int channels, kernel_y, kernel_x, stride_y, stride_x, pad_y, pad_x;
  int maximum, count_padding;
};

void sd_pool(enum sd_isa isa, const struct sd_pooling *shape, const float *in, float *out, int item);

// MARK: - Resampling

// Linear interpolation over depth, height and width. Source coordinate of output i: i · (n − 1)/(m − 1) with
// `align_corners` (0 if m = 1), else max(0, (i + ½) · n/m − ½); the upper neighbour stops at n − 1. An item is one output
// row, depth · height of them.
struct sd_resampling {
  struct sd_extent in, out;
  int channels, align_corners;
};

void sd_resize(enum sd_isa isa, const struct sd_resampling *shape, const float *in, float *out, int item);

// Upsampling of scores as sd_resize does it, p = softmax(sign · score) over depth, mean and standard deviation of the depth
// index, one output row at a time: mean = Σ_k k p_k, spread² = Σ_k p_k (k − mean)². Both extents have pixel 1; the two
// maps are height × width. The greatest score of a pixel is subtracted before the exponential. An item is one output row.
size_t sd_soft_argmin_scratch_floats(const struct sd_resampling *shape);
void sd_soft_argmin(
    enum sd_isa isa, const struct sd_resampling *shape, float sign, const float *in, float *mean, float *spread, int item,
    float *scratch);

// MARK: - Volumes of two feature maps

// The concatenation volume: plane d holds left(y, x) in its first channels and right(y, x − d) in the following ones, zero
// where x < d (the left half only if `mask_left`). Maps are planes of `channels` channels; an item is one row of `out`.
void sd_concatenation_volume(
    const struct sd_extent *map, const struct sd_extent *out, int channels, int mask_left, const float *left,
    const float *right, float *volume, int item);

// One row of a volume made of two maps, out(d, y, x) = f(left(y, x)[c + lefts[x]] + right(y, x − d + shift)[c + rights[x]]):
// the first convolution over a concatenation volume, separated. A negative lefts[x] or a column x − d + shift < 0 adds
// nothing. `left` and `right` point at the row; the two pixels are the floats from column to column. f: see sd_epilogue,
// without residual.
void sd_shifted_sum(
    enum sd_isa isa, int width, int channels, int shift, const float *left, int left_pixel, const int *lefts,
    const float *right, int right_pixel, const int *rights, const struct sd_epilogue *epilogue, float *out,
    int out_pixel);

// MC-CNN's join of one row: out[x][k] = -sum_c left[x][c] * right[x - lower - k][c] for k < count. Cells whose right pixel
// lies outside are left as they are. Pixels of both rows lie `pixel` floats apart; `out` is width * count.
size_t sd_cosine_join_scratch_floats(int width, int channels);
void sd_cosine_join(
    enum sd_isa isa, int width, int channels, int lower, int count, const float *left, const float *right, int pixel,
    float *out, float *scratch);

// MARK: - Element by element

// out = f(a + b) for n floats, f(v) = v if v > 0, else slope · v; `b` may be null.
void sd_add(enum sd_isa isa, const float *a, const float *b, float slope, float *out, size_t n);

// out = 1 / (1 + exp(−in)) for n floats.
void sd_sigmoid(enum sd_isa isa, const float *in, float *out, size_t n);

// Every pixel's channels divided by max(√Σ in², floor).
void sd_normalise(
    enum sd_isa isa, const float *in, float *out, size_t pixels, int channels, int pixel, float floor);

// softmax over every pixel's channels; the lanes beyond become 0.
void sd_softmax(enum sd_isa isa, const float *in, float *out, size_t pixels, int channels, int pixel);

#ifdef __cplusplus
}
#endif

#endif
