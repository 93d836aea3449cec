// Semi-global matching over costs in bytes, with penalties by the contrast of both images.
//
//     L(p, d) = C(p, d) + min( L(q, d), L(q, d − 1) + P1, L(q, d + 1) + P1', m + P2 ) − m,   q = p − r, m = min_k L(q, k)
//
// (Hirschmüller, TPAMI 2008, eq. 13; classes of P1 and P2 after Žbontar & LeCun, JMLR 2016, section 4.2), path costs in 16
// bits. Cells without cost hold 65535, and saturating additions keep them out of every minimum: a pixel none of whose
// planes has a cost ends the path, and where m is 65535 the difference in the formula is 0 and it begins anew.
//
// The penalties of a step hang on the partner's contrast, so on x ∓ d: they lie in tables indexed by j, which grows with d,
// and a pixel's begin at its own j. Sixteen planes take about thirteen vector instructions and eight loads.

#ifndef SD_BODY
#define SD_BODY "SemiGlobal/byte_semi_global.c"
#define SD_WIDEST_BYTES 32
#include "volume_kernels.h"

typedef void across_fn(const struct sd_byte_semi_global *, int, uint16_t *, uint16_t *, uint16_t *);
typedef void along_fn(const struct sd_byte_semi_global *, int, int, int, int, uint16_t *, uint16_t *, uint16_t *, uint16_t *);
typedef void winners_fn(uint16_t *, int, int, int, struct sd_winner *);

// Tables of penalties for one step direction: [contrast of the own pixel][from d − 1, from d + 1, from anywhere][j].
enum { TABLES = 9 };

size_t sd_byte_semi_global_scratch(int columns, int depth) { return TABLES * ((size_t)columns + (size_t)depth); }

static int kind_at(const uint8_t *image, ptrdiff_t stride, const uint8_t *kinds, int y, int x, int dy, int dx) {
  const int difference = image[y * stride + x] - image[(y - dy) * stride + x - dx];
  return kinds[difference < 0 ? -difference : difference];
}

// Fills the tables for a step by (dx, dy) to the pixels x0 ..< x1 of row y; returns the distance of two tables.
static size_t fill_tables(const struct sd_byte_semi_global *s, int y, int dx, int dy, int x0, int x1, uint16_t *tables) {
  const int first = s->right ? x0 : s->width - x1, count = x1 - x0 - 1 + s->depth;
  const size_t stride = (size_t)(x1 - x0) + (size_t)s->depth;
  const uint16_t *below = dy > 0 ? s->p1_slanted : s->p1, *above = dy < 0 ? s->p1_slanted : s->p1;
  const int row_inside = y - dy >= 0 && y - dy < s->height;
  for (int i = 0; i < count; i++) {
    const int j = first + i, x = s->right ? s->lower + j : s->width - 1 - s->lower - j;
    const int inside = row_inside && x >= 0 && x < s->width && x - dx >= 0 && x - dx < s->width;
    const int kind = inside ? kind_at(s->other, s->other_stride, s->other_kinds, y, x, dy, dx) : s->outside;
    for (int own = 0; own < 3; own++) {
      const int class = own == 0 && kind == 0 ? 0 : own == 2 && kind == 2 ? 2 : 1;
      tables[(own * 3 + 0) * stride + i] = below[class];
      tables[(own * 3 + 1) * stride + i] = above[class];
      tables[(own * 3 + 2) * stride + i] = s->p2[class];
    }
  }
  return stride;
}

// The tables of pixel x for the step that leads to it.
static const uint16_t *tables_of(
    const struct sd_byte_semi_global *s, const uint16_t *tables, size_t stride, int y, int x, int dy, int dx, int x0, int x1) {
  const int inside = x - dx >= 0 && x - dx < s->width && y - dy >= 0 && y - dy < s->height;
  const int own = inside ? kind_at(s->own, s->own_stride, s->own_kinds, y, x, dy, dx) : 0;
  return tables + (size_t)own * 3 * stride + (s->right ? x - x0 : x1 - 1 - x);
}

static void clear_path(uint16_t *path, int depth) {
  for (int i = 0; i < depth + 2 * SD_PATH_ROOM; i++) path[i] = SD_NO_SUM;
}

#include "Execution/every_isa.h"

static across_fn *const across_table[SD_ISA_COUNT] = SD_TABLE(across);
static along_fn *const along_table[SD_ISA_COUNT] = SD_TABLE(along);
static winners_fn *const winners_table[SD_ISA_COUNT] = SD_TABLE(winners);

void sd_byte_semi_global_across(
    enum sd_isa isa, const struct sd_byte_semi_global *s, int y, uint16_t *sums, uint16_t *path, uint16_t *scratch) {
  across_table[isa](s, y, sums, path, scratch);
}

void sd_byte_semi_global_along(
    enum sd_isa isa, const struct sd_byte_semi_global *s, int y, int dy, int x0, int x1, uint16_t *path, uint16_t *least,
    uint16_t *sums, uint16_t *scratch) {
  along_table[isa](s, y, dy, x0, x1, path, least, sums, scratch);
}

void sd_winners(enum sd_isa isa, uint16_t *sums, int pixels, int depth, int planes, struct sd_winner *winners) {
  winners_table[isa](sums, pixels, depth, planes, winners);
}

#else

#define SD_WORDS SD_FN(words_t)
#define SD_SMALL SD_FN(small_t)
// Eight planes, or sixteen: SD_COST_LANES is a multiple of both.
#define SD_LANES (SD_VECTOR_BYTES == 16 ? 8 : 16)
typedef uint16_t SD_WORDS __attribute__((vector_size(2 * SD_LANES)));
typedef uint8_t SD_SMALL __attribute__((vector_size(SD_LANES)));

SD_INLINE SD_WORDS SD_FN(load)(const uint16_t *p) {
  SD_WORDS v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}

SD_INLINE void SD_FN(store)(uint16_t *p, SD_WORDS v) { __builtin_memcpy(p, &v, sizeof v); }

// One step: from the path costs h of the pixel before, whose least is m, to those of this pixel, in place. Returns their
// least. The path costs are written to `sums` (writes) or added to them (adds).
SD_INLINE uint16_t SD_FN(step)(
    uint16_t *h, const uint8_t *costs, int depth, uint16_t m, const uint16_t *tables, size_t stride, uint16_t *sums,
    const int writes, const int adds) {
  const SD_WORDS least = (SD_WORDS){} + m, none = (SD_WORDS){} + (uint16_t)SD_NO_SUM;
  SD_WORDS below = SD_FN(load)(h - 1), result = none;
  for (int k = 0; k < depth; k += SD_LANES) {
    const SD_WORDS here = SD_FN(load)(h + k), above = SD_FN(load)(h + k + 1), next = SD_FN(load)(h + k + SD_LANES - 1);
    SD_SMALL bytes;
    __builtin_memcpy(&bytes, costs + k, sizeof bytes);
    const SD_WORDS cost = __builtin_convertvector(bytes, SD_WORDS);
    SD_WORDS t = __builtin_elementwise_add_sat(below, SD_FN(load)(tables + k));
    t = __builtin_elementwise_min(t, __builtin_elementwise_add_sat(above, SD_FN(load)(tables + stride + k)));
    t = __builtin_elementwise_min(t, here);
    t = __builtin_elementwise_min(t, __builtin_elementwise_add_sat(least, SD_FN(load)(tables + 2 * stride + k)));
    t = (t - least + cost) | (SD_WORDS)(cost == SD_NO_COST);
    below = next;
    SD_FN(store)(h + k, t);
    result = __builtin_elementwise_min(result, t);
    if (writes) SD_FN(store)(sums + k, t);
    if (adds) SD_FN(store)(sums + k, __builtin_elementwise_add_sat(SD_FN(load)(sums + k), t));
  }
  return __builtin_reduce_min(result);
}

static void SD_FN(across)(
    const struct sd_byte_semi_global *s, int y, uint16_t *sums, uint16_t *path, uint16_t *scratch) {
  const int W = s->width, depth = s->depth;
  const uint8_t *costs = s->costs + (size_t)y * W * depth;
  for (int dx = 1; dx >= -1; dx -= 2) {
    const size_t stride = fill_tables(s, y, dx, 0, 0, W, scratch);
    uint16_t least = SD_NO_SUM;
    clear_path(path, depth);
    for (int i = 0; i < W; i++) {
      const int x = dx > 0 ? i : W - 1 - i;
      const uint16_t *tables = tables_of(s, scratch, stride, y, x, 0, dx, 0, W);
      const size_t at = (size_t)x * depth;
      least = dx > 0 ? SD_FN(step)(path + SD_PATH_ROOM, costs + at, depth, least, tables, stride, sums + at, 1, 0)
                     : SD_FN(step)(path + SD_PATH_ROOM, costs + at, depth, least, tables, stride, sums + at, 0, 1);
    }
  }
}

static void SD_FN(along)(
    const struct sd_byte_semi_global *s, int y, int dy, int x0, int x1, uint16_t *path, uint16_t *least, uint16_t *sums,
    uint16_t *scratch) {
  const int depth = s->depth;
  const size_t stride = fill_tables(s, y, 0, dy, x0, x1, scratch);
  const uint8_t *costs = s->costs + (size_t)y * s->width * depth;
  for (int x = x0; x < x1; x++) {
    const uint16_t *tables = tables_of(s, scratch, stride, y, x, dy, 0, x0, x1);
    uint16_t *h = path + (size_t)x * (depth + 2 * SD_PATH_ROOM) + SD_PATH_ROOM;
    const size_t at = (size_t)x * depth;
    least[x] = sums ? SD_FN(step)(h, costs + at, depth, least[x], tables, stride, sums + at, 0, 1)
                    : SD_FN(step)(h, costs + at, depth, least[x], tables, stride, 0, 0, 0);
  }
}

SD_INLINE uint16_t SD_FN(least_of)(const uint16_t *sums, int depth) {
  SD_WORDS result = (SD_WORDS){} + (uint16_t)SD_NO_SUM;
  for (int k = 0; k < depth; k += SD_LANES) result = __builtin_elementwise_min(result, SD_FN(load)(sums + k));
  return __builtin_reduce_min(result);
}

SD_INLINE uint16_t SD_FN(first_equal)(const uint16_t *sums, int depth, uint16_t m) {
  const SD_WORDS least = (SD_WORDS){} + m;
  SD_WORDS numbers;
  for (int i = 0; i < SD_LANES; i++) numbers[i] = (uint16_t)i;
  SD_WORDS result = (SD_WORDS){} + (uint16_t)SD_NO_SUM;
  for (int k = 0; k < depth; k += SD_LANES) {
    const SD_WORDS name = (numbers + (uint16_t)k) | (SD_WORDS)(SD_FN(load)(sums + k) != least);
    result = __builtin_elementwise_min(result, name);
  }
  return __builtin_reduce_min(result);
}

// The least sum but for the planes first ... last, which are taken away for the moment.
SD_INLINE uint16_t SD_FN(least_but)(uint16_t *sums, int depth, int first, int last) {
  uint16_t kept[3];
  for (int k = first; k <= last; k++) kept[k - first] = sums[k], sums[k] = SD_NO_SUM;
  const uint16_t second = SD_FN(least_of)(sums, depth);
  for (int k = first; k <= last; k++) sums[k] = kept[k - first];
  return second;
}

static void SD_FN(winners)(uint16_t *sums, int pixels, int depth, int planes, struct sd_winner *winners) {
  for (int i = 0; i < pixels; i++, sums += depth) {
    struct sd_winner w = {SD_NO_SUM, SD_NO_SUM, SD_NO_SUM, 0, 0.0f};
    w.least = SD_FN(least_of)(sums, depth);
    if (w.least != SD_NO_SUM) {
      const int k = SD_FN(first_equal)(sums, depth, w.least);
      w.plane = (uint16_t)k;
      w.second = SD_FN(least_but)(sums, depth, k > 0 ? k - 1 : 0, k + 1 < planes ? k + 1 : planes - 1);
      if (k > 0 && k + 1 < planes && sums[k - 1] != SD_NO_SUM && sums[k + 1] != SD_NO_SUM) {
        const int a = sums[k - 1], b = sums[k], c = sums[k + 1];
        if (a + c > 2 * b) w.correction = -(float)(c - a) / (2.0f * (float)(a + c - 2 * b));
      }
    }
    winners[i] = w;
  }
}

#endif
