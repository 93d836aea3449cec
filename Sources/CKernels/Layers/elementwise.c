// Operations on single values or on the channels of single pixels.

#ifndef SD_BODY
#define SD_BODY "Layers/elementwise.c"
#include "layer_kernels.h"
#include <math.h>
#include <string.h>
#include "Execution/every_isa.h"

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

#include "Convolution/tile_multiply.h"
#include "Layers/exponential.h"

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

// The first `count` floats at p, zeros behind them; `count` is at most SD_LANES.
SD_INLINE SD_VEC SD_FN(load_part)(const float *p, size_t count) {
  float part[SD_LANES] = {0};
  memcpy(part, p, count * sizeof(float));
  return SD_FN(load)(part);
}

SD_INLINE void SD_FN(store_part)(float *p, SD_VEC v, size_t count) { memcpy(p, &v, count * sizeof(float)); }

static void SD_FN(sigmoid)(const float *in, float *out, size_t n) {
  size_t i = 0;
  for (; i + SD_LANES <= n; i += SD_LANES)
    SD_FN(store)(out + i, 1.0f / (1.0f + SD_FN(exponential)(-SD_FN(load)(in + i))));
  if (i < n)
    SD_FN(store_part)(out + i, 1.0f / (1.0f + SD_FN(exponential)(-SD_FN(load_part)(in + i, n - i))), n - i);
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
  const int whole = channels / (int)SD_LANES * (int)SD_LANES, rest = channels - whole;
  for (size_t i = 0; i < pixels; i++, in += pixel, out += pixel) {
    SD_VEC most = (SD_VEC){0} + in[0], total = {0};
    for (int c = 0; c < whole; c += SD_LANES) most = SD_FN(greater)(SD_FN(load)(in + c), most);
    float greatest = most[0], sum = 0;
    for (int l = 1; l < (int)SD_LANES; l++) greatest = most[l] > greatest ? most[l] : greatest;
    for (int c = whole; c < channels; c++) greatest = in[c] > greatest ? in[c] : greatest;
    for (int c = 0; c < whole; c += SD_LANES) {
      const SD_VEC v = SD_FN(exponential)(SD_FN(load)(in + c) - greatest);
      SD_FN(store)(out + c, v);
      total += v;
    }
    if (rest) {
      const SD_VEC v = SD_FN(exponential)(SD_FN(load_part)(in + whole, (size_t)rest) - greatest);
      SD_FN(store_part)(out + whole, v, (size_t)rest);
      for (int l = 0; l < rest; l++) sum += v[l];
    }
    for (int l = 0; l < (int)SD_LANES; l++) sum += total[l];
    const float share = 1 / sum;
    for (int c = 0; c < whole; c += SD_LANES) SD_FN(store)(out + c, SD_FN(load)(out + c) * share);
    for (int c = whole; c < channels; c++) out[c] *= share;
    for (int c = channels; c < pixel; c++) out[c] = 0;
  }
}

#endif
