"""Fits the coefficients of Sources/StereoMatching/Confidence/SeenFamilies.swift and prints how well they hold.

    python Models/training/confidence/fit_seen.py ../shared/data stereodepth --family paths -- --method mc-cnn-fast

runs the program with everything behind `--` on scenes of KITTI 2012, KITTI 2015 and Middlebury, takes its disparities, labels and the
method's own measure, and computes what SharedTexture.swift defines from the images. The program must be one that writes the
method's own probability: built with `SeenConfidence.weigh` left out. It fits

    P(|error| <= 1 px) = u / (1 + u) / (1 + exp(-(b0 + b1 o - b2 ln(1 - rho) + b3 log2(1 + c)))),   u = (s / 0.35)^6

to the training scenes of ../shared/data/README.md, the data sets with one weight, and prints for the validation scenes of each data
set, by tenths, the mean probability, the share that is right and the share of the pixels, for KITTI those of 3 px too
(P3 = P1 + 0.6 (1 - P1)), and the area under the sparsification error (mean error of the pixels kept less the optimum's, in parts of the
mean error of all) by the method's own measure and by the confidence.

Data: KITTI 2012 and 2015 training (CC BY-NC-SA 3.0), Middlebury 2001-2006 (research use with citation).
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile

import cv2
import numpy as np
from scipy.optimize import minimize

VALIDATION = ["teddy", "cones", "Bowling1", "Cloth3", "Wood2"]
DOUBTS = 1 | 2 | 4 | 16 | 64
PIXELS = 6000


def gray(path):
    """As GrayConversion.swift: luma of 299, 587 and 114 thousandths."""
    image = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    if image.ndim == 2:
        return image.astype(np.int32)
    blue, green, red = (image[..., k].astype(np.int32) for k in range(3))
    return (299 * red + 587 * green + 114 * blue + 500) // 1000


def scenes(root):
    """(data set, is validation, left, right, truth with 0 = none, disparities)."""
    for year, scale in {"2003": 4, "2005_third": 3, "2006_third": 3, "2006_half": 2}.items():
        for scene in sorted((root / "middlebury" / year).iterdir()):
            truth = cv2.imread(str(scene / "disp_left.png"), cv2.IMREAD_UNCHANGED) / scale
            count = max(64, int(truth.max() + 16) // 16 * 16)
            yield "middlebury", scene.name in VALIDATION, scene / "left.png", scene / "right.png", truth, count
    for year, folders, frames in (
        ("kitti2012", ("image_0", "image_1", "disp_noc"), [*range(0, 120, 8), *range(120, 150, 4)]),
        ("kitti2015", ("image_2", "image_3", "disp_noc_0"), [*range(2, 21, 3), *range(21, 25)])):
        for i in frames:
            left, right, truth = (root / year / "training" / folder / f"{i:06d}_10.png" for folder in folders)
            held = i >= (120 if year == "kitti2012" else 21)
            yield year, held, left, right, cv2.imread(str(truth), cv2.IMREAD_UNCHANGED) / 256, 128


def texture(left, right, disparity):
    """Agreement, likeness and shared energy, as SharedTexture.swift defines them."""
    height, width = left.shape

    def gradient(image):
        result = np.zeros_like(image)
        result[:, 1:-1] = image[:, 2:] - image[:, :-2]
        return result

    own, other = gradient(left), gradient(right)
    place = np.arange(width)[None] - disparity
    inside = (place >= 0) & (place <= width - 1)
    sixteenths = np.where(inside, np.rint(16 * np.nan_to_num(place)), 0).astype(int)
    start, share, y = sixteenths >> 4, sixteenths & 15, np.arange(height)[:, None]
    partner = np.where(inside, other[y, start] * (16 - share) + other[y, np.minimum(start + 1, width - 1)] * share, 0)

    def mean(product):
        window = cv2.boxFilter(product[::2].astype(np.float64), -1, (9, 5), normalize=False, borderType=cv2.BORDER_CONSTANT)
        return np.repeat(window, 2, 0)[:height] / 45

    c = np.maximum(mean(own * partner) / 64, 0)
    a, b = mean(own * own) / 4, mean(partner.astype(np.float64) ** 2) / 1024
    return c / np.sqrt((a + 1) * (b + 1)), c / np.sqrt((a + 0.1) * (b + 0.1)), c


def pixels(tool, arguments, left, right, truth, count):
    """Own logit, rho, likeness, energy, doubt and error of some pixels with truth."""
    with tempfile.TemporaryDirectory() as folder:
        files = [f"{folder}/{name}" for name in ("d.npy", "c.npy", "v.png")]
        subprocess.run(
            [tool, "match", left, right, "--max-disparity", str(count), "--quiet", "--disparity", files[0], "--confidence", files[1],
             "--validity", files[2], *arguments], check=True)
        disparity, own = (np.load(file).astype(np.float64) for file in files[:2])
        labels = cv2.imread(files[2], cv2.IMREAD_UNCHANGED)
    own = np.clip(own, 0.001, 0.999)
    maps = [np.log(own / (1 - own)), *texture(gray(left), gray(right), disparity), (labels & DOUBTS) > 0, np.abs(disparity - truth)]
    known = np.flatnonzero(truth > 0)
    known = np.random.default_rng(1).choice(known, min(PIXELS, len(known)), replace=False)
    table = np.stack([m.ravel()[known].astype(np.float64) for m in maps], 1)
    return np.nan_to_num(table, nan=99)


def parts(table):
    """The regression's columns and `seen`."""
    own, rho, s, c, doubt, _ = table.T
    u = (s / 0.35) ** 6
    x = np.stack([np.ones_like(own), own * (1 - doubt), -np.log(1 - np.minimum(rho, 0.99)), np.minimum(np.log2(1 + c), 8), doubt], 1)
    return x, u / (1 + u)


def probability(table, b):
    x, seen = parts(table)
    return seen / (1 + np.exp(-x @ b))


def fit(samples):
    """Coefficients over (data set, table), the data sets with one weight; the last one is b1 times the doubtful pixels' own measure."""
    sets = sorted({name for name, _ in samples})
    x, seen, right, weight = [], [], [], []
    for name in sets:
        tables = [table for other, table in samples if other == name]
        for table in tables:
            columns, share = parts(table)
            x.append(columns)
            seen.append(share)
            right.append(table[:, 5] <= 1)
            weight.append(np.full(len(table), 1 / len(table) / len(tables) / len(sets)))
    x, seen, right, weight = (np.concatenate(column).astype(float) for column in (x, seen, right, weight))

    def surprise(b):
        s = 1 / (1 + np.exp(-x @ b))
        p = np.clip(seen * s, 1e-6, 1 - 1e-6)
        slope = x.T @ ((-right / p + (1 - right) / (1 - p)) * weight * seen * s * (1 - s))
        return -weight @ (right * np.log(p) + (1 - right) * np.log(1 - p)) + 1e-5 * b @ b, slope + 2e-5 * b

    return minimize(surprise, np.zeros(5), jac=True, method="L-BFGS-B").x


def tenths(said, right):
    for i in range(10):
        inside = (said >= i / 10) & ((said < (i + 1) / 10) | (i == 9))
        if inside.sum() >= 50:
            yield f"{said[inside].mean():.2f}-{right[inside].mean():.2f}({100 * inside.mean():.0f})"


def sparsification(confidence, error):
    n = np.arange(1, len(error) + 1)
    order = np.argsort(-confidence, kind="stable")
    return np.mean(np.cumsum(error[order]) / n - np.cumsum(np.sort(error)) / n) / np.mean(error)


def main():
    arguments = sys.argv[1:]
    split = arguments.index("--") if "--" in arguments else len(arguments)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("tool", help="the built stereodepth, without SeenConfidence")
    parser.add_argument("--family", default="paths", help="what the coefficients are printed as")
    options = parser.parse_args(arguments[:split])
    samples = [
        (name, held, pixels(options.tool, arguments[split + 1:], left, right, truth, count))
        for name, held, left, right, truth, count in scenes(options.data)]
    b = fit([(name, table) for name, held, table in samples if not held])
    print(f"{options.family}: bias {b[0]:.3f}, ofOwn {b[1]:.3f}, ofAgreement {b[2]:.3f}, ofEnergy {b[3]:.3f}, doubtful {b[4] / b[1]:.3f}")
    for name in sorted({name for name, _, _ in samples}):
        tables = [table for other, held, table in samples if held and other == name]
        said = np.concatenate([probability(table, b) for table in tables])
        error = np.concatenate([table[:, 5] for table in tables])
        print(name, "1 px:", *tenths(said, error <= 1))
        if name.startswith("kitti"):
            print(name, "3 px:", *tenths(said + 0.6 * (1 - said), error <= 3))
        areas = [(sparsification(t[:, 0], t[:, 5]), sparsification(probability(t, b), t[:, 5])) for t in tables]
        print("  sparsification error, own measure and confidence: {:.3f} {:.3f}".format(*np.mean(areas, 0)))


if __name__ == "__main__":
    main()
