// PNG through libpng 1.6: memory to memory, errors by setjmp inside this file only.

#include "exif.h"
#include "image_codecs.h"

#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Everything a call owns; setjmp leaves locals of the function unspecified, members of this are not locals.
struct png_session {
  jmp_buf failed;
  struct sd_codec_error *error;
  png_structp png;
  png_infop info;
  // Reading.
  const uint8_t *bytes;
  size_t count;
  size_t position;
  // Writing.
  uint8_t *out;
  size_t out_count;
  size_t out_capacity;
};

static _Noreturn void fail(png_structp png, png_const_charp message) {
  struct png_session *session = png_get_error_ptr(png);
  snprintf(session->error->text, sizeof session->error->text, "%s", message);
  longjmp(session->failed, 1);
}

// libpng's warnings concern ancillary chunks (colour profiles, times), which do not change a sample.
static void ignore_warning(png_structp png, png_const_charp message) {
  (void)png;
  (void)message;
}

static void read_bytes(png_structp png, png_bytep target, size_t wanted) {
  struct png_session *session = png_get_io_ptr(png);
  if (wanted > session->count - session->position) { png_error(png, "the data end too early"); }
  memcpy(target, session->bytes + session->position, wanted);
  session->position += wanted;
}

static void write_bytes(png_structp png, png_bytep source, size_t count) {
  struct png_session *session = png_get_io_ptr(png);
  if (count > session->out_capacity - session->out_count) {
    size_t capacity = session->out_capacity ? session->out_capacity : 1 << 16;
    while (capacity - session->out_count < count) {
      if (capacity > SIZE_MAX / 2) { png_error(png, "out of memory"); }
      capacity *= 2;
    }
    uint8_t *grown = realloc(session->out, capacity);
    if (!grown) { png_error(png, "out of memory"); }
    session->out = grown;
    session->out_capacity = capacity;
  }
  memcpy(session->out + session->out_count, source, count);
  session->out_count += count;
}

static void flush_nothing(png_structp png) { (void)png; }

// Names of chunks that are skipped, five bytes each.
static const char SKIPPED[] = "tEXt\0zTXt\0iTXt\0iCCP\0sPLT\0pCAL\0hIST";

// Begins reading and reads the chunks before the pixels. Runs under the caller's setjmp.
static void begin_reading(struct png_session *session) {
  session->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, session, fail, ignore_warning);
  if (!session->png) {
    snprintf(session->error->text, sizeof session->error->text, "out of memory");
    longjmp(session->failed, 1);
  }
  session->info = png_create_info_struct(session->png);
  if (!session->info) { png_error(session->png, "out of memory"); }
  png_set_read_fn(session->png, session, read_bytes);
  // The caller bounds the number of pixels; libpng's own limit of a million columns would refuse nothing more.
  png_set_user_limits(session->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_chunk_malloc_max(session->png, 1 << 23);
  png_set_chunk_cache_max(session->png, 64);
  // Texts, profiles and the like are no samples, and unpack to a thousand times their size: skipped, except the Exif block.
  png_set_keep_unknown_chunks(session->png, PNG_HANDLE_CHUNK_NEVER, (png_const_bytep)SKIPPED, (int)(sizeof SKIPPED / 5));
  png_read_info(session->png, session->info);
}

// As the Exif block says, where one comes before the pixels.
static int32_t orientation(struct png_session *session) {
  png_uint_32 count = 0;
  png_bytep bytes = NULL;
  if (!png_get_eXIf_1(session->png, session->info, &count, &bytes)) { return 1; }
  return sd_exif_orientation(bytes, count);
}

static void describe(struct png_session *session, struct sd_picture_header *header) {
  png_byte type = png_get_color_type(session->png, session->info);
  *header = (struct sd_picture_header){
      .width = png_get_image_width(session->png, session->info),
      .height = png_get_image_height(session->png, session->info),
      .file_bits = png_get_bit_depth(session->png, session->info),
      .file_channels = png_get_channels(session->png, session->info),
      .has_palette = type == PNG_COLOR_TYPE_PALETTE,
      .has_alpha = (type & PNG_COLOR_MASK_ALPHA) != 0,
      .is_interlaced = png_get_interlace_type(session->png, session->info) != PNG_INTERLACE_NONE,
      .orientation = orientation(session),
  };
  int is_gray = type == PNG_COLOR_TYPE_GRAY || type == PNG_COLOR_TYPE_GRAY_ALPHA;
  int is_wide = header->file_bits == 16;
  // Deflate packs at most 1032 bytes into one.
  size_t row = ((size_t)header->width * (size_t)header->file_channels * (size_t)header->file_bits + 7) / 8 + 1;
  header->least_bytes = header->height * row / 1032;
  header->layout = is_gray ? (is_wide ? SD_GRAY16 : SD_GRAY8) : (is_wide ? SD_RGB16 : SD_RGB8);
}

int sd_png_header(const uint8_t *bytes, size_t count, struct sd_picture_header *header, struct sd_codec_error *error) {
  struct png_session session = {.error = error, .bytes = bytes, .count = count};
  if (setjmp(session.failed)) {
    png_destroy_read_struct(&session.png, &session.info, NULL);
    return 0;
  }
  begin_reading(&session);
  describe(&session, header);
  png_destroy_read_struct(&session.png, &session.info, NULL);
  return 1;
}

static void read_pixels(
    struct png_session *session, uint8_t *pixels, size_t row_bytes, const struct sd_picture_header *expected) {
  png_structp png = session->png;
  struct sd_picture_header found;
  describe(session, &found);
  if (found.width != expected->width || found.height != expected->height || found.layout != expected->layout) {
    png_error(png, "the header changed between two looks");
  }
  png_set_expand(png);
  png_set_strip_alpha(png);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  if (found.layout == SD_GRAY16 || found.layout == SD_RGB16) { png_set_swap(png); }
#endif
  int passes = png_set_interlace_handling(png);
  png_read_update_info(png, session->info);
  static const size_t pixel_bytes[] = {1, 2, 3, 6};
  size_t needed = found.width * pixel_bytes[found.layout];
  if (png_get_rowbytes(png, session->info) != needed || row_bytes < needed) { png_error(png, "unexpected row size"); }
  for (int pass = 0; pass < passes; pass++) {
    for (uint32_t y = 0; y < found.height; y++) { png_read_row(png, pixels + y * row_bytes, NULL); }
  }
  png_read_end(png, NULL);
}

int sd_png_decode(
    const uint8_t *bytes, size_t count, uint8_t *pixels, size_t row_bytes, const struct sd_picture_header *header,
    struct sd_codec_error *error) {
  struct png_session session = {.error = error, .bytes = bytes, .count = count};
  if (setjmp(session.failed)) {
    png_destroy_read_struct(&session.png, &session.info, NULL);
    return 0;
  }
  begin_reading(&session);
  read_pixels(&session, pixels, row_bytes, header);
  png_destroy_read_struct(&session.png, &session.info, NULL);
  return 1;
}

static void write_picture(
    struct png_session *session, const uint8_t *pixels, size_t row_bytes, uint32_t width, uint32_t height,
    enum sd_sample_layout layout) {
  session->png = png_create_write_struct(PNG_LIBPNG_VER_STRING, session, fail, ignore_warning);
  if (!session->png) {
    snprintf(session->error->text, sizeof session->error->text, "out of memory");
    longjmp(session->failed, 1);
  }
  png_structp png = session->png;
  session->info = png_create_info_struct(png);
  if (!session->info) { png_error(png, "out of memory"); }
  png_set_write_fn(png, session, write_bytes, flush_nothing);
  png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_IHDR(
      png, session->info, width, height, layout == SD_GRAY16 || layout == SD_RGB16 ? 16 : 8,
      layout == SD_RGB8 || layout == SD_RGB16 ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
      PNG_FILTER_TYPE_DEFAULT);
  // Disparities and previews are smooth: the fast filters lose some 5 % of size and save half of the time.
  png_set_compression_level(png, 4);
  png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_NONE | PNG_FILTER_SUB | PNG_FILTER_UP);
  png_write_info(png, session->info);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  if (layout == SD_GRAY16 || layout == SD_RGB16) { png_set_swap(png); }
#endif
  for (uint32_t y = 0; y < height; y++) { png_write_row(png, pixels + y * row_bytes); }
  png_write_end(png, NULL);
}

int sd_png_encode(
    const uint8_t *pixels, size_t row_bytes, uint32_t width, uint32_t height, enum sd_sample_layout layout,
    uint8_t **encoded, size_t *encoded_count, struct sd_codec_error *error) {
  struct png_session session = {.error = error};
  *encoded = NULL;
  *encoded_count = 0;
  if (setjmp(session.failed)) {
    png_destroy_write_struct(&session.png, &session.info);
    free(session.out);
    return 0;
  }
  write_picture(&session, pixels, row_bytes, width, height, layout);
  png_destroy_write_struct(&session.png, &session.info);
  *encoded = session.out;
  *encoded_count = session.out_count;
  return 1;
}

void sd_codec_free(uint8_t *encoded) { free(encoded); }
