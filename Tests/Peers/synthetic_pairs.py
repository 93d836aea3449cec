"""Checks that the synthetic pairs of Models/training/synthetic are exact. Prints one line for each check; fails with its name.

Needs NumPy and OpenCV. Run by Tests/RepositoryTests/SyntheticPairTests.swift, or by hand: python3 Tests/Peers/synthetic_pairs.py
"""
import sys
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "Models" / "training" / "synthetic"))
from scenes import Generator  # noqa: E402
from surfaces import LEFT, RIGHT, Layer, Surface  # noqa: E402
from textures import Textures  # noqa: E402

SIZE = {"width": 320, "height": 128}


def check(name, holds):
    print(f"{name}: {'holds' if holds else 'FAILS'}")
    if not holds:
        sys.exit(1)


def partners(pair, side):
    """For every pixel of a view: the place it has in the other view, and what the two neighbours of that place hold there."""
    own, other = (pair.left_disparity, pair.right_disparity) if side == LEFT else (pair.right_disparity, pair.left_disparity)
    x = np.arange(own.shape[1], dtype=np.float32)[None] - np.float32(2 * side) * own
    lower = np.floor(x).astype(int).clip(0, own.shape[1] - 2)
    return x, lower, np.take_along_axis(other, lower, 1), np.take_along_axis(other, lower + 1, 1)


def consistency(pair, side):
    """Share of the pixels that both views see whose disparity lies, within half a pixel, at a neighbour of its place."""
    own, hidden = (pair.left_disparity, pair.left_occluded) if side == LEFT else (pair.right_disparity, pair.right_occluded)
    _, _, a, b = partners(pair, side)
    return float((np.minimum(abs(a - own), abs(b - own))[~hidden] < 0.5).mean())


def by_hand():
    """A square of disparity 10 before a wall of disparity 4: six columns of the wall beside it are hidden in each view."""
    shape = np.zeros((8, 20), np.uint8)
    shape[2:6] = 1
    flat = lambda u, y: np.zeros(np.broadcast_shapes(u.shape, np.shape(y)), np.float32)
    layers = [Layer(Surface(4.0), flat), Layer(Surface(10.0), flat, shape, 40)]
    generator = Generator(None, width=100, height=8)
    view = generator.view(layers, LEFT)
    hidden = generator.occluded(layers, view, LEFT)
    check("the square appears five columns to the right of its middle", bool((view[1][3, 45:65] == 10).all() and view[1][3, 44] == 4 and view[1][3, 65] == 4))
    check("six columns to its left are hidden", np.flatnonzero(hidden[3, 4:]).tolist() == list(range(35, 41)))
    check("four columns are out of view", bool(hidden[0, :4].all() and not hidden[0, 4:].any()))


def main():
    by_hand()
    surface = Surface(20.0, b=0.2, c=-0.1, amplitude=3.0, frequency=0.05, q=1e-4, u0=30, y0=10)
    x, y = np.meshgrid(np.arange(200, dtype=np.float32), np.arange(50, dtype=np.float32))
    for side in (LEFT, RIGHT):
        u = surface.middle(x, y, side)
        check(f"a curved surface is found at its place, side {side}", float(abs(u + side * surface.disparity(u, y) - x).max()) < 1e-3)
    generator = Generator(Textures(noises=3), **SIZE)
    again = Generator(Textures(noises=3), **SIZE)
    first, second = generator.pair(7), again.pair(7)
    check("the same seed gives the same pair", all(np.array_equal(a, b) for a, b in zip(vars(first).values(), vars(second).values())))
    check("another seed gives another pair", not np.array_equal(first.left, generator.pair(8).left))
    clean = Generator(Textures(noises=3), **SIZE, clean=True)
    for seed in range(6):
        pair = clean.pair(seed)
        check(f"pair {seed}: disparities are positive", float(min(pair.left_disparity.min(), pair.right_disparity.min())) > 0)
        for side, name in ((LEFT, "left"), (RIGHT, "right")):
            check(f"pair {seed}: {name} agrees with the other view", consistency(pair, side) > 0.999)
        place, lower, a, b = partners(pair, LEFT)
        rows = np.repeat(np.arange(SIZE["height"], dtype=np.float32)[:, None], SIZE["width"], 1)
        warped = cv2.remap(pair.right.astype(np.float32), place, rows, cv2.INTER_LINEAR)
        inside = ~pair.left_occluded & (abs(a - pair.left_disparity) < 0.5) & (abs(b - pair.left_disparity) < 0.5)
        difference = abs(warped - pair.left)[inside]
        check(f"pair {seed}: right, warped, is left (median {np.median(difference):.2f} grays)", float(np.median(difference)) < 4)
        shifted = abs(cv2.remap(pair.right.astype(np.float32), place + 2, rows, cv2.INTER_LINEAR) - pair.left)[inside]
        check(f"pair {seed}: and two pixels beside it is not", float(shifted.mean()) > 1.2 * float(difference.mean()))


if __name__ == "__main__":
    main()
