// Census 9x7, semi-global matching with eight paths, winner-takes-all of both images and the three confidence measures,
// as the Swift files of Sources/StereoMatching define them, for fit.py only. No cost is +infinity here, not NaN.

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))

static uint64_t census(const uint8_t *image, int height, int width, int y, int x) {
  uint64_t bits = 0;
  for (int dy = -3; dy <= 3; dy++)
    for (int dx = -4; dx <= 4; dx++) {
      if (dy == 0 && dx == 0) continue;
      int v = MIN(MAX(y + dy, 0), height - 1), u = MIN(MAX(x + dx, 0), width - 1);
      bits = bits << 1 | (image[v * width + u] < image[y * width + x]);
    }
  return bits;
}

// One step of a path; returns min L(p). Values before[-1] and before[count] are +infinity.
static float step(const float *cost, const float *before, float least, float p1, float p2, int count, float *path, float *sum) {
  float m[8];
  for (int i = 0; i < 8; i++) m[i] = INFINITY;
  for (int k = 0; k < count; k++) {
    float near = MIN(before[k - 1], before[k + 1]) + p1;
    float best = MIN(MIN(before[k], near), least + p2);
    path[k] = cost[k] + (isinf(least) ? 0 : best - least);
    sum[k] += path[k];
  }
  for (int k = 0; k < count; k++) m[k & 7] = MIN(m[k & 7], path[k]);
  for (int i = 1; i < 8; i++) m[0] = MIN(m[0], m[i]);
  return m[0];
}

static void sweep(const float *costs, int height, int width, int count, int dy, int dx, float p1, float p2, float *sums) {
  // Path costs of two rows, and their minima; the pixel left of the row and the one right of it have none.
  size_t length = (size_t)count + 2, row = (width + 2) * length;
  float *paths = malloc(2 * row * sizeof(float)), *least = malloc(2 * (width + 2) * sizeof(float));
  for (size_t i = 0; i < 2 * row; i++) paths[i] = INFINITY;
  for (int i = 0; i < 2 * (width + 2); i++) least[i] = INFINITY;
  for (int i = 0; i < height; i++) {
    int y = dy < 0 ? height - 1 - i : i;
    // On horizontal paths the predecessor is in the same row.
    float *now = paths + (i & 1) * row, *before = dy == 0 ? now : paths + (~i & 1) * row;
    float *nowLeast = least + (i & 1) * (width + 2), *beforeLeast = dy == 0 ? nowLeast : least + (~i & 1) * (width + 2);
    if (dy == 0) nowLeast[0] = nowLeast[width + 1] = INFINITY;
    for (int j = 0; j < width; j++) {
      int x = dx < 0 ? width - 1 - j : j;
      size_t at = ((size_t)y * width + x) * count;
      nowLeast[x + 1] = step(
          costs + at, before + (x + 1 - dx) * length + 1, beforeLeast[x + 1 - dx], p1, p2, count,
          now + (x + 1) * length + 1, sums + at);
    }
  }
  free(paths);
  free(least);
}

// Outputs [height, width]: disparity, peak ratio, left-right distance, ambiguity.
void measures(
    const uint8_t *left, const uint8_t *right, int height, int width, int count, float p1, float p2, float *disparity,
    float *peak, float *distance, float *ambiguity) {
  size_t pixels = (size_t)height * width;
  uint64_t *a = malloc(pixels * 8), *b = malloc(pixels * 8);
  float *costs = malloc(pixels * count * 4), *sums = calloc(pixels * count, 4);
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++) {
      a[y * width + x] = census(left, height, width, y, x);
      b[y * width + x] = census(right, height, width, y, x);
    }
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      for (int d = 0; d < count; d++)
        costs[((size_t)y * width + x) * count + d] =
            x - d < 0 ? INFINITY : (float)__builtin_popcountll(a[y * width + x] ^ b[y * width + x - d]);
  static const int directions[8][2] = {{0, 1}, {0, -1}, {1, 0}, {-1, 0}, {1, 1}, {1, -1}, {-1, -1}, {-1, 1}};
  for (int i = 0; i < 8; i++)
    sweep(costs, height, width, count, directions[i][0], directions[i][1], p1, p2, sums);
  float low = INFINITY, high = -INFINITY;
  for (size_t i = 0; i < pixels * count; i++) {
    sums[i] /= 8;
    if (isinf(sums[i])) continue;
    low = MIN(low, sums[i]);
    high = MAX(high, sums[i]);
  }
  for (int y = 0; y < height; y++) {
    const float *row = sums + (size_t)y * width * count;
    int other[width];
    for (int x = 0; x < width; x++) {
      other[x] = 0;
      for (int d = 1; d < count && x + d < width; d++)
        if (row[(x + d) * count + d] < row[(x + other[x]) * count + other[x]]) other[x] = d;
    }
    for (int x = 0; x < width; x++) {
      const float *c = row + (size_t)x * count;
      int winner = 0, counted = 0;
      float second = INFINITY;
      for (int d = 1; d < count; d++) if (c[d] < c[winner]) winner = d;
      for (int d = 0; d < count; d++) {
        if (abs(d - winner) > 1) second = MIN(second, c[d]);
        counted += isinf(c[d]) ? 70 : 70 - (int)MIN(ceilf((c[d] - c[winner]) / (high - low) / 0.01f), 70);
      }
      size_t at = (size_t)y * width + x;
      disparity[at] = winner;
      peak[at] = isinf(second) || second <= 0 ? 0 : 1 - c[winner] / second;
      distance[at] = abs(winner - other[x - winner]);
      ambiguity[at] = counted / (70.0f * count);
    }
  }
  free(a);
  free(b);
  free(costs);
  free(sums);
}
