// Costs and paths of one row: part of the body of semi_global_sweep.c.
//
// One step of a path r (Hirschmüller, TPAMI 2008, eq. 13), all in bytes:
//
//     L(p, d) = C(p, d) + min(L(q, d), min(L(q, d − 1), L(q, d + 1)) + P1, m + P2) − m,   q = p − r, m = min_k L(q, k)
//
// L never exceeds the greatest cost (64) + P2, so P2 ≤ 191 keeps it in a byte; additions saturate, and sums of three or
// four paths that reach 255 lose by far; of eight paths the halves are summed. Disparity indices D … n·LANES − 1 only fill the vectors: their cost is 255.

// One step of a path: from the costs h of the pixel before, whose least is m, to those of this pixel, in place.
// Returns the least of the new ones, like `least` in every lane. Seven instructions a vector.
SD_INLINE SD_BYTES SD_FN(path_step)(SD_BYTES *h, const SD_BYTES *c, const int n, SD_BYTES least, uint8_t p1, uint8_t p2) {
  const SD_BYTES small = SD_SPLAT(p1), large = SD_SPLAT(p2), above = SD_LANES_DOWN(h[0]);
  SD_BYTES below = SD_LANES_UP(h[n - 1]), result = SD_SPLAT(255);
#pragma clang loop unroll_count(8)
  for (int v = 0; v < n; v++) {
    SD_BYTES here = h[v], next = v + 1 < n ? h[v + 1] : above;
    SD_BYTES t = __builtin_elementwise_add_sat(__builtin_elementwise_min(below, next), small);
    t = __builtin_elementwise_sub_sat(__builtin_elementwise_min(here, t), least);
    t = __builtin_elementwise_add_sat(__builtin_elementwise_min(t, large), c[v]);
    result = __builtin_elementwise_min(result, t);
    below = here;
    h[v] = t;
  }
  return SD_LEAST_EVERYWHERE(result);
}

// Matching costs of left pixel x: the sum over the nibbles of the bits that differ. Two instructions a nibble and vector.
SD_INLINE void SD_FN(pixel_costs)(const struct sd_sweep_scratch *t, int x, size_t at, const int n, SD_BYTES *c) {
  const uint8_t *left = t->left_bits + SD_ROW_ROOM / 2 + x, *right = t->right_bits + SD_ROW_ROOM / 2 + at;
#pragma clang loop unroll_count(8)
  for (int v = 0; v < n; v++) c[v] = SD_LOAD(t->padding + v * SD_LANES);
  for (int eight = 0; eight < t->nibbles; eight += 8) {
    // Not unrolled: the places of 8 × n vectors do not fit the registers, and would be computed anew for every pixel.
#pragma clang loop unroll(disable)
    for (int b = 0; b < 8; b++) {
      const uint8_t nibble = *left, *table = t->tables + 16 * nibble;
#pragma clang loop unroll_count(8)
      for (int v = 0; v < n; v++)
        c[v] = __builtin_elementwise_add_sat(c[v], SD_HAMMING4(table, nibble, SD_LOAD(right + (size_t)v * t->phase_stride)));
      left += t->left_stride;
      right += 2 * (size_t)n * t->phase_stride;
    }
  }
}

// One step of a path that comes from the row before: its costs lie at `from` and go to `to`, and are added to `sum`.
SD_INLINE uint8_t SD_FN(row_step)(
    const uint8_t *from, uint8_t *to, SD_BYTES *sum, const SD_BYTES *c, const int n, const int halved, uint8_t m, uint8_t p1,
    uint8_t p2) {
  SD_BYTES h[SD_SWEEP_VECTORS];
#pragma clang loop unroll_count(8)
  for (int v = 0; v < n; v++) h[v] = SD_LOAD(from + v * SD_LANES);
  const uint8_t least = SD_FN(path_step)(h, c, n, SD_SPLAT(m), p1, p2)[0];
#pragma clang loop unroll_count(8)
  for (int v = 0; v < n; v++) {
    SD_STORE(to + v * SD_LANES, h[v]);
    sum[v] = __builtin_elementwise_add_sat(sum[v], halved ? SD_HALF(h[v]) : h[v]);
  }
  return least;
}

// The two diagonal paths that come from the row before. The one to the right reads what the pixel before it overwrote,
// so that its costs pass through t->passing: those of x at place x mod 2.
SD_INLINE void SD_FN(diagonal_steps)(
    const struct sd_sweep_scratch *t, const uint8_t *p2, uint8_t p1, int x, int W, SD_BYTES *sum, const SD_BYTES *c, const int n) {
  const size_t pixel = (size_t)n * SD_LANES, at = (size_t)x * pixel;
  uint8_t *before = t->passing + (x % 2 ? 0 : pixel), *here = t->passing + (x % 2 ? pixel : 0);
  for (int v = 0; v < n; v++) SD_STORE(here + v * SD_LANES, SD_LOAD(t->rightward + at + v * SD_LANES));
  const uint8_t kept = t->rightward_least[x];
  t->rightward_least[x] =
      SD_FN(row_step)(before, t->rightward + at, sum, c, n, 1, t->passing_least[(x + 1) % 2], p1, p2[2 * (W + 1) + x]);
  t->passing_least[x % 2] = kept;
  t->leftward_least[x] = SD_FN(row_step)(
      t->leftward + at + pixel, t->leftward + at, sum, c, n, 1, t->leftward_least[x + 1], p1, p2[3 * (W + 1) + x]);
}

// A diagonal path begins anew at the first or last column.
SD_INLINE void SD_FN(begin_diagonals)(const struct sd_sweep_scratch *t, const int n, int W) {
  const size_t pixel = (size_t)n * SD_LANES;
  __builtin_memset(t->passing + pixel, 0, pixel);
  __builtin_memset(t->leftward + (size_t)W * pixel, 0, pixel);
  t->passing_least[1] = t->leftward_least[W] = 0;
}

// Left to right over a row: costs, the paths from the row before and, where `across` is set, the path from the left.
// The sum of their costs, and of those at `others` if that is not null, goes to `sums` if that is not null.
SD_INLINE void SD_FN(forward_row)(
    const struct sd_sweep *sweep, const struct sd_sweep_scratch *scratch, const int n, const int diagonals, int across,
    const uint8_t *others, uint8_t *sums) {
  // Copies of their own: stores of bytes may change anything that has an address.
  const struct sd_sweep s = *sweep;
  const struct sd_sweep_scratch t = *scratch;
  const int W = s.width;
  SD_BYTES c[SD_SWEEP_VECTORS], h[SD_SWEEP_VECTORS], sum[SD_SWEEP_VECTORS];
  SD_BYTES least = {0};
  int phase = (W - 1) % n;
  size_t place = (size_t)((W - 1) / n);
#pragma clang loop unroll_count(8)
  for (int v = 0; v < n; v++) h[v] = (SD_BYTES){0};
  if (diagonals) SD_FN(begin_diagonals)(&t, n, W);
  for (int x = 0; x < W; x++) {
    const size_t at = (size_t)x * n * SD_LANES;
    SD_FN(pixel_costs)(&t, x, (size_t)phase * t.phase_stride + place, n, c);
#pragma clang loop unroll_count(8)
    for (int v = 0; v < n; v++) sum[v] = others ? SD_LOAD(others + at + v * SD_LANES) : (SD_BYTES){0};
    t.vertical_least[x] = SD_FN(row_step)(
        t.vertical + at, t.vertical + at, sum, c, n, diagonals, t.vertical_least[x], s.p1, t.penalties[W + 1 + x]);
    if (diagonals) SD_FN(diagonal_steps)(&t, t.penalties, s.p1, x, W, sum, c, n);
    if (across) {
      least = SD_FN(path_step)(h, c, n, least, s.p1, t.penalties[x]);
#pragma clang loop unroll_count(8)
      for (int v = 0; v < n; v++) {
        SD_STORE(t.costs + at + v * SD_LANES, c[v]);
        sum[v] = __builtin_elementwise_add_sat(sum[v], diagonals ? SD_HALF(h[v]) : h[v]);
      }
    }
    if (sums) {
#pragma clang loop unroll_count(8)
      for (int v = 0; v < n; v++) SD_STORE(sums + at + v * SD_LANES, sum[v]);
    }
    if (--phase < 0) phase = n - 1, place--;
  }
}

// The least disparity index whose sum is `least`, which every lane holds. Indices are bytes as long as these suffice.
SD_INLINE int SD_FN(first_equal)(const SD_BYTES *sum, const int n, SD_BYTES least, SD_BYTES lane_numbers) {
  if (n * SD_LANES <= 256) {
    SD_BYTES first = SD_SPLAT(255);
#pragma clang loop unroll_count(8)
    for (int v = 0; v < n; v++) {
      const SD_BYTES other = (SD_BYTES)(sum[v] != least);
      first = __builtin_elementwise_min(first, other | (lane_numbers + SD_SPLAT((uint8_t)v)));
    }
    return SD_LEAST_EVERYWHERE(first)[0];
  }
  int best = SD_LANES * n;
  for (int v = 0; v < n; v++) {
    const uint64_t lanes = SD_EQUAL_BITS(sum[v], least);
    const int d = lanes ? __builtin_ctzll(lanes) * n + v : SD_LANES * n;
    best = d < best ? d : best;
  }
  return best;
}

// Winner of left pixel x among the sums that lie at `cells`, in sixteenths of a pixel: the equiangular fit
// (Shimizu & Okutomi) through the winner and its neighbours, 8 (a − c) ÷ (max(a, c) − m) sixteenths.
SD_INLINE uint16_t SD_FN(winner)(
    const struct sd_sweep *s, const uint32_t *reciprocals, const uint8_t *cells, int d, int m, const int n) {
  if (d == 0 || d == s->disparities - 1) return (uint16_t)(16 * d);
  const int v = d % n, l = d / n;
  const int a = cells[v > 0 ? (v - 1) * SD_LANES + l : (n - 1) * SD_LANES + l - 1];
  const int b = cells[v + 1 < n ? (v + 1) * SD_LANES + l : l + 1];
  return (uint16_t)(16 * d + sd_sweep_fraction(reciprocals, a, m, b));
}

// Right to left: the path from the right, the sums, the winners of the left row and the best that every right pixel saw.
SD_INLINE void SD_FN(backward_row)(
    const struct sd_sweep *sweep, const struct sd_sweep_scratch *scratch, const int n, const int halved, int y) {
  const struct sd_sweep s = *sweep;
  const struct sd_sweep_scratch t = *scratch;
  const int W = s.width;
  SD_BYTES c[SD_SWEEP_VECTORS], h[SD_SWEEP_VECTORS], sum[SD_SWEEP_VECTORS], lane_numbers, least = {0};
  uint16_t *disparities = s.left_disparities + y * s.disparity_stride;
  uint8_t *least_sums = s.least_sums + y * s.disparity_stride;
  const int wide = n * SD_LANES > 256;
  for (int l = 0; l < SD_LANES; l++) lane_numbers[l] = (uint8_t)(wide ? l : l * n);
  // Where the right columns of every vector lie: from pixel to pixel each takes the place of the next.
  size_t places[SD_SWEEP_VECTORS];
#pragma clang loop unroll_count(8)
  for (int v = 0; v < n; v++) {
    h[v] = (SD_BYTES){0};
    places[v] = (size_t)v * t.phase_stride;
  }
  for (int x = W - 1; x >= 0; x--) {
    uint8_t *cells = t.sums + (size_t)x * n * SD_LANES;
#pragma clang loop unroll_count(8)
    for (int v = 0; v < n; v++) c[v] = SD_LOAD(t.costs + (size_t)x * n * SD_LANES + v * SD_LANES);
    least = SD_FN(path_step)(h, c, n, least, s.p1, t.penalties[x + 1]);
    SD_BYTES lanes = SD_SPLAT(255);
#pragma clang loop unroll_count(8)
    for (int v = 0; v < n; v++) {
      sum[v] = __builtin_elementwise_add_sat(SD_LOAD(cells + v * SD_LANES), halved ? SD_HALF(h[v]) : h[v]);
      lanes = __builtin_elementwise_min(lanes, sum[v]);
      SD_STORE(cells + v * SD_LANES, sum[v]);
      const size_t j = places[v];
      const SD_BYTES best = __builtin_elementwise_min(SD_LOAD(t.right_best + j), sum[v]);
      const SD_BYTES better = (SD_BYTES)(best == sum[v]);
      SD_STORE(t.right_best + j, best);
      const SD_BYTES name = wide ? SD_SPLAT((uint8_t)v) : lane_numbers + SD_SPLAT((uint8_t)v);
      SD_STORE(t.right_name + j, (better & name) | (~better & SD_LOAD(t.right_name + j)));
      if (wide) SD_STORE(t.right_lane + j, (better & lane_numbers) | (~better & SD_LOAD(t.right_lane + j)));
    }
    lanes = SD_LEAST_EVERYWHERE(lanes);
    const uint8_t m = least_sums[x] = lanes[0];
    const int d = SD_FN(first_equal)(sum, n, lanes, lane_numbers);
    disparities[x] = SD_FN(winner)(&s, t.reciprocals, cells, d, m, n);
    const size_t next = places[0] + 1;
#pragma clang loop unroll_count(8)
    for (int v = 0; v + 1 < n; v++) places[v] = places[v + 1];
    places[n - 1] = next;
  }
}
