// Removal of small patches: connected components over runs.
//
// Every row is cut into runs of pixels whose neighbours differ by no more than allowed; runs of two rows that touch at
// some column with an allowed difference are joined (union–find with path halving). A frame has some 20 times fewer runs
// than pixels, so the work is one pass over the pixels to cut, one over pairs of rows to join and one to erase.

#include "kernels.h"

struct run {
  int32_t parent, size, first, end;
};

size_t sd_speckles_scratch_bytes(int width, int height) {
  return ((size_t)width * (size_t)height) * sizeof(struct run) + ((size_t)height + 1) * sizeof(int32_t);
}

static int32_t root(struct run *runs, int32_t i) {
  while (runs[i].parent != i) {
    runs[i].parent = runs[runs[i].parent].parent;
    i = runs[i].parent;
  }
  return i;
}

static void join(struct run *runs, int32_t a, int32_t b) {
  a = root(runs, a);
  b = root(runs, b);
  if (a == b) return;
  // The earlier run is the root, so that the result does not depend on the order of joining.
  const int32_t first = a < b ? a : b, second = a < b ? b : a;
  runs[second].parent = first;
  runs[first].size += runs[second].size;
}

static int near(uint16_t a, uint16_t b, int difference) {
  const int d = a - b;
  return d <= difference && -d <= difference;
}

// Cuts a row into runs from number `count` on; returns the next number.
static int32_t cut(const uint16_t *row, int width, int difference, struct run *runs, int32_t count) {
  for (int x = 0; x < width; x++) {
    if (row[x] == SD_SWEEP_NONE) continue;
    if (x > 0 && row[x - 1] != SD_SWEEP_NONE && near(row[x], row[x - 1], difference)) {
      runs[count - 1].end = x + 1;
      runs[count - 1].size++;
    } else {
      runs[count] = (struct run){count, 1, x, x + 1};
      count++;
    }
  }
  return count;
}

void sd_speckles(
    uint16_t *map, int width, int height, ptrdiff_t stride, int size, int difference, uint8_t *labels,
    ptrdiff_t labels_stride, void *scratch) {
  int32_t *starts = scratch;
  struct run *runs = (struct run *)(starts + height + 1);
  int32_t count = 0;
  for (int y = 0; y < height; y++) {
    const uint16_t *row = map + y * stride, *above = row - stride;
    starts[y] = count;
    count = cut(row, width, difference, runs, count);
    for (int32_t a = y > 0 ? starts[y - 1] : count, b = starts[y]; a < starts[y] && b < count;) {
      const int from = runs[a].first > runs[b].first ? runs[a].first : runs[b].first;
      const int to = runs[a].end < runs[b].end ? runs[a].end : runs[b].end;
      for (int x = from; x < to; x++)
        if (near(row[x], above[x], difference)) {
          join(runs, a, b);
          break;
        }
      if (runs[a].end < runs[b].end) a++; else b++;
    }
  }
  starts[height] = count;
  for (int y = 0; y < height; y++)
    for (int32_t i = starts[y]; i < starts[y + 1]; i++) {
      if (runs[root(runs, i)].size > size) continue;
      for (int x = runs[i].first; x < runs[i].end; x++) {
        map[y * stride + x] = SD_SWEEP_NONE;
        labels[y * labels_stride + x] |= SD_LABEL_SPECKLE;
      }
    }
}
