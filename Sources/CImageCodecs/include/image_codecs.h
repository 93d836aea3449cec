// libpng, libjpeg, libtiff and libwebp behind functions that report errors as text and never longjmp across their caller.
//
// All decoding is from memory into memory of the caller. A function returns 1 where it succeeded; otherwise it returns
// 0 and `error` holds one line, as the library words it. Warnings that mean damaged data are errors, so that a damaged
// file never becomes half a picture. No function keeps memory after a failure.

#ifndef STEREODEPTH_IMAGE_CODECS_H
#define STEREODEPTH_IMAGE_CODECS_H

#include <stddef.h>
#include <stdint.h>

// One line of text, always terminated.
struct sd_codec_error {
  char text[160];
};

// How the samples of a picture lie in memory; rows have no padding beyond `row_bytes`.
enum sd_sample_layout {
  SD_GRAY8 = 0,   // one byte
  SD_GRAY16 = 1,  // two bytes in the machine's order
  SD_RGB8 = 2,    // three bytes
  SD_RGB16 = 3,   // three times two bytes in the machine's order
  SD_VALUES = 4,  // no intensities: signed or real numbers, for sd_tiff_values
};

// What the samples in a file are.
enum sd_sample_kind {
  SD_UNSIGNED = 0,
  SD_SIGNED = 1,
  SD_REAL = 2,
};

// What the header of a picture promises.
struct sd_picture_header {
  uint32_t width;                // pixels
  uint32_t height;               // pixels
  int32_t file_bits;             // bits per sample in the file
  int32_t file_channels;         // samples per pixel in the file; 1 for a palette
  int32_t has_palette;           // 1: the samples are indices
  int32_t has_alpha;             // 1: the last channel is alpha
  int32_t is_interlaced;         // 1: Adam7 (PNG) or progressive (JPEG)
  int32_t orientation;           // as Exif numbers it, 1 … 8; 1 where the file tells none
  uint32_t declared_white;       // the sample of more than 8 bits that is white; 0 where the file tells none
  enum sd_sample_kind sample_kind;
  int32_t has_no_data;           // 1: `no_data` stands for pixels without a value (TIFF)
  double no_data;
  size_t least_bytes;            // the fewest bytes that a file with this header can have; 0 where that is not known
  enum sd_sample_layout layout;  // what decoding yields
};

// Reads the header of a PNG. Gray of up to 8 bits becomes SD_GRAY8, gray of 16 bits SD_GRAY16, colour of 16 bits SD_RGB16,
// everything else SD_RGB8. Texts and colour profiles are skipped without being unpacked.
int sd_png_header(const uint8_t *bytes, size_t count, struct sd_picture_header *header, struct sd_codec_error *error);

// Decodes a PNG into `pixels`, rows `row_bytes` apart, in the layout that sd_png_header tells. Gray of fewer than 8 bits
// is scaled to 0 … 255, alpha is left out without compositing.
int sd_png_decode(
    const uint8_t *bytes, size_t count, uint8_t *pixels, size_t row_bytes, const struct sd_picture_header *header,
    struct sd_codec_error *error);

// Encodes pixels as a PNG without interlacing into memory that the caller gives back with sd_codec_free.
int sd_png_encode(
    const uint8_t *pixels, size_t row_bytes, uint32_t width, uint32_t height, enum sd_sample_layout layout,
    uint8_t **encoded, size_t *encoded_count, struct sd_codec_error *error);

// Reads the header of a JPEG. Gray becomes SD_GRAY8, colour SD_RGB8, also CMYK and YCCK; other colour spaces are refused.
int sd_jpeg_header(const uint8_t *bytes, size_t count, struct sd_picture_header *header, struct sd_codec_error *error);

// Decodes a JPEG into `pixels`, rows `row_bytes` apart, in the layout and size that sd_jpeg_header tells. CMYK becomes
// R = (255 − C) (255 − K) / 255 and so on.
int sd_jpeg_decode(
    const uint8_t *bytes, size_t count, uint8_t *pixels, size_t row_bytes, const struct sd_picture_header *header,
    struct sd_codec_error *error);

// Encodes SD_GRAY8 or SD_RGB8 pixels as a baseline JPEG of a quality 1 … 100 into memory that the caller gives back with
// sd_codec_free.
int sd_jpeg_encode(
    const uint8_t *pixels, size_t row_bytes, uint32_t width, uint32_t height, enum sd_sample_layout layout, int quality,
    uint8_t **encoded, size_t *encoded_count, struct sd_codec_error *error);

// Reads the header of the first picture of a TIFF. Gray and RGB of up to 8 bits become SD_GRAY8 and SD_RGB8, of up to 16 bits
// SD_GRAY16 and SD_RGB16, palettes and other colours SD_RGB8; signed and real samples, and longer ones, are SD_VALUES.
int sd_tiff_header(const uint8_t *bytes, size_t count, struct sd_picture_header *header, struct sd_codec_error *error);

// Decodes a TIFF into `pixels`, rows `row_bytes` apart, as it is stored (not turned), in the layout that sd_tiff_header tells.
// Fewer than 8 bits are scaled to 0 … 255, 9 to 15 bits stay as they are; white is the greatest also where the file has 0 for
// it; channels beyond gray or RGB are left out.
int sd_tiff_decode(
    const uint8_t *bytes, size_t count, uint8_t *pixels, size_t row_bytes, const struct sd_picture_header *header,
    struct sd_codec_error *error);

// Decodes a TIFF with one sample of 8, 16, 32 or 64 bits a pixel, whole or real, into floats, rows `row_floats` apart.
int sd_tiff_values(
    const uint8_t *bytes, size_t count, float *values, size_t row_floats, const struct sd_picture_header *header,
    struct sd_codec_error *error);

// Reads the header of a WebP, which becomes SD_RGB8. Animations are refused.
int sd_webp_header(const uint8_t *bytes, size_t count, struct sd_picture_header *header, struct sd_codec_error *error);

// Decodes a WebP into `pixels`, rows `row_bytes` apart; alpha is left out without compositing.
int sd_webp_decode(
    const uint8_t *bytes, size_t count, uint8_t *pixels, size_t row_bytes, const struct sd_picture_header *header,
    struct sd_codec_error *error);

// Gives back what sd_png_encode or sd_jpeg_encode made; NULL is allowed.
void sd_codec_free(uint8_t *encoded);

// From now on blocks of 256 KiB and more are taken from the system one by one and given back when freed, on C libraries
// that can be told so (glibc).
void sd_give_back_large_blocks(void);

// All threads take small blocks from one heap: each heap of its own would reserve 64 MiB of address space.
void sd_use_one_heap(void);

#endif
