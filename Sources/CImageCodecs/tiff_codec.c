// TIFF through libtiff 4.5: memory to memory, its errors kept with each file, its allocations bounded.
//
// Gray and RGB of 1 to 16 bits are taken from strips or tiles as they are; palettes, YCbCr and the like go through libtiff's
// conversion to RGBA. Maps (one sample a pixel, whole or real) become floats.

#include "image_codecs.h"
#include "tiff_session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The fewest bytes that `pixel_bytes` of decoded samples can have been packed into.
static size_t least_bytes(uint16_t compression, size_t pixel_bytes) {
  switch (compression) {
    case COMPRESSION_NONE: return pixel_bytes;
    case COMPRESSION_PACKBITS: return pixel_bytes / 128;
    case COMPRESSION_DEFLATE:
    case COMPRESSION_ADOBE_DEFLATE: return pixel_bytes / 1032;
    default: return pixel_bytes / 65536;
  }
}

// Whether samples are taken as they are stored.
static int is_direct(const struct tiff_picture *picture) {
  int is_gray = picture->photometric == PHOTOMETRIC_MINISBLACK || picture->photometric == PHOTOMETRIC_MINISWHITE;
  return (is_gray && picture->channels >= 1) || (picture->photometric == PHOTOMETRIC_RGB && picture->channels >= 3);
}

static int describe(struct tiff_session *session, struct sd_picture_header *header) {
  const struct tiff_picture *picture = &session->picture;
  int is_gray = picture->photometric != PHOTOMETRIC_RGB;
  int is_wide = picture->bits > 8;
  *header = (struct sd_picture_header){
      .width = picture->width,
      .height = picture->height,
      .file_bits = picture->bits,
      .file_channels = picture->channels,
      .has_palette = picture->photometric == PHOTOMETRIC_PALETTE,
      .has_alpha = is_gray ? picture->channels == 2 : picture->channels == 4,
      .orientation = picture->orientation,
      .declared_white = picture->bits > 8 && picture->bits < 16 ? (1u << picture->bits) - 1 : 0,
      .sample_kind = picture->kind,
      .has_no_data = picture->has_no_data,
      .no_data = picture->no_data,
      .layout = is_gray ? (is_wide ? SD_GRAY16 : SD_GRAY8) : (is_wide ? SD_RGB16 : SD_RGB8),
  };
  size_t row = ((size_t)picture->width * picture->channels * picture->bits + 7) / 8;
  header->least_bytes = least_bytes(picture->compression, row * picture->height);
  if (!is_direct(picture)) {
    header->layout = SD_RGB8;
    header->declared_white = 0;
  } else if (picture->kind != SD_UNSIGNED || picture->bits > 16) {
    header->layout = SD_VALUES;
  }
  return 1;
}

int sd_tiff_header(const uint8_t *bytes, size_t count, struct sd_picture_header *header, struct sd_codec_error *error) {
  struct tiff_session session;
  int done = sd_tiff_open(&session, bytes, count, error) && describe(&session, header);
  sd_tiff_close(&session);
  return done;
}

// Sample `index` of a row of samples of 1 to 16 bits: bytes, 16 bits in the machine's order, or packed from the highest bit.
static uint32_t sample(const uint8_t *row, size_t index, int bits) {
  if (bits == 8) { return row[index]; }
  if (bits == 16) {
    uint16_t value;
    memcpy(&value, row + 2 * index, 2);
    return value;
  }
  uint32_t value = 0;
  for (int k = 0; k < bits; k++) {
    size_t bit = index * (size_t)bits + (size_t)k;
    value = value << 1 | (row[bit / 8] >> (7 - bit % 8) & 1);
  }
  return value;
}

struct pixel_target {
  uint8_t *pixels;
  size_t row_bytes;
  int channels;  // of the target, 1 or 3
  int bits;      // of the file
  int is_inverted;
};

static void take_pixels(void *context, const struct tiff_block *block) {
  const struct pixel_target *target = context;
  uint32_t white = (1u << target->bits) - 1;
  int size = target->bits > 8 ? 2 : 1;
  for (uint32_t y = 0; y < block->height; y++) {
    const uint8_t *row = block->samples + (size_t)y * block->row_bytes;
    uint8_t *to = target->pixels + (size_t)(block->y + y) * target->row_bytes;
    for (uint32_t x = 0; x < block->width; x++) {
      for (int c = 0; c < block->channels; c++) {
        int channel = block->first_channel + c;
        if (channel >= target->channels) { break; }
        uint32_t value = sample(row, (size_t)x * (size_t)block->channels + (size_t)c, target->bits);
        if (target->is_inverted) { value = white - value; }
        uint8_t *at = to + ((size_t)(block->x + x) * (size_t)target->channels + (size_t)channel) * (size_t)size;
        if (size == 2) {
          uint16_t wide = (uint16_t)value;
          memcpy(at, &wide, 2);
        } else {
          *at = (uint8_t)((value * 255 + white / 2) / white);
        }
      }
    }
  }
}

// Palettes, YCbCr, CMYK and so on: libtiff's own conversion. Rows are asked for as they are stored.
static int convert(struct tiff_session *session, uint8_t *pixels, size_t row_bytes) {
  TIFFRGBAImage image;
  char text[1024] = "";
  if (!TIFFRGBAImageOK(session->tiff, text) || !TIFFRGBAImageBegin(&image, session->tiff, 1, text)) {
    return sd_tiff_fail(session, text);
  }
  size_t width = session->picture.width;
  size_t height = session->picture.height;
  uint32_t *raster = malloc(width * height * sizeof *raster);
  int done = 0;
  if (raster == NULL) {
    sd_tiff_fail(session, "out of memory");
  } else {
    image.req_orientation = image.orientation;
    done = TIFFRGBAImageGet(&image, raster, (uint32_t)width, (uint32_t)height);
    if (!done) { sd_tiff_fail(session, "the samples cannot be converted"); }
  }
  for (size_t y = 0; done && y < height; y++) {
    for (size_t x = 0; x < width; x++) {
      uint32_t colour = raster[y * width + x];
      uint8_t *to = pixels + y * row_bytes + 3 * x;
      to[0] = (uint8_t)TIFFGetR(colour);
      to[1] = (uint8_t)TIFFGetG(colour);
      to[2] = (uint8_t)TIFFGetB(colour);
    }
  }
  free(raster);
  TIFFRGBAImageEnd(&image);
  return done;
}

// The header must be the one that the caller allocated for.
static int is_expected(struct tiff_session *session, const struct sd_picture_header *expected) {
  struct sd_picture_header found;
  describe(session, &found);
  if (found.width == expected->width && found.height == expected->height && found.layout == expected->layout) { return 1; }
  return sd_tiff_fail(session, "the header changed between two looks");
}

int sd_tiff_decode(
    const uint8_t *bytes, size_t count, uint8_t *pixels, size_t row_bytes, const struct sd_picture_header *header,
    struct sd_codec_error *error) {
  struct tiff_session session;
  int done = sd_tiff_open(&session, bytes, count, error) && is_expected(&session, header);
  if (done && header->layout == SD_VALUES) { done = sd_tiff_fail(&session, "the samples are no intensities"); }
  if (done && !is_direct(&session.picture)) {
    done = convert(&session, pixels, row_bytes);
  } else if (done) {
    int is_gray = header->layout == SD_GRAY8 || header->layout == SD_GRAY16;
    struct pixel_target target = {
        .pixels = pixels,
        .row_bytes = row_bytes,
        .channels = is_gray ? 1 : 3,
        .bits = session.picture.bits,
        .is_inverted = session.picture.photometric == PHOTOMETRIC_MINISWHITE,
    };
    done = sd_tiff_each_block(&session, take_pixels, &target);
  }
  sd_tiff_close(&session);
  return done;
}

// IEEE 754 with 16 bits.
static float half(uint16_t bits) {
  int exponent = bits >> 10 & 31;
  float fraction = (float)(bits & 1023) / 1024;
  float magnitude = exponent == 31 ? (fraction == 0 ? 1.0f / 0.0f : 0.0f / 0.0f) : exponent == 0 ? fraction : 1 + fraction;
  for (int k = exponent == 0 ? 1 : exponent; k < 15; k++) { magnitude /= 2; }
  for (int k = exponent; exponent < 31 && k > 15; k--) { magnitude *= 2; }
  return bits >> 15 ? -magnitude : magnitude;
}

static float value_of(const uint8_t *at, int bits, enum sd_sample_kind kind) {
  uint64_t raw = 0;
  if (bits == 8) {
    raw = at[0];
  } else if (bits == 16) {
    uint16_t part;
    memcpy(&part, at, 2);
    raw = part;
  } else if (bits == 32) {
    uint32_t part;
    memcpy(&part, at, 4);
    raw = part;
  } else {
    memcpy(&raw, at, 8);
  }
  if (kind == SD_UNSIGNED) { return (float)raw; }
  if (kind == SD_SIGNED) { return bits == 8 ? (int8_t)raw : bits == 16 ? (int16_t)raw : bits == 32 ? (float)(int32_t)raw : (float)(int64_t)raw; }
  if (bits == 16) { return half((uint16_t)raw); }
  if (bits == 32) {
    uint32_t narrow = (uint32_t)raw;
    float value;
    memcpy(&value, &narrow, 4);
    return value;
  }
  double value;
  memcpy(&value, &raw, 8);
  return (float)value;
}

struct value_target {
  float *values;
  size_t row_floats;
  int bits;
  enum sd_sample_kind kind;
};

static void take_values(void *context, const struct tiff_block *block) {
  const struct value_target *target = context;
  for (uint32_t y = 0; y < block->height; y++) {
    const uint8_t *row = block->samples + (size_t)y * block->row_bytes;
    float *to = target->values + (size_t)(block->y + y) * target->row_floats + block->x;
    for (uint32_t x = 0; x < block->width; x++) {
      to[x] = value_of(row + (size_t)x * (size_t)(target->bits / 8), target->bits, target->kind);
    }
  }
}

int sd_tiff_values(
    const uint8_t *bytes, size_t count, float *values, size_t row_floats, const struct sd_picture_header *header,
    struct sd_codec_error *error) {
  struct tiff_session session;
  int done = sd_tiff_open(&session, bytes, count, error) && is_expected(&session, header);
  int bits = session.picture.bits;
  if (done && (session.picture.channels != 1 || (bits != 8 && bits != 16 && bits != 32 && bits != 64)
               || (session.picture.kind == SD_REAL && bits == 8) || !is_direct(&session.picture))) {
    done = sd_tiff_fail(&session, "a map has one sample of 8, 16, 32 or 64 bits a pixel");
  }
  if (done) {
    struct value_target target = {values, row_floats, bits, session.picture.kind};
    done = sd_tiff_each_block(&session, take_values, &target);
  }
  sd_tiff_close(&session);
  return done;
}
