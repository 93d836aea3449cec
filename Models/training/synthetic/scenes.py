"""Synthetic stereo pairs with exact disparities of both views and exact occlusions; the same seed gives the same pair.

Left (x, y) shows what right (x − d, y) shows. A pixel is occluded if the other view does not see its point: something nearer
lies before it there, or it is out of view. Occlusion is found by asking every layer at the exact (fractional) place.
"""
from dataclasses import dataclass

import cv2
import numpy as np

from surfaces import LEFT, RIGHT, Layer, Surface
from textures import Textures  # noqa: F401  (scenes.Textures is what users construct)

SPARE = 80                        # columns of the middle image beyond the views


@dataclass
class Pair:
    """Gray views [H, W] uint8; disparities [H, W] float32, pixels; occlusion [H, W] bool, of both views."""
    left: np.ndarray
    right: np.ndarray
    left_disparity: np.ndarray
    right_disparity: np.ndarray
    left_occluded: np.ndarray
    right_occluded: np.ndarray


class Generator:
    """Draws scenes. `clean`: no exposure, noise and blur differences between the views."""

    def __init__(self, textures, width=512, height=256, greatest=120.0, clean=False):
        self.textures, self.width, self.height, self.greatest, self.clean = textures, width, height, greatest, clean

    def pair(self, seed):
        """The pair of a seed."""
        rng = np.random.default_rng(seed)
        layers = self.layers(rng)
        views = [self.view(layers, side) for side in (LEFT, RIGHT)]
        hidden = [self.occluded(layers, views[0], LEFT), self.occluded(layers, views[1], RIGHT)]
        common = 1.0 + rng.uniform(0, 0.8) * (rng.random() < 0.5)
        grays = [self.photographed(view[0], rng, common) for view in views]
        return Pair(grays[0], grays[1], views[0][1], views[1][1], hidden[0], hidden[1])

    def view(self, layers, side):
        """Grays and disparities as one camera sees the layers: of those at a pixel the nearest."""
        gray, near = np.zeros((self.height, self.width), np.float32), np.full((self.height, self.width), -np.inf, np.float32)
        for layer in layers:
            (first, last), (top, bottom) = layer.columns(self.width, side), layer.rows(self.height)
            if first >= last or top >= bottom:
                continue
            window = (slice(top, bottom), slice(first, last))
            y = np.arange(top, bottom, dtype=np.float32)[:, None]
            x = np.arange(first, last, dtype=np.float32)[None]
            u = layer.surface.middle(x, y, side)
            d = layer.surface.disparity(u, y)
            shown = layer.covers(u, y) & (d > near[window])
            np.copyto(near[window], d, where=shown)
            np.copyto(gray[window], layer.texture(u, y), where=shown)
        return gray, near

    def occluded(self, layers, view, side):
        """Where the other view does not see the point of a pixel."""
        disparity = view[1]
        there = np.arange(self.width, dtype=np.float32)[None] - np.float32(2 * side) * disparity
        hidden = (there < 0) | (there > self.width - 1)
        for layer in layers:
            (first, last), (top, bottom) = layer.columns(self.width, -side), layer.rows(self.height)
            x, own, y = there[top:bottom], disparity[top:bottom], np.arange(top, bottom, dtype=np.float32)[:, None]
            if layer.shape is not None:
                asked = np.nonzero((x >= first) & (x < last))
                x, own, y = x[asked], own[asked], y[asked[0], 0]
            u = layer.surface.middle(x, y, -side)
            nearer = (layer.surface.disparity(u, y) > own + np.float32(0.01)) & layer.covers(u, y)
            if layer.shape is None:
                hidden |= nearer
            else:
                hidden[top:bottom][asked] |= nearer
        return hidden

    def layers(self, rng):
        """A far surface, sometimes a ground plane, objects, thin objects."""
        far = rng.uniform(1, 0.25 * self.greatest)
        layers = [Layer(Surface(far, b=rng.uniform(-0.02, 0.02), y0=self.height, u0=self.width / 2), self.textures.draw(rng))]
        if rng.random() < 0.6:
            layers.append(self.ground(rng, far))
        for _ in range(rng.integers(3, 9)):
            layers.append(self.object(rng, far))
        for _ in range(rng.integers(0, 5)):
            layers.append(self.thin(rng, far))
        return layers

    def mask(self, left, right):
        """An empty shape for u from `left` to `right`, and its first column."""
        first = max(-SPARE, int(left))
        last = max(min(self.width + SPARE, int(right) + 1), first + 1)
        return np.zeros((self.height, last - first), np.uint8), first

    def ground(self, rng, far):
        """A plane that comes nearer towards the bottom of the image, as a street does."""
        horizon = rng.uniform(0.25, 0.7) * self.height
        near = rng.uniform(0.3, 0.9) * self.greatest
        slope = (near - far) / (self.height - horizon)
        shape, first = self.mask(-SPARE, self.width + SPARE)
        shape[int(horizon):] = 1
        return Layer(Surface(far, c=slope, b=rng.uniform(-0.05, 0.05), y0=horizon, u0=self.width / 2), self.textures.draw(rng), shape, first)

    def surface(self, rng, nearness, u0, y0):
        """A slanted plane; every third is curved."""
        wave = rng.random() < 0.35
        return Surface(nearness, b=rng.uniform(-0.25, 0.25), c=rng.uniform(-0.1, 0.1), amplitude=rng.uniform(0.5, 3) * wave,
                       frequency=rng.uniform(0.01, 0.08) * wave, q=rng.uniform(-2e-4, 2e-4) * wave, u0=u0, y0=y0)

    def object(self, rng, far):
        """A polygon or an ellipse."""
        u0, y0 = rng.uniform(0, self.width), rng.uniform(0, self.height)
        a, b = np.exp(rng.uniform(np.log(12), np.log(120), 2))
        shape, first = self.mask(u0 - 1.2 * a, u0 + 1.2 * a)
        centre = (u0 - first, y0)
        if rng.random() < 0.4:
            cv2.ellipse(shape, (round(centre[0]), round(centre[1])), (round(a), round(b)), rng.uniform(0, 90), 0, 360, 1, -1)
        else:
            corners = rng.integers(3, 9)
            angles = np.sort(rng.uniform(0, 2 * np.pi, corners)) if corners > 4 else np.pi / 4 + np.pi / 2 * np.arange(4) + rng.uniform(-0.2, 0.2, 4)
            reach = rng.uniform(0.6, 1.4, len(angles))
            points = np.stack([centre[0] + a * reach * np.cos(angles), centre[1] + b * reach * np.sin(angles)], 1)
            cv2.fillPoly(shape, [np.rint(points).astype(np.int32)], 1)
        return Layer(self.surface(rng, rng.uniform(far, self.greatest) * rng.uniform(0.5, 1), u0, y0), self.textures.draw(rng), shape, first)

    def thin(self, rng, far):
        """A pole, a wire or a fence, one to five pixels wide."""
        u0, thickness = rng.uniform(0, self.width), int(rng.integers(1, 6))
        reach = rng.uniform(2, 0.5 * self.width)
        shape, first = self.mask(u0 - reach, u0 + reach)
        width = shape.shape[1]
        kind = rng.random()
        if kind < 0.4:
            middle = width // 2
            cv2.line(shape, (middle, int(rng.uniform(-50, 0.6 * self.height))), (middle + int(rng.normal(0, 8)), int(rng.uniform(0.5, 1.2) * self.height)), 1, thickness)
        elif kind < 0.7:
            ends = rng.integers(0, self.height, 2)
            cv2.line(shape, (0, int(ends[0])), (width, int(ends[1])), 1, thickness)
        else:
            top, bottom = np.sort(rng.integers(0, self.height, 2))
            for u in range(0, width, thickness + int(rng.integers(4, 25))):
                cv2.line(shape, (u, int(top)), (u, int(bottom)), 1, thickness)
        surface = Surface(rng.uniform(far, self.greatest) * rng.uniform(0.5, 1), b=rng.uniform(-0.1, 0.1), u0=u0)
        return Layer(surface, self.textures.draw(rng), shape, first)

    def photographed(self, gray, rng, common):
        """What a camera makes of a view: blur, exposure, gamma, noise of light and of the sensor, 8 bits."""
        if not self.clean:
            blur = rng.uniform(0, 0.9) * common * (rng.random() < 0.8)
            if blur > 0.2:
                gray = cv2.GaussianBlur(gray, (0, 0), blur)
            unit = cv2.pow(np.clip(gray * np.float32(rng.uniform(0.8, 1.15) / 255), 0, 1), rng.uniform(0.85, 1.18))
            sensor, light = rng.uniform(0.1, 4), rng.uniform(0, 4)
            noise = rng.standard_normal(gray.shape, np.float32)
            gray = 255 * unit + noise * cv2.sqrt(np.float32(light) * unit + np.float32(sensor))
        return np.clip(np.rint(gray), 0, 255).astype(np.uint8)
