// Semi-global guided aggregation: four recursions over a feature volume, and the greatest of their results.
//
// Vectors run along the channels, which do not mix. A volume lies plane by plane, so the values of one pixel are far
// apart, often in the same set of every cache. Both passes therefore go over tiles of SD_STRIP pixels of a row.
//
// Rows, right and back: a tile is copied plane by plane, which streams; the recursion runs on the copy, whose planes are padded
// apart, pixel by pixel; then its result is merged into the output plane by plane. Columns, down a strip and up again: a tile
// is one step, so the recursion takes SD_GROUP planes at a time from the volume and merges them at once. What comes next is
// fetched into the caches ahead: a tile is too short a run for the processor to foresee it.

#ifndef SD_BODY
#define SD_BODY "Layers/semi_global_guided.c"
#include "guided_kernels.h"
#include "Execution/every_isa.h"

typedef void semi_global_fn(const struct sd_semi_global *, const float *, const float *, float *, int, float *);
static semi_global_fn *const rows_table[SD_ISA_COUNT] = SD_TABLE(semi_global_rows);
static semi_global_fn *const columns_table[SD_ISA_COUNT] = SD_TABLE(semi_global_columns);

int sd_semi_global_strips(const struct sd_semi_global *s) { return (s->in.width + SD_STRIP - 1) / SD_STRIP; }

size_t sd_semi_global_scratch_floats(const struct sd_semi_global *s) {
  return 2 * (size_t)s->in.depth * tile_plane(s) + (SD_GUIDED_TAPS + 2) * SD_STRIP * (size_t)s->lanes;
}

void sd_semi_global_rows(
    enum sd_isa isa, const struct sd_semi_global *shape, const float *guidance, const float *in, float *out, int item,
    float *scratch) {
  rows_table[isa](shape, guidance, in, out, item, scratch);
}

void sd_semi_global_columns(
    enum sd_isa isa, const struct sd_semi_global *shape, const float *guidance, const float *in, float *out, int item,
    float *scratch) {
  columns_table[isa](shape, guidance, in, out, item, scratch);
}

#else

#ifndef SD_SEMI_GLOBAL_LAYOUT
#define SD_SEMI_GLOBAL_LAYOUT

enum {
  // Pixels of a tile.
  SD_STRIP = 8,
  // Weights of a direction.
  SD_GUIDED_TAPS = 5,
  // Planes of a step along the columns that are done together.
  SD_GROUP = 4,
};

enum direction { SD_DOWN, SD_UP, SD_RIGHT, SD_LEFT };

// What merging does: the first direction writes, the others keep the greater value, the last one ends with scale, shift and ReLU.
enum merge { SD_WRITE, SD_GREATER, SD_FINISH };

// Floats from plane to plane of a tile: one pixel more than the strip (see rows), and 64 bytes, so that the planes of a
// channel do not fall into the same set of the cache.
static size_t tile_plane(const struct sd_semi_global *s) { return (size_t)s->lanes * (SD_STRIP + 1) + 16; }

// A tile's place in the volume, and the parts of the scratch memory: two sets of planes (rows: the copy and its result;
// columns: the step before and this one), weights, greatest values of either step. Where the next tile of a row lies is told in
// pixels from this one, 0 if there is none.
struct guided_tile {
  int y, x, count;
  ptrdiff_t next;
  size_t plane;
  float *planes[2], *taps, *greatest[2];
};

static struct guided_tile guided_tile(const struct sd_semi_global *s, float *scratch) {
  struct guided_tile t = {.plane = tile_plane(s)};
  size_t tile = (size_t)SD_STRIP * s->lanes;
  t.planes[0] = scratch;
  t.planes[1] = t.planes[0] + s->in.depth * t.plane;
  t.taps = t.planes[1] + s->in.depth * t.plane;
  t.greatest[0] = t.taps + SD_GUIDED_TAPS * tile;
  t.greatest[1] = t.greatest[0] + tile;
  return t;
}

#endif

#include "Convolution/tile_multiply.h"

// Copies the tile of every plane.
static void SD_FN(fetch)(const struct sd_semi_global *s, const struct guided_tile *t, const float *in) {
  size_t plane = (size_t)s->in.height * s->in.width * s->in.pixel;
  const float *first = in + ((size_t)t->y * s->in.width + t->x) * s->in.pixel;
  for (int d = 0; d < s->in.depth; d++)
    for (int i = 0; i < t->count; i++) {
      const float *from = first + d * plane + (size_t)i * s->in.pixel;
      float *to = t->planes[0] + d * t->plane + (size_t)i * s->lanes;
      for (int l = 0; l < s->lanes; l += SD_LANES) SD_FN(store)(to + l, SD_FN(load)(from + l));
    }
}

// taps[tap][pixel][lane] = w / max(Σ|w|, 1e-12) for one direction.
static void SD_FN(weigh)(
    const struct sd_semi_global *s, const struct guided_tile *t, const float *guidance, enum direction direction) {
  const SD_VEC least = (SD_VEC){0} + 1e-12f;
  size_t tap = (size_t)SD_STRIP * s->lanes;
  for (int i = 0; i < t->count; i++) {
    const float *pixel = guidance + ((size_t)t->y * s->in.width + t->x + i) * s->guidance_pixel;
    const float *raw = pixel + (size_t)direction * SD_GUIDED_TAPS * s->lanes;
    for (int l = 0; l < s->lanes; l += SD_LANES) {
      SD_VEC sum = {0};
      for (int k = 0; k < SD_GUIDED_TAPS; k++)
        sum += __builtin_elementwise_abs(SD_FN(load)(raw + (size_t)k * s->lanes + l));
      SD_VEC factor = 1.0f / __builtin_elementwise_max(sum, least);
      for (int k = 0; k < SD_GUIDED_TAPS; k++)
        SD_FN(store)
        (t->taps + k * tap + (size_t)i * s->lanes + l, SD_FN(load)(raw + (size_t)k * s->lanes + l) * factor);
    }
  }
}

// Where float `at` of the next tile lies in a volume, null if it is no line's first or there is no next tile.
static const float *SD_FN(foreseen)(
    const struct guided_tile *t, const struct sd_extent *volume, const float *data, int lanes, size_t at) {
  if (t->next == 0 || at % 16) return 0;
  ptrdiff_t pixel = (ptrdiff_t)((size_t)t->y * volume->width + t->x + at / lanes) + t->next;
  return data + pixel * volume->pixel + at % lanes;
}

// One step of the recursion for the floats from `at` of a tile, `lanes` of them of every plane; `before` null at the first
// pixel of a direction.
static void SD_FN(advance)(
    const struct sd_semi_global *s, const struct guided_tile *t, size_t at, int lanes, const float *before, float *next,
    const float *in, const float *out) {
  size_t tap = (size_t)SD_STRIP * s->lanes, plane = t->plane, pixels = (size_t)s->in.height * s->in.width;
  int depth = s->in.depth;
  for (int l = 0; l < lanes; l += SD_LANES) {
    SD_VEC w[SD_GUIDED_TAPS];
    for (int k = 0; k < SD_GUIDED_TAPS; k++) w[k] = SD_FN(load)(t->taps + k * tap + at + l);
    const float *cost = t->planes[0] + at + l, *soon = SD_FN(foreseen)(t, &s->in, in, s->lanes, at + l);
    const float *result = SD_FN(foreseen)(t, &s->out, out, s->lanes, at + l);
    float *to = next + l, *greatest = t->greatest[0] + l;
    SD_VEC top = {0};
    if (!before) {
      SD_VEC sum = w[0] + w[1] + w[2] + w[3] + w[4];
      for (int d = 0; d < depth; d++, cost += plane, to += plane) {
        SD_VEC a = SD_FN(load)(cost) * sum;
        top = d ? SD_FN(greater)(top, a) : a;
        SD_FN(store)(to, a);
      }
    } else {
      const float *from = before + l;
      SD_VEC far = SD_FN(load)(greatest) * w[4], own = SD_FN(load)(from), less = SD_FN(load)(cost);
      for (int d = 0; d < depth; d++, cost += plane, to += plane) {
        SD_VEC c = SD_FN(load)(cost), more = c;
        from += plane;
        if (d + 1 < depth) more = SD_FN(load)(from);
        if (soon) {
          __builtin_prefetch(soon + d * pixels * s->in.pixel, 0, 2);
          __builtin_prefetch(result + d * pixels * s->out.pixel, 1, 2);
        }
        SD_VEC a = c * w[0] + far;
        a += own * w[1];
        a += less * w[2];
        a += more * w[3];
        top = d ? SD_FN(greater)(top, a) : a;
        SD_FN(store)(to, a);
        less = own;
        own = more;
      }
    }
    SD_FN(store)(greatest, top);
  }
}

// Merges a tile's result into every plane of the output.
SD_INLINE void SD_FN(merge)(
    const struct sd_semi_global *s, const struct guided_tile *t, const float *result, float *out, enum merge how) {
  size_t plane = (size_t)s->out.height * s->out.width * s->out.pixel;
  float *first = out + ((size_t)t->y * s->out.width + t->x) * s->out.pixel;
  for (int d = 0; d < s->in.depth; d++)
    for (int i = 0; i < t->count; i++) {
      const float *from = result + d * t->plane + (size_t)i * s->lanes;
      float *to = first + d * plane + (size_t)i * s->out.pixel;
      for (int l = 0; l < s->lanes; l += SD_LANES) {
        SD_VEC v = SD_FN(load)(from + l);
        if (how != SD_WRITE) v = SD_FN(greater)(v, SD_FN(load)(to + l));
        SD_FN(store)(to + l, v);
      }
    }
}

// One direction along a row. Pixel i of a tile lies in column i of the result (left) or i + 1 (right); the column left over
// holds the pixel before the tile.
SD_INLINE void SD_FN(scan_row)(
    const struct sd_semi_global *s, struct guided_tile *t, const float *guidance, const float *in, float *out,
    int is_right) {
  int strips = (s->in.width + SD_STRIP - 1) / SD_STRIP, lanes = s->lanes;
  float *result = t->planes[1];
  for (int n = 0; n < strips; n++) {
    t->x = (is_right ? n : strips - 1 - n) * SD_STRIP;
    t->count = s->in.width - t->x < SD_STRIP ? s->in.width - t->x : SD_STRIP;
    t->next = n + 1 == strips ? 0 : is_right ? SD_STRIP : -SD_STRIP;
    SD_FN(fetch)(s, t, in);
    SD_FN(weigh)(s, t, guidance, is_right ? SD_RIGHT : SD_LEFT);
    if (n > 0)
      for (int d = 0; d < s->in.depth; d++) {
        float *row = result + d * t->plane, *ends[2] = {row, row + (size_t)SD_STRIP * lanes};
        for (int l = 0; l < lanes; l += SD_LANES)
          SD_FN(store)(ends[is_right ? 0 : 1] + l, SD_FN(load)(ends[is_right ? 1 : 0] + l));
      }
    for (int k = 0; k < t->count; k++) {
      size_t i = (size_t)(is_right ? k : t->count - 1 - k);
      float *next = result + (i + (is_right ? 1 : 0)) * lanes, *before = is_right ? next - lanes : next + lanes;
      SD_FN(advance)(s, t, i * lanes, lanes, n == 0 && k == 0 ? 0 : before, next, in, out);
    }
    SD_FN(merge)(s, t, result + (is_right ? lanes : 0), out, is_right ? SD_WRITE : SD_GREATER);
  }
}

static void SD_FN(semi_global_rows)(
    const struct sd_semi_global *s, const float *guidance, const float *in, float *out, int item, float *scratch) {
  struct guided_tile t = guided_tile(s, scratch);
  t.y = item;
  SD_FN(scan_row)(s, &t, guidance, in, out, 1);
  SD_FN(scan_row)(s, &t, guidance, in, out, 0);
}

// Planes `d` ..< `d` + `planes` of one step along a strip, from `before` into `next`, merged into the output.
SD_INLINE void SD_FN(step_planes)(
    const struct sd_semi_global *s, const struct guided_tile *t, int d, const int planes, int is_first, int parity,
    const float *in, float *out, const enum merge how) {
  size_t tap = (size_t)SD_STRIP * s->lanes, pixels = (size_t)s->in.height * s->in.width, row = (size_t)t->y * s->in.width;
  size_t from = pixels * s->in.pixel, to = pixels * s->out.pixel, plane = t->plane;
  float *next = t->planes[parity] + d * plane, *top = t->greatest[parity];
  const float *before = t->planes[!parity] + d * plane, *most = t->greatest[!parity];
  for (int i = 0; i < t->count; i++) {
    const float *cost = in + (d * pixels + row + t->x + i) * s->in.pixel;
    float *result = out + (d * pixels + row + t->x + i) * s->out.pixel;
    for (int l = 0; l < s->lanes; l += SD_LANES) {
      size_t at = (size_t)i * s->lanes + l;
      SD_VEC w[SD_GUIDED_TAPS];
      for (int k = 0; k < SD_GUIDED_TAPS; k++) w[k] = SD_FN(load)(t->taps + k * tap + at);
      SD_VEC c = SD_FN(load)(cost + l), own = c, less = c, far = {0}, greatest = {0};
      if (is_first) {
        w[0] = w[0] + w[1] + w[2] + w[3] + w[4];
        w[1] = w[2] = w[3] = (SD_VEC){0};
      } else {
        far = SD_FN(load)(most + at) * w[4];
        own = SD_FN(load)(before + at);
        if (d > 0) less = SD_FN(load)(before + at - plane);
      }
      if (d > 0) greatest = SD_FN(load)(top + at);
      for (int k = 0; k < planes; k++) {
        if (k > 0) c = SD_FN(load)(cost + k * from + l);
        SD_VEC more = c;
        if (!is_first && d + k + 1 < s->in.depth) more = SD_FN(load)(before + (k + 1) * plane + at);
        if (l % 16 == 0 && d + SD_GROUP + k < s->in.depth) {
          __builtin_prefetch(cost + (k + SD_GROUP) * from + l, 0, 3);
          __builtin_prefetch(result + (k + SD_GROUP) * to + l, 1, 3);
        }
        SD_VEC a = c * w[0] + far;
        a += own * w[1];
        a += less * w[2];
        a += more * w[3];
        greatest = d + k > 0 ? SD_FN(greater)(greatest, a) : a;
        SD_FN(store)(next + k * plane + at, a);
        a = SD_FN(greater)(a, SD_FN(load)(result + k * to + l));
        if (how == SD_FINISH)
          a = SD_FN(greater)(a * SD_FN(load)(s->scale + l) + SD_FN(load)(s->shift + l), (SD_VEC){0});
        SD_FN(store)(result + k * to + l, a);
        less = own;
        own = more;
      }
      SD_FN(store)(top + at, greatest);
    }
  }
}

// One step along a strip, all planes.
SD_INLINE void SD_FN(step)(
    const struct sd_semi_global *s, const struct guided_tile *t, int is_first, int parity, const float *in, float *out,
    const enum merge how) {
  int d = 0;
  for (; d + SD_GROUP <= s->in.depth; d += SD_GROUP) SD_FN(step_planes)(s, t, d, SD_GROUP, is_first, parity, in, out, how);
  for (; d < s->in.depth; d++) SD_FN(step_planes)(s, t, d, 1, is_first, parity, in, out, how);
}

static void SD_FN(semi_global_columns)(
    const struct sd_semi_global *s, const float *guidance, const float *in, float *out, int item, float *scratch) {
  struct guided_tile t = guided_tile(s, scratch);
  t.x = item * SD_STRIP;
  t.count = s->in.width - t.x < SD_STRIP ? s->in.width - t.x : SD_STRIP;
  for (int up = 0; up < 2; up++)
    for (int n = 0; n < s->in.height; n++) {
      t.y = up ? s->in.height - 1 - n : n;
      SD_FN(weigh)(s, &t, guidance, up ? SD_UP : SD_DOWN);
      if (up && s->scale) {
        SD_FN(step)(s, &t, n == 0, n % 2, in, out, SD_FINISH);
      } else {
        SD_FN(step)(s, &t, n == 0, n % 2, in, out, SD_GREATER);
      }
    }
}

#endif
