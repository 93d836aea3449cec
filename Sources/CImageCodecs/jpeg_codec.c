// JPEG through libjpeg (libjpeg-turbo): memory to memory, errors by setjmp inside this file only.

#include "image_codecs.h"

#include <setjmp.h>
#include <stdio.h>

#include <jpeglib.h>
#include <jerror.h>

// A progressive file of many empty scans takes time out of all proportion to its size; encoders write about ten.
enum { GREATEST_SCAN_COUNT = 200 };

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
  jpeg_read_header(&session->jpeg, TRUE);
}

static void describe(struct jpeg_session *session, struct sd_picture_header *header) {
  struct jpeg_decompress_struct *jpeg = &session->jpeg;
  *header = (struct sd_picture_header){
      .width = jpeg->image_width,
      .height = jpeg->image_height,
      .file_bits = jpeg->data_precision,
      .file_channels = jpeg->num_components,
      .is_interlaced = jpeg->progressive_mode,
  };
  switch (jpeg->jpeg_color_space) {
    case JCS_GRAYSCALE: header->layout = SD_GRAY8; break;
    case JCS_YCbCr:
    case JCS_RGB: header->layout = SD_RGB8; break;
    case JCS_CMYK: fail_with(session, "the colour space CMYK is not supported"); break;
    case JCS_YCCK: fail_with(session, "the colour space YCCK is not supported"); break;
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

static void read_pixels(
    struct jpeg_session *session, uint8_t *pixels, size_t row_bytes, const struct sd_picture_header *expected) {
  struct jpeg_decompress_struct *jpeg = &session->jpeg;
  struct sd_picture_header found;
  describe(session, &found);
  if (found.width != expected->width || found.height != expected->height || found.layout != expected->layout) {
    fail_with(session, "the header changed between two looks");
  }
  jpeg->out_color_space = found.layout == SD_GRAY8 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_start_decompress(jpeg);
  if (row_bytes < (size_t)jpeg->output_width * jpeg->output_components || jpeg->output_width != found.width) {
    fail_with(session, "unexpected row size");
  }
  while (jpeg->output_scanline < jpeg->output_height) {
    JSAMPROW row = pixels + (size_t)jpeg->output_scanline * row_bytes;
    jpeg_read_scanlines(jpeg, &row, 1);
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
