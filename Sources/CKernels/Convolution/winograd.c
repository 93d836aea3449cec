// Winograd convolution: each 6×6(×6) piece of the input gives a 4×4(×4) piece of the output.
//
//     Y = Aᵀ [ Σ_c (G g_c Gᵀ) ⊙ (Bᵀ d_c B) ] A
//
// For the points 0, ±a, ±b, ∞ with p = a²b², s = a² + b²:
//
//     Bᵀ = | p   0   −s   0   1  0 |      Aᵀ = | 1  1   1   1   1   0 |
//          | 0  ∓ab² −b²  ±a  1  0 |           | 0  a  −a   b  −b   0 |
//          | 0  ∓ba² −a²  ±b  1  0 |           | 0  a²  a²  b²  b²  0 |
//          | 0   p    0   −s  0  1 |           | 0  a³ −a³  b³ −b³  1 |
//
// An item goes through three steps: the 6×6 transform of every tile of six input planes; then for each of the 36 points
// the transform along depth, six products of matrices and the way back along depth, all within the first-level cache;
// then the 4×4 output transform with bias, residual and activation.

#ifndef SD_BODY
#define SD_BODY "Convolution/winograd.c"
#include "convolution_kernels.h"
#include "Convolution/winograd_layout.h"
#include "Execution/every_isa.h"

typedef void winograd_fn(
    const struct sd_winograd *, const struct sd_epilogue *, const float *, float *, int, float *);
static winograd_fn *const winograd_table[SD_ISA_COUNT] = SD_TABLE(winograd);

void sd_winograd(
    enum sd_isa isa, const struct sd_winograd *shape, const struct sd_epilogue *epilogue, const float *in, float *out,
    int item, float *scratch) {
  winograd_table[isa](shape, epilogue, in, out, item, scratch);
}

int sd_winograd_items(const struct sd_winograd *s) {
  struct winograd_grid g = winograd_grid(s);
  return g.tile_groups * g.depth_runs * g.channel_groups;
}

size_t sd_winograd_scratch_floats(const struct sd_winograd *s) {
  struct winograd_sizes z = winograd_sizes(s);
  return 36 * z.in_point + 36 * z.out_point + 2 * z.depth_points + z.zeros + z.gather;
}

#else

#ifndef SD_WINOGRAD_POINTS
#define SD_WINOGRAD_POINTS

static const float wa = 0.625f, wb = 1.5f;
static const float wa2 = 0.390625f, wb2 = 2.25f, wa3 = 0.244140625f, wb3 = 3.375f;
static const float wp = 0.87890625f, ws = 2.640625f;

#endif

#include "Convolution/tile_multiply.h"

// r = Bᵀ d
SD_INLINE void SD_FN(input_points)(const SD_VEC d[6], SD_VEC r[6]) {
  SD_VEC even_a = d[4] - d[2] * wb2, odd_a = (d[3] - d[1] * wb2) * wa;
  SD_VEC even_b = d[4] - d[2] * wa2, odd_b = (d[3] - d[1] * wa2) * wb;
  r[0] = d[0] * wp + (d[4] - d[2] * ws);
  r[1] = even_a + odd_a;
  r[2] = even_a - odd_a;
  r[3] = even_b + odd_b;
  r[4] = even_b - odd_b;
  r[5] = d[1] * wp + (d[5] - d[3] * ws);
}

// r = Aᵀ m
SD_INLINE void SD_FN(output_pixels)(const SD_VEC m[6], SD_VEC r[4]) {
  SD_VEC sum_a = m[1] + m[2], difference_a = m[1] - m[2];
  SD_VEC sum_b = m[3] + m[4], difference_b = m[3] - m[4];
  r[0] = m[0] + sum_a + sum_b;
  r[1] = difference_a * wa + difference_b * wb;
  r[2] = sum_a * wa2 + sum_b * wb2;
  r[3] = m[5] + difference_a * wa3 + difference_b * wb3;
}

// Bᵀ d B of one tile of one plane, all channels. `pixels` are the 36 pixels (row by row) or the zeros outside the image.
static void SD_FN(transform_input)(
    const float *const pixels[36], size_t channels, float *points, size_t point_stride) {
  for (size_t c = 0; c < channels; c += SD_LANES) {
    SD_VEC columns[6][6];
    for (int x = 0; x < 6; x++) {
      SD_VEC d[6], r[6];
      for (int y = 0; y < 6; y++) d[y] = SD_FN(load)(pixels[y * 6 + x] + c);
      SD_FN(input_points)(d, r);
      for (int y = 0; y < 6; y++) columns[y][x] = r[y];
    }
    for (int y = 0; y < 6; y++) {
      SD_VEC r[6];
      SD_FN(input_points)(columns[y], r);
      for (int x = 0; x < 6; x++) SD_FN(store)(points + (y * 6 + x) * point_stride + c, r[x]);
    }
  }
}

// The pixels of a tile in image `image` of the in_step² interleaved ones.
static void SD_FN(gather)(
    const struct sd_winograd *s, const float *plane, struct winograd_tile tile, int image, const float *zeros,
    const float *pixels[36]) {
  for (int i = 0; i < 6; i++) {
    int y = (tile.y - s->pad_y + i * s->dilation) * s->in_step + image / s->in_step;
    for (int j = 0; j < 6; j++) {
      int x = (tile.x - s->pad_x + j * s->dilation) * s->in_step + image % s->in_step;
      int inside = y >= 0 && y < s->in.height && x >= 0 && x < s->in.width;
      pixels[i * 6 + j] = inside ? plane + ((size_t)y * s->in.width + x) * s->in.pixel : zeros;
    }
  }
}

// Aᵀ m A of one tile of one plane, channels begin ..< end, with the epilogue, in image `image` of the out_step² interleaved
// ones; pixels beyond the image are left out.
static void SD_FN(transform_output)(
    const struct sd_winograd *s, const struct sd_epilogue *e, const float *points, size_t point_stride, size_t begin,
    size_t end, struct winograd_tile tile, int image, int z, float *out) {
  int y0 = tile.y * s->out_step + image / s->out_step, x0 = tile.x * s->out_step + image % s->out_step;
  int stride = s->dilation * s->out_step;
  int rows = (s->out.height - y0 + stride - 1) / stride, columns = (s->out.width - x0 + stride - 1) / stride;
  if (rows > 4) rows = 4;
  if (columns > 4) columns = 4;
  size_t first = ((size_t)z * s->out.height + y0) * s->out.width + x0;
  size_t row_step = (size_t)stride * s->out.width, step = (size_t)stride;
  for (size_t c = begin; c < end; c += SD_LANES) {
    SD_VEC half[4][6], bias = SD_FN(load)(e->bias + c);
    for (int x = 0; x < 6; x++) {
      SD_VEC m[6], r[4];
      for (int y = 0; y < 6; y++) m[y] = SD_FN(load)(points + (y * 6 + x) * point_stride + c);
      SD_FN(output_pixels)(m, r);
      for (int y = 0; y < 4; y++) half[y][x] = r[y];
    }
    for (int y = 0; y < rows; y++) {
      SD_VEC r[4];
      SD_FN(output_pixels)(half[y], r);
      for (int x = 0; x < columns; x++) {
        size_t pixel = first + y * row_step + x * step;
        SD_VEC v = r[x] + bias;
        if (e->residual) v += SD_FN(load)(e->residual + pixel * e->residual_pixel + c);
        if (e->slope != 1) v = SD_FN(activate)(v, e->slope);
        SD_FN(store)(out + pixel * s->out.pixel + c, v);
      }
    }
  }
}

// products[t][o] = Σ_c points[t][c] · weights[c][o] for `tiles` rows and the `blocks` sixteens of output channels o.
SD_INLINE void SD_FN(multiply_blocks)(
    const float *points, int tiles, int channels, size_t in_stride, size_t out_stride, const float *weights,
    float *products, const int blocks) {
  for (int t = 0; t < tiles; t += SD_TILE_ROWS) {
    const float *rows[SD_TILE_ROWS];
    SD_VEC acc[SD_TILE_ROWS][SD_TILE_VECTORS] = {0};
    for (int i = 0; i < SD_TILE_ROWS; i++) rows[i] = points + (t + i) * in_stride;
    SD_FN(multiply_tile)(acc, rows, 0, channels, weights, (size_t)channels * 16, blocks);
    for (int i = 0; i < SD_TILE_ROWS; i++)
      for (int v = 0; v < blocks * SD_PARTS; v++)
        SD_FN(store)(products + (t + i) * out_stride + v * SD_LANES, acc[i][v]);
  }
}

// The products for the channels first ..< last of the output.
static void SD_FN(multiply)(
    const float *points, int tiles, int channels, size_t in_stride, size_t out_stride, size_t first, size_t last,
    const float *weights, float *products) {
  for (size_t o = first, taken; o < last; o += 16 * taken) {
    const float *own = weights + o * (size_t)channels;
    taken = SD_FN(tile_blocks)((int)((last - o) / 16));
#if SD_TILE_BLOCKS == 3
    if (taken == 3) SD_FN(multiply_blocks)(points, tiles, channels, in_stride, out_stride, own, products + o, 3);
    if (taken == 2) SD_FN(multiply_blocks)(points, tiles, channels, in_stride, out_stride, own, products + o, 2);
#endif
    if (taken == 1) SD_FN(multiply_blocks)(points, tiles, channels, in_stride, out_stride, own, products + o, 1);
  }
}

// points[k] = Bᵀ of the six planes that begin at slot `first` of the ring, n floats of each.
static void SD_FN(depth_points)(const float *ring, int first, size_t plane, size_t n, float *points) {
  const float *planes[6];
  for (int z = 0; z < 6; z++) planes[z] = ring + (size_t)((first + z) % SD_IN_PLANES) * plane;
  for (size_t i = 0; i < n; i += SD_LANES) {
    SD_VEC d[6], r[6];
    for (int z = 0; z < 6; z++) d[z] = SD_FN(load)(planes[z] + i);
    SD_FN(input_points)(d, r);
    for (int z = 0; z < 6; z++) SD_FN(store)(points + z * plane + i, r[z]);
  }
}

static void SD_FN(depth_planes)(const float *points, size_t plane, size_t n, float *planes) {
  for (size_t i = 0; i < n; i += SD_LANES) {
    SD_VEC m[6], r[4];
    for (int z = 0; z < 6; z++) m[z] = SD_FN(load)(points + z * plane + i);
    SD_FN(output_pixels)(m, r);
    for (int z = 0; z < 4; z++) SD_FN(store)(planes + z * plane + i, r[z]);
  }
}

// `tiles` is a multiple of SD_TILE_ROWS.
static void SD_FN(multiply_points)(
    const struct sd_winograd *s, const struct winograd_sizes *z, int tiles, const float *in_points, int first_slot,
    size_t first, size_t last, float *out_points, float *depth) {
  size_t matrix = (size_t)s->in_channels * z->out_channels;
  for (int p = 0; p < 36; p++) {
    const float *in = in_points + p * z->in_point;
    float *out = out_points + p * z->out_point;
    if (s->spatial == 2) {
      SD_FN(multiply)
      (in, tiles, s->in_channels, z->in_channels, z->out_channels, first, last, s->weights + p * matrix, out);
      continue;
    }
    float *products = depth + z->depth_points;
    SD_FN(depth_points)(in, first_slot, z->in_plane, (size_t)tiles * z->in_channels, depth);
    for (int k = 0; k < SD_IN_PLANES; k++)
      SD_FN(multiply)
      (depth + k * z->in_plane, tiles, s->in_channels, z->in_channels, z->out_channels, first, last,
       s->weights + (p * SD_IN_PLANES + k) * matrix, products + k * z->out_plane);
    SD_FN(depth_planes)(products, z->out_plane, (size_t)tiles * z->out_channels, out);
  }
}

// Transforms the tiles first ..< first + count of input plane `plane` into slot `slot` of the points; zeros fill the last rows
// of the multiplication.
static void SD_FN(transform_plane)(
    const struct sd_winograd *s, const struct winograd_grid *g, const struct winograd_sizes *z, const float *in,
    int plane, int first, int count, int slot, const float *zeros, float *points) {
  int outside = plane < 0 || plane >= s->in.depth;
  const float *base = in + (outside ? 0 : (size_t)plane * s->in.height * s->in.width * s->in.pixel);
  int images = s->in_step * s->in_step;
  size_t channels = z->in_channels / (size_t)images;
  for (int t = 0; t < rounded_up(count, SD_TILE_ROWS); t++)
    for (int image = 0; image < images; image++) {
      const float *pixels[36];
      if (outside || t >= count)
        for (int i = 0; i < 36; i++) pixels[i] = zeros;
      else
        SD_FN(gather)(s, base, winograd_tile(s, g, first + t), image, zeros, pixels);
      float *own = points + slot * z->in_plane + t * z->in_channels + image * channels;
      SD_FN(transform_input)(pixels, channels, own, z->in_point);
    }
}

// Output transforms of the channels first ..< last, which may belong to several interleaved images.
static void SD_FN(finish_tiles)(
    const struct sd_winograd *s, const struct sd_epilogue *e, const struct winograd_grid *g,
    const struct winograd_sizes *z, const float *points, int first_tile, int tiles, size_t first, size_t last, int plane,
    float *out) {
  int images = s->out_step * s->out_step;
  size_t channels = z->out_channels / (size_t)images;
  for (int t = 0; t < tiles; t++)
    for (size_t image = first / channels; image * channels < last; image++) {
      size_t base = image * channels, begin = first > base ? first - base : 0;
      size_t end = last - base < channels ? last - base : channels;
      SD_FN(transform_output)
      (s, e, points + t * z->out_channels + base, z->out_point, begin, end, winograd_tile(s, g, first_tile + t),
       (int)image, plane, out);
    }
}

static void SD_FN(winograd)(
    const struct sd_winograd *s, const struct sd_epilogue *e, const float *in, float *out, int item, float *scratch) {
  struct winograd_grid g = winograd_grid(s);
  struct winograd_sizes z = winograd_sizes(s);
  float *in_points = scratch, *out_points = in_points + 36 * z.in_point, *depth = out_points + 36 * z.out_point;
  float *zeros = depth + 2 * z.depth_points;
  for (size_t i = 0; i < z.zeros; i++) zeros[i] = 0;
  size_t first_channel = (size_t)(item % g.channel_groups) * g.blocks * 16, last_channel = first_channel + g.blocks * 16;
  if (last_channel > z.out_channels) last_channel = z.out_channels;
  item /= g.channel_groups;
  int first = item / g.depth_runs * s->tiles, begin = item % g.depth_runs * g.run;
  int tiles = g.tile_count - first < s->tiles ? g.tile_count - first : s->tiles, three = s->spatial == 3;
  int end = begin + g.run < s->out.depth ? begin + g.run : s->out.depth;
  // Input plane p is in slot (p − begin + 1) mod 6; four planes are new for each group but the first.
  for (int plane = begin; plane < end; plane += SD_OUT_PLANES) {
    int slot = plane - begin;
    for (int k = three && plane > begin ? 2 : 0; k < (three ? SD_IN_PLANES : 1); k++)
      SD_FN(transform_plane)
      (s, &g, &z, in, plane + k - three, first, tiles, (slot + k) % SD_IN_PLANES, zeros, in_points);
    SD_FN(multiply_points)
    (s, &z, rounded_up(tiles, SD_TILE_ROWS), in_points, slot % SD_IN_PLANES, first_channel, last_channel, out_points,
     depth);
    for (int k = 0; k < (three ? SD_OUT_PLANES : 1) && plane + k < end; k++)
      SD_FN(finish_tiles)
      (s, e, &g, &z, out_points + k * z.out_plane, first, tiles, first_channel, last_channel, plane + k, out);
  }
}

#endif
