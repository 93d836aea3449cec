// Remapping: pictures sampled at places that a table tells. See kernels.h for what all kernels keep to.
#pragma once

#include "kernels.h"

// MARK: - Remapping

// Where one pixel comes from: between columns x and x + 1 and rows y and y + 1 of the source, at shares of 1/32768 towards the
// second ones. All four samples lie inside, so x + 1 < width and y + 1 < height. SD_REMAP_NONE in `right`: from nowhere, and x and
// y are 0. Little-endian machines only where samples have one byte (their pairs are loaded as one number).
struct sd_remap_place {
  uint16_t x, y;
  uint16_t right, below;
};

#define SD_REMAP_NONE 0xFFFF
#define SD_REMAP_ONE 32768

enum sd_remap_interpolation { SD_REMAP_BILINEAR, SD_REMAP_BICUBIC };

// Extents and kinds. `channels` 1 to 4 samples a pixel, interleaved; `sample_bytes` 1 or 2 (the machine's byte order); strides in
// bytes. `fine` places a direction make a pixel, whose mean it gets; 1 for plain remapping.
struct sd_remap {
  int width, height, source_width, source_height;
  int channels, sample_bytes, fine;
  size_t source_stride, out_stride;
};

// One row of the picture: out(row, ·) from `places`, of which a row has width · fine and a picture height · fine rows. Pixels from
// nowhere, or with one place of nowhere, become 0. The same bits for every instruction set: all arithmetic is in integers but the
// bicubic weights (Keys, a = −0.75, as OpenCV's INTER_CUBIC), whose sums are not contracted. Samples beyond the edges repeat
// the edge.
void sd_remap(
    enum sd_isa isa, const struct sd_remap *shape, enum sd_remap_interpolation interpolation, const uint8_t *source,
    const struct sd_remap_place *places, uint8_t *out, int row);
