// GA-Net's guided layers for PyTorch on the CPU, as a peer would write them: rows in parallel by at::parallel_for, inner
// loops along x for the compiler's vectoriser. Our own definition from the paper (Zhang et al., CVPR 2019, eq. 5 and 7).

#include <torch/extension.h>

#include <algorithm>
#include <vector>

namespace {

// A(p, d) downwards in one channel [D, H, W]; keeps the greater of it and `out` unless `first`. Weights [5, H, W].
void scan(const float *cost, const float *w, float *out, int64_t depth, int64_t height, int64_t width, bool up, bool first) {
  int64_t plane = height * width;
  std::vector<float> before(depth * width), now(depth * width), top(width), next_top(width);
  for (int64_t n = 0; n < height; n++) {
    int64_t y = up ? height - 1 - n : n;
    const float *w0 = w + y * width, *w1 = w0 + plane, *w2 = w1 + plane, *w3 = w2 + plane, *w4 = w3 + plane;
    for (int64_t d = 0; d < depth; d++) {
      const float *c = cost + d * plane + y * width;
      const float *own = n ? &before[d * width] : c, *most = n ? top.data() : c;
      const float *less = n && d > 0 ? &before[(d - 1) * width] : c;
      const float *more = n && d + 1 < depth ? &before[(d + 1) * width] : c;
      float *a = &now[d * width], *o = out + d * plane + y * width;
      for (int64_t x = 0; x < width; x++)
        a[x] = w0[x] * c[x] + w1[x] * own[x] + w2[x] * less[x] + w3[x] * more[x] + w4[x] * most[x];
      for (int64_t x = 0; x < width; x++) next_top[x] = d ? std::max(next_top[x], a[x]) : a[x];
      for (int64_t x = 0; x < width; x++) o[x] = first ? a[x] : std::max(o[x], a[x]);
    }
    std::swap(before, now);
    std::swap(top, next_top);
  }
}

}  // namespace

// cost [C, D, H, W], weights [4, C, 5, H, W] normalised; down, up, right, left.
torch::Tensor sga(torch::Tensor cost, torch::Tensor weights) {
  cost = cost.contiguous();
  weights = weights.contiguous();
  auto turned_cost = cost.transpose(2, 3).contiguous();
  auto turned_weights = weights.slice(0, 2, 4).transpose(3, 4).contiguous();
  auto out = torch::empty_like(cost), turned = torch::empty_like(turned_cost);
  int64_t channels = cost.size(0), depth = cost.size(1), height = cost.size(2), width = cost.size(3);
  int64_t volume = depth * height * width, field = 5 * height * width;
  at::parallel_for(0, channels, 1, [&](int64_t begin, int64_t end) {
    for (int64_t c = begin; c < end; c++)
      for (int r = 0; r < 2; r++) {
        scan(cost.data_ptr<float>() + c * volume, weights.data_ptr<float>() + (r * channels + c) * field,
             out.data_ptr<float>() + c * volume, depth, height, width, r, r == 0);
        scan(turned_cost.data_ptr<float>() + c * volume, turned_weights.data_ptr<float>() + (r * channels + c) * field,
             turned.data_ptr<float>() + c * volume, depth, width, height, r, r == 0);
      }
  });
  return torch::max(out, turned.transpose(2, 3));
}

// in [D, H, W], weights [75, H, W] normalised.
torch::Tensor lga(torch::Tensor input, torch::Tensor weights) {
  input = input.contiguous();
  weights = weights.contiguous();
  auto out = torch::zeros_like(input);
  int64_t depth = input.size(0), height = input.size(1), width = input.size(2), plane = height * width;
  const float *in = input.data_ptr<float>(), *w = weights.data_ptr<float>();
  float *to = out.data_ptr<float>();
  at::parallel_for(0, depth * height, 16, [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; row++) {
      int64_t d = row / height, y = row % height;
      const float *centre = in + row * width;
      float *o = to + row * width;
      for (int64_t k = 0; k < 75; k++) {
        int64_t dd = d + k / 25 - 1, dy = y + k / 5 % 5 - 2, dx = k % 5 - 2;
        const float *g = w + k * plane + y * width;
        bool inside = dd >= 0 && dd < depth && dy >= 0 && dy < height;
        const float *from = inside ? in + (dd * height + dy) * width + dx : centre;
        int64_t first = inside ? std::min(width, std::max<int64_t>(0, -dx)) : 0;
        int64_t last = inside ? std::max(first, std::min(width, width - dx)) : width;
        for (int64_t x = 0; x < first; x++) o[x] += g[x] * centre[x];
        for (int64_t x = first; x < last; x++) o[x] += g[x] * from[x];
        for (int64_t x = last; x < width; x++) o[x] += g[x] * centre[x];
      }
    }
  });
  return out;
}

PYBIND11_MODULE(TORCH_EXTENSION_NAME, m) {
  m.def("sga", &sga);
  m.def("lga", &lga);
}
