"""Errors of a network on the validation part, which never enters training; see README.md.

Prints, over all scenes, the share of pixels with truth that are wrong: winner-takes-all of the network's own cost, and after
the paper's pipeline (SGM, left-right check and interpolation for KITTI, sub-pixel, 5x5 median).
"""
import argparse
import json
from pathlib import Path

import cv2
import numpy as np
import torch

import data
import pipeline
from network import load_weights


def volume_of(network, pair, options):
    views = [torch.from_numpy(pair.standardised(view).astype(np.float32)) for view in (0, 1)]
    with torch.inference_mode():
        left, right = (network.features(view[None, None], repeat_border=True)[0] for view in views)
        join = pipeline.learned_volume if network.is_accurate else lambda _, *rest: pipeline.cosine_volume(*rest)
        return join(network, left, right, options.range), views


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights")
    parser.add_argument("dataset", choices=["kitti", "middlebury"])
    parser.add_argument("--data", required=True)
    parser.add_argument("--range", type=int, help="number of disparities; default 228 (KITTI), 85 (Middlebury)")
    parser.add_argument("--every", type=int, default=1, help="only every n-th scene")
    parser.add_argument("--set", nargs="*", default=[], metavar="KEY=VALUE", help="other parameters of SGM than the paper's")
    parser.add_argument("--raw-only", action="store_true", help="winner-takes-all only")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--append", nargs=2, metavar=("FILE", "STEP"), help="add [step, winner-takes-all percent] to a JSON list")
    options = parser.parse_args()
    options.range = options.range or {"kitti": 228, "middlebury": 85}[options.dataset]
    torch.set_num_threads(options.threads)
    cv2.setNumThreads(1)
    network = load_weights(options.weights)
    parameters = pipeline.PRESETS["accurate" if network.is_accurate else "fast", options.dataset]
    for key, value in (text.split("=") for text in options.set):
        setattr(parameters, key, float(value))
    bound = {"kitti": 3.0, "middlebury": 1.0}[options.dataset]
    wrong, count = np.zeros(2), 0
    for pair in data.load(options.dataset, options.data, validation=True)[::options.every]:
        volume, views = volume_of(network, pair, options)
        if options.raw_only:
            maps = [volume.argmin(2).numpy()] * 2
        else:
            maps = pipeline.full_pipeline(volume, *views, parameters, interpolate=options.dataset == "kitti")
        known = pair.known > 0
        errors = [int((abs(found - pair.known)[known] > bound).sum()) for found in maps]
        wrong, count = wrong + errors, count + int(known.sum())
        print(f"{pair.name}: winner takes all {100 * errors[0] / known.sum():.2f} %, pipeline {100 * errors[1] / known.sum():.2f} %", flush=True)
    print(f"all: winner takes all {100 * wrong[0] / count:.3f} %" + ("" if options.raw_only else f", pipeline {100 * wrong[1] / count:.3f} %") + f" > {bound:g} px, {count} pixels")
    if options.append:
        path = Path(options.append[0])
        entries = json.loads(path.read_text()) if path.exists() else []
        path.write_text(json.dumps(entries + [[int(options.append[1]), 100 * wrong[0] / count]]))


if __name__ == "__main__":
    main()
