// Where a sample of a linearly resampled axis lies between two input samples; the two conventions of sd_resize.

#ifndef STEREODEPTH_LINEAR_POSITION_H
#define STEREODEPTH_LINEAR_POSITION_H

struct linear_position {
  int lower, upper;
  float fraction;
};

static inline struct linear_position linear_position(int i, int in, int out, int align_corners) {
  double at = align_corners ? (out > 1 ? i * ((double)(in - 1) / (out - 1)) : 0) : (i + 0.5) * in / out - 0.5;
  if (at < 0) at = 0;
  struct linear_position p;
  p.lower = (int)at;
  if (p.lower > in - 1) p.lower = in - 1;
  p.upper = p.lower + 1 < in ? p.lower + 1 : p.lower;
  p.fraction = (float)(at - p.lower);
  return p;
}

#endif
