// The weights' side of Winograd convolution: U = G g Gᵀ, once when a network is loaded.
//
//     G = | 1/(a²b²)         0                 0           |      points 0, ±a, ±b, ∞; a = 5/8, b = 3/2
//         | 1/(2a²(a²−b²))  ±a/(2a²(a²−b²))   a²/(2a²(a²−b²)) |
//         | 1/(2b²(b²−a²))  ±b/(2b²(b²−a²))   b²/(2b²(b²−a²)) |
//         | 0                0                 1           |

#include "convolution_kernels.h"

typedef double lanes __attribute__((vector_size(128)));

static const double a = 0.625, b = 1.5;

size_t sd_winograd_weight_floats(int spatial, int in_channels, int out_channels) {
  return (spatial == 3 ? 216u : 36u) * (size_t)in_channels * (size_t)((out_channels + 15) / 16 * 16);
}

// points[0…5] = G taps[0…2], elements `stride` apart.
static inline void transform_taps(const lanes *taps, int tap_stride, lanes *points, int point_stride) {
  const double over_a = 1 / (2 * a * a * (a * a - b * b)), over_b = 1 / (2 * b * b * (b * b - a * a));
  lanes first = taps[0], middle = taps[tap_stride], last = taps[2 * tap_stride];
  lanes even_a = (first + last * (a * a)) * over_a, odd_a = middle * (a * over_a);
  lanes even_b = (first + last * (b * b)) * over_b, odd_b = middle * (b * over_b);
  points[0] = first * (1 / (a * a * b * b));
  points[point_stride] = even_a + odd_a;
  points[2 * point_stride] = even_a - odd_a;
  points[3 * point_stride] = even_b + odd_b;
  points[4 * point_stride] = even_b - odd_b;
  points[5 * point_stride] = last;
}

static void transform_plane(const lanes taps[9], lanes points[36], int point_stride) {
  lanes columns[18];
  for (int x = 0; x < 3; x++) transform_taps(taps + x, 3, columns + x, 3);
  for (int y = 0; y < 6; y++) transform_taps(columns + 3 * y, 1, points + 6 * y * point_stride, point_stride);
}

void sd_winograd_transform_weights(
    int spatial, int in_channels, int out_channels, const float *weights, const float *scale, int block,
    float *transformed) {
  int taps = spatial == 3 ? 27 : 9, points = spatial == 3 ? 216 : 36;
  size_t blocks = (size_t)(out_channels + 15) / 16, matrix = (size_t)in_channels * blocks * 16;
  for (int c = 0; c < in_channels; c++) {
    lanes g[27], planes[3 * 36], u[216];
    for (int lane = 0; lane < 16; lane++) {
      int o = block * 16 + lane;
      double factor = o >= out_channels ? 0 : scale ? scale[o] : 1;
      const float *filter = weights + ((size_t)(o < out_channels ? o : 0) * in_channels + c) * taps;
      for (int t = 0; t < taps; t++) g[t][lane] = filter[t] * factor;
    }
    if (spatial == 2) {
      transform_plane(g, u, 1);
    } else {
      for (int z = 0; z < 3; z++) transform_plane(g + 9 * z, planes + z, 3);
      for (int p = 0; p < 36; p++) transform_taps(planes + 3 * p, 1, u + 6 * p, 1);
    }
    for (int p = 0; p < points; p++) {
      float *row = transformed + p * matrix + ((size_t)block * in_channels + c) * 16;
      for (int lane = 0; lane < 16; lane++) row[lane] = (float)u[p][lane];
    }
  }
}
