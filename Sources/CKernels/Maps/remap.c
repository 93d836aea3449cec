// Remapping: pictures sampled between their pixels, where a table says, as rectification needs it.

#ifndef SD_BODY
#define SD_BODY "Maps/remap.c"
#include "remap_kernels.h"
#include "Execution/every_isa.h"

typedef void remap_fn(
    const struct sd_remap *, enum sd_remap_interpolation, const uint8_t *, const struct sd_remap_place *, uint8_t *, int);
static remap_fn *const remap_table[SD_ISA_COUNT] = SD_TABLE(remap);

void sd_remap(
    enum sd_isa isa, const struct sd_remap *shape, enum sd_remap_interpolation interpolation, const uint8_t *source,
    const struct sd_remap_place *places, uint8_t *out, int row) {
  remap_table[isa](shape, interpolation, source, places, out, row);
}

#else

#include <string.h>

// The sample of channel c of a pixel.
SD_INLINE uint32_t SD_FN(sample)(const uint8_t *pixel, int c, int sample_bytes) {
  if (sample_bytes == 1) return pixel[c];
  uint16_t value;
  memcpy(&value, pixel + 2 * c, 2);
  return value;
}

// Between four samples, in 1/2³⁰ of a level.
SD_INLINE uint64_t SD_FN(bilinear)(
    const uint8_t *at, size_t stride, int pixel_bytes, int c, int sample_bytes, uint32_t right, uint32_t below) {
  const uint8_t *under = at + stride;
  uint32_t left = SD_REMAP_ONE - right, above = SD_REMAP_ONE - below;
  uint64_t upper = (uint64_t)SD_FN(sample)(at, c, sample_bytes) * left
      + (uint64_t)SD_FN(sample)(at + pixel_bytes, c, sample_bytes) * right;
  uint64_t lower = (uint64_t)SD_FN(sample)(under, c, sample_bytes) * left
      + (uint64_t)SD_FN(sample)(under + pixel_bytes, c, sample_bytes) * right;
  return upper * above + lower * below;
}

// Keys' weights of the four samples around a share t.
SD_INLINE void SD_FN(cubic_weights)(float t, float weights[4]) {
#pragma clang fp contract(off)
  const float a = -0.75f;
  float u = t + 1, v = 1 - t;
  weights[0] = ((a * u - 5 * a) * u + 8 * a) * u - 4 * a;
  weights[1] = ((a + 2) * t - (a + 3)) * t * t + 1;
  weights[2] = ((a + 2) * v - (a + 3)) * v * v + 1;
  weights[3] = 1 - weights[0] - weights[1] - weights[2];
}

// Between sixteen samples, in 1/2³⁰ of a level, within what samples can be.
static uint64_t SD_FN(bicubic)(
    const struct sd_remap *s, const uint8_t *source, const struct sd_remap_place *place, int c) {
#pragma clang fp contract(off)
  float across[4], down[4];
  SD_FN(cubic_weights)((float)place->right / SD_REMAP_ONE, across);
  SD_FN(cubic_weights)((float)place->below / SD_REMAP_ONE, down);
  float sum = 0;
  for (int j = 0; j < 4; j++) {
    int y = (int)place->y + j - 1;
    y = y < 0 ? 0 : y < s->source_height ? y : s->source_height - 1;
    float line = 0;
    for (int i = 0; i < 4; i++) {
      int x = (int)place->x + i - 1;
      x = x < 0 ? 0 : x < s->source_width ? x : s->source_width - 1;
      const uint8_t *pixel = source + (size_t)y * s->source_stride + (size_t)x * (size_t)(s->channels * s->sample_bytes);
      line += across[i] * (float)SD_FN(sample)(pixel, c, s->sample_bytes);
    }
    sum += down[j] * line;
  }
  float greatest = s->sample_bytes == 1 ? 255 : 65535;
  sum = sum < 0 ? 0 : sum < greatest ? sum : greatest;
  return (uint64_t)((double)sum * (1 << 30));
}

SD_INLINE void SD_FN(put)(uint8_t *out, int c, int sample_bytes, uint64_t value) {
  if (sample_bytes == 1) {
    out[c] = (uint8_t)value;
  } else {
    uint16_t wide = (uint16_t)value;
    memcpy(out + 2 * c, &wide, 2);
  }
}

// Between four bytes: shares across are rounded to 1/256 of a level before those down, so that all fits 32 bits.
SD_INLINE uint8_t SD_FN(between_bytes)(
    uint32_t a, uint32_t b, uint32_t c, uint32_t d, uint32_t right, uint32_t below) {
  uint32_t upper = (a * (SD_REMAP_ONE - right) + b * right + 64) >> 7;
  uint32_t lower = (c * (SD_REMAP_ONE - right) + d * right + 64) >> 7;
  uint32_t value = (upper * (SD_REMAP_ONE - below) + lower * below + (1 << 22)) >> 23;
  return right == SD_REMAP_NONE ? 0 : (uint8_t)value;
}

// Gray bytes, one place a pixel, bilinear: the usual case. Loads first, as they go anywhere; then arithmetic in vectors.
static void SD_FN(gray_bytes)(
    const struct sd_remap *s, const uint8_t *source, const struct sd_remap_place *places, uint8_t *out) {
  enum { BLOCK = 64 };
  uint16_t upper[BLOCK], lower[BLOCK], right[BLOCK], below[BLOCK];
  size_t stride = s->source_stride;
  for (int start = 0; start < s->width; start += BLOCK) {
    int count = s->width - start < BLOCK ? s->width - start : BLOCK;
#pragma clang loop vectorize(disable)
    for (int i = 0; i < count; i++) {
      struct sd_remap_place place = places[start + i];
      const uint8_t *at = source + (size_t)place.y * stride + place.x;
      memcpy(&upper[i], at, 2);
      memcpy(&lower[i], at + stride, 2);
      right[i] = place.right;
      below[i] = place.below;
    }
    for (int i = 0; i < count; i++) {
      out[start + i] = SD_FN(between_bytes)(
          upper[i] & 0xFF, upper[i] >> 8, lower[i] & 0xFF, lower[i] >> 8, right[i], below[i]);
    }
  }
}

// Bytes of three channels, one place a pixel, bilinear.
static void SD_FN(colour_bytes)(
    const struct sd_remap *s, const uint8_t *source, const struct sd_remap_place *places, uint8_t *out) {
  for (int x = 0; x < s->width; x++, out += 3) {
    struct sd_remap_place place = places[x];
    const uint8_t *at = source + (size_t)place.y * s->source_stride + (size_t)place.x * 3, *under = at + s->source_stride;
    for (int c = 0; c < 3; c++) {
      out[c] = SD_FN(between_bytes)(at[c], at[c + 3], under[c], under[c + 3], place.right, place.below);
    }
  }
}

// Any interpolation, the mean of any number of places.
static void SD_FN(mean)(
    const struct sd_remap *s, enum sd_remap_interpolation interpolation, const uint8_t *source,
    const struct sd_remap_place *places, uint8_t *out) {
  int pixel_bytes = s->channels * s->sample_bytes;
  size_t places_row = (size_t)s->width * (size_t)s->fine;
  uint64_t count = (uint64_t)s->fine * (uint64_t)s->fine;
  for (int x = 0; x < s->width; x++, out += pixel_bytes) {
    for (int c = 0; c < s->channels; c++) {
      uint64_t sum = 0;
      int is_there = 1;
      for (int j = 0; j < s->fine && is_there; j++) {
        const struct sd_remap_place *row = places + (size_t)j * places_row + (size_t)x * (size_t)s->fine;
        for (int i = 0; i < s->fine && is_there; i++) {
          is_there = row[i].right != SD_REMAP_NONE;
          if (!is_there) break;
          const uint8_t *at = source + (size_t)row[i].y * s->source_stride + (size_t)row[i].x * (size_t)pixel_bytes;
          sum += interpolation == SD_REMAP_BICUBIC
              ? SD_FN(bicubic)(s, source, &row[i], c)
              : SD_FN(bilinear)(at, s->source_stride, pixel_bytes, c, s->sample_bytes, row[i].right, row[i].below);
        }
      }
      SD_FN(put)(out, c, s->sample_bytes, is_there ? (sum / count + (1 << 29)) >> 30 : 0);
    }
  }
}

static void SD_FN(remap)(
    const struct sd_remap *s, enum sd_remap_interpolation interpolation, const uint8_t *source,
    const struct sd_remap_place *places, uint8_t *out, int row) {
  places += (size_t)row * (size_t)s->fine * (size_t)s->width * (size_t)s->fine;
  out += (size_t)row * s->out_stride;
  if (interpolation != SD_REMAP_BILINEAR || s->fine != 1) return SD_FN(mean)(s, interpolation, source, places, out);
  if (s->sample_bytes == 1 && s->channels == 1) return SD_FN(gray_bytes)(s, source, places, out);
  if (s->sample_bytes == 1 && s->channels == 3) return SD_FN(colour_bytes)(s, source, places, out);
  SD_FN(mean)(s, interpolation, source, places, out);
}

#endif
