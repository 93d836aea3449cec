// JPEG writing through libjpeg (libjpeg-turbo): memory to memory, errors by setjmp inside this file only.

#include "image_codecs.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>

struct jpeg_writing {
  struct jpeg_error_mgr manager;
  jmp_buf failed;
  struct sd_codec_error *error;
  struct jpeg_compress_struct jpeg;
  unsigned char *bytes;
  unsigned long count;
};

static void fail(j_common_ptr jpeg) {
  struct jpeg_writing *writing = jpeg->client_data;
  char text[JMSG_LENGTH_MAX];
  jpeg->err->format_message(jpeg, text);
  snprintf(writing->error->text, sizeof writing->error->text, "%s", text);
  longjmp(writing->failed, 1);
}

static void encode(
    struct jpeg_writing *writing, const uint8_t *pixels, size_t row_bytes, uint32_t width, uint32_t height,
    enum sd_sample_layout layout, int quality) {
  struct jpeg_compress_struct *jpeg = &writing->jpeg;
  jpeg_create_compress(jpeg);
  jpeg_mem_dest(jpeg, &writing->bytes, &writing->count);
  jpeg->image_width = width;
  jpeg->image_height = height;
  jpeg->input_components = layout == SD_GRAY8 ? 1 : 3;
  jpeg->in_color_space = layout == SD_GRAY8 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults(jpeg);
  jpeg_set_quality(jpeg, quality, TRUE);
  jpeg->optimize_coding = TRUE;
  jpeg_start_compress(jpeg, TRUE);
  while (jpeg->next_scanline < height) {
    // libjpeg does not write through its input rows; its prototype predates const.
    JSAMPROW row = (JSAMPROW)(uintptr_t)(pixels + jpeg->next_scanline * row_bytes);
    jpeg_write_scanlines(jpeg, &row, 1);
  }
  jpeg_finish_compress(jpeg);
}

int sd_jpeg_encode(
    const uint8_t *pixels, size_t row_bytes, uint32_t width, uint32_t height, enum sd_sample_layout layout, int quality,
    uint8_t **encoded, size_t *encoded_count, struct sd_codec_error *error) {
  error->text[0] = 0;
  if (layout != SD_GRAY8 && layout != SD_RGB8) {
    snprintf(error->text, sizeof error->text, "JPEG has 8 bits a sample");
    return 0;
  }
  struct jpeg_writing *writing = calloc(1, sizeof *writing);
  if (writing == NULL) {
    snprintf(error->text, sizeof error->text, "out of memory");
    return 0;
  }
  writing->error = error;
  writing->jpeg.err = jpeg_std_error(&writing->manager);
  writing->jpeg.client_data = writing;
  writing->manager.error_exit = fail;
  int done = 0;
  if (setjmp(writing->failed) == 0) {
    encode(writing, pixels, row_bytes, width, height, layout, quality);
    done = 1;
  }
  jpeg_destroy_compress(&writing->jpeg);
  if (done) {
    *encoded = writing->bytes;
    *encoded_count = writing->count;
  } else {
    free(writing->bytes);
  }
  free(writing);
  return done;
}
