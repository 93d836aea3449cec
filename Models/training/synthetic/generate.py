"""Writes synthetic pairs, draws a sheet of them, or measures how fast they come.

    python generate.py OUT --count 100 [--photographs FOLDER]     left, right (PNG), disparities (PFM), occlusions (PNG)
    python generate.py --sheet sheet.jpg [--photographs FOLDER]   left, right, left disparity, left occlusion of eight pairs
    python generate.py --time 10 [--processes 2]                  pairs a second
"""
import argparse
import multiprocessing
import time
from pathlib import Path

import cv2
import numpy as np

import scenes


def coloured(disparity, greatest):
    return cv2.applyColorMap(np.clip(255 * disparity / greatest, 0, 255).astype(np.uint8), cv2.COLORMAP_TURBO)


def sheet(generator, seeds):
    """A row for each seed: left, right, left disparity in colours, left occlusion."""
    rows = []
    for seed in seeds:
        pair = generator.pair(seed)
        gray = [cv2.cvtColor(image, cv2.COLOR_GRAY2BGR) for image in (pair.left, pair.right, np.uint8(255) * pair.left_occluded)]
        rows.append(np.hstack([gray[0], gray[1], coloured(pair.left_disparity, generator.greatest), gray[2]]))
    return np.vstack(rows)


def write(pair, folder, name):
    for side in ("left", "right"):
        cv2.imwrite(str(folder / f"{name}_{side}.png"), getattr(pair, side))
        cv2.imwrite(str(folder / f"{name}_{side}_disparity.pfm"), getattr(pair, f"{side}_disparity"))
        cv2.imwrite(str(folder / f"{name}_{side}_occluded.png"), np.uint8(255) * getattr(pair, f"{side}_occluded"))


def count_for(arguments):
    """Pairs that one process makes in the given seconds, and the seconds that they took."""
    options, first = arguments
    cv2.setNumThreads(1)
    generator = scenes.Generator(scenes.Textures(options.photographs), options.width, options.height)
    generator.pair(first)
    begun, made = time.perf_counter(), 0
    while time.perf_counter() - begun < options.time:
        made += 1
        generator.pair(first + made)
    return made / (time.perf_counter() - begun)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", nargs="?")
    parser.add_argument("--count", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--photographs", help="folder of photographs, searched recursively; without it textures are procedural")
    parser.add_argument("--width", type=int, default=512)
    parser.add_argument("--height", type=int, default=256)
    parser.add_argument("--sheet")
    parser.add_argument("--time", type=float)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    if options.time:
        with multiprocessing.Pool(options.processes) as pool:
            rates = pool.map(count_for, [(options, options.seed + 1_000_000 * p) for p in range(options.processes)])
        print(f"{sum(rates):.1f} pairs of {options.width}×{options.height} a second, {options.processes} processes")
        return
    generator = scenes.Generator(scenes.Textures(options.photographs), options.width, options.height)
    if options.sheet:
        cv2.imwrite(options.sheet, sheet(generator, range(options.seed, options.seed + 8)))
    elif options.out:
        Path(options.out).mkdir(parents=True, exist_ok=True)
        for seed in range(options.seed, options.seed + options.count):
            write(generator.pair(seed), Path(options.out), f"{seed:06d}")
    else:
        parser.error("say where to write, --sheet or --time")


if __name__ == "__main__":
    main()
