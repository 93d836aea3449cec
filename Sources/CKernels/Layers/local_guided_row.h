// Local guided aggregation of one pixel, included by a kernel's body after tile_multiply.h.
//
// The three disparities δ = −1, 0, 1 of a tap would need three loads of the same neighbour, two of them askew. Instead each
// neighbour is loaded once and adds to three sums, and the shift comes at the end, in registers:
//
//     S_δ(d) = Σ_(dy, dx) w(δ, dy, dx) · in(p + (dy, dx), d),     out(d) = S_−1(d − 1) + S_0(d) + S_1(d + 1)
//
// A neighbour outside the image counts as the pixel itself at d, whatever δ: its three weights are added to the middle
// weight of the pixel. The weights are normalised at the end. At the first disparity the taps with δ = −1 take in(p, d), at
// the last one those with δ = 1: S_−1(−1) = in(p, 0) Σ w(−1), and alike above.
//
// Floor: 75 multiply-adds a vector, two a cycle, so 488 cycles for 13 vectors of 512 bits. Measured on Ice Lake: about 700; 850
// when the three sums went through memory, where a load that spans two stores waits for both.

#ifndef SD_LOCAL_GUIDED_LAYOUT
#define SD_LOCAL_GUIDED_LAYOUT

enum {
  SD_LOCAL_NEIGHBOURS = SD_LOCAL_SIDE * SD_LOCAL_SIDE,
  SD_LOCAL_REACH = SD_LOCAL_SIDE / 2,
  // Vectors of disparities that are summed side by side at most: with three sums each they fill sixteen registers, or 32.
  SD_LOCAL_BLOCK = 4,
  SD_LOCAL_WIDE_BLOCK = 8,
};

// The neighbours of a pixel and their weights as they come: three for each, 25 apart. Neighbours outside the image are the
// pixel itself with weight 0. `factor` normalises; `below` and `above` are the sums of the outer weights of those inside.
struct local_neighbours {
  const float *in[SD_LOCAL_NEIGHBOURS];
  const float *weights;
  float factor, below, above;
  float own[SD_LOCAL_TAPS];
};

// Five rows of an image (null outside), pixels `pixel` floats apart; column x lies at rows[i] + (x − first) · pixel.
struct local_rows {
  const float *rows[SD_LOCAL_SIDE];
  int first, width, depth, pixel;
};

#endif

// The last lane of a and all but the last of b; all but the first of a and the first lane of b.
#if SD_VECTOR_BYTES == 64
#define SD_LATER(a, b) __builtin_shufflevector(a, b, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30)
#define SD_EARLIER(a, b) __builtin_shufflevector(a, b, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)
#elif SD_VECTOR_BYTES == 32
#define SD_LATER(a, b) __builtin_shufflevector(a, b, 7, 8, 9, 10, 11, 12, 13, 14)
#define SD_EARLIER(a, b) __builtin_shufflevector(a, b, 1, 2, 3, 4, 5, 6, 7, 8)
#else
#define SD_LATER(a, b) __builtin_shufflevector(a, b, 3, 4, 5, 6)
#define SD_EARLIER(a, b) __builtin_shufflevector(a, b, 1, 2, 3, 4)
#endif

// The first `count` lanes of v, then 0.
SD_INLINE SD_VEC SD_FN(first_lanes)(SD_VEC v, int count) {
  typedef int32_t lanes __attribute__((vector_size(SD_VECTOR_BYTES)));
  lanes index;
  for (int l = 0; l < (int)SD_LANES; l++) index[l] = l;
  return (SD_VEC)((lanes)v & (index < count));
}

// The sum of the lanes, by fours: lane after lane, sixteen would wait for each other.
SD_INLINE float SD_FN(lane_sum)(SD_VEC v) {
  typedef float four __attribute__((vector_size(16)));
  four f = __builtin_shufflevector(v, v, 0, 1, 2, 3);
#if SD_VECTOR_BYTES >= 32
  f += __builtin_shufflevector(v, v, 4, 5, 6, 7);
#endif
#if SD_VECTOR_BYTES == 64
  f += __builtin_shufflevector(v, v, 8, 9, 10, 11) + __builtin_shufflevector(v, v, 12, 13, 14, 15);
#endif
  return (f[0] + f[1]) + (f[2] + f[3]);
}

SD_INLINE float SD_FN(lane_greatest)(SD_VEC v) {
  float greatest[4] = {v[0], v[1], v[2], v[3]};
  for (int l = 4; l < (int)SD_LANES; l++) greatest[l % 4] = v[l] > greatest[l % 4] ? v[l] : greatest[l % 4];
  const float even = greatest[0] > greatest[2] ? greatest[0] : greatest[2];
  const float odd = greatest[1] > greatest[3] ? greatest[1] : greatest[3];
  return even > odd ? even : odd;
}

// The sum of w[0 ..< count] and, with `magnitudes`, of |w|; at least a vector of them.
SD_INLINE float SD_FN(weight_sum)(const float *w, const int count, const int magnitudes) {
  const SD_VEC end = SD_FN(load)(w + count - SD_LANES);
  SD_VEC sum = end - SD_FN(first_lanes)(end, SD_LANES - count % (int)SD_LANES);
  if (magnitudes) sum = __builtin_elementwise_abs(sum);
  for (int k = 0; k + (int)SD_LANES <= count; k += SD_LANES)
    sum += magnitudes ? __builtin_elementwise_abs(SD_FN(load)(w + k)) : SD_FN(load)(w + k);
  return SD_FN(lane_sum)(sum);
}

static void SD_FN(local_neighbours)(const struct local_rows *r, int x, const float *raw, struct local_neighbours *n) {
  const float total = SD_FN(weight_sum)(raw, SD_LOCAL_TAPS, 1);
  n->below = SD_FN(weight_sum)(raw, SD_LOCAL_NEIGHBOURS, 0);
  n->above = SD_FN(weight_sum)(raw + 2 * SD_LOCAL_NEIGHBOURS, SD_LOCAL_NEIGHBOURS, 0);
  n->factor = 1 / (total > 1e-12f ? total : 1e-12f);
  n->weights = raw;
  int inside = x >= SD_LOCAL_REACH && x + SD_LOCAL_REACH < r->width;
  for (int i = 0; i < SD_LOCAL_SIDE; i++) {
    inside = inside && r->rows[i];
    const float *row = r->rows[i] ? r->rows[i] : r->rows[SD_LOCAL_REACH];
    row += (ptrdiff_t)(x - SD_LOCAL_REACH - r->first) * r->pixel;
    for (int k = 0; k < SD_LOCAL_SIDE; k++, row += r->pixel) n->in[i * SD_LOCAL_SIDE + k] = row;
  }
  if (inside) return;
  n->weights = n->own;
  float middle = 0;
  for (int k = 0; k < SD_LOCAL_NEIGHBOURS; k++) {
    int column = x + k % SD_LOCAL_SIDE - SD_LOCAL_REACH;
    int outside = !r->rows[k / SD_LOCAL_SIDE] || column < 0 || column >= r->width;
    for (int i = 0; i < 3; i++) n->own[k + i * SD_LOCAL_NEIGHBOURS] = outside ? 0 : raw[k + i * SD_LOCAL_NEIGHBOURS];
    if (!outside) continue;
    n->in[k] = n->in[SD_LOCAL_NEIGHBOURS / 2];
    n->below -= raw[k];
    n->above -= raw[k + 2 * SD_LOCAL_NEIGHBOURS];
    middle += raw[k] + raw[k + SD_LOCAL_NEIGHBOURS] + raw[k + 2 * SD_LOCAL_NEIGHBOURS];
  }
  n->own[SD_LOCAL_NEIGHBOURS + SD_LOCAL_NEIGHBOURS / 2] += middle;
}

// What a block leaves for the next: the sum for δ = −1 of its last vector, and that vector itself, without its S_1, which lacks
// a lane yet.
struct SD_FN(local_carry) {
  SD_VEC below, middle, above;
};

// `vectors` vectors of disparities from `d` on; the last of them is left in `carry`.
SD_INLINE void SD_FN(local_block)(
    const struct local_neighbours *n, int d, const int vectors, struct SD_FN(local_carry) * carry, float *out) {
  SD_VEC sums[3][SD_LOCAL_WIDE_BLOCK];
  for (int i = 0; i < 3; i++)
    for (int v = 0; v < vectors; v++) sums[i][v] = (SD_VEC){0};
  for (int k = 0; k < SD_LOCAL_NEIGHBOURS; k++) {
    const float *in = n->in[k] + d, *w = n->weights + k;
    // A number less 0 is that number, so this is a load alone.
    SD_VEC w0 = w[0] - (SD_VEC){0}, w1 = w[SD_LOCAL_NEIGHBOURS] - (SD_VEC){0};
    SD_VEC w2 = w[2 * SD_LOCAL_NEIGHBOURS] - (SD_VEC){0};
    for (int v = 0; v < vectors; v++) {
      SD_VEC value = SD_FN(load)(in + v * SD_LANES);
      sums[0][v] += value * w0;
      sums[1][v] += value * w1;
      sums[2][v] += value * w2;
    }
  }
  if (d > 0)
    SD_FN(store)
  (out + d - SD_LANES, (carry->middle + SD_EARLIER(carry->above, sums[2][0])) * n->factor);
  SD_VEC below = carry->below;
  for (int v = 0; v < vectors; v++) {
    SD_VEC middle = sums[1][v] + SD_LATER(below, sums[0][v]);
    below = sums[0][v];
    if (v + 1 < vectors)
      SD_FN(store)(out + d + v * SD_LANES, (middle + SD_EARLIER(sums[2][v], sums[2][v + 1])) * n->factor);
    else
      carry->middle = middle;
  }
  carry->below = below;
  carry->above = sums[2][vectors - 1];
}

// As local_block for a number of vectors that is no constant.
SD_INLINE void SD_FN(local_blocks)(
    const struct local_neighbours *n, int d, int vectors, struct SD_FN(local_carry) * carry, float *out) {
  switch (vectors) {
  case 1: SD_FN(local_block)(n, d, 1, carry, out); break;
  case 2: SD_FN(local_block)(n, d, 2, carry, out); break;
  case 3: SD_FN(local_block)(n, d, 3, carry, out); break;
  case 4: SD_FN(local_block)(n, d, 4, carry, out); break;
#if SD_VECTOR_BYTES == 64
  case 5: SD_FN(local_block)(n, d, 5, carry, out); break;
  case 6: SD_FN(local_block)(n, d, 6, carry, out); break;
  case 7: SD_FN(local_block)(n, d, 7, carry, out); break;
  case 8: SD_FN(local_block)(n, d, 8, carry, out); break;
#endif
  }
}

// Writes the `pixel` floats of column x to `out`, which is none of the rows; floats beyond the disparities become 0.
static void SD_FN(local_guided_pixel)(const struct local_rows *r, int x, const float *raw, float *out) {
  struct local_neighbours n;
  SD_FN(local_neighbours)(r, x, raw, &n);
  const float *own = r->rows[SD_LOCAL_REACH] + (ptrdiff_t)(x - r->first) * r->pixel;
  struct SD_FN(local_carry) carry = {{0}, {0}, {0}};
  carry.below[SD_LANES - 1] = n.below * own[0];
  const int most = SD_VECTOR_BYTES == 64 ? SD_LOCAL_WIDE_BLOCK : SD_LOCAL_BLOCK;
  // Blocks as even as possible: a single vector would wait for its three sums.
  int d = 0;
  for (int left = (r->depth + (int)SD_LANES - 1) / (int)SD_LANES, taken; left > 0; left -= taken) {
    const int blocks = (left + most - 1) / most;
    taken = (left + blocks - 1) / blocks;
    SD_FN(local_blocks)(&n, d, taken, &carry, out);
    d += taken * SD_LANES;
  }
  // The last vector: its last disparity has no S_1 above it.
  const int last = r->depth - 1 - (d - (int)SD_LANES);
  const SD_VEC end = n.above * own[r->depth - 1] - (SD_VEC){0};
  const SD_VEC above = SD_FN(first_lanes)(SD_EARLIER(carry.above, carry.above), last);
  const SD_VEC beyond = SD_FN(first_lanes)(end, last + 1) - SD_FN(first_lanes)(end, last);
  SD_FN(store)(out + d - SD_LANES, SD_FN(first_lanes)((carry.middle + above + beyond) * n.factor, last + 1));
  for (; d < r->pixel; d += SD_LANES) SD_FN(store)(out + d, (SD_VEC){0});
}

