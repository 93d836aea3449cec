// Exif: only how the picture is stored.

#include "exif.h"

#include <string.h>

static uint32_t number(const uint8_t *at, int size, int is_big) {
  uint32_t value = 0;
  for (int k = 0; k < size; k++) { value |= (uint32_t)at[k] << 8 * (is_big ? size - 1 - k : k); }
  return value;
}

// The block is a TIFF whose first directory has 12 bytes for every tag: number, type, count, value.
int32_t sd_exif_orientation(const uint8_t *bytes, size_t count) {
  enum { ORIENTATION = 0x112, SHORT = 3, ENTRY = 12 };
  if (count >= 6 && memcmp(bytes, "Exif\0\0", 6) == 0) {
    bytes += 6;
    count -= 6;
  }
  if (count < 8 || (memcmp(bytes, "II*\0", 4) != 0 && memcmp(bytes, "MM\0*", 4) != 0)) { return 1; }
  int is_big = bytes[0] == 'M';
  size_t at = number(bytes + 4, 4, is_big);
  if (at > count - 2) { return 1; }
  uint32_t entries = number(bytes + at, 2, is_big);
  at += 2;
  for (uint32_t k = 0; k < entries && at <= count && count - at >= ENTRY; k++, at += ENTRY) {
    const uint8_t *entry = bytes + at;
    if (number(entry, 2, is_big) != ORIENTATION) { continue; }
    uint32_t value = number(entry + 8, 2, is_big);
    int is_one = number(entry + 2, 2, is_big) == SHORT && number(entry + 4, 4, is_big) == 1;
    return is_one && value >= 1 && value <= 8 ? (int32_t)value : 1;
  }
  return 1;
}
