"""Fits the coefficients of Sources/StereoNetworks/Blocks/Regression/SpreadConfidence.swift.

    python Models/training/confidence/fit_spread.py ../shared/data/kitti2012 \
        ../shared/weights/psmnet_kitti2015/pretrained_model_KITTI2015.tar --tool .build/release/stereodepth

runs PSMNet with the authors' KITTI 2015 weights on crops (the last 256 rows and 640 columns) of KITTI 2012 training frames,
which that network was not trained on, takes the spread s of the distribution over disparities back out of the
confidence that the tool writes, and fits

    logit P(|error| < 3 px) = b0 + b1 ln(s + 1/2)

by logistic regression over pixels with ground truth (not occluded), every frame with the same weight: frames 000000,
000010 ... 000110. It prints the coefficients with the interval over resampled frames (bootstrap, 95 %), and for the frames
000120, 000125 ... 000145 the area under the sparsification curve (see fit.py) and the calibration table.

Data: KITTI 2012 training (CC BY-NC-SA 3.0).
"""

import argparse
import pathlib
import re
import subprocess
import tempfile

import cv2
import numpy as np

from fit import fit, sparsification

BOUND = 3.0
ROWS, COLUMNS = 256, 640


def coefficients():
    """b0 and b1 as the Swift file has them: what the tool's confidences were made with."""
    root = pathlib.Path(__file__).resolve().parents[3]
    text = (root / "Sources/StereoNetworks/Blocks/Regression/SpreadConfidence.swift").read_text()
    return [float(re.search(rf"let {name}: Float = (\S+)", text).group(1)) for name in ("bias", "ofLogarithm")]


def samples(options, number, folder):
    """Error and spread at the pixels of a crop with ground truth."""
    kitti, name = options.data / "training", f"{number:06d}_10.png"
    for side, source in (("left", "image_0"), ("right", "image_1")):
        image = cv2.imread(str(kitti / source / name), cv2.IMREAD_UNCHANGED)
        cv2.imwrite(f"{folder}/{side}.png", image[-ROWS:, -COLUMNS:])
    command = [
        options.tool, "match", f"{folder}/left.png", f"{folder}/right.png", "--method", "psmnet", "--weights", options.weights,
        "--set", "align-corners=true", "--max-disparity", "192", "--quiet", "--disparity", f"{folder}/disparity.npy",
        "--confidence", f"{folder}/confidence.npy"]
    subprocess.run(command, check=True)
    truth = cv2.imread(str(kitti / "disp_noc" / name), cv2.IMREAD_UNCHANGED)[-ROWS:, -COLUMNS:] / 256.0
    known = truth > 0
    confidence = np.load(f"{folder}/confidence.npy").astype(np.float64)[known]
    b0, b1 = coefficients()
    spread = np.exp((np.log(confidence / (1 - confidence)) - b0) / b1) - 0.5
    return np.abs(np.load(f"{folder}/disparity.npy")[known] - truth[known]), np.maximum(spread, 0)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("weights")
    parser.add_argument("--tool", default=".build/release/stereodepth")
    options = parser.parse_args()
    dice = np.random.default_rng(1)
    train, validate = [], []
    with tempfile.TemporaryDirectory() as folder:
        for number in [*range(0, 120, 10), *range(120, 150, 5)]:
            error, spread = samples(options, number, folder)
            x = np.stack([np.ones_like(spread), np.log(spread + 0.5)], 1)
            (train if number < 120 else validate).append((x, (error < BOUND).astype(np.float64)))
            print(f"{number:06d}: {100 * (error >= BOUND).mean():.2f} % beyond {BOUND} px, median spread {np.median(spread):.2f} px",
                  flush=True)
    b = fit(train)
    resampled = np.array([fit([train[i] for i in dice.integers(0, len(train), len(train))]) for _ in range(40)])
    low, high = np.percentile(resampled, [2.5, 97.5], axis=0)
    for label, value, l, h in zip(["bias", "logarithm of the spread"], b, low, high):
        print(f"{label:24s} {value:9.4f}   [{l:.3f}, {h:.3f}]")
    areas = [(sparsification(x @ b, 1 - right), sparsification(right, 1 - right), (1 - right).mean())
             for x, right in validate]
    print("mean area in %: confidence, optimum, none:", " ".join(f"{100 * a:.2f}" for a in np.mean(areas, 0)))
    p = 1 / (1 + np.exp(-np.concatenate([v[0] for v in validate]) @ b))
    y = np.concatenate([v[1] for v in validate])
    for lower, upper in [(0, 0.2), (0.2, 0.4), (0.4, 0.6), (0.6, 0.8), (0.8, 0.9), (0.9, 0.95), (0.95, 0.98), (0.98, 1)]:
        inside = (p >= lower) & (p < upper)
        if inside.any():
            print(f"confidence {lower:.2f} .. {upper:.2f}: {inside.mean() * 100:6.2f} % of pixels, right {100 * y[inside].mean():.1f} %, mean {100 * p[inside].mean():.1f} %")


if __name__ == "__main__":
    main()
