// Cost volumes in bytes, and semi-global matching over them: the contract, in the style of kernels.h.
//
// A volume is [height][width][depth] bytes; depth is the number of planes rounded up to a multiple of SD_COST_LANES. The cost
// of plane k is cell k, 0 ... 254; SD_NO_COST where there is none, and in the planes beyond the last.

#ifndef STEREODEPTH_VOLUME_KERNELS_H
#define STEREODEPTH_VOLUME_KERNELS_H

#include "kernels.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
  SD_COST_LANES = 16,
  SD_GREATEST_COST = 254,
  SD_NO_COST = 255,
  // Path costs and their sums: none.
  SD_NO_SUM = 65535,
  // Room before and behind the path costs of one pixel: a vector of 16 planes that begins at the last plane, read for its
  // first element, ends 15 values behind it.
  SD_PATH_ROOM = 16,
};

// A volume, its pair, and what changes of disparity cost by MC-CNN's rule. `right` is 1 where the volume lies on the right
// image's pixels: their partners are x + d, else x - d, with d = lower + k. `own` is the image that the volume lies on. A
// contrast of g gray levels is of kind own_kinds[g], other_kinds[g]: 0 below the rule's threshold, 1 at it, 2 above it;
// `outside` is the kind where a partner or its neighbour lies outside. Penalties by class: neither image has contrast, one
// has, both have; p1_slanted is P1 against the slant of the ground on vertical paths. No penalty exceeds 16129, so that
// sums of four paths fit; p1 <= p2.
struct sd_byte_semi_global {
  const uint8_t *costs;
  int width, height, depth, lower, right;
  const uint8_t *own, *other;
  ptrdiff_t own_stride, other_stride;
  uint8_t own_kinds[256], other_kinds[256], outside;
  uint16_t p1[3], p1_slanted[3], p2[3];
};

// Elements of 16 bits that the penalties of `columns` columns take: scratch memory of the two functions below.
size_t sd_byte_semi_global_scratch(int columns, int depth);

// Path costs of both horizontal paths of row y, added up: sums[x][k], SD_NO_SUM where there is no cost. `path` is scratch
// memory of depth + 2 * SD_PATH_ROOM, `scratch` that of `width` columns.
void sd_byte_semi_global_across(
    enum sd_isa isa, const struct sd_byte_semi_global *s, int y, uint16_t *sums, uint16_t *path, uint16_t *scratch);

// One row of the vertical paths in columns x0 ..< x1, downwards (dy = 1) or upwards (-1). path[x] holds depth + 2 *
// SD_PATH_ROOM values, the path costs of the row before from SD_PATH_ROOM on, and takes those of this row; least[x] is their
// least. A path begins where path and least hold SD_NO_SUM everywhere. Adds the path costs to sums[x][k] unless that is null.
void sd_byte_semi_global_along(
    enum sd_isa isa, const struct sd_byte_semi_global *s, int y, int dy, int x0, int x1, uint16_t *path, uint16_t *least,
    uint16_t *sums, uint16_t *scratch);

// What a pixel's sums say: the first plane of the least (SD_NO_SUM: none), that sum, the least sum more than one plane away
// from it (SD_NO_SUM: none), and the parabola's correction -(c - a) / (2 (a + c - 2 b)) of the plane, 0 at either end.
struct sd_winner {
  uint16_t plane, least, second, unused;
  float correction;
};
void sd_winners(enum sd_isa isa, uint16_t *sums, int pixels, int depth, int planes, struct sd_winner *winners);

// One row of a volume on the left image's pixels becomes that on the right one's: right[x][k] = left[x + lower + k][k].
void sd_reference_right(const uint8_t *left, int width, int depth, int lower, uint8_t *right);

// Cross-based aggregation, see cross_means.c: what a row of cells needs to know, for `planes` planes, a multiple of 16.
//
// before, after: arms of the row's pixels to the left and right (sums), or up and down (means), 0 ... the longest arm.
// other_before, other_after: arms of the partners; that of the pixel x's plane k lies at [first_partner + partner_step * x + k],
// and those whose partner lies outside the image are 0. A volume on the left image's pixels has partners from width - 1
// downwards (step -1), one on the right image's from 0 upwards (step 1).
struct sd_cross_row {
  const uint8_t *before, *after, *other_before, *other_after;
  int width, depth, planes, first_partner, partner_step;
};

// The longest arms of cells of bytes, and of path costs' sums: the sum over a region, 127 x 127 cells, stays below 2^31.
enum { SD_LONGEST_ARM = 127, SD_LONGEST_SUM_ARM = 63 };

// Horizontal sums of some rows, 16 bits each for cells of bytes and 32 for sums of path costs: that of row y is at
// [(y % rows) * row], [width][planes].
struct sd_cross_ring {
  const void *sums;
  const uint8_t *numbers;
  int rows;
  size_t row;
};

// Sums and numbers [width][planes] over the horizontal arms of costs [width][depth].
void sd_cross_sums(
    enum sd_isa isa, const struct sd_cross_row *row, const uint8_t *costs, uint16_t *sums, uint8_t *numbers);

// Replaces the costs [width][depth] of row y by the means over the vertical arms.
void sd_cross_means(
    enum sd_isa isa, const struct sd_cross_row *row, const struct sd_cross_ring *ring, int y, uint8_t *costs);

// Both for sums of path costs, SD_NO_SUM where there is none.
void sd_path_cross_sums(
    enum sd_isa isa, const struct sd_cross_row *row, const uint16_t *cells, uint32_t *sums, uint8_t *numbers);
void sd_path_cross_means(
    enum sd_isa isa, const struct sd_cross_row *row, const struct sd_cross_ring *ring, int y, uint16_t *cells);

// One row of costs [width][count] in bytes: (cost - offset) * scale rounded, 0 ... 254; NaN is SD_NO_COST.
void sd_costs_to_bytes(
    enum sd_isa isa, const float *costs, int width, int count, int depth, float offset, float scale, uint8_t *out);

// MC-CNN's join of one row (see sd_cosine_join) straight to bytes: (-product - offset) * scale rounded, 0 ... 254. Writes
// every cell. The same scratch memory.
void sd_cosine_join_to_bytes(
    enum sd_isa isa, int width, int channels, int lower, int count, const float *left, const float *right, int pixel,
    int depth, float offset, float scale, uint8_t *out, float *scratch);

// The Gaussian mean of the neighbours that differ by less than `threshold`, for row y of a map with holes (1e30): weight
// weights[|dy|] * weights[|dx|], distances up to `radius`. Holes stay. `sums` is scratch memory of 2 * width floats.
void sd_bilateral_row(
    enum sd_isa isa, const float *map, int width, int height, ptrdiff_t stride, int y, const float *weights, int radius,
    float threshold, float *out, float *sums);

#ifdef __cplusplus
}
#endif

#endif
