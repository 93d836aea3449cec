"""GA-Net-deep in PyTorch, as the peer runs it: our own definition, tensors named as published, guided layers in C++.

Source: Zhang et al., GA-Net: Guided Aggregation Net for End-to-End Stereo Matching, CVPR 2019. Test-time output only.
"""

import os

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.cpp_extension import load

WIDTHS = (32, 48, 64, 96, 128)


def guided_layers():
    """guided_layers.cpp, compiled once for this machine with g++."""
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "guided_layers.cpp")
    return load("guided_layers", [source], extra_cflags=["-O3", "-march=native", "-ffast-math", "-fopenmp"],
                extra_ldflags=["-fopenmp"])


class Unit(nn.Module):
    """Convolution without bias, batch normalisation, ReLU or nothing."""

    def __init__(self, ins, outs, kernel=3, stride=1, dims=2, up=False, relu=True):
        super().__init__()
        if up:
            layer = nn.ConvTranspose3d if dims == 3 else nn.ConvTranspose2d
            self.conv = layer(ins, outs, (3, 4, 4) if dims == 3 else 4, 2, 1, bias=False)
        else:
            layer = nn.Conv3d if dims == 3 else nn.Conv2d
            self.conv = layer(ins, outs, kernel, stride, kernel // 2, bias=False)
        self.bn = (nn.BatchNorm3d if dims == 3 else nn.BatchNorm2d)(outs)
        self.relu = relu

    def forward(self, x):
        x = self.bn(self.conv(x))
        return F.relu(x, inplace=True) if self.relu else x


class Level(nn.Module):
    """A step down or up, joined with the skip."""

    def __init__(self, ins, outs, dims=2, up=False, relu=True):
        super().__init__()
        self.conv1 = Unit(ins, outs, 3, 2, dims, up)
        self.conv2 = Unit(2 * outs, outs, 3, 1, dims, relu=relu)

    def forward(self, x, skip):
        return self.conv2(torch.cat((self.conv1(x), skip), 1))


class Features(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv_start = nn.Sequential(Unit(3, 32), Unit(32, 32, 5, 3), Unit(32, 32))
        for n in range(1, 5):
            self.add_module(f"conv{n}a", Unit(WIDTHS[n - 1], WIDTHS[n], 3, 2))
            self.add_module(f"conv{n}b", Level(WIDTHS[n - 1], WIDTHS[n]))
            for turn in "ab":
                self.add_module(f"deconv{n}{turn}", Level(WIDTHS[n], WIDTHS[n - 1], up=True))

    def forward(self, x):
        maps = [self.conv_start(x)]
        for n in range(1, 5):
            maps.append(self._modules[f"conv{n}a"](maps[-1]))
        x = maps[4]
        for turn in "ab":
            for n in range(4, 0, -1):
                x = maps[n - 1] = self._modules[f"deconv{n}{turn}"](x, maps[n - 1])
            if turn == "a":
                for n in range(1, 5):
                    x = maps[n] = self._modules[f"conv{n}b"](x, maps[n])
        return x


class Guidance(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv0 = Unit(64, 16)
        self.conv1 = nn.Sequential(Unit(16, 32, 5, 3), Unit(32, 32))
        self.conv11 = nn.Sequential(Unit(32, 48, 3, 2), Unit(48, 48))
        for name in ("2", "3", "12", "13", "14"):
            self.add_module(f"conv{name}", Unit(*[32 if len(name) == 1 else 48] * 2))
        for name in ("1", "2", "3", "11", "12", "13", "14"):
            c = 32 if len(name) == 1 else 48
            self.add_module(f"weight_sg{name}", nn.Conv2d(c, 20 * c, 3, 1, 1, bias=False))
        for name in "12":
            self.add_module(f"weight_lg{name}", nn.Sequential(Unit(16, 16), nn.Conv2d(16, 75, 3, 1, 1, bias=False)))

    def forward(self, x):
        full = x = self.conv0(x)
        weights = {}
        for name in ("1", "2", "3", "11", "12", "13", "14"):
            x = self._modules[f"conv{name}"](x)
            raw = self._modules[f"weight_sg{name}"](x)[0]
            c = raw.shape[0] // 20
            weights[name] = F.normalize(raw.view(4, c, 5, *raw.shape[1:]), p=1, dim=2)
        for name in "12":
            weights["l" + name] = F.normalize(self._modules[f"weight_lg{name}"](full)[0], p=1, dim=0)
        return weights


class Block(nn.Module):
    def __init__(self, channels, layers):
        super().__init__()
        self.bn_relu = nn.Sequential(nn.BatchNorm3d(channels), nn.ReLU(inplace=True))
        self.conv_refine = Unit(channels, channels, dims=3, relu=False)
        self.layers = layers

    def forward(self, x, weights):
        y = self.layers.sga(x[0], weights)[None]
        return F.relu(self.conv_refine(self.bn_relu(y)) + x, inplace=True)


class Head(nn.Module):
    def __init__(self, disparities, layers):
        super().__init__()
        self.conv32x1 = nn.Conv3d(32, 1, 3, 1, 1, bias=False)
        self.disparities = disparities
        self.layers = layers

    def forward(self, x, first, second):
        size = (self.disparities + 1, *first.shape[1:])
        s = F.interpolate(self.conv32x1(x), size, mode="trilinear", align_corners=False)[0, 0]
        s = self.layers.lga(self.layers.lga(s, first), first)
        p = F.softmin(s, 0)
        p = F.normalize(self.layers.lga(self.layers.lga(p, second), second), p=1, dim=0)
        return (p * torch.arange(size[0], dtype=p.dtype).view(-1, 1, 1)).sum(0)


class Aggregation(nn.Module):
    def __init__(self, disparities, layers):
        super().__init__()
        self.conv_start = Unit(64, 32, dims=3, relu=False)
        self.conv1a, self.conv2a = Unit(32, 48, 3, 2, 3), Unit(48, 64, 3, 2, 3)
        self.conv1b, self.conv2b = Level(32, 48, 3), Level(48, 64, 3)
        for turn in "ab":
            self.add_module(f"deconv1{turn}", Level(48, 32, 3, up=True, relu=False))
            self.add_module(f"deconv2{turn}", Level(64, 48, 3, up=True))
        for name in ("1", "2", "3", "11", "12", "13", "14"):
            self.add_module(f"sga{name}", Block(32 if len(name) == 1 else 48, layers))
        self.disp2 = Head(disparities, layers)

    def forward(self, x, g):
        fine = self.sga1(self.conv_start(x), g["1"])
        middle = self.sga11(self.conv1a(fine), g["11"])
        coarse = self.conv2a(middle)
        middle = self.sga12(self.deconv2a(coarse, middle), g["12"])
        fine = self.sga2(self.deconv1a(middle, fine), g["2"])
        middle = self.sga13(self.conv1b(fine, middle), g["13"])
        coarse = self.conv2b(middle, coarse)
        middle = self.sga14(self.deconv2b(coarse, middle), g["14"])
        fine = self.sga3(self.deconv1b(middle, fine), g["3"])
        return self.disp2(fine, g["l1"], g["l2"])


class GANet(nn.Module):
    """left, right [1, 3, H, W], H and W multiples of 48 → disparity [H, W]."""

    def __init__(self, disparities):
        super().__init__()
        self.disparities = disparities
        self.conv_start = nn.Sequential(Unit(3, 16), Unit(16, 32))
        self.conv_x, self.conv_y = Unit(32, 32), Unit(32, 32)
        self.conv_refine = nn.Conv2d(32, 32, 3, 1, 1, bias=False)
        self.bn_relu = nn.Sequential(nn.BatchNorm2d(32), nn.ReLU(inplace=True))
        self.feature = Features()
        self.guidance = Guidance()
        self.cost_agg = Aggregation(disparities, guided_layers())

    def forward(self, left, right):
        feature = self.feature(left)
        l, r = self.conv_x(feature), self.conv_y(self.feature(right))
        planes = self.disparities // 3 + 1
        volume = l.new_zeros(1, 64, planes, *l.shape[2:])
        for d in range(min(planes, l.shape[3])):
            volume[:, :32, d, :, d:] = l[..., d:]
            volume[:, 32:, d, :, d:] = r[..., : r.shape[3] - d]
        up = F.interpolate(self.conv_refine(feature), left.shape[2:], mode="bilinear", align_corners=False)
        guidance = self.guidance(torch.cat((self.conv_start(left), self.bn_relu(up)), 1))
        return self.cost_agg(volume, guidance)
