// How a Winograd convolution is cut into items, and where the parts of an item's scratch memory lie: for winograd.c.

#ifndef STEREODEPTH_WINOGRAD_LAYOUT_H
#define STEREODEPTH_WINOGRAD_LAYOUT_H

#include "convolution_kernels.h"

enum { SD_IN_PLANES = 6, SD_OUT_PLANES = 4 };

// Work items that a convolution should have at least, so that threads finish together.
enum { SD_ITEMS = 32 };

static int rounded_up(int n, int multiple) { return (n + multiple - 1) / multiple * multiple; }

// The planar kernel cuts the output channels where there are fewer groups of tiles than SD_PLANAR_ITEMS, but not below
// SD_LEAST_BLOCKS sixteens: every item transforms its input for itself.
enum { SD_PLANAR_ITEMS = 12, SD_LEAST_BLOCKS = 8 };

// How the output is cut: dilation² interleaved images, each of rows × columns tiles; groups of tiles; groups of planes; groups
// of `blocks` sixteens of channels where a small image gives too few items.
struct winograd_grid {
  int rows, columns, tile_count, tile_groups, run, depth_runs, blocks, channel_groups;
};

static struct winograd_grid winograd_grid(const struct sd_winograd *s) {
  struct winograd_grid g;
  int step = s->dilation * s->out_step;
  g.rows = ((s->out.height + step - 1) / step + 3) / 4;
  g.columns = ((s->out.width + step - 1) / step + 3) / 4;
  g.tile_count = g.rows * g.columns * s->dilation * s->dilation;
  g.tile_groups = (g.tile_count + s->tiles - 1) / s->tiles;
  // Whole columns of planes where there are enough of them, so that few planes are transformed twice.
  int groups = (s->out.depth + SD_OUT_PLANES - 1) / SD_OUT_PLANES, runs = (SD_ITEMS + g.tile_groups - 1) / g.tile_groups;
  g.run = (groups + runs - 1) / runs * SD_OUT_PLANES;
  g.depth_runs = (s->out.depth + g.run - 1) / g.run;
  int all = (s->out_channels + 15) / 16, wanted = s->spatial == 2 ? SD_PLANAR_ITEMS / g.tile_groups : 1;
  if (wanted > all / SD_LEAST_BLOCKS) wanted = all / SD_LEAST_BLOCKS;
  if (wanted < 1) wanted = 1;
  g.blocks = (all + wanted - 1) / wanted;
  g.channel_groups = (all + g.blocks - 1) / g.blocks;
  return g;
}

// Floats of the scratch memory's parts. Sixteen floats are added to a point's stride so that the 36 streams of the
// transforms do not fall into the same sets of the cache.
struct winograd_sizes {
  size_t in_channels, out_channels, in_plane, out_plane, in_point, out_point, depth_points, zeros, gather;
};

static struct winograd_sizes winograd_sizes(const struct sd_winograd *s) {
  struct winograd_sizes z;
  int planes = s->spatial == 3;
  z.in_channels = (size_t)rounded_up(s->in_channels, 16);
  z.out_channels = (size_t)rounded_up(s->out_channels, 16);
  z.in_plane = s->tiles * z.in_channels;
  z.out_plane = s->tiles * z.out_channels;
  z.in_point = z.in_plane * (planes ? SD_IN_PLANES : 1) + 16;
  z.out_point = z.out_plane * (planes ? SD_OUT_PLANES : 1) + 16;
  size_t largest = z.in_plane > z.out_plane ? z.in_plane : z.out_plane;
  z.depth_points = planes ? SD_IN_PLANES * largest : 0;
  z.zeros = z.in_channels;
  z.gather = 36;
  return z;
}

// Where a tile's first output pixel and first input pixel lie, in the pixels of the whole image.
struct winograd_tile {
  int y, x;
};

static struct winograd_tile winograd_tile(const struct sd_winograd *s, const struct winograd_grid *g, int index) {
  int per_image = g->rows * g->columns, image = index / per_image, within = index % per_image;
  struct winograd_tile t;
  t.y = image / s->dilation + within / g->columns * 4 * s->dilation;
  t.x = image % s->dilation + within % g->columns * 4 * s->dilation;
  return t;
}

#endif
