// Average and maximum pooling over height and width, channels innermost.

#ifndef SD_BODY
#define SD_BODY "Layers/pooling.c"
#include "layer_kernels.h"
#include "Execution/every_isa.h"

typedef void pool_fn(const struct sd_pooling *, const float *, float *, int);
static pool_fn *const pool_table[SD_ISA_COUNT] = SD_TABLE(pool);

void sd_pool(enum sd_isa isa, const struct sd_pooling *shape, const float *in, float *out, int item) {
  pool_table[isa](shape, in, out, item);
}

#else

#include "Convolution/tile_multiply.h"

struct SD_FN(window) {
  int top, bottom, left, right;
};

static void SD_FN(pool_window)(
    const struct sd_pooling *s, const float *plane, struct SD_FN(window) w, float factor, float *out) {
  for (int c = 0; c < s->channels; c += SD_LANES) {
    SD_VEC sum = {0};
    for (int y = w.top; y < w.bottom; y++)
      for (int x = w.left; x < w.right; x++) {
        SD_VEC v = SD_FN(load)(plane + ((size_t)y * s->in.width + x) * s->in.pixel + c);
        if (!s->maximum) sum += v;
        else if (y == w.top && x == w.left) sum = v;
        else sum = __builtin_elementwise_max(sum, v);
      }
    SD_FN(store)(out + c, sum * factor);
  }
}

static void SD_FN(pool_window_single)(
    const struct sd_pooling *s, const float *plane, struct SD_FN(window) w, float factor, float *out) {
  float sum = s->maximum ? plane[(size_t)w.top * s->in.width + w.left] : 0;
  for (int y = w.top; y < w.bottom; y++)
    for (int x = w.left; x < w.right; x++) {
      float v = plane[(size_t)y * s->in.width + x];
      sum = !s->maximum ? sum + v : v > sum ? v : sum;
    }
  *out = sum * factor;
}

static void SD_FN(pool)(const struct sd_pooling *s, const float *in, float *out, int item) {
  int z = item / s->out.height, oy = item % s->out.height;
  const float *plane = in + (size_t)z * s->in.height * s->in.width * s->in.pixel;
  for (int ox = 0; ox < s->out.width; ox++) {
    int y = oy * s->stride_y - s->pad_y, x = ox * s->stride_x - s->pad_x;
    struct SD_FN(window) w = {y > 0 ? y : 0, y + s->kernel_y, x > 0 ? x : 0, x + s->kernel_x};
    if (w.bottom > s->in.height) w.bottom = s->in.height;
    if (w.right > s->in.width) w.right = s->in.width;
    int count = s->count_padding ? s->kernel_y * s->kernel_x : (w.bottom - w.top) * (w.right - w.left);
    float *pixel = out + ((size_t)item * s->out.width + ox) * s->out.pixel;
    float factor = s->maximum ? 1 : 1 / (float)count;
    (s->in.pixel == 1 ? SD_FN(pool_window_single) : SD_FN(pool_window))(s, plane, w, factor, pixel);
  }
}

#endif
