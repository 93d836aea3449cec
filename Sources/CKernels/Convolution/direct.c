// Direct convolution over a list of taps, any kernel, stride, padding and dilation, transposed or not.
//
// Each output pixel gets a list of pointers, one for a tap, to the input pixel or to zeros outside the input; the inner
// loop then knows nothing of borders. A row of output is done in groups of pixels, and in each group for one tile's output
// channels at a time.

#ifndef SD_BODY
#define SD_BODY "Convolution/direct.c"
#include "convolution_kernels.h"
#include "Execution/every_isa.h"

typedef void direct_fn(const struct sd_direct *, const struct sd_epilogue *, const float *, float *, int, float *);
static direct_fn *const direct_table[SD_ISA_COUNT] = SD_TABLE(direct);
static direct_fn *const direct_few_table[SD_ISA_COUNT] = SD_TABLE_256(direct_few);

void sd_direct(
    enum sd_isa isa, const struct sd_direct *shape, const struct sd_epilogue *epilogue, const float *in, float *out,
    int item, float *scratch) {
  direct_table[isa](shape, epilogue, in, out, item, scratch);
}

void sd_direct_few(
    enum sd_isa isa, const struct sd_direct *shape, const struct sd_epilogue *epilogue, const float *in, float *out,
    int item, float *scratch) {
  direct_few_table[isa](shape, epilogue, in, out, item, scratch);
}

size_t sd_direct_scratch_floats(const struct sd_direct *s) {
  size_t pointers = (size_t)s->taps * SD_GROUP * (sizeof(float *) / sizeof(float));
  return pointers + SD_GROUP * SD_WIDEST + (size_t)(s->in_channels + 15) / 16 * 16;
}

#else

#ifndef SD_DIRECT_LAYOUT
#define SD_DIRECT_LAYOUT

// Pixels whose pointers are made at once; a multiple of every instruction set's tile.
enum { SD_GROUP = 48 };

// Input channels times taps times blocks of output channels whose weights (64 bytes each) stay in the first-level cache for
// a group.
enum { SD_CHUNK_CHANNELS = 384 };

// Output channels of the widest tile (tile_multiply.h).
enum { SD_WIDEST = 48 };

// Pixels that direct_few sums side by side.
enum { SD_FEW = 8 };

// pixels[tap · SD_GROUP + i] = input pixel of output pixel x + i of row (z, y) for the tap; zeros outside.
static void direct_pointers(
    const struct sd_direct *s, const float *in, int z, int y, int x, const float *zeros, const float **pixels) {
  for (int t = 0; t < s->taps; t++, pixels += SD_GROUP) {
    int iz = z * s->in_step[0] + s->offsets[3 * t], iy = y * s->in_step[1] + s->offsets[3 * t + 1];
    int row_inside = iz >= 0 && iz < s->in.depth && iy >= 0 && iy < s->in.height;
    const float *row = in + ((size_t)(row_inside ? iz : 0) * s->in.height + (row_inside ? iy : 0))
                                * (size_t)s->in.width * s->in.pixel;
    int step = s->in_step[2], ix = x * step + s->offsets[3 * t + 2];
    int first = ix >= 0 ? 0 : (-ix + step - 1) / step;
    int last = ix < s->in.width ? (s->in.width - 1 - ix) / step + 1 : 0;
    if (first > SD_GROUP || !row_inside) first = SD_GROUP;
    if (last > SD_GROUP) last = SD_GROUP;
    if (last < first) last = first;
    ptrdiff_t advance = (ptrdiff_t)step * s->in.pixel;
    const float *pixel = row + (ptrdiff_t)ix * s->in.pixel;
    for (int i = 0; i < first; i++) pixels[i] = zeros;
    for (int i = first; i < last; i++) pixels[i] = pixel + i * advance;
    for (int i = last; i < SD_GROUP; i++) pixels[i] = zeros;
  }
}

static size_t direct_output_pixel(const struct sd_direct *s, int z, int y, int x) {
  size_t oz = (size_t)(s->out_first[0] + z * s->out_step[0]), oy = (size_t)(s->out_first[1] + y * s->out_step[1]);
  return (oz * s->out.height + oy) * s->out.width + (size_t)(s->out_first[2] + x * s->out_step[2]);
}

#endif

#include "Convolution/tile_multiply.h"

// A part of the sums: taps first ..< last, channels begin ..< begin + channels.
struct SD_FN(part) {
  int first, last, begin, channels;
};

// Adds a part of the products of a group of pixels to `sums` (16 · blocks floats a pixel).
SD_INLINE void SD_FN(direct_taps)(
    const struct sd_direct *s, const float *const *pixels, const float *weights, const struct SD_FN(part) part,
    int group, float *sums, const int blocks) {
  const size_t tap = (size_t)s->in_channels * 16, step = s->taps * tap;
  const int vectors = blocks * SD_PARTS;
  for (int i = 0; i < group; i += SD_TILE_ROWS) {
    SD_VEC acc[SD_TILE_ROWS][SD_TILE_VECTORS];
    float *own = sums + (size_t)(i * vectors) * SD_LANES;
    for (int r = 0; r < SD_TILE_ROWS; r++)
      for (int v = 0; v < vectors; v++) acc[r][v] = SD_FN(load)(own + (r * vectors + v) * SD_LANES);
    for (int t = part.first; t < part.last; t++)
      SD_FN(multiply_tile)
      (acc, pixels + (size_t)t * SD_GROUP + i, part.begin, part.channels, weights + t * tap + part.begin * 16, step,
       blocks);
    for (int r = 0; r < SD_TILE_ROWS; r++)
      for (int v = 0; v < vectors; v++) SD_FN(store)(own + (r * vectors + v) * SD_LANES, acc[r][v]);
  }
}

SD_INLINE void SD_FN(direct_finish)(
    const struct sd_direct *s, const struct sd_epilogue *e, const float *sums, int block, size_t first, int group,
    float *out, const int blocks) {
  const int vectors = blocks * SD_PARTS;
  for (int i = 0; i < group; i++, sums += vectors * SD_LANES) {
    size_t pixel = first + (size_t)i * s->out_step[2];
    if (s->out.pixel == 1) {
      float y = sums[0] + (e->residual ? e->residual[pixel * e->residual_pixel] : 0);
      out[pixel] = y > 0 ? y : y * e->slope;
      continue;
    }
    for (int v = 0; v < vectors; v++) {
      size_t c = (size_t)block * 16 + v * SD_LANES;
      SD_VEC y = SD_FN(load)(sums + v * SD_LANES);
      if (e->residual) y += SD_FN(load)(e->residual + pixel * e->residual_pixel + c);
      if (e->slope != 1) y = SD_FN(activate)(y, e->slope);
      SD_FN(store)(out + pixel * s->out.pixel + c, y);
    }
  }
}

// The blocks block ..< block + blocks of output channels for a group of pixels, the first of them pixel `first` of the output.
SD_INLINE void SD_FN(direct_blocks)(
    const struct sd_direct *s, const struct sd_epilogue *e, const float *const *pixels, int block, size_t first,
    int group, float *sums, float *out, const int blocks) {
  const float *weights = s->weights + (size_t)block * s->taps * s->in_channels * 16;
  const int most = SD_CHUNK_CHANNELS / blocks, taps = most / s->in_channels > 1 ? most / s->in_channels : 1;
  const int cuts = (s->in_channels + most - 1) / most, channels = (s->in_channels + cuts - 1) / cuts;
  const int rows = (group + SD_TILE_ROWS - 1) / SD_TILE_ROWS * SD_TILE_ROWS;
  for (int i = 0; i < rows; i++)
    for (int v = 0; v < blocks * SD_PARTS; v++)
      SD_FN(store)(sums + (i * blocks * SD_PARTS + v) * SD_LANES, SD_FN(load)(e->bias + block * 16 + v * SD_LANES));
  for (int t = 0; t < s->taps; t += taps)
    for (int c = 0; c < s->in_channels; c += channels) {
      const struct SD_FN(part) part = {
          t, t + taps < s->taps ? t + taps : s->taps, c,
          c + channels < s->in_channels ? channels : s->in_channels - c};
      SD_FN(direct_taps)(s, pixels, weights, part, group, sums, blocks);
    }
  SD_FN(direct_finish)(s, e, sums, block, first, group, out, blocks);
}

static void SD_FN(direct)(
    const struct sd_direct *s, const struct sd_epilogue *e, const float *in, float *out, int item, float *scratch) {
  int z = item / s->count[1], y = item % s->count[1], blocks = (s->out_channels + 15) / 16;
  const float **pixels = (const float **)scratch;
  float *sums = (float *)(pixels + (size_t)s->taps * SD_GROUP), *zeros = sums + SD_GROUP * SD_WIDEST;
  for (int c = 0; c < (s->in_channels + 15) / 16 * 16; c++) zeros[c] = 0;
  for (int x = 0; x < s->count[2]; x += SD_GROUP) {
    direct_pointers(s, in, z, y, x, zeros, pixels);
    int group = s->count[2] - x < SD_GROUP ? s->count[2] - x : SD_GROUP;
    size_t first = direct_output_pixel(s, z, y, x);
    for (int block = 0, taken; block < blocks; block += taken) {
      taken = SD_FN(tile_blocks)(blocks - block);
#if SD_TILE_BLOCKS == 3
      if (taken == 3) SD_FN(direct_blocks)(s, e, pixels, block, first, group, sums, out, 3);
      if (taken == 2) SD_FN(direct_blocks)(s, e, pixels, block, first, group, sums, out, 2);
#endif
      if (taken == 1) SD_FN(direct_blocks)(s, e, pixels, block, first, group, sums, out, 1);
    }
  }
}

#if SD_VECTOR_BYTES < 64

// Eight pixels of one output channel: the products stay apart in the lanes until the end.
static void SD_FN(few_pixels)(
    const struct sd_direct *s, const float *const *pixels, const float *weights, float sums[SD_FEW]) {
  SD_VEC acc[SD_FEW];
  for (int i = 0; i < SD_FEW; i++) acc[i] = (SD_VEC){0};
  int channels = (s->in_channels + 15) / 16 * 16;
  for (int t = 0; t < s->taps; t++, pixels += SD_GROUP, weights += channels) {
    const float *own[SD_FEW];
    for (int i = 0; i < SD_FEW; i++) own[i] = pixels[i];
    for (long c = 0; c < channels; c += SD_LANES) {
      SD_VEC w = SD_FN(load)(weights + c);
      for (int i = 0; i < SD_FEW; i++) acc[i] += SD_FN(load)(own[i] + c) * w;
    }
  }
  for (int i = 0; i < SD_FEW; i++) {
    float total = 0;
    for (int l = 0; l < SD_LANES; l++) total += acc[i][l];
    sums[i] = total;
  }
}

static void SD_FN(direct_few)(
    const struct sd_direct *s, const struct sd_epilogue *e, const float *in, float *out, int item, float *scratch) {
  int z = item / s->count[1], y = item % s->count[1], stored = s->out.pixel == 1 ? 1 : 16;
  int padded = (s->in_channels + 15) / 16 * 16;
  const float **pixels = (const float **)scratch;
  float *zeros = (float *)(pixels + (size_t)s->taps * SD_GROUP);
  for (int c = 0; c < padded; c++) zeros[c] = 0;
  for (int x = 0; x < s->count[2]; x += SD_GROUP) {
    direct_pointers(s, in, z, y, x, zeros, pixels);
    int group = s->count[2] - x < SD_GROUP ? s->count[2] - x : SD_GROUP;
    for (int o = 0; o < stored; o++)
      for (int i = 0; i < group; i += SD_FEW) {
        float sums[SD_FEW] = {0};
        if (o < s->out_channels)
          SD_FN(few_pixels)(s, pixels + i, s->weights + (size_t)o * s->taps * padded, sums);
        for (int k = 0; k < SD_FEW && i + k < group; k++) {
          size_t pixel = direct_output_pixel(s, z, y, x + i + k);
          float v = sums[k] + (o < s->out_channels ? e->bias[o] : 0);
          if (e->residual) v += e->residual[pixel * e->residual_pixel + o];
          out[pixel * s->out.pixel + o] = v > 0 ? v : v * e->slope;
        }
      }
  }
}

#endif

#endif
