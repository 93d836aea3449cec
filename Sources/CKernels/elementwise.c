// Operations on single values or on the channels of single pixels.

#ifndef SD_BODY
#define SD_BODY "elementwise.c"
#include "layer_kernels.h"
#include <math.h>
#include "every_isa.h"

typedef void add_fn(const float *, const float *, float, float *, size_t);
typedef void sigmoid_fn(const float *, float *, size_t);
typedef void normalise_fn(const float *, float *, size_t, int, int, float);
typedef void softmax_fn(const float *, float *, size_t, int, int);
static add_fn *const add_table[SD_ISA_COUNT] = SD_TABLE(add);
static sigmoid_fn *const sigmoid_table[SD_ISA_COUNT] = SD_TABLE(sigmoid);
static normalise_fn *const normalise_table[SD_ISA_COUNT] = SD_TABLE(normalise);
static softmax_fn *const softmax_table[SD_ISA_COUNT] = SD_TABLE(softmax);

void sd_add(enum sd_isa isa, const float *a, const float *b, float slope, float *out, size_t n) {
  add_table[isa](a, b, slope, out, n);
}

void sd_sigmoid(enum sd_isa isa, const float *in, float *out, size_t n) { sigmoid_table[isa](in, out, n); }

void sd_normalise(
    enum sd_isa isa, const float *in, float *out, size_t pixels, int channels, int pixel, float floor) {
  normalise_table[isa](in, out, pixels, channels, pixel, floor);
}

void sd_softmax(enum sd_isa isa, const float *in, float *out, size_t pixels, int channels, int pixel) {
  softmax_table[isa](in, out, pixels, channels, pixel);
}

#else

#include "tile_multiply.h"
#include "exponential.h"

static void SD_FN(add)(const float *a, const float *b, float slope, float *out, size_t n) {
  size_t i = 0;
  for (; i + SD_LANES <= n; i += SD_LANES) {
    SD_VEC v = SD_FN(load)(a + i);
    if (b) v += SD_FN(load)(b + i);
    SD_FN(store)(out + i, SD_FN(activate)(v, slope));
  }
  for (; i < n; i++) {
    float v = b ? a[i] + b[i] : a[i];
    out[i] = v > 0 ? v : v * slope;
  }
}

static void SD_FN(sigmoid)(const float *in, float *out, size_t n) {
  for (size_t i = 0; i < n; i += SD_LANES) {
    SD_VEC v = {0};
    size_t count = n - i < SD_LANES ? n - i : SD_LANES;
    for (size_t l = 0; l < count; l++) v[l] = in[i + l];
    v = 1.0f / (1.0f + SD_FN(exponential)(-v));
    for (size_t l = 0; l < count; l++) out[i + l] = v[l];
  }
}

static void SD_FN(normalise)(const float *in, float *out, size_t pixels, int channels, int pixel, float floor) {
  for (size_t i = 0; i < pixels; i++, in += pixel, out += pixel) {
    float sum = 0;
    for (int c = 0; c < channels; c++) sum += in[c] * in[c];
    float norm = sqrtf(sum), factor = 1 / (norm > floor ? norm : floor);
    for (int c = 0; c < channels; c++) out[c] = in[c] * factor;
    for (int c = channels; c < pixel; c++) out[c] = 0;
  }
}

static void SD_FN(softmax)(const float *in, float *out, size_t pixels, int channels, int pixel) {
  for (size_t i = 0; i < pixels; i++, in += pixel, out += pixel) {
    float greatest = in[0], sum = 0;
    for (int c = 1; c < channels; c++) greatest = in[c] > greatest ? in[c] : greatest;
    for (int c = 0; c < channels; c += SD_LANES) {
      SD_VEC v = {0};
      for (int l = 0; l < (int)SD_LANES && c + l < channels; l++) v[l] = in[c + l] - greatest;
      v = SD_FN(exponential)(v);
      for (int l = 0; l < (int)SD_LANES && c + l < channels; l++) sum += out[c + l] = v[l];
    }
    for (int c = 0; c < channels; c++) out[c] /= sum;
    for (int c = channels; c < pixel; c++) out[c] = 0;
  }
}

#undef SD_LANES
#undef SD_PARTS
#undef SD_TILE_ROWS
#undef SD_VEC
#endif
