// How a picture is stored, as its Exif block says.

#ifndef STEREODEPTH_EXIF_H
#define STEREODEPTH_EXIF_H

#include <stddef.h>
#include <stdint.h>

// The orientation in an Exif block, with or without the six bytes "Exif\0\0" before it: 1 … 8, and 1 where it tells none or
// is damaged.
int32_t sd_exif_orientation(const uint8_t *bytes, size_t count);

#endif
