// Local guided aggregation of one pixel, included by a kernel's body after tile_multiply.h.
//
// The three disparities δ = −1, 0, 1 of a tap would need three loads of the same neighbour, two of them askew. Instead each
// neighbour is loaded once and adds to three sums, and the shift comes at the end:
//
//     S_δ(d) = Σ_(dy, dx) w(δ, dy, dx) · in(p + (dy, dx), d),     out(d) = S_−1(d − 1) + S_0(d) + S_1(d + 1)
//
// A neighbour outside the image counts as the pixel itself at d, whatever δ: its three weights are added to the middle
// weight of the pixel. The weights are normalised at the end. At the first disparity the taps with δ = −1 take in(p, d), at the last one those with δ = 1.

#ifndef SD_LOCAL_GUIDED_LAYOUT
#define SD_LOCAL_GUIDED_LAYOUT

enum {
  SD_LOCAL_NEIGHBOURS = SD_LOCAL_SIDE * SD_LOCAL_SIDE,
  SD_LOCAL_REACH = SD_LOCAL_SIDE / 2,
  // Vectors of disparities that are summed side by side at most: with three sums each they fill sixteen registers, or 32.
  SD_LOCAL_BLOCK = 4,
  SD_LOCAL_WIDE_BLOCK = 8,
  // Zeros before the first disparity of the shifted sums.
  SD_LOCAL_MARGIN = 16,
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

// Floats of scratch memory for one pixel of `pixel` floats.
static size_t local_guided_floats(int pixel) { return 2 * ((size_t)pixel + 2 * SD_LOCAL_MARGIN); }

// The sums of 25 weights and of their magnitudes, four side by side: one after the other they would wait for each other.
static void weight_sums(const float *w, float *sum, float *magnitude) {
  typedef float four __attribute__((vector_size(16), aligned(4), may_alias));
  four sums = {0}, magnitudes = {0};
  for (int k = 0; k + 4 <= SD_LOCAL_NEIGHBOURS; k += 4) {
    const four v = *(const four *)(w + k);
    sums += v;
    magnitudes += __builtin_elementwise_abs(v);
  }
  const float last = w[SD_LOCAL_NEIGHBOURS - 1];
  *sum = (sums[0] + sums[1]) + (sums[2] + sums[3]) + last;
  *magnitude = (magnitudes[0] + magnitudes[1]) + (magnitudes[2] + magnitudes[3]) + __builtin_fabsf(last);
}

static void local_neighbours(
    const struct local_rows *r, int x, const float *raw, struct local_neighbours *n) {
  float sums[3], totals[3];
  for (int i = 0; i < 3; i++) weight_sums(raw + i * SD_LOCAL_NEIGHBOURS, &sums[i], &totals[i]);
  float total = totals[0] + totals[1] + totals[2];
  n->factor = 1 / (total > 1e-12f ? total : 1e-12f);
  n->weights = raw;
  int inside = x >= SD_LOCAL_REACH && x + SD_LOCAL_REACH < r->width;
  for (int i = 0; i < SD_LOCAL_SIDE; i++) {
    inside = inside && r->rows[i];
    const float *row = r->rows[i] ? r->rows[i] : r->rows[SD_LOCAL_REACH];
    for (int k = 0; k < SD_LOCAL_SIDE; k++)
      n->in[i * SD_LOCAL_SIDE + k] = row + (ptrdiff_t)(x + k - SD_LOCAL_REACH - r->first) * r->pixel;
  }
  if (!inside) {
    n->weights = n->own;
    float middle = 0;
    for (int k = 0; k < SD_LOCAL_NEIGHBOURS; k++) {
      int column = x + k % SD_LOCAL_SIDE - SD_LOCAL_REACH;
      int outside = !r->rows[k / SD_LOCAL_SIDE] || column < 0 || column >= r->width;
      for (int i = 0; i < 3; i++) {
        float w = raw[k + i * SD_LOCAL_NEIGHBOURS];
        n->own[k + i * SD_LOCAL_NEIGHBOURS] = outside ? 0 : w;
        if (outside) sums[i] -= w, middle += w;
      }
      if (outside) n->in[k] = n->in[SD_LOCAL_NEIGHBOURS / 2];
    }
    n->own[SD_LOCAL_NEIGHBOURS + SD_LOCAL_NEIGHBOURS / 2] += middle;
  }
  n->below = sums[0] * n->factor;
  n->above = sums[2] * n->factor;
}

#endif

// The three sums of `vectors` vectors of disparities from `d` on.
SD_INLINE void SD_FN(local_block)(
    const struct local_neighbours *n, int d, const int vectors, float *below, float *out, float *above) {
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
  for (int v = 0; v < vectors; v++) {
    SD_FN(store)(below + d + v * SD_LANES, sums[0][v]);
    SD_FN(store)(out + d + v * SD_LANES, sums[1][v]);
    SD_FN(store)(above + d + v * SD_LANES, sums[2][v]);
  }
}

// As local_block for a number of vectors that is no constant.
SD_INLINE void SD_FN(local_blocks)(
    const struct local_neighbours *n, int d, int vectors, float *below, float *out, float *above) {
  switch (vectors) {
  case 1: SD_FN(local_block)(n, d, 1, below, out, above); break;
  case 2: SD_FN(local_block)(n, d, 2, below, out, above); break;
  case 3: SD_FN(local_block)(n, d, 3, below, out, above); break;
  case 4: SD_FN(local_block)(n, d, 4, below, out, above); break;
#if SD_VECTOR_BYTES == 64
  case 5: SD_FN(local_block)(n, d, 5, below, out, above); break;
  case 6: SD_FN(local_block)(n, d, 6, below, out, above); break;
  case 7: SD_FN(local_block)(n, d, 7, below, out, above); break;
  case 8: SD_FN(local_block)(n, d, 8, below, out, above); break;
#endif
  }
}

// Writes the `pixel` floats of column x to `out`, which is none of the rows; floats beyond the disparities become 0.
static void SD_FN(local_guided_pixel)(
    const struct local_rows *r, int x, const float *raw, float *out, float *scratch) {
  struct local_neighbours n;
  local_neighbours(r, x, raw, &n);
  float *below = scratch + SD_LOCAL_MARGIN, *above = below + r->pixel + 2 * SD_LOCAL_MARGIN;
  const int most = SD_VECTOR_BYTES == 64 ? SD_LOCAL_WIDE_BLOCK : SD_LOCAL_BLOCK;
  // Blocks as even as possible: a single vector would wait for its three sums.
  for (int d = 0, left = (r->depth + (int)SD_LANES - 1) / (int)SD_LANES, taken; left > 0; left -= taken) {
    const int blocks = (left + most - 1) / most;
    taken = (left + blocks - 1) / blocks;
    SD_FN(local_blocks)(&n, d, taken, below, out, above);
    d += taken * SD_LANES;
  }
  // Beyond the ends there is nothing to shift in.
  below[-1] = 0;
  above[r->depth] = 0;
  for (int i = 0; i < r->depth; i += SD_LANES)
    SD_FN(store)
    (out + i, (SD_FN(load)(out + i) + SD_FN(load)(below + i - 1) + SD_FN(load)(above + i + 1)) * n.factor);
  const float *own = r->rows[SD_LOCAL_REACH] + (ptrdiff_t)(x - r->first) * r->pixel;
  out[0] += n.below * own[0];
  out[r->depth - 1] += n.above * own[r->depth - 1];
  for (int i = r->depth; i < r->pixel; i++) out[i] = 0;
}
