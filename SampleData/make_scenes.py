"""Makes the synthetic scenes beside this script: rectified pairs with exact disparities and occlusion masks.

    python3 SampleData/make_scenes.py            needs NumPy only; every run writes the same pixels

A scene is a list of surfaces. A surface lies on a plane of disparity d(x, y) = a·x + b·y + c in left pixels, covers the
left pixels for which `covers(x, y)` holds, and has the brightness `paint(x, y)` there. Where several cover a pixel, the
one of the greatest disparity is seen. A point that the right image has at (r, y) lies in the left one at

    x = (r + b·y + c) / (1 − a)          because r = x − d(x, y),

so both images are drawn from the same formulas, with 4×2 samples a pixel, and nothing is warped. The plane's numbers are
multiples of 1/256, so that KITTI's 16-bit PNG (256 · d) holds the ground truth without any rounding.
"""

import os
import struct
import zlib
from dataclasses import dataclass
from typing import Callable

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))


# Surfaces and their paint -----------------------------------------------------------------------------------------


@dataclass
class Surface:
    plane: tuple  # a, b, c
    covers: Callable  # (x, y) -> bool
    paint: Callable  # (x, y) -> [..., channels], 0 … 255
    label: int = 0  # number in KITTI 2015's object map; 0 is background

    def disparity(self, x, y):
        a, b, c = self.plane
        return a * x + b * y + c

    def left_column(self, r, y):
        a, b, c = self.plane
        return (r + b * y + c) / (1 - a)


def plane(a, b, c):
    return tuple(np.round(np.array([a, b, c], float) * 256) / 256)


def everywhere(x, y):
    return np.ones(np.broadcast(x, y).shape, bool)


def box(left, top, right, bottom):
    """Whole pixels left … right − 1 and top … bottom − 1."""
    return lambda x, y: (x >= left - 0.5) & (x < right - 0.5) & (y >= top - 0.5) & (y < bottom - 0.5)


def noise(seed, mean=120, contrast=70, finest=2.0, tint=(1.0,)):
    """Value noise of four octaves: random lattices, the finest with `finest` pixels a cell, smoothly interpolated."""
    lattices = np.random.default_rng(seed).uniform(-1, 1, (4, 256, 256))

    def paint(x, y):
        value = np.zeros(np.broadcast(x, y).shape)
        for octave, lattice in enumerate(lattices):
            u, v = x / (finest * 2**octave) + 31 * octave, y / (finest * 2**octave) + 17 * octave
            i, j = np.floor(u).astype(int), np.floor(v).astype(int)
            s, t = u - i, v - j
            s, t = s * s * (3 - 2 * s), t * t * (3 - 2 * t)
            at = lambda jj, ii: lattice[jj % 256, ii % 256]
            upper = at(j, i) * (1 - s) + at(j, i + 1) * s
            lower = at(j + 1, i) * (1 - s) + at(j + 1, i + 1) * s
            value += (upper * (1 - t) + lower * t) * (1, 0.8, 0.6, 0.5)[octave]
        return (mean + contrast * value)[..., None] * np.array(tint)

    return paint


def flat(level, slope=0.0):
    """Hardly any texture: one brightness with a faint shading."""
    return lambda x, y: (level + slope * (x + y))[..., None]


def stripes(period, low, high):
    """Vertical stripes of a smooth profile that repeat every `period` pixels."""
    return lambda x, y: (low + (high - low) * (0.5 + 0.5 * np.sin(2 * np.pi * x / period)) + 0 * y)[..., None]


# Drawing ----------------------------------------------------------------------------------------------------------


def seen(surfaces, x_of, y):
    """Index of the surface seen at every sample, and its disparity; x_of gives a surface's left column."""
    index = np.full(y.shape, -1)
    greatest = np.full(y.shape, -np.inf)
    for k, surface in enumerate(surfaces):
        x = x_of(surface)
        d = surface.disparity(x, y)
        nearer = surface.covers(x, y) & (d > greatest)
        index[nearer], greatest[nearer] = k, d[nearer]
    assert (index >= 0).all(), "some sample sees nothing"
    return index, greatest


def draw(surfaces, width, height, x_of, channels):
    """An image, 0 … 255, of 4×2 samples a pixel; x_of(surface, column, y) gives the left column of a sample."""
    image = np.zeros((height, width, channels))
    for dy in (-0.25, 0.25):
        for dx in (-0.375, -0.125, 0.125, 0.375):
            y, column = np.mgrid[0:height, 0:width].astype(float)
            y, column = y + dy, column + dx
            index, _ = seen(surfaces, lambda s: x_of(s, column, y), y)
            for k, surface in enumerate(surfaces):
                here = index == k
                image[here] += np.broadcast_to(
                    surface.paint(x_of(surface, column, y)[here], y[here]), (here.sum(), channels)) / 8
    return image


def render(surfaces, width, height, seed, channels=1, grain=1.0, exposure=None):
    """Left and right image, disparity of the left one, its visibility in the right one and its object labels."""
    random = np.random.default_rng(seed)
    left = draw(surfaces, width, height, lambda s, column, y: column, channels)
    right = draw(surfaces, width, height, lambda s, column, y: s.left_column(column, y), channels)
    if exposure:
        right = exposure(right)
    to_bytes = lambda image: np.clip(np.round(image + random.normal(0, grain, image.shape)), 0, 255).astype(np.uint8)

    y, x = np.mgrid[0:height, 0:width].astype(float)
    index, disparity = seen(surfaces, lambda s: x, y)
    column = x - disparity
    _, front = seen(surfaces, lambda s: s.left_column(column, y), y)
    visible = (column >= 0) & (column <= width - 1) & (front <= disparity + 1e-6)
    labels = np.array([s.label for s in surfaces], np.uint8)[index]
    assert (disparity * 256 == np.round(disparity * 256)).all() and disparity.min() > 0
    return to_bytes(left), to_bytes(right), disparity, visible, labels


# Files ------------------------------------------------------------------------------------------------------------


def write_png(path, samples):
    """8-bit or 16-bit gray [H, W], or 8-bit RGB [H, W, 3]."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    samples = np.squeeze(samples, 2) if samples.ndim == 3 and samples.shape[2] == 1 else samples
    height, width = samples.shape[:2]
    bits = 16 if samples.dtype == np.uint16 else 8
    rows = samples.astype(">u2" if bits == 16 else "u1").reshape(height, -1).view(np.uint8).reshape(height, -1)
    # Filter 1 (Sub) for what is smooth, a byte minus the one of the pixel to the left.
    step = rows.shape[1] // width
    filtered = rows.copy()
    filtered[:, step:] -= rows[:, :-step]
    raw = np.hstack([np.ones((height, 1), np.uint8), filtered]).tobytes()

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, bits, 2 if samples.ndim == 3 else 0, 0, 0, 0)
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(raw, 9)))
        file.write(chunk(b"IEND", b""))


def kitti_disparity(disparity, valid):
    return np.where(valid, disparity * 256, 0).astype(np.uint16)


def write_text(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)


def write_pair(name, scene, focal_length=160.0, baseline=100.0):
    left, right, disparity, visible, _ = scene
    folder = os.path.join(HERE, "Pairs", name)
    height, width = disparity.shape
    write_png(f"{folder}/left.png", left)
    write_png(f"{folder}/right.png", right)
    write_png(f"{folder}/disp0.png", kitti_disparity(disparity, True))
    write_png(f"{folder}/mask0nocc.png", np.where(visible, 255, 128).astype(np.uint8))
    camera = f"[{focal_length} 0 {(width - 1) / 2}; 0 {focal_length} {(height - 1) / 2}; 0 0 1]"
    write_text(
        f"{folder}/calib.txt",
        f"cam0={camera}\ncam1={camera}\ndoffs=0\nbaseline={baseline}\nwidth={width}\nheight={height}\nndisp=32\n")


# Scenes -----------------------------------------------------------------------------------------------------------

WIDTH, HEIGHT = 160, 120


def slanted_planes(exposure=None):
    surfaces = [
        Surface(plane(0.03, 0, 5), everywhere, noise(1)),
        Surface(plane(0, 0.15, 2), lambda x, y: y > 60, noise(2, mean=100)),
        Surface(plane(-0.05, 0.02, 22), box(60, 25, 115, 80), noise(3, mean=150)),
        Surface(plane(0, 0, 20.5), box(20, 50, 45, 95), noise(4, mean=90)),
    ]
    return render(surfaces, WIDTH, HEIGHT, seed=11, exposure=exposure)


def thin_objects():
    surfaces = [Surface(plane(0.01, 0.02, 4), everywhere, noise(21))]
    for number, (column, thickness) in enumerate([(36, 1), (58, 2), (82, 3), (108, 5)]):
        disparity = 16.5 + 2 * number
        surfaces.append(
            Surface(plane(0, 0, disparity), box(column, 10, column + thickness, 110), noise(30 + number, mean=200)))
    surfaces.append(Surface(plane(0, 0, 14), box(30, 30, 150, 32), noise(40, mean=40, contrast=30)))
    wire = lambda x, y: (np.abs(x - 0.5 * y - 70) < 1) & (y > 40) & (y < 115)
    surfaces.append(Surface(plane(0, 0.05, 20), wire, noise(41, mean=230, contrast=20)))
    return render(surfaces, WIDTH, HEIGHT, seed=12)


def textureless_wall():
    surfaces = [
        Surface(plane(0.02, 0, 4), everywhere, noise(51)),
        Surface(plane(0.04, 0, 8), box(30, 15, 130, 85), flat(150, slope=0.02)),
        Surface(plane(0, 0.1, 6), lambda x, y: y > 85, noise(52)),
    ]
    return render(surfaces, WIDTH, HEIGHT, seed=13, grain=0.7)


def repeated_texture():
    surfaces = [
        Surface(plane(0, 0, 4), everywhere, noise(61)),
        Surface(plane(0, 0, 13.5), box(40, 20, 130, 90), stripes(8, 60, 190)),
        Surface(plane(0, 0.15, 3), lambda x, y: y > 90, noise(62)),
    ]
    return render(surfaces, WIDTH, HEIGHT, seed=14)


def exposure_change():
    return slanted_planes(exposure=lambda image: 255 * (np.clip(image, 0, 255) / 255) ** 1.3 * 0.7 + 12)


def street(frame, width, height, channels):
    """A road, two rows of houses, the sky's haze and cars, each with its own object label."""
    middle, horizon = width // 2 + 6 * frame, height // 3
    tint = lambda *rgb: rgb if channels == 3 else (1.0,)
    seed = 100 * (frame + 1)
    houses_left = lambda x, y: (x < middle - 12) & (y > 4)
    houses_right = lambda x, y: (x > middle + 12) & (y > 8)
    surfaces = [
        Surface(plane(0, 0, 1.5), everywhere, noise(seed, mean=170, contrast=25, tint=tint(0.9, 0.95, 1.1))),
        Surface(plane(0, 0.45, -0.45 * horizon + 1), lambda x, y: y > horizon,
                noise(seed + 1, mean=90, contrast=45, tint=tint(1, 1, 1))),
        Surface(plane(-0.12, 0, 0.12 * (middle - 12) + 1.5), houses_left, noise(seed + 2, tint=tint(1.1, 0.9, 0.7))),
        Surface(plane(0.10, 0, -0.10 * (middle + 12) + 1.5), houses_right, noise(seed + 3, tint=tint(0.7, 1.0, 0.8))),
    ]
    cars = [(middle - 34, 0.52, 26, 13.25), (middle + 10, 0.40, 15, 8.5)]
    for number, (left, top, side, disparity) in enumerate(cars[: 2 - frame] if channels == 1 else cars):
        top = int(top * height)
        bottom = int(horizon + (disparity - 0.5) / 0.45)
        surfaces.append(
            Surface(plane(0, 0, disparity), box(left, top, left + side, bottom),
                    noise(seed + 10 + number, mean=140, contrast=60, tint=tint(1.2, 0.5, 0.5)), label=number + 1))
    return render(surfaces, width, height, seed=seed + 50, channels=channels)


def laser(shape, seed):
    """Where a laser scanner would have measured: not above the horizon, about half of the pixels."""
    measured = np.random.default_rng(seed).uniform(size=shape) < 0.55
    measured[: shape[0] // 3] = False
    return measured


def projections(focal_length, baseline, width, height, names):
    cx, cy = (width - 1) / 2, (height - 1) / 2
    return "".join(
        f"{names % camera}: {focal_length} 0 {cx} {translation:.6g} 0 {focal_length} {cy} 0 0 0 1 0\n"
        for camera, translation in enumerate((0, -focal_length * baseline) * 2))


def kitti_2012():
    root = os.path.join(HERE, "KITTI2012", "training")
    for frame, (width, height) in enumerate([(208, 64), (200, 62)]):
        left, right, disparity, visible, _ = street(frame, width, height, channels=1)
        measured = laser(disparity.shape, 70 + frame)
        name = f"{frame:06d}_10.png"
        write_png(f"{root}/image_0/{name}", left)
        write_png(f"{root}/image_1/{name}", right)
        write_png(f"{root}/disp_occ/{name}", kitti_disparity(disparity, measured))
        write_png(f"{root}/disp_noc/{name}", kitti_disparity(disparity, measured & visible))
        write_text(f"{root}/calib/{frame:06d}.txt", projections(120.0, 0.54, width, height, "P%d"))


def kitti_2015():
    root = os.path.join(HERE, "KITTI2015", "training")
    for frame, (width, height) in enumerate([(208, 64), (204, 66)]):
        left, right, disparity, visible, labels = street(frame, width, height, channels=3)
        measured = laser(disparity.shape, 80 + frame)
        name = f"{frame:06d}_10.png"
        write_png(f"{root}/image_2/{name}", left)
        write_png(f"{root}/image_3/{name}", right)
        write_png(f"{root}/disp_occ_0/{name}", kitti_disparity(disparity, measured))
        write_png(f"{root}/disp_noc_0/{name}", kitti_disparity(disparity, measured & visible))
        write_png(f"{root}/obj_map/{name}", labels)
        write_text(f"{root}/calib_cam_to_cam/{frame:06d}.txt", projections(120.0, 0.54, width, height, "P_rect_0%d"))


if __name__ == "__main__":
    write_pair("SlantedPlanes", slanted_planes())
    write_pair("ThinObjects", thin_objects())
    write_pair("TexturelessWall", textureless_wall())
    write_pair("RepeatedTexture", repeated_texture())
    write_pair("ExposureChange", exposure_change())
    kitti_2012()
    kitti_2015()
