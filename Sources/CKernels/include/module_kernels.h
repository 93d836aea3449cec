// The contract of ModuleNet's kernels; the rules of kernels.h and the layout of convolution_kernels.h hold here too.
//
// Disparities come in modules of SD_MODULE candidates: index d is candidate d mod SD_MODULE of module d div SD_MODULE.
// A block is SD_BLOCK × SD_BLOCK pixels (fewer at the right and bottom border); maps of blocks have ⌈height / SD_BLOCK⌉ rows.

#ifndef STEREODEPTH_MODULE_KERNELS_H
#define STEREODEPTH_MODULE_KERNELS_H

#include "convolution_kernels.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
  SD_MODULE = 8,
  SD_BLOCK = 4,
  // Floats that a block's tensor, its scores and its posterior take for every module.
  SD_MODULE_TENSOR = 32,
  SD_MODULE_SCORES = 16,
  // Sums of path costs count at most this much above the least one, closeness to a winner at most this many pixels.
  SD_EVIDENCE_LIMIT = 127,
  SD_CLOSENESS_LIMIT = 8,
};

// Images of width × height and the modules that they are matched with. A block's tensor is SD_MODULE_TENSOR floats for
// every module, modules in a row: census distances, evidence of the left image, of the right image, closeness.
struct sd_modules {
  int width, height, modules;
};

// MARK: - Census distance tensor

// Census strings of row y of an image: bit k is I(y + dy1, x + dx1) < I(y + dy2, x + dx2), coordinates clamped to the
// image; `pattern` names 32 pairs dy1, dx1, dy2, dx2.
void sd_census_row(
    const uint8_t *image, ptrdiff_t stride, int width, int height, const int8_t *pattern, int y, uint32_t *strings);

// The census distance tensor, averaged over blocks: for disparity index d
//
//     out(block, d) = mean over the block's pixels (x, y) of popcount(left(x, y) ^ right(max(x − d, 0), y)) · scale
//
// An item is one row of blocks.
size_t sd_census_distance_scratch_bytes(const struct sd_modules *shape);
void sd_census_distance(
    enum sd_isa isa, const struct sd_modules *shape, const uint32_t *left, const uint32_t *right, float scale,
    float *out, int item, void *scratch);

// MARK: - Evidence of the summed path costs

// What sums S(x, d) of path costs say, seen from the left and from the right image, averaged over blocks:
//
//     L(x, d) = min(S(x, d) − min_k S(x, k), limit)          R(x, d) = min(S(x, d) − min_k S(x − d + k, k), limit)
//     left(block, d) = exp(−mean L / scale)                  right(block, d) = exp(−mean R / scale)
//
// R is L where the right pixel x − d lies outside. Both are 1 where d wins in every pixel of the block; a disparity that
// passes the left-right check has both. `sums` holds [height][width][SD_MODULE · modules] bytes and becomes L. `least`,
// `least_pixel` floats from block to block, gets the mean least sum of each block, divided by 64. An item is one row of
// blocks.
size_t sd_path_evidence_scratch_bytes(const struct sd_modules *shape);
void sd_path_evidence(
    enum sd_isa isa, const struct sd_modules *shape, uint8_t *sums, float scale, float *out, float *least,
    int least_pixel, int item, void *scratch);

// MARK: - Closeness to winners

// Closeness of every candidate to the winners of another method, averaged over blocks, and the share of labelled pixels:
//
//     out(block, d) = mean of −min(|d − winner|, SD_CLOSENESS_LIMIT) / 2
//     share(block)  = mean of 1 where label & bits ≠ 0, else 0
//
// `winners` and `labels` are [height][width]; `share_pixel` floats lie from block to block. An item is one row of blocks.
void sd_closeness(
    enum sd_isa isa, const struct sd_modules *shape, const float *winners, const uint8_t *labels, uint8_t bits,
    float *out, float *share, int share_pixel, int item);

// MARK: - Scores of modules

// A module's scores of a block are SD_MODULE_SCORES floats: SD_MODULE summands u, the score o of "out of my range", the
// gates g and h, zeros. With the evidence e of the left image and the closeness q the modules together say
//
//     z(k, c) = 4 σ(g) · ln e(k, c) + 4 σ(h) · q(k, c) + u(k, c) − o(k),   P = softmax of z over all modules and candidates
//
// `out` gets SD_MODULE_SCORES floats for every module of a block: P of its candidates, the mass of smaller disparities,
// that of greater ones, zeros. `scores_pixel` floats lie from block to block; 0: all blocks have the same scores. An item
// is one row of blocks.
void sd_module_posterior(
    enum sd_isa isa, const struct sd_modules *shape, const float *tensor, const float *scores, int scores_pixel,
    float *out, int item);

// Disparities of one row of pixels. Scores are interpolated linearly between the centres of blocks; with the bytes L(x, d)
// that sd_path_evidence left and the winners w(x)
//
//     z(x, d) = −4 σ(g) · L(x, d) / scale − 4 σ(h) · min(|d − w|, SD_CLOSENESS_LIMIT) / 2 + u − o,   P = softmax over d
//     disparity  = Σ d P(d) / Σ P(d) over |d − m| ≤ 2, m the first greatest P
//     confidence = that Σ P(d) · Σ_c P_k(c), the latter over module k of m alone, in a softmax that includes o
//
// An item is one row of pixels.
size_t sd_module_winners_scratch_floats(const struct sd_modules *shape);
void sd_module_winners(
    enum sd_isa isa, const struct sd_modules *shape, const uint8_t *evidence, float scale, const float *winners,
    const float *scores, float *disparities, float *confidence, int item, float *scratch);

#ifdef __cplusplus
}
#endif

#endif
