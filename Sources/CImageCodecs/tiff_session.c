// One TIFF in memory: libtiff's client calls, and what its directory says.

#include "tiff_session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// GDAL's tag for the value that means "no data", as text.
enum { TAG_NO_DATA = 42113 };

static tmsize_t read_bytes(thandle_t handle, void *target, tmsize_t wanted) {
  struct tiff_session *session = handle;
  size_t remaining = session->count - session->position;
  size_t count = wanted < 0 ? 0 : (size_t)wanted < remaining ? (size_t)wanted : remaining;
  memcpy(target, session->bytes + session->position, count);
  session->position += count;
  return (tmsize_t)count;
}

static tmsize_t write_nothing(thandle_t handle, void *source, tmsize_t count) {
  (void)handle;
  (void)source;
  (void)count;
  return 0;
}

static toff_t seek(thandle_t handle, toff_t offset, int whence) {
  struct tiff_session *session = handle;
  toff_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? session->position : session->count;
  toff_t place = base + offset;
  // Beyond the end is allowed and then nothing is read there.
  session->position = place > session->count ? session->count : (size_t)place;
  return place;
}

static int close_nothing(thandle_t handle) {
  (void)handle;
  return 0;
}

static toff_t size_of(thandle_t handle) { return ((struct tiff_session *)handle)->count; }

static int note_error(TIFF *tiff, void *context, const char *module, const char *format, va_list arguments) {
  (void)tiff;
  (void)module;
  struct tiff_session *session = context;
  if (session->error->text[0] == 0) {
    vsnprintf(session->error->text, sizeof session->error->text, format, arguments);
  }
  return 1;
}

// Warnings concern tags that no sample depends on.
static int ignore_warning(TIFF *tiff, void *context, const char *module, const char *format, va_list arguments) {
  (void)tiff;
  (void)context;
  (void)module;
  (void)format;
  (void)arguments;
  return 1;
}

int sd_tiff_fail(struct tiff_session *session, const char *text) {
  if (session->error->text[0] == 0) { snprintf(session->error->text, sizeof session->error->text, "%s", text); }
  return 0;
}

static enum sd_sample_kind kind_of(uint16_t format) {
  return format == SAMPLEFORMAT_INT ? SD_SIGNED : format == SAMPLEFORMAT_IEEEFP ? SD_REAL : SD_UNSIGNED;
}

static void read_no_data(TIFF *tiff, struct tiff_picture *picture) {
  uint32_t count = 0;
  const char *text = NULL;
  char copy[64] = "";
  if (!TIFFGetField(tiff, TAG_NO_DATA, &count, &text) || text == NULL || count == 0 || count >= sizeof copy) { return; }
  memcpy(copy, text, count);
  char *end = copy;
  picture->no_data = strtod(copy, &end);
  picture->has_no_data = end != copy;
}

static int read_directory(struct tiff_session *session) {
  TIFF *tiff = session->tiff;
  struct tiff_picture *picture = &session->picture;
  uint16_t format = SAMPLEFORMAT_UINT;
  uint16_t orientation = ORIENTATION_TOPLEFT;
  if (!TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &picture->width)
      || !TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &picture->height)
      || !TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &picture->photometric)) {
    return sd_tiff_fail(session, "width, height or photometric interpretation is missing");
  }
  TIFFGetFieldDefaulted(tiff, TIFFTAG_BITSPERSAMPLE, &picture->bits);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLESPERPIXEL, &picture->channels);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_PLANARCONFIG, &picture->planes);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_COMPRESSION, &picture->compression);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLEFORMAT, &format);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_ORIENTATION, &orientation);
  picture->orientation = orientation >= 1 && orientation <= 8 ? orientation : 1;
  picture->kind = kind_of(format);
  read_no_data(tiff, picture);
  if (picture->bits < 1 || picture->bits > 64 || picture->channels < 1 || picture->channels > 64
      || format == SAMPLEFORMAT_COMPLEXINT || format == SAMPLEFORMAT_COMPLEXIEEEFP) {
    return sd_tiff_fail(session, "the kind of samples is not supported");
  }
  return 1;
}

int sd_tiff_open(struct tiff_session *session, const uint8_t *bytes, size_t count, struct sd_codec_error *error) {
  *session = (struct tiff_session){.bytes = bytes, .count = count, .error = error};
  error->text[0] = 0;
  TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
  if (options == NULL) { return sd_tiff_fail(session, "out of memory"); }
  TIFFOpenOptionsSetMaxSingleMemAlloc(options, (tmsize_t)1 << 31);
  TIFFOpenOptionsSetErrorHandlerExtR(options, note_error, session);
  TIFFOpenOptionsSetWarningHandlerExtR(options, ignore_warning, session);
  // m: libtiff does not map the file, which is in memory.
  session->tiff = TIFFClientOpenExt(
      "memory", "rm", session, read_bytes, write_nothing, seek, close_nothing, size_of, NULL, NULL, options);
  TIFFOpenOptionsFree(options);
  if (session->tiff == NULL) { return sd_tiff_fail(session, "it has no directory"); }
  return read_directory(session);
}

void sd_tiff_close(struct tiff_session *session) {
  if (session->tiff != NULL) { TIFFClose(session->tiff); }
}

static uint32_t least(uint32_t a, uint32_t b) { return a < b ? a : b; }

// The block that starts at (x, y), cut to the picture.
static struct tiff_block block_at(
    const struct tiff_picture *picture, const uint8_t *samples, uint32_t x, uint32_t y, uint32_t width, uint32_t height,
    size_t row_bytes) {
  int is_separate = picture->planes == PLANARCONFIG_SEPARATE;
  return (struct tiff_block){
      .samples = samples,
      .row_bytes = row_bytes,
      .x = x,
      .y = y,
      .width = least(width, picture->width - x),
      .height = least(height, picture->height - y),
      .channels = is_separate ? 1 : picture->channels,
  };
}

int sd_tiff_each_block(
    struct tiff_session *session, void (*take)(void *context, const struct tiff_block *block), void *context) {
  TIFF *tiff = session->tiff;
  const struct tiff_picture *picture = &session->picture;
  int is_tiled = TIFFIsTiled(tiff);
  uint32_t width = picture->width;
  uint32_t height = picture->height;
  if (is_tiled) {
    TIFFGetFieldDefaulted(tiff, TIFFTAG_TILEWIDTH, &width);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_TILELENGTH, &height);
  } else {
    TIFFGetFieldDefaulted(tiff, TIFFTAG_ROWSPERSTRIP, &height);
    height = least(height, picture->height);
  }
  if (width == 0 || height == 0) { return sd_tiff_fail(session, "blocks without pixels"); }
  uint64_t size = is_tiled ? TIFFTileSize64(tiff) : TIFFVStripSize64(tiff, height);
  uint64_t row_bytes = is_tiled ? TIFFTileRowSize64(tiff) : TIFFScanlineSize64(tiff);
  uint64_t samples = picture->planes == PLANARCONFIG_SEPARATE ? 1 : picture->channels;
  uint64_t whole = ((uint64_t)picture->width * picture->channels * picture->bits + 7) / 8 * picture->height;
  // A tile may be larger than a small picture, but not out of all proportion.
  if (size == 0 || row_bytes < (width * samples * picture->bits + 7) / 8 || size < row_bytes * height
      || size > 2 * whole + (16 << 20)) {
    return sd_tiff_fail(session, "unexpected block size");
  }
  uint8_t *buffer = malloc(size);
  if (buffer == NULL) { return sd_tiff_fail(session, "out of memory"); }
  int planes = picture->planes == PLANARCONFIG_SEPARATE ? picture->channels : 1;
  int done = 1;
  for (int plane = 0; done && plane < planes; plane++) {
    for (uint32_t y = 0; done && y < picture->height; y += least(height, picture->height - y)) {
      for (uint32_t x = 0; done && x < picture->width; x += least(width, picture->width - x)) {
        struct tiff_block block = block_at(picture, buffer, x, y, width, height, row_bytes);
        block.first_channel = plane;
        tmsize_t needed = (tmsize_t)(row_bytes * (is_tiled ? height : block.height));
        tmsize_t got = is_tiled
            ? TIFFReadEncodedTile(tiff, TIFFComputeTile(tiff, x, y, 0, (uint16_t)plane), buffer, (tmsize_t)size)
            : TIFFReadEncodedStrip(tiff, TIFFComputeStrip(tiff, y, (uint16_t)plane), buffer, needed);
        done = got >= needed;
        if (done) { take(context, &block); }
      }
    }
  }
  free(buffer);
  return done ? 1 : sd_tiff_fail(session, "the data end too early");
}
