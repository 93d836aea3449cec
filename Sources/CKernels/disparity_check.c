// Left-right check of one row of winners, told apart into occlusions and mismatches, and the row as disparities.
//
// A pixel's own disparity costs a handful of instructions; telling a mismatch from an occlusion asks all disparities, but
// only for the pixels that fail (some 15 in 100).

#include "kernels.h"

// Non-zero if some disparity index k of pixel x would pass: |other(partner) − k| ≤ 1.
static int some_passes(const uint16_t *other, int width, int disparities, int partner, int step) {
  // partner + step · k must lie in 0 ..< width.
  int first = 0, end = disparities;
  if (step < 0) {
    if (partner - width + 1 > first) first = partner - width + 1;
    if (partner + 1 < end) end = partner + 1;
  } else {
    if (-partner > first) first = -partner;
    if (width - partner < end) end = width - partner;
  }
  for (int k = first; k < end;) {
    const int stop = end - k < 32 ? end : k + 32;
    unsigned found = 0;
    for (; k < stop; k++) found |= (unsigned)(((other[partner + step * k] + 8) >> 4) - k + 1) <= 2;
    if (found) return 1;
  }
  return 0;
}

void sd_check_row(
    const uint16_t *sixteenths, const uint16_t *other, int width, int least_disparity, int disparities, int right,
    int tolerance, uint16_t *checked, uint8_t *labels) {
  const int step = right ? 1 : -1;
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
      label |= some_passes(other, width, disparities, partner, step) ? SD_LABEL_MISMATCH : SD_LABEL_OCCLUSION;
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
