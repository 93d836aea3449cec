// JPEG through libjpeg (libjpeg-turbo): memory to memory, errors by setjmp inside this file only.

#include "exif.h"
#include "image_codecs.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>
#include <jerror.h>

// A progressive file of many empty scans takes time out of all proportion to its size; encoders write about ten.
enum { GREATEST_SCAN_COUNT = 200, EXIF_MARKER = JPEG_APP0 + 1 };

struct jpeg_session {
  struct jpeg_error_mgr manager;
  struct jpeg_progress_mgr progress;
  jmp_buf failed;
  struct sd_codec_error *error;
  struct jpeg_decompress_struct jpeg;
};

static struct jpeg_session *session_of(j_common_ptr jpeg) { return jpeg->client_data; }

static void fail_with(struct jpeg_session *session, const char *text) {
  snprintf(session->error->text, sizeof session->error->text, "%s", text);
  longjmp(session->failed, 1);
}

static void fail(j_common_ptr jpeg) {
  char text[JMSG_LENGTH_MAX];
  jpeg->err->format_message(jpeg, text);
  fail_with(session_of(jpeg), text);
}

// Level −1 is libjpeg's warning about damaged data, after which it would invent pixels. Cameras do leave stray bytes
// between segments; those lose nothing.
static void judge_message(j_common_ptr jpeg, int level) {
  if (level < 0 && jpeg->err->msg_code != JWRN_EXTRANEOUS_DATA) { fail(jpeg); }
}

static void limit_scans(j_common_ptr jpeg) {
  struct jpeg_session *session = session_of(jpeg);
  if (session->jpeg.input_scan_number > GREATEST_SCAN_COUNT) { fail_with(session, "too many scans"); }
}

// Begins reading and reads the header. Runs under the caller's setjmp.
static void begin(struct jpeg_session *session, const uint8_t *bytes, size_t count) {
  jpeg_create_decompress(&session->jpeg);
  session->progress.progress_monitor = limit_scans;
  session->jpeg.progress = &session->progress;
  jpeg_mem_src(&session->jpeg, bytes, count);
  jpeg_save_markers(&session->jpeg, EXIF_MARKER, 0xFFFF);
  jpeg_read_header(&session->jpeg, TRUE);
}

// As the first Exif block says.
static int32_t orientation(const struct jpeg_decompress_struct *jpeg) {
  for (jpeg_saved_marker_ptr marker = jpeg->marker_list; marker != NULL; marker = marker->next) {
    if (marker->marker == EXIF_MARKER && marker->data_length >= 6 && memcmp(marker->data, "Exif\0\0", 6) == 0) {
      return sd_exif_orientation(marker->data, marker->data_length);
    }
  }
  return 1;
}

static void describe(struct jpeg_session *session, struct sd_picture_header *header) {
  struct jpeg_decompress_struct *jpeg = &session->jpeg;
  *header = (struct sd_picture_header){
      .width = jpeg->image_width,
      .height = jpeg->image_height,
      .file_bits = jpeg->data_precision,
      .file_channels = jpeg->num_components,
      .is_interlaced = jpeg->progressive_mode,
      .orientation = orientation(jpeg),
  };
  // Huffman's code has at least a bit for each block of 8 × 8, the arithmetic one less, but not nothing.
  size_t blocks = ((size_t)header->width + 7) / 8 * (((size_t)header->height + 7) / 8);
  header->least_bytes = blocks / 8 / (jpeg->arith_code ? 64 : 1);
  switch (jpeg->jpeg_color_space) {
    case JCS_GRAYSCALE: header->layout = SD_GRAY8; break;
    case JCS_YCbCr:
    case JCS_RGB:
    case JCS_CMYK:
    case JCS_YCCK: header->layout = SD_RGB8; break;
    default: fail_with(session, "the colour space is not known"); break;
  }
}

// Prepares a session whose errors come back to this file. The memory manager of `jpeg` is NULL until it is created, so
// that destroying a session that never began is harmless.
static void prepare(struct jpeg_session *session, struct sd_codec_error *error) {
  session->error = error;
  session->jpeg.err = jpeg_std_error(&session->manager);
  session->jpeg.client_data = session;
  session->manager.error_exit = fail;
  session->manager.emit_message = judge_message;
}

int sd_jpeg_header(const uint8_t *bytes, size_t count, struct sd_picture_header *header, struct sd_codec_error *error) {
  struct jpeg_session session = {0};
  prepare(&session, error);
  if (setjmp(session.failed)) {
    jpeg_destroy_decompress(&session.jpeg);
    return 0;
  }
  begin(&session, bytes, count);
  describe(&session, header);
  jpeg_destroy_decompress(&session.jpeg);
  return 1;
}

// Four inks to three colours. Files hold 255 less the ink, as Adobe's programs began it; all readers take that for granted.
static void write_colours(const uint8_t *inks, uint8_t *pixels, size_t width) {
  for (size_t x = 0; x < width; x++) {
    unsigned paper = inks[4 * x + 3];
    for (size_t c = 0; c < 3; c++) { pixels[3 * x + c] = (uint8_t)((inks[4 * x + c] * paper + 127) / 255); }
  }
}

static void read_pixels(
    struct jpeg_session *session, uint8_t *pixels, size_t row_bytes, const struct sd_picture_header *expected) {
  struct jpeg_decompress_struct *jpeg = &session->jpeg;
  struct sd_picture_header found;
  describe(session, &found);
  if (found.width != expected->width || found.height != expected->height || found.layout != expected->layout) {
    fail_with(session, "the header changed between two looks");
  }
  int has_inks = jpeg->jpeg_color_space == JCS_CMYK || jpeg->jpeg_color_space == JCS_YCCK;
  jpeg->out_color_space = found.layout == SD_GRAY8 ? JCS_GRAYSCALE : has_inks ? JCS_CMYK : JCS_RGB;
  jpeg_start_decompress(jpeg);
  int channels = found.layout == SD_GRAY8 ? 1 : has_inks ? 4 : 3;
  if (row_bytes < (size_t)jpeg->output_width * (found.layout == SD_GRAY8 ? 1 : 3)
      || jpeg->output_components != channels || jpeg->output_width != found.width) {
    fail_with(session, "unexpected row size");
  }
  JSAMPARRAY inks = has_inks
      ? jpeg->mem->alloc_sarray((j_common_ptr)jpeg, JPOOL_IMAGE, jpeg->output_width * 4, 1) : NULL;
  while (jpeg->output_scanline < jpeg->output_height) {
    JSAMPROW row = pixels + (size_t)jpeg->output_scanline * row_bytes;
    jpeg_read_scanlines(jpeg, has_inks ? inks : &row, 1);
    if (has_inks) { write_colours(inks[0], row, jpeg->output_width); }
  }
  jpeg_finish_decompress(jpeg);
}

int sd_jpeg_decode(
    const uint8_t *bytes, size_t count, uint8_t *pixels, size_t row_bytes, const struct sd_picture_header *header,
    struct sd_codec_error *error) {
  struct jpeg_session session = {0};
  prepare(&session, error);
  if (setjmp(session.failed)) {
    jpeg_destroy_decompress(&session.jpeg);
    return 0;
  }
  begin(&session, bytes, count);
  read_pixels(&session, pixels, row_bytes, header);
  jpeg_destroy_decompress(&session.jpeg);
  return 1;
}
