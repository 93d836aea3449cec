"""The layered scenes of ../synthetic rendered as tensors, many at once: on a GPU thousands of pairs a second.

A scene is drawn by NumPy from its seed (a millisecond: shapes and numbers) and described by flat arrays; views, disparities and cameras are tensor code.
Without exposure, blur and noise the same seed gives the same pair as `scenes.Generator(clean=True)`, whose formulas these are; noise is the device's own.
"""
import sys
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

sys.path.append(str(Path(__file__).resolve().parents[1] / "synthetic"))
import scenes  # noqa: E402
from surfaces import LEFT, RIGHT  # noqa: E402
from textures import SIDE, Repeated  # noqa: E402

SURFACE = ("a", "b", "c", "amplitude", "frequency", "q", "u0", "y0")
TEXTURE = ("c", "s", "ou", "ov", "gain", "level")
NEWTON = 4                       # steps for a wave, as Surface.middle takes


class Describer:
    """Scenes as arrays: numbers [L, 18] float32, places [L, 4] int64 (image; mask's offset, first column, width; width 0: everywhere), masks [N] uint8."""

    def __init__(self, photographs=None, width=512, height=256, greatest=120.0):
        self.textures = scenes.Textures(photographs)
        self.generator = scenes.Generator(self.textures, width, height, greatest, clean=True)
        self.images = [grays.image for grays in self.textures.noises + self.textures.photographs]
        self.number = {id(image): n for n, image in enumerate(self.images)}

    def __call__(self, seed):
        numbers, places, masks, offset = [], [], [], 0
        for layer in self.generator.layers(np.random.default_rng(seed)):
            texture = layer.texture
            repeated = [*texture.periods, texture.height, 1 + texture.sharp] if isinstance(texture, Repeated) else [0, 0, 0, 0]
            numbers.append([getattr(layer.surface, field) for field in SURFACE] + [getattr(texture, field) for field in TEXTURE] + repeated)
            mask = None if layer.shape is None else layer.padded.astype(np.uint8)
            places.append([self.number[id(texture.image)], offset, layer.first, 0 if mask is None else layer.shape.shape[1]])
            if mask is not None:
                masks.append(mask.reshape(-1))
                offset += mask.size
        return np.array(numbers, np.float32), np.array(places, np.int64), np.concatenate(masks) if masks else np.zeros(1, np.uint8)


def joined(descriptions):
    """Many descriptions as one: numbers [B, L, 18], places [B, L, 4], masks [N]; layers that a scene lacks have width −1."""
    most = max(len(numbers) for numbers, _, _ in descriptions)
    numbers = np.zeros((len(descriptions), most, len(SURFACE) + len(TEXTURE) + 4), np.float32)
    places = np.full((len(descriptions), most, 4), -1, np.int64)
    offset, masks = 0, []
    for n, (own, where, mask) in enumerate(descriptions):
        numbers[n, :len(own)], places[n, :len(own)] = own, where
        places[n, :len(own), 1] += offset
        places[n, len(own):, :3] = 0
        offset += len(mask)
        masks.append(mask)
    return torch.from_numpy(numbers), torch.from_numpy(places), torch.from_numpy(np.concatenate(masks))


def reflected(index):
    """Within 0 ..< SIDE, mirrored at the borders' pixels."""
    period = 2 * (SIDE - 1)
    index = index.remainder(period)
    return torch.where(index >= SIDE, period - index, index)


class Renderer:
    """`images` of a describer on a device."""

    def __init__(self, images, width, height, device):
        self.images = torch.from_numpy(np.stack(images)).to(device).reshape(-1)
        self.width, self.height, self.device = width, height, device

    def tile(self, image, a, b):
        """Bilinear samples of the tiles, rounded to whole grays as OpenCV's are."""
        left, top = a.floor(), b.floor()
        x, y, fx, fy = left.long(), top.long(), a - left, b - top
        at = lambda dy, dx: self.images[image * SIDE ** 2 + reflected(y + dy) * SIDE + reflected(x + dx)].float()
        first, second = at(0, 0) + (at(0, 1) - at(0, 0)) * fx, at(1, 0) + (at(1, 1) - at(1, 0)) * fx
        return (first + (second - first) * fy).round()

    def middle(self, surface, x, y, side):
        """u and disparity of what a view sees of a surface at (x, y)."""
        a, b, c, amplitude, frequency, q, u0, y0 = surface
        v = y - y0
        rows = a + (c + q * v) * v
        t, slope = x - u0 - side * rows, 1 + side * b
        w = t / slope
        for _ in range(NEWTON):
            angle = frequency * w
            w = w - (w * slope + side * amplitude * angle.sin() - t) / (slope + side * amplitude * frequency * angle.cos())
        u = w + u0
        return u, a + b * (u - u0) + (c + q * v) * v + amplitude * (frequency * (u - u0)).sin()

    def view(self, numbers, places, masks, side):
        """Grays and disparities [B, H, W] of a view: of the layers at a pixel the nearest."""
        count = len(numbers)
        y = torch.arange(self.height, dtype=torch.float32, device=self.device).view(1, -1, 1)
        x = torch.arange(self.width, dtype=torch.float32, device=self.device).view(1, 1, -1)
        gray = torch.zeros(count, self.height, self.width, device=self.device)
        near = torch.full_like(gray, -torch.inf)
        row = torch.arange(self.height, device=self.device).view(1, -1, 1)
        for n in range(numbers.shape[1]):
            values = [part.view(-1, 1, 1) for part in numbers[:, n].T]
            image, offset, first, width = (part.view(-1, 1, 1) for part in places[:, n].T)
            u, d = self.middle(values[:8], x, y, side)
            column = (u.round().long() - first + 1).clamp(min=0).minimum(width.clamp(min=0) + 1)
            index = (offset + column + row * (width.clamp(min=0) + 2)).clamp(0, len(masks) - 1)
            shown = ((width == 0) | ((width > 0) & (masks[index] > 0))) & (d > near)
            c, s, ou, ov, gain, level, p0, p1, high, kind = values[8:]
            texture = gain * self.tile(image, c * u - s * y + ou, s * u + c * y + ov) + level
            wave = (p0 * u).cos() * (p1 * y).cos()
            texture = texture + high * torch.where(kind > 1, (4 * wave).tanh(), wave)
            near, gray = torch.where(shown, d, near), torch.where(shown, texture, gray)
        return gray, near

    def clean(self, description):
        """Left and right grays 0…255, whole, and disparities of both views, [B, H, W]."""
        numbers, places, masks = (part.to(self.device, non_blocking=True) for part in description)
        (left, near), (right, other) = (self.view(numbers, places, masks, side) for side in (LEFT, RIGHT))
        return left.round().clamp(0, 255), right.round().clamp(0, 255), near, other

    def photographed(self, gray, generator):
        """Blur, exposure, gamma and noise of cameras [B, H, W], as `scenes.Generator.photographed` draws them."""
        count = len(gray)
        uniform = lambda low, high: low + (high - low) * torch.rand(count, 1, 1, device=self.device, generator=generator)
        blur = uniform(0, 1.2) * (uniform(0, 1) < 0.8) + 1e-3
        taps = torch.arange(-4, 5, device=self.device).view(1, -1, 1)
        kernel = torch.softmax(-0.5 * (taps / blur) ** 2, 1)
        for vertical in (True, False):
            around = (0, 0, 4, 4) if vertical else (4, 4, 0, 0)
            padded = F.pad(gray[None], around, mode="reflect")
            shape = (count, 1, 9, 1) if vertical else (count, 1, 1, 9)
            gray = F.conv2d(padded, kernel.view(shape), groups=count)[0]
        unit = (gray * uniform(0.8, 1.15) / 255).clamp(0, 1) ** uniform(0.85, 1.18)
        noise = torch.randn(gray.shape, device=self.device, generator=generator)
        return (255 * unit + noise * (uniform(0, 4) * unit + uniform(0.1, 4)).sqrt()).round().clamp(0, 255)

    def batch(self, description, pixels, seed, mean, deviation):
        """What `crops.draw` gives, rendered: images normalised as gray RGB; pixels with their truth; names."""
        generator = torch.Generator(self.device).manual_seed(seed)
        left, right, truth, _ = self.clean(description)
        statistics = [torch.tensor(part, device=self.device).view(1, 3, 1, 1) for part in (mean, deviation)]
        colours = lambda gray: (self.photographed(gray, generator)[:, None] / 255 - statistics[0]) / statistics[1]
        places = torch.randint(truth[0].numel(), (len(truth), pixels), device=self.device, generator=generator)
        index = torch.arange(len(truth), device=self.device)[:, None].expand_as(places).reshape(-1)
        y, x = places.reshape(-1) // self.width, places.reshape(-1) % self.width
        known = truth[index, y, x] > 0
        index, y, x = index[known], y[known], x[known]
        return colours(left), colours(right), index, y, x, truth[index, y, x], ["synthesised/" + str(seed)] * len(truth)
