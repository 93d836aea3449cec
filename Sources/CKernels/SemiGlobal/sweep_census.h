// Census transform of one row of both images, nibble by nibble: part of the body of semi_global_sweep.c.
//
// Bit k of a pixel's string is I(y + dy1, x + dx1) < I(y + dy2, x + dx2), coordinates clamped to the image; bit k is bit
// k mod 4 of nibble k div 4 (Zabih & Woodfill, ECCV 1994; centre-symmetric pairs: Spangenberg et al., CAIP 2013).
// The rows lie with their sign bit flipped, so that the comparison of signed bytes, one instruction, orders them.
// Floor: 32 bits × (2 loads, compare, and, or) = 96 vector instructions for LANES pixels, once an image: 6 a pixel on
// AVX2, against about 200 a pixel of 128 disparities in the paths.

typedef int8_t SD_FN(signs_t) __attribute__((vector_size(SD_VECTOR_BYTES)));

// One nibble of `count` pixels: pair k compares first[k][i] with second[k][i].
SD_INLINE void SD_FN(nibble_row)(const uint8_t *const first[4], const uint8_t *const second[4], size_t count, uint8_t *to) {
  for (size_t i = 0; i < count; i += SD_LANES) {
    SD_BYTES nibble = {0};
    for (int k = 0; k < 4; k++) {
      SD_FN(signs_t) a = (SD_FN(signs_t))SD_LOAD(first[k] + i), b = (SD_FN(signs_t))SD_LOAD(second[k] + i);
      nibble |= (SD_BYTES)(a < b) & SD_SPLAT((uint8_t)(1 << k));
    }
    SD_STORE(to + i, nibble);
  }
}

// Row `row` of both images into their windows.
static void SD_FN(take_rows)(const struct sd_sweep *s, const struct sd_sweep_scratch *t, int row) {
  const int W = s->width, n = t->vectors, slot = row % SD_WINDOW_ROWS;
  const uint8_t *from = s->left + row * s->left_stride;
  uint8_t *left = t->left_rows + slot * t->left_stride;
  for (int i = 0; i < SD_REACH; i++) {
    left[SD_ROW_ROOM / 2 - 1 - i] = from[0] ^ 128;
    left[SD_ROW_ROOM / 2 + W + i] = from[W - 1] ^ 128;
  }
  for (int x = 0; x < W; x++) left[SD_ROW_ROOM / 2 + x] = from[x] ^ 128;

  from = s->right + row * s->right_stride;
  const long end = (long)W + s->disparities - 1 + SD_REACH, first = (long)W - 1 - s->least_disparity;
  int phase = (int)(((-SD_REACH) % n + n) % n);
  long place = (-SD_REACH - phase) / n;
  uint8_t *right = t->right_rows + (size_t)slot * n * t->phase_stride + SD_ROW_ROOM / 2;
  for (long j = -SD_REACH; j < end; j++) {
    long x = first - j;
    x = x < 0 ? 0 : x >= W ? W - 1 : x;
    right[phase * t->phase_stride + place] = from[x] ^ 128;
    if (++phase == n) phase = 0, place++;
  }
}

// The nibbles of right column x of row y, straight from the image.
static void SD_FN(column_bits)(const struct sd_sweep *s, int y, int x, uint8_t bits[SD_SWEEP_BITS / 4]) {
  for (int b = 0; b < s->bits / 4; b++) bits[b] = 0;
  for (int k = 0; k < s->bits; k++) {
    uint8_t v[2];
    for (int i = 0; i < 2; i++) {
      int r = y + s->pattern[4 * k + 2 * i], c = x + s->pattern[4 * k + 2 * i + 1];
      r = r < 0 ? 0 : r >= s->height ? s->height - 1 : r;
      c = c < 0 ? 0 : c >= s->width ? s->width - 1 : c;
      v[i] = s->right[r * s->right_stride + c];
    }
    bits[k / 4] |= (uint8_t)((v[0] < v[1]) << k % 4);
  }
}

// Columns of j whose right pixel lies outside take the census of the image's first or last column, so that a pixel at
// the left border pays for every disparity beyond the border what it pays for the border itself.
static void SD_FN(extend_bits)(const struct sd_sweep *s, const struct sd_sweep_scratch *t, int y) {
  const int W = s->width, n = t->vectors;
  const long count = (long)W + s->disparities - 1, first = (long)W - 1 - s->least_disparity;
  for (int side = 0; side < 2; side++) {
    long from = side ? 0 : first + 1, to = side ? first - W + 1 : count;
    from = from < 0 ? 0 : from;
    to = to > count ? count : to;
    if (from >= to) continue;
    uint8_t bits[SD_SWEEP_BITS / 4];
    SD_FN(column_bits)(s, y, side ? W - 1 : 0, bits);
    for (int p = 0; p < n; p++) {
      // Places i of phase p with from ≤ i·n + p < to.
      long i0 = from <= p ? 0 : (from - p + n - 1) / n, i1 = to <= p ? 0 : (to - p + n - 1) / n;
      for (int b = 0; b < t->nibbles && i0 < i1; b++)
        __builtin_memset(
            t->right_bits + (size_t)(2 * b * n + p) * t->phase_stride + SD_ROW_ROOM / 2 + i0, bits[b], (size_t)(i1 - i0));
    }
  }
}

// The census of row y of both images.
static void SD_FN(census_row)(const struct sd_sweep *s, const struct sd_sweep_scratch *t, int y) {
  const int W = s->width, n = t->vectors;
  const size_t places = ((size_t)W + s->disparities - 1 + n - 1) / n;
  for (int b = 0; b < t->nibbles; b++) {
    const uint8_t *row[2][4], *sides[2][4];
    int columns[2][4];
    for (int k = 0; k < 4; k++)
      for (int i = 0; i < 2; i++) {
        const int8_t *pair = s->pattern + 4 * (4 * b + k) + 2 * i;
        int r = y + pair[0];
        r = (r < 0 ? 0 : r >= s->height ? s->height - 1 : r) % SD_WINDOW_ROWS;
        row[i][k] = t->left_rows + r * t->left_stride + SD_ROW_ROOM / 2 + pair[1];
        sides[i][k] = t->right_rows + (size_t)r * n * t->phase_stride + SD_ROW_ROOM / 2;
        columns[i][k] = -pair[1];
      }
    SD_FN(nibble_row)(row[0], row[1], (size_t)W, t->left_bits + b * t->left_stride + SD_ROW_ROOM / 2);
    for (int p = 0; p < n; p++) {
      const uint8_t *at[2][4];
      for (int k = 0; k < 4; k++)
        for (int i = 0; i < 2; i++) {
          int q = p + columns[i][k], phase = (q % n + n) % n;
          at[i][k] = sides[i][k] + (long)phase * (long)t->phase_stride + (q - phase) / n;
        }
      SD_FN(nibble_row)(
          at[0], at[1], places, t->right_bits + (size_t)(2 * b * n + p) * t->phase_stride + SD_ROW_ROOM / 2);
    }
  }
  SD_FN(extend_bits)(s, t, y);
  // Phase n + p is phase p one place on, so that the n phases from any phase lie in a row.
  for (int b = 0; b < t->nibbles; b++) {
    uint8_t *bits = t->right_bits + 2 * (size_t)(b * n) * t->phase_stride;
    __builtin_memcpy(bits + n * t->phase_stride, bits + 1, n * t->phase_stride - 1);
  }
}
