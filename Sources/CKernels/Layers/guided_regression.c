// GA-Net's head in one pass: upsampling, local guided aggregation, softmin, aggregation again, normalised expectation.
//
// An item is a tile of the image, done row by row. Every aggregation reaches two rows and columns further, so for the tile's
// pixels the stage before the last needs two pixels more on all sides, the softmin four, the first aggregation six, the
// interpolated scores eight. Each stage keeps its last five rows, all disparities of a pixel side by side.
//
// Floor: the four aggregations, with their margins 1.12 times 240 · 624 pixels each: 107 ms at 193 disparities with AVX-512 at
// 3.06 GHz, 205 ms with AVX2 (see local_guided_row.h). On Ice Lake, AVX-512, they take two thirds of the time, the sums of the
// weights 8 %, the softmin 8 %, interpolation 8 %, the expectation 4 %.

#ifndef SD_BODY
#define SD_BODY "Layers/guided_regression.c"
#include "guided_kernels.h"
#include "Execution/every_isa.h"

typedef void guided_regression_fn(
    const struct sd_guided_regression *, const float *, const float *, const float *, float *, float *, int, float *);
static guided_regression_fn *const guided_regression_table[SD_ISA_COUNT] = SD_TABLE(guided_regression);

int sd_guided_regression_items(const struct sd_guided_regression *s) {
  struct tile_grid g = tile_grid(s);
  return g.rows * g.columns;
}

size_t sd_guided_regression_scratch_floats(const struct sd_guided_regression *s) {
  size_t row = tile_columns(s), pixel = (size_t)disparity_pixel(s);
  size_t coarse = coarse_floats(s) + 3 * coarse_columns(s) * pixel;
  return SD_STAGES * SD_LOCAL_SIDE * row * pixel + coarse + position_floats(s) + pixel;
}

void sd_guided_regression(
    enum sd_isa isa, const struct sd_guided_regression *shape, const float *scores, const float *first,
    const float *second, float *disparity, float *spread, int item, float *scratch) {
  guided_regression_table[isa](shape, scores, first, second, disparity, spread, item, scratch);
}

#else

#ifndef SD_GUIDED_REGRESSION_LAYOUT
#define SD_GUIDED_REGRESSION_LAYOUT

#include "Layers/linear_position.h"
#include <math.h>

enum {
  // A tile's extents, pixels: the margins cost 15 % of the aggregations, and the rows of all stages, 1.3 MB at 193
  // disparities, stay in the caches of a core.
  SD_TILE_WIDTH = 64,
  SD_TILE_HEIGHT = 128,
  // Interpolated scores, first aggregation, softmin, third aggregation; the fourth is used up at once.
  SD_STAGES = 4,
  // Rows and columns that the scores reach beyond a tile.
  SD_MARGIN = 8,
  // Planes of scores that are fetched ahead.
  SD_PLANES_AHEAD = 6,
};

struct tile_grid {
  int rows, columns;
};

static struct tile_grid tile_grid(const struct sd_guided_regression *s) {
  struct tile_grid g = {
      (s->height + SD_TILE_HEIGHT - 1) / SD_TILE_HEIGHT, (s->width + SD_TILE_WIDTH - 1) / SD_TILE_WIDTH};
  return g;
}

static int disparity_pixel(const struct sd_guided_regression *s) { return (s->depth + 15) / 16 * 16; }

// Columns of a stage's rows.
static size_t tile_columns(const struct sd_guided_regression *s) {
  return s->width < SD_TILE_WIDTH + 2 * SD_MARGIN ? s->width : SD_TILE_WIDTH + 2 * SD_MARGIN;
}

// Columns of coarse scores that a row may need.
static size_t coarse_columns(const struct sd_guided_regression *s) {
  size_t reach = tile_columns(s) * s->scores.width / s->width + 3;
  return reach < (size_t)s->scores.width ? reach : (size_t)s->scores.width;
}

// Floats of memory for the positions of the disparities and the columns and for coarse scores of one disparity, whole lines of
// the cache: everything behind them lies askew otherwise, and every load of 64 bytes would be two.
static size_t position_floats(const struct sd_guided_regression *s) {
  return ((s->depth + tile_columns(s)) * (sizeof(struct linear_position) / sizeof(float)) + 15) / 16 * 16;
}

static size_t coarse_floats(const struct sd_guided_regression *s) {
  return (coarse_columns(s) + 15) / 16 * 16;
}

// A tile, and the parts of the scratch memory.
struct regression_tile {
  int top, bottom, left, right;  // pixels of the tile
  int first, last;               // columns that the stages' rows hold
  int pixel;
  size_t columns;
  float *stages[SD_STAGES], *coarse, *fine, *probabilities;
  // Coarse rows with all disparities, by the parity of the row; which ones they are.
  float *held[2];
  int row[2];
  struct linear_position *along, *across;  // of the disparities, and of the columns from `first` on
};

static struct regression_tile regression_tile(const struct sd_guided_regression *s, int item, float *scratch) {
  int columns = tile_grid(s).columns;
  struct regression_tile t = {
      .top = item / columns * SD_TILE_HEIGHT, .left = item % columns * SD_TILE_WIDTH, .pixel = disparity_pixel(s),
      .columns = tile_columns(s), .row = {-1, -1}};
  t.bottom = t.top + SD_TILE_HEIGHT < s->height ? t.top + SD_TILE_HEIGHT : s->height;
  t.right = t.left + SD_TILE_WIDTH < s->width ? t.left + SD_TILE_WIDTH : s->width;
  t.first = t.left > SD_MARGIN ? t.left - SD_MARGIN : 0;
  t.last = t.right + SD_MARGIN < s->width ? t.right + SD_MARGIN : s->width;
  t.along = (struct linear_position *)scratch;
  t.across = t.along + s->depth;
  float *free = scratch + position_floats(s);
  for (int i = 0; i < SD_STAGES; i++, free += SD_LOCAL_SIDE * t.columns * t.pixel) t.stages[i] = free;
  t.coarse = free;
  t.fine = t.coarse + coarse_floats(s);
  for (int i = 0; i < 2; i++) t.held[i] = t.fine + (size_t)(i + 1) * coarse_columns(s) * t.pixel;
  t.probabilities = t.held[1] + coarse_columns(s) * t.pixel;
  for (int d = 0; d < s->depth; d++) t.along[d] = linear_position(d, s->scores.depth, s->depth, 0);
  for (int x = t.first; x < t.last; x++) t.across[x - t.first] = linear_position(x, s->scores.width, s->width, 0);
  return t;
}

// The row y of a stage; null outside the image.
static float *stage_row(const struct sd_guided_regression *s, const struct regression_tile *t, int stage, int y) {
  if (y < 0 || y >= s->height) return 0;
  return t->stages[stage] + (size_t)(y % SD_LOCAL_SIDE) * t->columns * t->pixel;
}

#endif

#include "Convolution/tile_multiply.h"
#include "Layers/exponential.h"
#include "Layers/local_guided_row.h"

// The coarse row `row`, columns begin ..< begin + count, with all disparities: one of the tile's two such rows.
static const float *SD_FN(score_row)(
    const struct sd_guided_regression *s, struct regression_tile *t, const float *scores, int row, int begin, int count) {
  float *held = t->held[row & 1];
  if (t->row[row & 1] == row) return held;
  t->row[row & 1] = row;
  const size_t width = (size_t)s->scores.width, plane = width * s->scores.height;
  for (int d = 0; d < s->depth; d++) {
    const struct linear_position p = t->along[d];
    const float *lower = scores + p.lower * plane + row * width + begin, *upper = lower + (p.upper - p.lower) * plane;
    // The planes lie pages apart, where the processor fetches nothing ahead by itself.
    if (p.upper + SD_PLANES_AHEAD < s->scores.depth)
      for (int i = 0; i < count; i += 16) __builtin_prefetch(upper + SD_PLANES_AHEAD * plane + i);
    for (int i = 0; i < count; i++) t->coarse[i] = lower[i] * (1 - p.fraction) + upper[i] * p.fraction;
    for (int i = 0; i < count; i++) held[(size_t)i * t->pixel + d] = t->coarse[i];
  }
  for (int i = 0; i < count; i++)
    for (int d = s->depth; d < t->pixel; d++) held[(size_t)i * t->pixel + d] = 0;
  return held;
}

// Row y of the interpolated scores: over the disparities and then the rows for the coarse columns, then across.
static void SD_FN(score_pixels)(
    const struct sd_guided_regression *s, struct regression_tile *t, const float *scores, int y) {
  struct linear_position p = linear_position(y, s->scores.height, s->height, 0);
  const int begin = t->across[0].lower, count = t->across[t->last - 1 - t->first].upper + 1 - begin;
  const float *before = SD_FN(score_row)(s, t, scores, p.lower, begin, count);
  const float *after = SD_FN(score_row)(s, t, scores, p.upper, begin, count);
  for (size_t i = 0; i < (size_t)count * t->pixel; i += SD_LANES)
    SD_FN(store)
    (t->fine + i, SD_FN(load)(before + i) * (1 - p.fraction) + SD_FN(load)(after + i) * p.fraction);
  float *row = stage_row(s, t, 0, y);
  for (int x = t->first; x < t->last; x++, row += t->pixel) {
    const struct linear_position q = t->across[x - t->first];
    const float *lower = t->fine + (size_t)(q.lower - begin) * t->pixel;
    const float *upper = t->fine + (size_t)(q.upper - begin) * t->pixel;
    for (int d = 0; d < t->pixel; d += SD_LANES)
      SD_FN(store)(row + d, SD_FN(load)(lower + d) * (1 - q.fraction) + SD_FN(load)(upper + d) * q.fraction);
  }
}

// p = softmax(−s) of one pixel, in place; s is 0 beyond the disparities, as p is.
static void SD_FN(softmin_pixel)(float *s, int depth) {
  const int last = (depth - 1) / (int)SD_LANES * (int)SD_LANES;
  const SD_VEC end = SD_FN(load)(s + last);
  // The least one: the greatest of their negatives, where lanes beyond the disparities count as the last disparity.
  SD_VEC sum = {0}, most = -s[depth - 1] - (SD_VEC){0};
  most = SD_FN(greater)(
      most, SD_FN(first_lanes)(-end, depth - last) + (most - SD_FN(first_lanes)(most, depth - last)));
  for (int d = 0; d < last; d += SD_LANES) most = SD_FN(greater)(most, -SD_FN(load)(s + d));
  const float smallest = -SD_FN(lane_greatest)(most);
  for (int d = 0; d < last; d += SD_LANES) {
    const SD_VEC e = SD_FN(exponential)(smallest - SD_FN(load)(s + d));
    SD_FN(store)(s + d, e);
    sum += e;
  }
  const SD_VEC rest = SD_FN(first_lanes)(SD_FN(exponential)(smallest - end), depth - last);
  const float factor = 1 / SD_FN(lane_sum)(sum + rest);
  for (int d = 0; d < last; d += SD_LANES) SD_FN(store)(s + d, SD_FN(load)(s + d) * factor);
  SD_FN(store)(s + last, rest * factor);
}

// d = Σ k p_k / Σ |p_k| and the root of Σ |p_k| (k − d)² / Σ |p_k|.
static void SD_FN(expectation)(const float *p, int depth, float *disparity, float *spread) {
  SD_VEC mass = {0}, first = {0}, second = {0}, start;
  for (int l = 0; l < (int)SD_LANES; l++) start[l] = (float)l;
  SD_VEC index = start;
  for (int d = 0; d < depth; d += SD_LANES, index += (float)SD_LANES) {
    mass += __builtin_elementwise_abs(SD_FN(load)(p + d));
    first += SD_FN(load)(p + d) * index;
  }
  float total = SD_FN(lane_sum)(mass);
  total = total > 1e-12f ? total : 1e-12f;
  const float mean = SD_FN(lane_sum)(first) / total;
  index = start;
  for (int d = 0; d < depth; d += SD_LANES, index += (float)SD_LANES) {
    const SD_VEC offset = index - mean;
    second += __builtin_elementwise_abs(SD_FN(load)(p + d)) * offset * offset;
  }
  *disparity = mean;
  *spread = sqrtf(SD_FN(lane_sum)(second) / total);
}

// One row of an aggregation from the rows of stage `from`, `margin` columns beyond the tile: into stage `from` + 1, or to the
// maps from the last stage.
static void SD_FN(aggregate_row)(
    const struct sd_guided_regression *s, const struct regression_tile *t, int from, int margin, int y,
    const float *guidance, int guidance_pixel, float *disparity, float *spread) {
  struct local_rows r = {.first = t->first, .width = s->width, .depth = s->depth, .pixel = t->pixel};
  for (int i = 0; i < SD_LOCAL_SIDE; i++) r.rows[i] = stage_row(s, t, from, y + i - SD_LOCAL_REACH);
  int begin = t->left > margin ? t->left - margin : 0, end = t->right + margin < s->width ? t->right + margin : s->width;
  for (int x = begin; x < end; x++) {
    size_t pixel = (size_t)y * s->width + x;
    float *out = t->probabilities;
    if (from + 1 < SD_STAGES) out = stage_row(s, t, from + 1, y) + (size_t)(x - t->first) * t->pixel;
    SD_FN(local_guided_pixel)(&r, x, guidance + pixel * guidance_pixel, out);
    if (from == 1) SD_FN(softmin_pixel)(out, s->depth);
    if (from + 1 == SD_STAGES) SD_FN(expectation)(out, s->depth, disparity + pixel, spread + pixel);
  }
}

static void SD_FN(guided_regression)(
    const struct sd_guided_regression *s, const float *scores, const float *first, const float *second,
    float *disparity, float *spread, int item, float *scratch) {
  struct regression_tile t = regression_tile(s, item, scratch);
  for (int y = t.top - SD_MARGIN; y < t.bottom + SD_MARGIN; y++) {
    if (y >= 0 && y < s->height) SD_FN(score_pixels)(s, &t, scores, y);
    for (int from = 0; from < SD_STAGES; from++) {
      int margin = SD_MARGIN - SD_LOCAL_REACH * (from + 1), row = y - SD_LOCAL_REACH * (from + 1);
      if (row < 0 || row >= s->height || row < t.top - margin || row >= t.bottom + margin) continue;
      SD_FN(aggregate_row)
      (s, &t, from, margin, row, from < 2 ? first : second, from < 2 ? s->first_pixel : s->second_pixel, disparity,
       spread);
    }
  }
}

#endif
