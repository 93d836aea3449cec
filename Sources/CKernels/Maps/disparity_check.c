// Left-right check of one row of winners, told apart into occlusions and mismatches, and the row as disparities.
//
// Whether some index k of a pixel would pass is found the other way round: a partner at column c that says r lets the
// pixels pass whose index r − 1, r or r + 1 leads to c. These are neighbours, so that one mark at r's pixel serves all
// three: one store a pixel, not one look a disparity.
//
// Per pixel, whatever the range (counted by Valgrind on KITTI 2012 000010, one thread of Zen 1): the check takes 83
// instructions, scalar, for every pixel looks where its disparity says, reads 4 bytes and writes 3; 9.4 ns, some 3.5 a cycle,
// so that only fewer instructions would help. Filling: 30 instructions, 2 bytes read, 2.9 ns. Presenting, in vectors: 4
// instructions, 2 bytes read and 4 written, 0.4 ns.

#include "kernels.h"

// Marks of a pixel at which index r of some partner leads: r itself, and whether r − 1 and r + 1 are searched.
enum { MARK_HERE = 1, MARK_LESS = 2, MARK_MORE = 4 };

// Marks where the partners' indices lead to. Those that lead just outside the row may still reach its first or last
// pixel: bit 0 and 1 of the result.
static int mark_partners(
    const uint16_t *other, int width, int least_disparity, int disparities, int step, uint8_t *marks) {
  int beside = 0;
  __builtin_memset(marks, 0, (size_t)width);
  for (int c = 0; c < width; c++) {
    if (other[c] == SD_SWEEP_NONE) continue;
    const int r = (other[c] + 8) >> 4, x = c - step * (least_disparity + r);
    const int mark = MARK_HERE | (r > 0 ? MARK_LESS : 0) | (r + 1 < disparities ? MARK_MORE : 0);
    if (x >= 0 && x < width)
      marks[x] |= (uint8_t)mark;
    else if (x == -1)
      beside |= mark & (step < 0 ? MARK_MORE : MARK_LESS) ? 1 : 0;
    else if (x == width)
      beside |= mark & (step < 0 ? MARK_LESS : MARK_MORE) ? 2 : 0;
  }
  return beside;
}

void sd_check_row(
    const uint16_t *sixteenths, const uint16_t *other, int width, int least_disparity, int disparities, int right,
    int tolerance, uint16_t *checked, uint8_t *labels) {
  const int step = right ? 1 : -1;
  // Index r + 1 leads to the pixel one to the right for the left image (step −1), one to the left for the right image.
  const int from_left = step < 0 ? MARK_MORE : MARK_LESS, from_right = step < 0 ? MARK_LESS : MARK_MORE;
  const int beside = mark_partners(other, width, least_disparity, disparities, step, labels);
  int before = beside & 1 ? from_left : 0;
  for (int x = 0; x < width; x++) {
    // The partner of disparity index k is partner + step · k.
    const int partner = x + step * least_disparity, d = sixteenths[x], k = (d + 8) >> 4, at = partner + step * k;
    const int known = d != SD_SWEEP_NONE, inside = at >= 0 && at < width;
    const int there = known && inside ? other[at] : SD_SWEEP_NONE;
    const int difference = there - d;
    const int here = labels[x], after = x + 1 < width ? labels[x + 1] : beside & 2 ? from_right : 0;
    const int reachable = (here & MARK_HERE) | (before & from_left) | (after & from_right);
    before = here;
    uint8_t label = known && (k <= 0 || k >= disparities - 1) ? SD_LABEL_RANGE_BORDER : 0;
    checked[x] = SD_SWEEP_NONE;
    if (!known || !inside) {
      label |= SD_LABEL_OUT_OF_VIEW;
    } else if (there != SD_SWEEP_NONE && difference <= tolerance && -difference <= tolerance) {
      checked[x] = (uint16_t)d;
    } else {
      label |= reachable ? SD_LABEL_MISMATCH : SD_LABEL_OCCLUSION;
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
