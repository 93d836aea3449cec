"""Fits the coefficients of Sources/StereoMatching/Confidence/CalibratedConfidence.swift.

    python Models/training/confidence/fit.py ../shared/data

computes, for frames (those stored as PNG) of the training split in ../shared/data/README.md, the disparities of census 9x7 + semi-global matching
(8 paths, P1 = 4, P2 = 60), the three measures as their Swift files define them, and fits

    logit P(|error| < 2 px) = b0 + b1 p + b2 min(l, 4) + b3 sqrt(a) + b4 p min(l, 4)

(p peak ratio, l left-right distance, a ambiguity) by logistic regression over pixels with ground truth. Every frame has
the same weight. It prints the coefficients with the interval over resampled frames (bootstrap, 95 %), and for the
validation split the area under the sparsification curve (share of errors among the pixels kept, as the least confident
ones are removed) beside the optimum, and the calibration table.

Data: KITTI 2012 training (CC BY-NC-SA 3.0), Middlebury 2001-2006 (research use with citation).
"""

import argparse
import ctypes
import pathlib
import subprocess
import tempfile

import cv2
import numpy as np
from scipy.optimize import minimize

P1, P2 = 4.0, 60.0
VALIDATION = ["teddy", "cones", "Bowling1", "Cloth3", "Wood2"]
BOUND = 2.0
DISTANCE_CAP = 4.0


def compiled():
    """measures.c beside this file, compiled for this machine."""
    source = pathlib.Path(__file__).with_name("measures.c")
    library = pathlib.Path(tempfile.mkdtemp()) / "measures.so"
    subprocess.run(["clang", "-O3", "-march=native", "-shared", "-fPIC", str(source), "-lm", "-o", str(library)], check=True)
    return ctypes.CDLL(str(library))


def measures(library, left, right, count):
    """Disparities of the left image, peak ratio, left-right distance and ambiguity, each [H, W]."""
    height, width = left.shape
    maps = [np.empty((height, width), np.float32) for _ in range(4)]
    library.measures(
        *(np.ascontiguousarray(image).ctypes.data_as(ctypes.c_void_p) for image in (left, right)), height, width, count,
        ctypes.c_float(P1), ctypes.c_float(P2), *(m.ctypes.data_as(ctypes.c_void_p) for m in maps))
    return maps


def frames(root):
    """(name, is validation, left, right, ground truth with 0 = none, disparities)."""
    kitti = root / "kitti2012/training"
    for i in list(range(0, 120, 10)) + list(range(120, 150, 5)):
        name = f"{i:06d}_10.png"
        truth = cv2.imread(str(kitti / "disp_noc" / name), cv2.IMREAD_UNCHANGED) / 256.0
        yield (name, i >= 120, cv2.imread(str(kitti / "image_0" / name), 0), cv2.imread(str(kitti / "image_1" / name), 0),
               truth, 128)
    scales = {"2001": {"tsukuba": 16, "venus": 8}, "2003": {"cones": 4, "teddy": 4}, "2005_third": 3, "2006_third": 3}
    for year, scale in scales.items():
        for scene in sorted((root / "middlebury" / year).iterdir()):
            if not (scene / "disp_left.png").exists():
                continue
            factor = scale[scene.name] if isinstance(scale, dict) else scale
            truth = cv2.imread(str(scene / "disp_left.png"), cv2.IMREAD_UNCHANGED)
            truth = (truth if truth.ndim == 2 else truth[..., 0]) / float(factor)
            yield (scene.name, scene.name in VALIDATION, cv2.imread(str(scene / "left.png"), 0),
                   cv2.imread(str(scene / "right.png"), 0), truth, 80)


def design(peak, distance, ambiguity):
    distance = np.minimum(distance, DISTANCE_CAP)
    return np.stack([np.ones_like(peak), peak, distance, np.sqrt(ambiguity), peak * distance], 1)


def fit(samples):
    """Coefficients of the logistic regression, every frame with the same weight."""
    x = np.concatenate([s[0] for s in samples])
    y = np.concatenate([s[1] for s in samples])
    w = np.concatenate([np.full(len(s[1]), 1 / len(s[1]) / len(samples)) for s in samples])

    def loss(b):
        z = x @ b
        p = 1 / (1 + np.exp(-z))
        return w @ (np.logaddexp(0, z) - y * z) + 1e-6 * b @ b, x.T @ (w * (p - y)) + 2e-6 * b

    return minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B").x


def sparsification(confidence, wrong):
    """Area under the share of errors among the pixels kept, densities 1/20 ... 1."""
    order = np.argsort(-confidence, kind="stable")
    shares = np.cumsum(wrong[order]) / np.arange(1, len(order) + 1)
    return np.mean([shares[int(np.ceil(len(order) * k / 20)) - 1] for k in range(1, 21)])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=pathlib.Path)
    root = parser.parse_args().data
    library = compiled()
    dice = np.random.default_rng(1)
    train, validate = [], []
    for name, is_validation, left, right, truth, count in frames(root):
        disparity, peak, distance, ambiguity = measures(library, left, right, count)
        known = np.flatnonzero(truth.ravel() > 0)
        if not is_validation and len(known) > 20000:
            known = dice.choice(known, 20000, replace=False)
        error = np.abs(disparity.ravel() - truth.ravel())[known]
        x = design(*(m.ravel()[known].astype(np.float64) for m in (peak, distance, ambiguity)))
        (validate if is_validation else train).append((x, (error < BOUND).astype(np.float64), name))
        print(f"{name}: {100 * (error >= BOUND).mean():.2f} % beyond {BOUND} px", flush=True)
    b = fit(train)
    resampled = np.array([fit([train[i] for i in dice.integers(0, len(train), len(train))]) for _ in range(40)])
    low, high = np.percentile(resampled, [2.5, 97.5], axis=0)
    for label, value, l, h in zip(["bias", "peak", "distance", "sqrt ambiguity", "peak * distance"], b, low, high):
        print(f"{label:16s} {value:9.4f}   [{l:.3f}, {h:.3f}]")
    areas = []
    for x, right, name in validate:
        wrong = 1 - right
        single = [sparsification(s, wrong) for s in (x[:, 1], -x[:, 2], -x[:, 3])]
        areas.append((sparsification(x @ b, wrong), sparsification(-wrong, wrong), wrong.mean(), *single))
        print(name, " ".join(f"{100 * a:.2f}" for a in areas[-1]))
    print("mean area in %: confidence, optimum, none, peak, distance, ambiguity:",
          " ".join(f"{100 * a:.2f}" for a in np.mean(areas, 0)))
    p = 1 / (1 + np.exp(-np.concatenate([v[0] for v in validate]) @ b))
    y = np.concatenate([v[1] for v in validate])
    for lower in np.arange(0, 1, 0.1):
        inside = (p >= lower) & (p < lower + 0.1)
        if inside.any():
            print(f"confidence {lower:.1f} .. {lower + 0.1:.1f}: {inside.mean() * 100:6.2f} % of pixels, right {100 * y[inside].mean():.1f} %")


if __name__ == "__main__":
    main()
