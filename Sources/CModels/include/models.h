/* Weights that come with the package, compiled in: read in place, wherever the program is. */

#ifndef STEREODEPTH_MODELS_H
#define STEREODEPTH_MODELS_H

#include <stddef.h>

/* One file of `Models/`, byte for byte. */
typedef struct sd_model {
  /* As its folder is called. */
  const char *name;
  /* The safetensors file, aligned to 64 bytes. */
  const unsigned char *bytes;
  size_t count;
} sd_model;

/* Number of models. */
size_t sd_model_count(void);

/* Model `index`, 0 … sd_model_count() − 1. */
const sd_model *sd_model_at(size_t index);

#endif
