// Cross-based aggregation of sums of path costs in 16 bits, see cross_sums.c: the contract, in the style of kernels.h.

#ifndef STEREODEPTH_MEAN_KERNELS_H
#define STEREODEPTH_MEAN_KERNELS_H

#include "volume_kernels.h"

#ifdef __cplusplus
extern "C" {
#endif

// Arms are 0 ... SD_LONGEST_SUM_ARM, so that the sum over a region, 127 x 127 cells, stays below 2^31.
enum { SD_LONGEST_SUM_ARM = 63 };

// Horizontal sums of some rows: that of row y is at [(y % rows) * row], [width][planes].
struct sd_sum_ring {
  const uint32_t *sums;
  const uint8_t *numbers;
  int rows;
  size_t row;
};

// As sd_cross_sums and sd_cross_means for cells of 16 bits, SD_NO_SUM where there is none. `right` is 1 where the volume lies
// on the right image's pixels: the arms of the partner of pixel x at plane k lie at [x + k] then, else at [width - 1 - x + k].
void sd_sum_row_sums(
    enum sd_isa isa, const struct sd_cross_row *row, int right, const uint16_t *cells, uint32_t *sums, uint8_t *numbers);
void sd_sum_row_means(
    enum sd_isa isa, const struct sd_cross_row *row, int right, const struct sd_sum_ring *ring, int y, uint16_t *cells);

#ifdef __cplusplus
}
#endif

#endif
