"""How well the confidence of the MC-CNN methods is calibrated, and what would correct it.

    python fit_paths.py --data KITTI2012 --frames 3 19 35 51 67 83 99 115 -- --method mc-cnn-fast --max-disparity 228
    python fit_paths.py --data KITTI2012 --frames 120 125 130 135 140 145 --correction A B -- …

runs the program (everything behind `--` goes to `stereodepth match`) and compares the confidence that it writes with the share of
pixels that end within 2 px of the truth, all pixels with truth, every frame with the same weight. Printed are the table by tenths, the
mean distance of confidence and share over the tenths (weighted by their pixels), the area under the sparsification curve beside
its optimum, and the line a + b · logit(confidence) that fits best: those are the numbers of
Sources/StereoMatching/Confidence/PathConfidence.swift's correction for a cost (fit on training frames, check with `--correction` on
others). Data: KITTI 2012 training (CC BY-NC-SA 3.0).
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import cv2
import numpy as np

BOUND = 2.0


def measured(options, frame, folder):
    """Logit of the confidence, and whether the pixel is right, of all pixels of a frame with truth."""
    root, name = Path(options.data) / "training", f"{frame:06d}_10.png"
    subprocess.run(
        [options.program, "match", str(root / "image_0" / name), str(root / "image_1" / name), "--disparity", f"{folder}/d.pfm",
         "--confidence", f"{folder}/c.pfm", "--quiet"] + options.arguments, check=True)
    truth = cv2.imread(str(root / "disp_noc" / name), cv2.IMREAD_UNCHANGED).astype(np.float32) / 256
    found, confidence = (cv2.imread(f"{folder}/{map}.pfm", cv2.IMREAD_UNCHANGED) for map in "dc")
    known = truth > 0
    p = np.clip(confidence[known].astype(np.float64), 1e-4, 1 - 1e-4)
    return np.log(p / (1 - p)), (np.abs(found - truth)[known] < BOUND).astype(np.float64)


def fit(frames):
    """a, b of P(right) = 1 / (1 + exp(−a − b · logit)), by Newton's method."""
    ab = np.array([0.0, 1.0])
    for _ in range(30):
        slope, curvature = np.zeros(2), np.zeros((2, 2))
        for logit, right in frames:
            x = np.stack([np.ones_like(logit), logit])
            p = 1 / (1 + np.exp(-ab @ x))
            slope += x @ (p - right) / len(right)
            curvature += (x * (p * (1 - p))) @ x.T / len(right)
        ab -= np.linalg.solve(curvature + 1e-9 * np.eye(2), slope)
    return ab


def sparsification(confidence, wrong):
    """Area under the share of errors among the pixels kept, densities 1/20 ... 1."""
    order = np.argsort(-confidence, kind="stable")
    shares = np.cumsum(wrong[order]) / np.arange(1, len(order) + 1)
    return np.mean([shares[int(np.ceil(len(order) * k / 20)) - 1] for k in range(1, 21)])


def table(frames, a, b):
    """Prints the calibration by tenths."""
    p = np.concatenate([1 / (1 + np.exp(-a - b * logit)) for logit, _ in frames])
    right = np.concatenate([right for _, right in frames])
    apart = 0.0
    for lower in np.arange(10) / 10:
        inside = (p >= lower) & (p < lower + 0.1 if lower < 0.9 else p <= 1)
        if inside.any():
            apart += inside.mean() * abs(p[inside].mean() - right[inside].mean())
            print(f"{lower:.1f} .. {lower + 0.1:.1f}: {100 * inside.mean():6.2f} % of pixels, said {100 * p[inside].mean():.1f} %, "
                  f"right {100 * right[inside].mean():.1f} %")
    areas = [(sparsification(logit, 1 - right), sparsification(right, 1 - right), 1 - right.mean()) for logit, right in frames]
    print(f"mean distance {100 * apart:.2f} points; area under the sparsification curve, optimum, without order: "
          + ", ".join(f"{100 * x:.2f} %" for x in np.mean(areas, 0)))


def main():
    arguments = sys.argv[1:]
    ours, theirs = (arguments[:arguments.index("--")], arguments[arguments.index("--") + 1:]) if "--" in arguments else (arguments, [])
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default="stereodepth")
    parser.add_argument("--data", required=True, help="root of KITTI 2012")
    parser.add_argument("--frames", type=int, nargs="+", required=True)
    parser.add_argument("--correction", type=float, nargs=2, default=(0.0, 1.0), metavar=("A", "B"))
    options = parser.parse_args(ours)
    options.arguments = theirs
    with tempfile.TemporaryDirectory() as folder:
        frames = [measured(options, frame, folder) for frame in options.frames]
    table(frames, *options.correction)
    print("best line: a = {:.3f}, b = {:.3f}".format(*fit(frames)))


if __name__ == "__main__":
    main()
