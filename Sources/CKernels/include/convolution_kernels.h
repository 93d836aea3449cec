// The contract of the neural-network kernels; the rules of kernels.h hold here too.
//
// Activations lie channels innermost: element (z, y, x, c) of a volume is data[((z · height + y) · width + x) · pixel + c].
// `pixel`, the floats from one pixel to the next, is 1 for a single channel, and otherwise a multiple of 16 at least the
// channel count; lanes between the channel count and the next multiple of 16 hold zeros. A plane is a volume of depth 1.
// Concatenation along channels is writing into a channel range of a wider volume.
//
// Work is cut into items whose size does not depend on the number of threads; an item writes its own pixels only and
// computes each of them in one fixed order, so results have the same bits however the items are dealt out.

#ifndef STEREODEPTH_CONVOLUTION_KERNELS_H
#define STEREODEPTH_CONVOLUTION_KERNELS_H

#include "kernels.h"

#ifdef __cplusplus
extern "C" {
#endif

struct sd_extent {
  int depth, height, width;
  int pixel;
};

// What follows the sum of products: y = f(sum + bias[c] + residual[pixel, c]), f(v) = v if v > 0, else slope · v.
// `bias` has a multiple of 16 floats. `residual` may be null; it has the output's depth, height and width.
struct sd_epilogue {
  const float *bias;
  const float *residual;
  int residual_pixel;
  float slope;
};

// MARK: - Winograd convolution, 3×3 and 3×3×3, stride 1

// F(4×4, 3×3) and F(4×4×4, 3×3×3) with the points 0, ±5/8, ±3/2, ∞ (Lavin & Gray, CVPR 2016; points chosen for a small
// rounding error). `spatial` is 2 or 3; with 2, depth is 1. With 3, depth is padded by one plane of zeros at both ends.
// Dilation is over height and width: the image is taken as dilation² interleaved images.
// With spatial 2 and dilation 1, in_step s > 1 means that the input is taken as s² interleaved images (rows of images first)
// whose channels stand one image behind the other: a convolution of stride s. out_step likewise gives s² interleaved images
// of the output: a transposed convolution. in_channels and out_channels count those of all images then, and each image has a
// multiple of 16; in.pixel and out.pixel are those of one image.
// An item is `tiles` 4×4 tiles times a run of planes, a multiple of four.
struct sd_winograd {
  struct sd_extent in, out;
  int spatial;
  int in_channels, out_channels;
  int pad_y, pad_x, dilation;
  int in_step, out_step;
  int tiles;
  const float *weights;
};

// Floats that the transformed weights take.
size_t sd_winograd_weight_floats(int spatial, int in_channels, int out_channels);

// Transforms the weights [out][in][3]…[3] of output channels 16 · block ..< 16 · block + 16 into `transformed`, each
// times `scale[out]` (null: 1). Computed in double precision.
void sd_winograd_transform_weights(
    int spatial, int in_channels, int out_channels, const float *weights, const float *scale, int block,
    float *transformed);

int sd_winograd_items(const struct sd_winograd *shape);
size_t sd_winograd_scratch_floats(const struct sd_winograd *shape);
void sd_winograd(
    enum sd_isa isa, const struct sd_winograd *shape, const struct sd_epilogue *epilogue, const float *in, float *out,
    int item, float *scratch);

// MARK: - Direct convolution

// One phase of a convolution given as a list of taps. Output pixel q of the phase lies at out_first + q · out_step and
// sums, over the taps t, the input pixel q · in_step + offset[t] (zero outside the input) times weights[t]. A strided
// convolution is one phase with out_step 1; a transposed convolution of stride s is s^n phases with out_step s, in_step 1.
// Weights: [out block of 16][tap][in][16].
struct sd_direct {
  struct sd_extent in, out;
  int in_channels, out_channels;
  int count[3], out_first[3], out_step[3], in_step[3];
  int taps;
  const int *offsets;
  const float *weights;
};

// An item is one row of a phase, count[0] · count[1] items. `few` computes at most four output channels by summing over
// the input channels in the vector's lanes (weights: [out][tap][in rounded up to 16]), and writes those alone if the
// output's pixel is 1, otherwise sixteen.
size_t sd_direct_scratch_floats(const struct sd_direct *shape);
void sd_direct(
    enum sd_isa isa, const struct sd_direct *shape, const struct sd_epilogue *epilogue, const float *in, float *out,
    int item, float *scratch);
void sd_direct_few(
    enum sd_isa isa, const struct sd_direct *shape, const struct sd_epilogue *epilogue, const float *in, float *out,
    int item, float *scratch);

// A planar convolution of few input channels, of at most SD_FEW_INPUT_ROWS rows of taps. Weights as for `direct`, the taps row by
// row. An item is a few output rows.
enum { SD_FEW_INPUT_ROWS = 16 };

struct sd_few_inputs {
  struct sd_extent in, out;
  int in_channels, out_channels;
  int kernel_y, kernel_x, stride_y, stride_x, pad_y, pad_x;
  const float *weights;
};

int sd_few_inputs_items(const struct sd_few_inputs *shape);
size_t sd_few_inputs_scratch_floats(const struct sd_few_inputs *shape);
void sd_few_inputs(
    enum sd_isa isa, const struct sd_few_inputs *shape, const struct sd_epilogue *epilogue, const float *in, float *out,
    int item, float *scratch);

// MARK: - The machine's limit

// Does `rounds` rounds of multiply-adds in registers and returns their number, one for each lane; adds to *sink, so that
// the work is not left out.
double sd_fma_peak(enum sd_isa isa, long rounds, float *sink);

#ifdef __cplusplus
}
#endif

#endif
