// Convolution of few input channels: the first layers on images.
//
// An item packs the input rows that its output rows read without gaps between pixels and with the zeros around them. A row of
// taps then is one run of kernel_x · in_channels values, and the direct convolution sees kernel_y taps of so many channels: 7
// taps of 21 channels where it would see 49 of 3.

#include "convolution_kernels.h"
#include <string.h>

// Output rows of an item; neighbours share most of their input rows.
enum { SD_BAND = 4 };

static int packed_width(const struct sd_few_inputs *s) { return (s->out.width - 1) * s->stride_x + s->kernel_x; }
static int packed_rows(const struct sd_few_inputs *s) { return (SD_BAND - 1) * s->stride_y + s->kernel_y; }

static size_t packed_floats(const struct sd_few_inputs *s) {
  return ((size_t)packed_width(s) * packed_rows(s) * s->in_channels + 15) / 16 * 16;
}

// The direct convolution on packed rows, for output rows from `first`.
static struct sd_direct direct_on_rows(const struct sd_few_inputs *s, int first, int rows, const int *offsets) {
  return (struct sd_direct){
      .in = {1, (rows - 1) * s->stride_y + s->kernel_y, packed_width(s), s->in_channels},
      .out = s->out,
      .in_channels = s->in_channels * s->kernel_x,
      .out_channels = s->out_channels,
      .count = {1, rows, s->out.width},
      .out_first = {0, first, 0},
      .out_step = {1, 1, 1},
      .in_step = {1, s->stride_y, s->stride_x},
      .taps = s->kernel_y,
      .offsets = offsets,
      .weights = s->weights};
}

// Packs one input row (zeros if it lies outside), and the zeros on both sides.
static void pack_row(const struct sd_few_inputs *s, const float *in, int y, float *packed) {
  int width = packed_width(s), channels = s->in_channels;
  memset(packed, 0, (size_t)width * channels * sizeof(float));
  if (y < 0 || y >= s->in.height) return;
  const float *row = in + (size_t)y * s->in.width * s->in.pixel;
  int last = s->in.width < width - s->pad_x ? s->in.width : width - s->pad_x;
  for (int x = 0; x < last; x++)
    for (int c = 0; c < channels; c++)
      packed[(size_t)(x + s->pad_x) * channels + c] = row[(size_t)x * s->in.pixel + c];
}

int sd_few_inputs_items(const struct sd_few_inputs *s) { return (s->out.height + SD_BAND - 1) / SD_BAND; }

size_t sd_few_inputs_scratch_floats(const struct sd_few_inputs *s) {
  struct sd_direct rows = direct_on_rows(s, 0, SD_BAND, 0);
  return packed_floats(s) + sd_direct_scratch_floats(&rows);
}

void sd_few_inputs(
    enum sd_isa isa, const struct sd_few_inputs *s, const struct sd_epilogue *epilogue, const float *in, float *out,
    int item, float *scratch) {
  int first = item * SD_BAND, rows = s->out.height - first < SD_BAND ? s->out.height - first : SD_BAND;
  int offsets[3 * SD_FEW_INPUT_ROWS];
  for (int t = 0; t < s->kernel_y; t++) {
    offsets[3 * t] = offsets[3 * t + 2] = 0;
    offsets[3 * t + 1] = t;
  }
  struct sd_direct direct = direct_on_rows(s, first, rows, offsets);
  size_t row_floats = (size_t)packed_width(s) * s->in_channels;
  for (int y = 0; y < direct.in.height; y++)
    pack_row(s, in, first * s->stride_y - s->pad_y + y, scratch + y * row_floats);
  for (int y = 0; y < rows; y++)
    sd_direct(isa, &direct, epilogue, scratch, out, y, scratch + packed_floats(s));
}
