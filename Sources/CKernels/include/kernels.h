// The contract of the C kernels, one paragraph an operation: what all of them share, the semi-global sweep and maps. Other kinds
// have a header each: volumes in bytes, convolution, layers, correlation, guided aggregation, ModuleNet.
//
// Every operation takes the instruction set as its first argument, so that tests sweep all of them and benchmarks name
// the one they ran. A kernel never allocates and never makes threads: the caller passes scratch memory and the band of
// rows to do. Rows of memory need no alignment. All instruction sets of one operation compute the same formula; integer
// operations give the same bits, floating-point ones may differ by rounding (fused multiply-add).

#ifndef STEREODEPTH_KERNELS_H
#define STEREODEPTH_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// MARK: - Instruction sets

// SD_PORTABLE: 128-bit vectors that every target of clang has (SSE2, NEON). SD_AVX2 includes FMA, F16C and BMI2.
// SD_AVX512 is F, BW, DQ and VL.
enum sd_isa { SD_PORTABLE = 0, SD_AVX2 = 1, SD_AVX512 = 2 };

enum { SD_ISA_COUNT = 3 };

// Non-zero if this processor and operating system run `isa`.
int sd_isa_available(enum sd_isa isa);

// The best instruction set this machine runs.
enum sd_isa sd_best_isa(void);

// MARK: - Semi-global sweep

enum {
  // The most bits of a census string.
  SD_SWEEP_BITS = 64,
  // The most disparities of a sweep: sixteenths of an index fill 16 bits.
  SD_SWEEP_DISPARITIES = 4095,
  // The most vectors of 16 bytes that they fill.
  SD_SWEEP_VECTORS = 256,
  // Marks a right pixel that no left pixel was compared with.
  SD_SWEEP_NONE = 65535,
};

// A rectified pair and how to match it. Disparity index d stands for least_disparity + d pixels: left (x, y) is compared
// with right (x - least_disparity - d, y), clamped to the image. `pattern` names `bits` (32 or 64) pairs dy1, dx1, dy2,
// dx2, each within +-8; p1 <= p2[g] <= 191 is the penalty of a step across a gray difference g of the left image.
// Outputs, `disparity_stride` elements a row: left disparities in sixteenths of an index, right ones too but whole
// (SD_SWEEP_NONE: never compared), the sum of the path costs of the left winner. `sums`, unless null, gets all sums of
// path costs, [height][width][disparities].
struct sd_sweep {
  const uint8_t *left, *right;
  ptrdiff_t left_stride, right_stride;
  int width, height, least_disparity, disparities;
  const int8_t *pattern;
  int bits;
  int paths;
  uint8_t p1;
  const uint8_t *p2;
  int settling_rows;
  uint16_t *left_disparities, *right_disparities;
  uint8_t *least_sums;
  ptrdiff_t disparity_stride;
  uint8_t *sums;
};

// Semi-global matching over rows y0 ..< y1. `paths` is 3: from above, left and right, in one sweep; 4: also from below;
// 8: also the diagonals. Paths that come from other rows begin settling_rows beyond the band. Ties go to the smaller
// disparity. Needs sd_sweep_scratch_bytes of scratch for a band of band_rows, which grow with width x disparities; times
// band_rows where there are paths from below.
size_t sd_sweep_scratch_bytes(enum sd_isa isa, const struct sd_sweep *s, int band_rows);
void sd_sweep_band(enum sd_isa isa, const struct sd_sweep *s, int y0, int y1, uint8_t *scratch);

// MARK: - Maps of 16-bit disparities

// What is known against a pixel; the bits of StereoCore.Validity.
enum {
  SD_LABEL_OCCLUSION = 1,
  SD_LABEL_MISMATCH = 2,
  SD_LABEL_OUT_OF_VIEW = 4,
  SD_LABEL_SPECKLE = 16,
  SD_LABEL_RANGE_BORDER = 32,
  SD_LABEL_FILLED = 64,
};

// Left-right check of one row, both images' disparities in sixteenths of an index (SD_SWEEP_NONE: a hole). A pixel
// passes if its partner lies in the image and says the same within `tolerance` sixteenths: it is copied to `checked`.
// Otherwise it becomes a hole, labelled out of view (no disparity, or the partner outside), mismatch (some other index k
// has a partner within one of k) or occlusion (none has). `right` is 1 where the row is the right image's: its partners
// are x + d. The first and last index are labelled range border besides.
void sd_check_row(
    const uint16_t *sixteenths, const uint16_t *other, int width, int least_disparity, int disparities, int right,
    int tolerance, uint16_t *checked, uint8_t *labels);

// Median of the 5 x 5 neighbours for rows y0 ..< y1; holes and neighbours outside the image count as the centre, so that
// a hole closes if more than half of its window are no holes. Rows of `map` and `to` lie `stride` apart.
void sd_median5(
    enum sd_isa isa, const uint16_t *map, int width, int height, ptrdiff_t stride, int y0, int y1, uint16_t *to);

// Makes holes, labelled, of patches of up to `size` pixels. Two of four neighbours belong to one patch if they differ by
// at most `difference`. Bands of rows in any order: cut each; then join the seams, the first row of every band but the
// first, one after the other; then erase.
struct sd_speckles {
  uint16_t *map;
  int width, height;
  ptrdiff_t stride;
  int size, difference;
  uint8_t *labels;
  ptrdiff_t labels_stride;
  void *scratch;
};
size_t sd_speckles_scratch_bytes(int width, int height);
void sd_speckles_cut(const struct sd_speckles *s, int y0, int y1);
void sd_speckles_seam(const struct sd_speckles *s, int y);
void sd_speckles_erase(const struct sd_speckles *s, int y0, int y1);

// Fills the holes of a row with the lesser of their two neighbours, or the only one; labels them. A row of holes stays.
void sd_fill_row(uint16_t *sixteenths, int width, uint8_t *labels);

// A row in pixels, NaN for holes.
void sd_present_row(const uint16_t *sixteenths, int width, int least_disparity, float *to);

#ifdef __cplusplus
}
#endif

#endif
