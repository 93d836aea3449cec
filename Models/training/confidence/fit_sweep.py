"""Fits the constants of Sources/StereoMatching/Confidence/LeastSumConfidence.swift.

    python Models/training/confidence/fit_sweep.py ../shared/data .build/release/stereodepth

runs the fused presets of `sgm` over the training split of ../shared/data/README.md (every third KITTI frame, Middlebury 2003 to
2006), takes the mean path cost m of every winner back out of the confidences that the tool writes now, and fits

    P(right) = 1 / (1 + exp(a m - b))

to pixels that passed every check, both data sets with one weight; right is within 3 px on KITTI, 1.5 px on Middlebury. It
prints a, b, the share of filled pixels that are right, and for the validation split the mean difference between the
confidence and that share, in bins of 2 bits.

Data: KITTI 2012 training (CC BY-NC-SA 3.0), Middlebury 2003-2006 (research use with citation).
"""

import argparse
import pathlib
import re
import subprocess
import tempfile

import cv2
import numpy as np
from scipy.optimize import minimize

VALIDATION = ["teddy", "cones", "Bowling1", "Cloth3", "Wood2"]
DOUBTS = 1 | 2 | 4 | 16
SWIFT = pathlib.Path(__file__).parents[3] / "Sources/StereoMatching/Confidence/LeastSumConfidence.swift"


def scenes(root):
    """(data set, is validation, left, right, ground truth with 0 = none, error that is right, disparities)."""
    kitti = root / "kitti2012/training"
    for i in list(range(0, 120, 3)) + list(range(120, 150, 2)):
        name = f"{i:06d}_10.png"
        truth = cv2.imread(str(kitti / "disp_noc" / name), cv2.IMREAD_UNCHANGED) / 256.0
        yield "kitti", i >= 120, kitti / "image_0" / name, kitti / "image_1" / name, truth, 3.0, 128
    for folder, scale in {"2003": 4, "2005_third": 3, "2006_third": 3, "2006_half": 2}.items():
        for scene in sorted((root / "middlebury" / folder).iterdir()):
            truth = cv2.imread(str(scene / "disp_left.png"), cv2.IMREAD_UNCHANGED) / scale
            count = max(64, int(truth.max() + 16) // 16 * 16)
            yield "middlebury", scene.name in VALIDATION, scene / "left.png", scene / "right.png", truth, 1.5, count


def constants(paths):
    """a and b as the tool has them now."""
    pairs = re.search(r"\(3, ([\d.]+), ([\d.]+)\) : \(4, ([\d.]+), ([\d.]+)\)", SWIFT.read_text()).groups()
    return [float(text) for text in (pairs[:2] if paths == 3 else pairs[2:])]


def pixels(tool, preset, paths, scene):
    """Mean path cost, whether a check failed, and whether the disparity is right, of the pixels with ground truth."""
    _, _, left, right, truth, bound, count = scene
    with tempfile.TemporaryDirectory() as folder:
        files = [f"{folder}/{name}" for name in ("d.npy", "c.npy", "v.png")]
        subprocess.run(
            [tool, "match", left, right, "--preset", preset, "--max-disparity", str(count), "--quiet", "--disparity", files[0],
             "--confidence", files[1], "--validity", files[2]], check=True)
        disparity, confidence = (np.load(file).astype(np.float64) for file in files[:2])
        validity = cv2.imread(files[2], cv2.IMREAD_UNCHANGED)
    a, b = constants(paths)
    cost = np.rint(paths * (b + np.log(1 / np.clip(confidence, 1e-6, 1 - 1e-6) - 1)) / a).clip(0, 255) / paths
    known = truth > 0
    return cost[known], (validity[known] & DOUBTS) > 0, np.abs(disparity - truth)[known] <= bound


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("tool", help="the built stereodepth")
    options = parser.parse_args()
    for preset, paths in (("realtime", 3), ("balanced", 4), ("quality", 4)):
        parts = {}
        for scene in scenes(options.data):
            parts.setdefault(scene[:2], []).append(pixels(options.tool, preset, paths, scene))
        parts = {key: [np.concatenate(column) for column in zip(*rows)] for key, rows in parts.items()}
        train = [parts[name, False] for name in ("kitti", "middlebury")]

        def surprise(t):
            total = 0
            for cost, doubtful, right in train:
                p = 1 / (1 + np.exp(t[0] * cost[~doubtful] - t[1]))
                total -= np.mean(np.log(np.where(right[~doubtful], p, 1 - p) + 1e-9))
            return total

        a, b = minimize(surprise, [0.12, 4.9], method="Nelder-Mead").x
        filled = np.mean([right[doubtful].mean() for _, doubtful, right in train])
        print(f"{preset}: a {a:.3f}, b {b:.2f}, of filled pixels right {filled:.2f}")
        for name in ("kitti", "middlebury"):
            cost, doubtful, right = parts[name, True]
            p = np.where(doubtful, filled, 1 / (1 + np.exp(a * cost - b)))
            bins = np.where(doubtful, -1, cost // 2).astype(int)
            away = sum(abs(p[bins == i].sum() - right[bins == i].sum()) for i in np.unique(bins)) / len(p)
            print(f"  validation, {name}: mean difference {away:.4f}")


if __name__ == "__main__":
    main()
