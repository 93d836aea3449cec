// Memory of pictures: given back to the system when freed, not kept for later.

#include "image_codecs.h"

#include <stdlib.h>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

void sd_give_back_large_blocks(void) {
#if defined(__GLIBC__)
  mallopt(M_MMAP_THRESHOLD, 256 << 10);
#endif
}

void sd_use_one_heap(void) {
#if defined(__GLIBC__)
  mallopt(M_ARENA_MAX, 1);
#endif
}
