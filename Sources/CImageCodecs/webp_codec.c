// WebP through libwebp: memory to memory. The library returns its errors and allocates the size of the picture at most.

#include "exif.h"
#include "image_codecs.h"

#include <stdio.h>
#include <string.h>

#include <webp/decode.h>

static int fail(struct sd_codec_error *error, const char *text) {
  snprintf(error->text, sizeof error->text, "%s", text);
  return 0;
}

static const char *reason(VP8StatusCode status) {
  switch (status) {
    case VP8_STATUS_OUT_OF_MEMORY: return "out of memory";
    case VP8_STATUS_BITSTREAM_ERROR: return "the data are damaged";
    case VP8_STATUS_UNSUPPORTED_FEATURE: return "a feature is not supported";
    case VP8_STATUS_NOT_ENOUGH_DATA: return "the data end too early";
    default: return "it is no WebP";
  }
}

// Looks for the Exif block among the chunks of the container: name, size, data, a byte to make them even.
static int32_t orientation(const uint8_t *bytes, size_t count) {
  size_t at = 12;
  while (at <= count && count - at >= 8) {
    uint32_t size = (uint32_t)bytes[at + 4] | (uint32_t)bytes[at + 5] << 8 | (uint32_t)bytes[at + 6] << 16
        | (uint32_t)bytes[at + 7] << 24;
    if (size > count - at - 8) { return 1; }
    if (memcmp(bytes + at, "EXIF", 4) == 0) { return sd_exif_orientation(bytes + at + 8, size); }
    at += 8 + (size_t)size + (size & 1);
  }
  return 1;
}

int sd_webp_header(const uint8_t *bytes, size_t count, struct sd_picture_header *header, struct sd_codec_error *error) {
  WebPBitstreamFeatures features;
  VP8StatusCode status = WebPGetFeatures(bytes, count, &features);
  if (status != VP8_STATUS_OK) { return fail(error, reason(status)); }
  if (features.has_animation) { return fail(error, "an animation is no picture"); }
  *header = (struct sd_picture_header){
      .width = (uint32_t)features.width,
      .height = (uint32_t)features.height,
      .file_bits = 8,
      .file_channels = features.has_alpha ? 4 : 3,
      .has_alpha = features.has_alpha,
      .orientation = orientation(bytes, count),
      // A picture of one colour takes no bits for its pixels; beyond this it is no picture but a trap for memory.
      .least_bytes = (size_t)features.width * (size_t)features.height / 65536,
      .layout = SD_RGB8,
  };
  return 1;
}

int sd_webp_decode(
    const uint8_t *bytes, size_t count, uint8_t *pixels, size_t row_bytes, const struct sd_picture_header *header,
    struct sd_codec_error *error) {
  WebPDecoderConfig config;
  if (!WebPInitDecoderConfig(&config)) { return fail(error, "libwebp has another version than its header"); }
  VP8StatusCode status = WebPGetFeatures(bytes, count, &config.input);
  if (status != VP8_STATUS_OK) { return fail(error, reason(status)); }
  if ((uint32_t)config.input.width != header->width || (uint32_t)config.input.height != header->height
      || row_bytes < (size_t)header->width * 3 || row_bytes > INT32_MAX) {
    return fail(error, "the header changed between two looks");
  }
  config.output.colorspace = MODE_RGB;
  config.output.is_external_memory = 1;
  config.output.u.RGBA.rgba = pixels;
  config.output.u.RGBA.stride = (int)row_bytes;
  config.output.u.RGBA.size = row_bytes * header->height;
  status = WebPDecode(bytes, count, &config);
  WebPFreeDecBuffer(&config.output);
  return status == VP8_STATUS_OK ? 1 : fail(error, reason(status));
}
