"""Textures: photographs, and patterns that are hard to match: repeated, with little contrast, noisy."""
from pathlib import Path

import cv2
import numpy as np

SIDE = 1024                       # of a tile, pixels
SUFFIXES = {".jpg", ".jpeg", ".png"}


def smooth_noise(rng, side=SIDE):
    """Noise of all scales: octaves of random fields, each weighted by its wavelength to some power."""
    power, total = rng.uniform(-0.2, 0.9), np.zeros((side, side), np.float32)
    for octave in range(2, 10):
        field = rng.standard_normal((1 << octave, 1 << octave)).astype(np.float32)
        total += cv2.resize(field, (side, side), interpolation=cv2.INTER_CUBIC) * 2.0 ** (-power * octave)
    return np.clip(128 + 45 * (total - total.mean()) / total.std(), 0, 255).astype(np.uint8)


class Grays:
    """A square image with its mean and standard deviation."""

    def __init__(self, image):
        self.image, self.mean, self.deviation = image, float(image.mean()), float(image.std())


class Textures:
    """Gray tiles to draw from: of the photographs in a folder, or noise of all scales where there are none."""

    def __init__(self, folder=None, seed=1, tiles_of_photograph=4, noises=12):
        rng = np.random.default_rng(seed)
        self.noises = [Grays(smooth_noise(rng)) for _ in range(noises)]
        self.photographs = []
        for path in sorted(Path(folder).rglob("*")) if folder else []:
            if path.suffix.lower() not in SUFFIXES or not path.is_file() or path.is_symlink():
                continue
            image = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
            if image is not None and min(image.shape) >= 700:
                tiles = [tile(image, rng) for _ in range(2 * tiles_of_photograph)]
                tiles.sort(key=detail, reverse=True)
                self.photographs += [Grays(t) for t in tiles[:tiles_of_photograph] if detail(t) > 2]

    def draw(self, rng):
        """A texture of the kinds that scenes are made of."""
        kind = rng.random()
        if kind < 0.75:
            tiles = self.photographs if self.photographs and rng.random() < 0.85 else self.noises
            return Tile(tiles[rng.integers(len(tiles))], rng)
        if kind < 0.86:
            return Repeated(self.noises[rng.integers(len(self.noises))], rng)
        return Faint(self.noises[rng.integers(len(self.noises))], rng)


def tile(image, rng):
    """A square of a photograph at a random scale, SIDE × SIDE."""
    side = int(rng.uniform(0.5, 1.0) * min(image.shape))
    y, x = rng.integers(image.shape[0] - side + 1), rng.integers(image.shape[1] - side + 1)
    return cv2.resize(image[y:y + side, x:x + side], (SIDE, SIDE), interpolation=cv2.INTER_AREA)


def detail(image):
    """Mean absolute difference of horizontal neighbours, grays: what there is to match."""
    return float(np.abs(np.diff(image.astype(np.int16), axis=1)).mean())


class Tile:
    """A tile under a rotation, scale and shift, mirrored beyond its border. `contrast`: standard deviation, grays."""

    def __init__(self, grays, rng, contrast=None):
        angle, scale = rng.uniform(-0.5, 0.5), np.exp(rng.uniform(np.log(0.6), np.log(1.8)))
        self.image, (self.ou, self.ov) = grays.image, rng.uniform(0, SIDE, 2)
        self.c, self.s = np.float32(scale * np.cos(angle)), np.float32(scale * np.sin(angle))
        deviation = rng.uniform(12, 60) if contrast is None else contrast
        self.gain = np.float32(deviation / max(1.0, grays.deviation))
        self.level = np.float32(rng.uniform(40, 200) - self.gain * grays.mean)

    def __call__(self, u, y):
        return self.sampled(self.c * u - self.s * y + np.float32(self.ou), self.s * u + self.c * y + np.float32(self.ov))

    def sampled(self, a, b):
        values = cv2.remap(self.image, a, np.broadcast_to(b, a.shape).astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
        return self.gain * values + self.level


class Repeated(Tile):
    """Stripes, bars or checks, whose period is a few pixels, with some noise of large scale over them."""

    def __init__(self, grays, rng):
        super().__init__(grays, rng, contrast=rng.uniform(2, 15))
        self.periods = np.float32(2 * np.pi / rng.uniform(6, 40, 2)) * (rng.random(2) < (0.9, 0.5))
        self.height, self.sharp = np.float32(rng.uniform(15, 60)), rng.random() < 0.5

    def __call__(self, u, y):
        wave = np.cos(self.periods[0] * u) * np.cos(self.periods[1] * y)
        return super().__call__(u, y) + self.height * (np.tanh(4 * wave) if self.sharp else wave)


class Faint(Tile):
    """Nearly without texture: walls, sky, shadows."""

    def __init__(self, grays, rng):
        super().__init__(grays, rng, contrast=rng.uniform(0, 3))
        self.level = np.float32(rng.choice([rng.uniform(5, 60), rng.uniform(60, 200), rng.uniform(220, 256)]))
