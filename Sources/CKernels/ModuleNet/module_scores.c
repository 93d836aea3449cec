// What the modules say together: the posterior between the stages of the cascade, and the disparities at the end.
//
// Floor of the disparities, for a vector of cells: two interpolations of 2 (11 / 8 times, for the scores beside the
// candidates), 6 for the two gated terms, 10 for the exponential, 2 for sum and greatest: some 25 vector instructions,
// 400 a pixel of 128 disparities on AVX2.

#ifndef SD_BODY
#define SD_BODY "ModuleNet/module_scores.c"
#define SD_WIDEST_BYTES 32
#include "module_kernels.h"

// The lower of the two blocks whose centres lie on both sides of pixel i, and the weight of the upper.
static int lower_block(int i, int blocks, float *weight) {
  float at = ((float)i + 0.5f) / SD_BLOCK - 0.5f;
  at = at < 0 ? 0 : at > (float)(blocks - 1) ? (float)(blocks - 1) : at;
  *weight = at - (float)(int)at;
  return (int)at;
}

typedef void posterior_fn(const struct sd_modules *, const float *, const float *, int, float *, int);
typedef void winners_fn(
    const struct sd_modules *, const uint8_t *, float, const float *, const float *, float *, float *, int, float *);
#include "Execution/every_isa.h"

static posterior_fn *const posterior_table[SD_ISA_COUNT] = SD_TABLE(posterior);
static winners_fn *const winners_table[SD_ISA_COUNT] = SD_TABLE(winners);

void sd_module_posterior(
    enum sd_isa isa, const struct sd_modules *shape, const float *tensor, const float *scores, int scores_pixel,
    float *out, int item) {
  posterior_table[isa](shape, tensor, scores, scores_pixel, out, item);
}

// A row of scores between two rows of blocks, the scores of one pixel, its z, and both gates of every module.
size_t sd_module_winners_scratch_floats(const struct sd_modules *shape) {
  const size_t blocks = ((size_t)shape->width + SD_BLOCK - 1) / SD_BLOCK, modules = (size_t)shape->modules;
  return (blocks + 1) * modules * SD_MODULE_SCORES + modules * SD_MODULE + 16 + 2 * (modules + 16);
}

void sd_module_winners(
    enum sd_isa isa, const struct sd_modules *shape, const uint8_t *evidence, float scale, const float *winners,
    const float *scores, float *disparities, float *confidence, int item, float *scratch) {
  winners_table[isa](shape, evidence, scale, winners, scores, disparities, confidence, item, scratch);
}

#else

#include <math.h>
#include "Convolution/tile_multiply.h"
#include "Layers/exponential.h"

// e^values in place, for a multiple of SD_LANES values; returns their sum in a fixed order.
SD_INLINE float SD_FN(exponentials)(float *values, int count, float greatest) {
  SD_VEC total = {0};
  for (int i = 0; i < count; i += (int)SD_LANES) {
    const SD_VEC v = SD_FN(exponential)(SD_FN(load)(values + i) - greatest);
    SD_FN(store)(values + i, v);
    total += v;
  }
  float sum = 0;
  for (int l = 0; l < (int)SD_LANES; l++) sum += total[l];
  return sum;
}

#define SD_EIGHT SD_FN(eight)
typedef float SD_EIGHT __attribute__((vector_size(4 * SD_MODULE)));

// `count` rounded up to whole vectors.
#define SD_WHOLE(count) (((count) + (int)SD_LANES - 1) / (int)SD_LANES * (int)SD_LANES)

static void SD_FN(posterior)(
    const struct sd_modules *shape, const float *tensor, const float *scores, int scores_pixel, float *out, int item) {
  const int blocks = (shape->width + SD_BLOCK - 1) / SD_BLOCK, modules = shape->modules;
  const size_t first = (size_t)item * (size_t)blocks;
  tensor += first * (size_t)(SD_MODULE_TENSOR * modules);
  scores += first * (size_t)scores_pixel;
  out += first * (size_t)(SD_MODULE_SCORES * modules);
  for (int b = 0; b < blocks; b++) {
    float greatest = -INFINITY, sum = 0, below = 0;
    for (int k = 0; k < modules; k++) {
      const float *t = tensor + k * SD_MODULE_TENSOR, *s = scores + k * SD_MODULE_SCORES;
      float *z = out + k * SD_MODULE_SCORES;
      const float evidence = 4 / (1 + expf(-s[SD_MODULE + 1])), near = 4 / (1 + expf(-s[SD_MODULE + 2]));
      for (int c = 0; c < SD_MODULE; c++) {
        z[c] = evidence * logf(t[SD_MODULE + c]) + near * t[3 * SD_MODULE + c] + s[c] - s[SD_MODULE];
        greatest = z[c] > greatest ? z[c] : greatest;
      }
    }
    for (int k = 0; k < modules; k++)
      for (int c = 0; c < SD_MODULE; c++) {
        float *p = out + k * SD_MODULE_SCORES + c;
        sum += *p = expf(*p - greatest);
      }
    for (int k = 0; k < modules; k++) {
      float *p = out + k * SD_MODULE_SCORES, mass = 0;
      for (int c = 0; c < SD_MODULE; c++) mass += p[c] /= sum;
      p[SD_MODULE] = below;
      below += mass;
      p[SD_MODULE + 1] = 1 - below;
      for (int c = SD_MODULE + 2; c < SD_MODULE_SCORES; c++) p[c] = 0;
    }
    tensor += SD_MODULE_TENSOR * modules;
    scores += scores_pixel;
    out += SD_MODULE_SCORES * modules;
  }
}

// z of one pixel from its interpolated scores; returns the greatest.
SD_INLINE float SD_FN(pixel_scores)(
    int modules, const uint8_t *evidence, float scale, float winner, const float *scores, float *gates, float *z) {
  const int whole = SD_WHOLE(modules);
  float *near = gates + modules + 16;
  for (int k = 0; k < modules; k++) {
    gates[k] = -scores[k * SD_MODULE_SCORES + SD_MODULE + 1];
    near[k] = -scores[k * SD_MODULE_SCORES + SD_MODULE + 2];
  }
  for (int k = modules; k < whole; k++) gates[k] = near[k] = 0;
  for (int k = 0; k < whole; k += (int)SD_LANES) {
    SD_FN(store)(gates + k, -4 / (scale * (1 + SD_FN(exponential)(SD_FN(load)(gates + k)))));
    SD_FN(store)(near + k, -2 / (1 + SD_FN(exponential)(SD_FN(load)(near + k))));
  }
  // A module's eight candidates are one vector of 256 bits, whatever the instruction set.
  SD_EIGHT candidates = {0, 1, 2, 3, 4, 5, 6, 7}, most = (SD_EIGHT){0} - INFINITY;
  for (int k = 0; k < modules; k++, evidence += SD_MODULE, scores += SD_MODULE_SCORES, z += SD_MODULE) {
    typedef uint8_t small __attribute__((vector_size(8)));
    small bytes;
    SD_EIGHT own;
    __builtin_memcpy(&bytes, evidence, sizeof bytes);
    __builtin_memcpy(&own, scores, sizeof own);
    SD_EIGHT away = __builtin_elementwise_abs(candidates - winner);
    away = __builtin_elementwise_min(away, (SD_EIGHT){0} + SD_CLOSENESS_LIMIT);
    const SD_EIGHT v = gates[k] * __builtin_convertvector(bytes, SD_EIGHT) + near[k] * away + (own - scores[SD_MODULE]);
    most = __builtin_elementwise_max(most, v);
    __builtin_memcpy(z, &v, sizeof v);
    candidates += SD_MODULE;
  }
  float greatest = most[0];
  for (int c = 1; c < SD_MODULE; c++) greatest = most[c] > greatest ? most[c] : greatest;
  return greatest;
}

// The first candidate whose z is the greatest.
SD_INLINE int SD_FN(first_greatest)(const float *z, int modules, float greatest) {
  for (int k = 0; k < modules; k++) {
    typedef int32_t mask __attribute__((vector_size(4 * SD_MODULE)));
    SD_EIGHT v;
    __builtin_memcpy(&v, z + k * SD_MODULE, sizeof v);
    if (__builtin_reduce_or((mask)(v == greatest)))
      for (int c = 0; c < SD_MODULE; c++)
        if (v[c] == greatest) return k * SD_MODULE + c;
  }
  return modules * SD_MODULE - 1;
}

static void SD_FN(winners)(
    const struct sd_modules *shape, const uint8_t *evidence, float scale, const float *winners, const float *scores,
    float *disparities, float *confidence, int item, float *scratch) {
  const int W = shape->width, modules = shape->modules, D = SD_MODULE * modules, pixel = SD_MODULE_SCORES * modules;
  const int blocks = (W + SD_BLOCK - 1) / SD_BLOCK, rows = (shape->height + SD_BLOCK - 1) / SD_BLOCK;
  float *row = scratch, *own = row + (size_t)blocks * (size_t)pixel, *z = own + pixel, *gates = z + D + 16;
  float a, b;
  const int v = lower_block(item, rows, &a);
  const float *above = scores + (size_t)v * (size_t)blocks * (size_t)pixel;
  const float *next = v + 1 < rows ? above + (size_t)blocks * (size_t)pixel : above;
  for (int i = 0; i < blocks * pixel; i++) row[i] = (1 - a) * above[i] + a * next[i];
  const size_t first = (size_t)item * (size_t)W;
  evidence += first * (size_t)D;
  for (int x = 0; x < W; x++, evidence += D) {
    const int u = lower_block(x, blocks, &b);
    const float *left = row + (size_t)u * (size_t)pixel, *right = u + 1 < blocks ? left + pixel : left;
    for (int i = 0; i < pixel; i++) own[i] = (1 - b) * left[i] + b * right[i];
    const float greatest = SD_FN(pixel_scores)(modules, evidence, scale, winners[first + x], own, gates, z);
    const int m = SD_FN(first_greatest)(z, modules, greatest);
    for (int d = D; d < SD_WHOLE(D); d++) z[d] = -INFINITY;
    const float sum = SD_FN(exponentials)(z, SD_WHOLE(D), greatest);
    float mass = 0, mean = 0, within = 0;
    for (int d = m > 2 ? m - 2 : 0; d <= m + 2 && d < D; d++) {
      mass += z[d];
      mean += z[d] * (float)d;
    }
    for (int c = 0; c < SD_MODULE; c++) within += z[m / SD_MODULE * SD_MODULE + c];
    disparities[first + x] = mean / mass;
    confidence[first + x] = mass / sum * (within / (within + expf(-greatest)));
  }
}

#endif
