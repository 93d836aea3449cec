// One TIFF in memory, its first picture, and its samples block by block.

#ifndef STEREODEPTH_TIFF_SESSION_H
#define STEREODEPTH_TIFF_SESSION_H

#include "image_codecs.h"

#include <tiffio.h>

// What the first directory of a file says.
struct tiff_picture {
  uint32_t width;
  uint32_t height;
  uint16_t bits;
  uint16_t channels;
  uint16_t photometric;
  uint16_t planes;  // PLANARCONFIG_CONTIG or PLANARCONFIG_SEPARATE
  uint16_t compression;
  int32_t orientation;
  enum sd_sample_kind kind;
  int has_no_data;
  double no_data;
};

struct tiff_session {
  const uint8_t *bytes;
  size_t count;
  size_t position;
  struct sd_codec_error *error;
  TIFF *tiff;
  struct tiff_picture picture;
};

// Samples of a strip or tile, cut to the picture; rows `row_bytes` apart, in the machine's order.
struct tiff_block {
  const uint8_t *samples;
  size_t row_bytes;
  uint32_t x, y, width, height;
  int first_channel, channels;  // one channel of separate planes, or all
};

// Opens a file and reads its first directory; 0 and a text where it cannot. sd_tiff_close follows either way.
int sd_tiff_open(struct tiff_session *session, const uint8_t *bytes, size_t count, struct sd_codec_error *error);
void sd_tiff_close(struct tiff_session *session);

// Notes why it failed, unless libtiff has said so already; returns 0.
int sd_tiff_fail(struct tiff_session *session, const char *text);

// Decodes all strips or tiles and hands each to `take`; 0 and a text where one is missing or damaged.
int sd_tiff_each_block(
    struct tiff_session *session, void (*take)(void *context, const struct tiff_block *block), void *context);

#endif
