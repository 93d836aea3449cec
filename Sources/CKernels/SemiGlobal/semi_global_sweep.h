// What one band of the semi-global sweep keeps in its scratch memory, and where: shared by the files of the sweep.
//
// Everything is *striped* over the lanes of a vector. A pixel's D disparities fill n vectors of LANES bytes; disparity
// index d = l·n + v lies in lane l of vector v. So d − 1 and d + 1 are the same lane of the neighbouring vectors, and
// no lane has to move except at v = 0 and v = n − 1. Whatever is indexed by the right image's column, j = W − 1 − x + d
// (which grows with d), is dealt over n phases for the same reason: j lies in phase j mod n at place j div n, and the
// cells of one vector are LANES neighbouring places of one phase.

#ifndef SD_SEMI_GLOBAL_SWEEP_H
#define SD_SEMI_GLOBAL_SWEEP_H

#include "kernels.h"

enum {
  // The farthest row or column that a pair of the census pattern may name.
  SD_REACH = 8,
  SD_WINDOW_ROWS = 2 * SD_REACH + 1,
  // Room at both ends of a row of the image, bytes: SD_REACH and a whole vector.
  SD_ROW_ROOM = 64 + 64,
};

struct sd_sweep_scratch {
  int vectors;         // n: vectors of a pixel
  int nibbles;         // nibbles of a census string
  size_t left_stride;  // bytes of one row of the left image with its room
  size_t phase_stride; // bytes of one phase of anything indexed by j
  uint8_t *tables;     // [16][16] popcount(a ^ b)
  uint32_t *reciprocals; // [256] 2¹⁶ · 8 ÷ h, rounded
  uint8_t *padding;    // [n][LANES] 255 where d ≥ D, else 0
  uint8_t *left_rows;  // [SD_WINDOW_ROWS][left_stride] rows of the left image, sign bit flipped
  uint8_t *right_rows; // [SD_WINDOW_ROWS][n][phase_stride] rows of the right image, mirrored, dealt over phases
  uint8_t *left_bits;  // [nibbles][left_stride] census of the row, one nibble a byte
  uint8_t *right_bits; // [nibbles][2 n][phase_stride] phase n + p is phase p one place on
  uint8_t *vertical;   // [W][n][LANES] path costs from above
  uint8_t *vertical_least; // [W]
  uint8_t *costs;      // [W][n][LANES] matching costs of the row
  uint8_t *sums;       // [W][n][LANES] vertical + left-to-right path
  uint8_t *rightward;  // [W][n][LANES] path costs from the row before, diagonally to the right
  uint8_t *rightward_least; // [W]
  uint8_t *leftward;   // [W + 1][n][LANES] and to the left
  uint8_t *leftward_least; // [W + 1]
  uint8_t *passing;    // [2][n][LANES] see diagonal_steps
  uint8_t *passing_least; // [2]
  uint8_t *upward;     // [rows of the band][W][n][LANES] sums of the paths from below
  uint8_t *penalties;  // [4][W + 1] P2 of the step from the left, from above, diagonally to the right, to the left
  uint8_t *right_best; // [n][phase_stride] the least sum that a right pixel has seen
  uint8_t *right_name; // [n][phase_stride] its d where n·LANES ≤ 256, else its v
  uint8_t *right_lane; // [n][phase_stride] its l where n·LANES > 256
};

// Sixteenths of a pixel from the winner with sum m to the vertex of the equiangular fit, a and c the sums on its sides.
static inline int sd_sweep_fraction(const uint32_t *reciprocals, int a, int m, int c) {
  return ((a - c) * (int)reciprocals[(a > c ? a : c) - m] + 32768) >> 16;
}


#endif
