"""Surfaces of a synthetic scene, each seen by both cameras in closed form.

A surface lives in the middle camera's image: point (u, y) has disparity d(u, y), so that it appears at x = u + d / 2 in the left
and at x = u − d / 2 in the right image. Nothing is warped from one view to the other: each view solves for its own u, and both
sample the same shape and texture there. So the disparities of both views are exact to the rounding of float32.
"""
import functools
from dataclasses import dataclass

import numpy as np

LEFT, RIGHT = 0.5, -0.5


@dataclass
class Surface:
    """d(u, y) = a + b (u − u0) + c (y − y0) + A sin(ω (u − u0)) + q (y − y0)², pixels; flat if A = 0.

    |b| + |A ω| must stay below 2, so that each view sees the surface from its front: u ± d / 2 grows with u.
    """
    a: float
    b: float = 0.0
    c: float = 0.0
    amplitude: float = 0.0
    frequency: float = 0.0
    q: float = 0.0
    u0: float = 0.0
    y0: float = 0.0

    def __post_init__(self):
        if abs(self.b) + abs(self.amplitude * self.frequency) >= 2:
            raise ValueError(f"a surface that a view sees from behind: slope {self.b}, wave {self.amplitude} · {self.frequency}")

    def disparity(self, u, y):
        v = y - np.float32(self.y0)
        d = np.float32(self.a) + np.float32(self.b) * (u - np.float32(self.u0)) + (np.float32(self.c) + np.float32(self.q) * v) * v
        return d + np.float32(self.amplitude) * np.sin(np.float32(self.frequency) * (u - np.float32(self.u0))) if self.amplitude else d

    def middle(self, x, y, side):
        """u of what a view sees at (x, y): x = u + side · d(u, y). Linear parts are solved at once, the wave by Newton's method."""
        v = y - np.float32(self.y0)
        rows = np.float32(self.a) + (np.float32(self.c) + np.float32(self.q) * v) * v
        t = (x - np.float32(self.u0) - np.float32(side) * rows)              # t = w (1 + side b) + side A sin(ω w), w = u − u0
        slope = np.float32(1 + side * self.b)
        w = t / slope
        if self.amplitude:
            amplitude, frequency = np.float32(side * self.amplitude), np.float32(self.frequency)
            for _ in range(4):
                w = w - (w * slope + amplitude * np.sin(frequency * w) - t) / (slope + amplitude * frequency * np.cos(frequency * w))
        return w + np.float32(self.u0)


@dataclass
class Layer:
    """A surface with a shape and a texture. `shape` is None (everywhere) or a uint8 mask [H, width] of the middle image whose
    first column lies at u = `first`; `texture` turns (u, y) into grays 0…255."""
    surface: Surface
    texture: object
    shape: np.ndarray = None
    first: int = 0

    def rows(self, height):
        """First and last + 1 row of the layer."""
        if self.shape is None:
            return 0, height
        rows = np.flatnonzero(self.shape.any(1))
        return (int(rows[0]), int(rows[-1]) + 1) if len(rows) else (0, 0)

    def covers(self, u, y):
        """Whether the layer is there: its mask at the nearest pixel of (u, y)."""
        if self.shape is None:
            return np.ones(np.broadcast_shapes(u.shape, y.shape), bool)
        width = self.shape.shape[1]
        column = np.rint(u).astype(np.int32) - self.first + 1
        np.clip(column, 0, width + 1, out=column)                    # 0 and width + 1: beyond the mask
        return self.padded.reshape(-1)[column + y.astype(np.int32) * (width + 2)]

    @functools.cached_property
    def padded(self):
        """The mask between two columns of nothing, as bool."""
        return np.pad(self.shape > 0, ((0, 0), (1, 1)))

    def columns(self, width, side):
        """First and last + 1 column of a view that the layer can appear in."""
        if self.shape is None:
            return 0, width
        first, last = self.rows(self.shape.shape[0])
        y = np.arange(first, last, dtype=np.float32)[:, None]
        if not len(y):
            return 0, 0
        u = np.linspace(self.first, self.first + self.shape.shape[1], 9, dtype=np.float32)[None]
        x = u + np.float32(side) * self.surface.disparity(u, y)
        spare = 2 + abs(self.surface.amplitude)
        return max(0, int(x.min() - spare)), min(width, int(x.max() + spare) + 1)
