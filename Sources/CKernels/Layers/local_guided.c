// Local guided aggregation of feature maps whose channels are disparities.

#ifndef SD_BODY
#define SD_BODY "Layers/local_guided.c"
#include "guided_kernels.h"
#include "Execution/every_isa.h"

typedef void local_guided_fn(const struct sd_local_guided *, const float *, const float *, float *, int);
static local_guided_fn *const local_guided_table[SD_ISA_COUNT] = SD_TABLE(local_guided);

void sd_local_guided(
    enum sd_isa isa, const struct sd_local_guided *shape, const float *guidance, const float *in, float *out, int item) {
  local_guided_table[isa](shape, guidance, in, out, item);
}

#else

#include "Convolution/tile_multiply.h"
#include "Layers/local_guided_row.h"

static void SD_FN(local_guided)(
    const struct sd_local_guided *s, const float *guidance, const float *in, float *out, int item) {
  struct local_rows r = {.first = 0, .width = s->width, .depth = s->depth, .pixel = s->pixel};
  for (int i = 0; i < SD_LOCAL_SIDE; i++) {
    int y = item + i - SD_LOCAL_REACH;
    r.rows[i] = y >= 0 && y < s->height ? in + (size_t)y * s->width * s->pixel : 0;
  }
  for (int x = 0; x < s->width; x++) {
    size_t pixel = (size_t)item * s->width + x;
    SD_FN(local_guided_pixel)(&r, x, guidance + pixel * s->guidance_pixel, out + pixel * s->pixel);
  }
}

#endif
