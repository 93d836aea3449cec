// Left-right check of one row of winners, told apart into occlusions and mismatches, and the row as disparities.
//
// Whether some index k of a pixel would pass is found the other way round: a partner at column c that says r lets the
// pixels pass whose index r − 1, r or r + 1 leads to c. Marking those takes three stores a pixel, not one look a disparity.

#include "kernels.h"

// Marks the pixels that have an index k with |other(partner) − k| ≤ 1.
static void mark_reachable(
    const uint16_t *other, int width, int least_disparity, int disparities, int step, uint8_t *reachable) {
  __builtin_memset(reachable, 0, (size_t)width);
  for (int c = 0; c < width; c++) {
    if (other[c] == SD_SWEEP_NONE) continue;
    const int r = (other[c] + 8) >> 4;
    for (int k = r - 1; k <= r + 1; k++) {
      const int x = c - step * (least_disparity + k);
      if (k >= 0 && k < disparities && x >= 0 && x < width) reachable[x] = 1;
    }
  }
}

void sd_check_row(
    const uint16_t *sixteenths, const uint16_t *other, int width, int least_disparity, int disparities, int right,
    int tolerance, uint16_t *checked, uint8_t *labels) {
  const int step = right ? 1 : -1;
  mark_reachable(other, width, least_disparity, disparities, step, labels);
  for (int x = 0; x < width; x++) {
    // The partner of disparity index k is partner + step · k.
    const int partner = x + step * least_disparity, d = sixteenths[x], k = (d + 8) >> 4, at = partner + step * k;
    const int known = d != SD_SWEEP_NONE, inside = at >= 0 && at < width;
    const int there = known && inside ? other[at] : SD_SWEEP_NONE;
    const int difference = there - d;
    uint8_t label = known && (k <= 0 || k >= disparities - 1) ? SD_LABEL_RANGE_BORDER : 0;
    checked[x] = SD_SWEEP_NONE;
    if (!known || !inside) {
      label |= SD_LABEL_OUT_OF_VIEW;
    } else if (there != SD_SWEEP_NONE && difference <= tolerance && -difference <= tolerance) {
      checked[x] = (uint16_t)d;
    } else {
      label |= labels[x] ? SD_LABEL_MISMATCH : SD_LABEL_OCCLUSION;
    }
    labels[x] = label;
  }
}

void sd_present_row(const uint16_t *sixteenths, int width, int least_disparity, float *to) {
  for (int x = 0; x < width; x++) {
    const float d = (float)least_disparity + (float)sixteenths[x] / 16;
    to[x] = sixteenths[x] == SD_SWEEP_NONE ? __builtin_nanf("") : d;
  }
}

void sd_fill_row(uint16_t *sixteenths, int width, uint8_t *labels) {
  int previous = -1;
  for (int x = 0; x <= width; x++) {
    if (x < width && sixteenths[x] == SD_SWEEP_NONE) continue;
    if (x == width && previous < 0) return;
    const uint16_t left = previous < 0 ? SD_SWEEP_NONE : sixteenths[previous];
    const uint16_t right = x < width ? sixteenths[x] : SD_SWEEP_NONE;
    for (int gap = previous + 1; gap < x; gap++) {
      sixteenths[gap] = left < right ? left : right;
      labels[gap] |= SD_LABEL_FILLED;
    }
    previous = x;
  }
}
