"""KITTI 2012 and 2015 scores in NumPy, written from the formulas of the development kits and nothing else.

    python3 kitti_scores.py golden > kitti_golden.json      the scores of kitti_cases.py, to be compared in Swift
    python3 kitti_scores.py score 2012 ESTIMATES NOC [OCC]  a directory of 16-bit PNG files against another

Independent of the Swift code on purpose: gaps are filled by accumulating indices, counts are array sums.
"""

import json
import os
import struct
import sys
import zlib

import numpy as np

import kitti_cases

COLOURS = [(49, 54, 149), (69, 117, 180), (116, 173, 209), (171, 217, 233), (224, 243, 248), (254, 224, 144),
           (253, 174, 97), (244, 109, 67), (215, 48, 39), (165, 0, 38)]
EDGES = np.array([0.0625, 0.125, 0.25, 0.5, 1, 2, 4, 8, 16], dtype=np.float32)


def disparities(codes):
    """Codes to pixels, -1 where there is none."""
    return np.where(codes == 0, np.float32(-1), codes.astype(np.float32) / np.float32(256))


def nearest(valid, axis):
    """Index of the last valid element at or before each element along an axis, -1 where there is none."""
    shape = [1, 1]
    shape[axis] = -1
    index = np.where(valid, np.arange(valid.shape[axis]).reshape(shape), -1)
    return np.maximum.accumulate(index, axis=axis)


def fill(estimate):
    """Background interpolation: the lesser neighbour in a row's gap, then the nearest towards the borders."""
    valid = estimate >= 0
    height, width = estimate.shape
    rows = np.arange(height)[:, None]
    before = nearest(valid, 1)
    after = width - 1 - nearest(valid[:, ::-1], 1)[:, ::-1]
    has_before, has_after = before >= 0, after < width
    left = np.where(has_before, estimate[rows, np.maximum(before, 0)], np.float32(np.inf))
    right = np.where(has_after, estimate[rows, np.minimum(after, width - 1)], np.float32(np.inf))
    filled = np.where(has_before | has_after, np.minimum(left, right), np.float32(-1))
    occupied = np.flatnonzero(valid.any(axis=1))
    if occupied.size:
        filled[:occupied[0]] = filled[occupied[0]]
        filled[occupied[-1] + 1:] = filled[occupied[-1]]
    return filled


def region_2012(original, filled, truth):
    known = truth >= 0
    error = np.abs(truth - filled)[known]
    has = (original >= 0)[known]
    return {
        "pixels": int(known.sum()), "estimated": int(has.sum()),
        "outliers": [int((error > t).sum()) for t in range(1, 6)],
        "estimatedOutliers": [int((error[has] > t).sum()) for t in range(1, 6)],
        "errorSum": float(error.sum(dtype=np.float64)), "estimatedErrorSum": float(error[has].sum(dtype=np.float64)),
    }


def region_2015(original, filled, truth, objects):
    known = truth >= 0
    error = np.abs(truth - filled)
    relative = np.zeros(error.shape)
    np.divide(error.astype(np.float64), np.abs(truth), out=relative, where=known)
    outlier = (error > 3.0) & (relative > 0.05)
    has = original >= 0

    def counts(where):
        return {"pixels": int(where.sum()), "outliers": int((where & outlier).sum()),
                "estimated": int((where & has).sum()), "estimatedOutliers": int((where & has & outlier).sum())}

    return {"background": counts(known & (objects == 0)), "foreground": counts(known & (objects > 0)),
            "all": counts(known), "errorSum": float(error[known].sum(dtype=np.float64))}


def error_image(filled, noc, occ, style):
    """Dots of 3 x 3 pixels in row order; the byte arithmetic of io_disp.h."""
    height, width = filled.shape
    image = np.zeros((height, width, 3), dtype=np.uint8)
    for v in range(1, height - 1):
        for u in range(1, width - 1):
            if occ[v, u] < 0:
                continue
            error = np.abs(filled[v, u] - occ[v, u])
            hidden = noc[v, u] < 0
            if style == 2015:
                n = np.float32(min(float(error) / 3.0, 20.0 * float(error) / float(abs(occ[v, u]))))
                dot = np.array(COLOURS[int(np.searchsorted(EDGES, n, side="right"))], dtype=np.uint8)
                dot = dot // 2 if hidden else dot
            else:
                gray = int(float(np.float32(min(float(error), 5.0) / 5.0)) * 255.0)
                dot = (gray, 0, 0) if hidden else (gray, gray, gray)
            image[v - 1:v + 2, u - 1:u + 2] = dot
    return image


def summary_2012(scores):
    """Means over images; the block over estimated pixels counts 0 where an image has none, as the kit does."""

    def block(name):
        regions = [score[name] for score in scores]

        def mean(of):
            return float(np.mean([of(region) for region in regions]))

        return {
            "out": [100 * mean(lambda r: r["outliers"][k] / r["pixels"]) for k in range(5)],
            "average": mean(lambda r: r["errorSum"] / r["pixels"]),
            "density": 100 * mean(lambda r: r["estimated"] / r["pixels"]),
            "estimatedOut": [100 * mean(lambda r: r["estimatedOutliers"][k] / max(r["estimated"], 1)) for k in range(5)],
            "estimatedAverage": mean(lambda r: r["estimatedErrorSum"] / max(r["estimated"], 1)),
        }

    return {name: block(name) for name in ("noc", "all") if all(score.get(name) for score in scores)}


def summary_2015(scores):
    """Pooled counts."""

    def rate(region, part, above, below):
        pixels = sum(score[region][part][below] for score in scores)
        return 100 * sum(score[region][part][above] for score in scores) / pixels

    parts = ("background", "foreground", "all")
    return {region: {"d1": [rate(region, part, "outliers", "pixels") for part in parts],
                     "estimatedD1": [rate(region, part, "estimatedOutliers", "estimated") for part in parts],
                     "density": rate(region, "all", "estimated", "pixels")} for region in ("noc", "occ")}


def golden():
    cases, scores_2012, scores_2015 = [], [], []
    for number in range(kitti_cases.CASES):
        maps = kitti_cases.case(number)
        estimate, noc, occ = (disparities(codes) for codes in maps[:3])
        objects = maps[3]
        filled = fill(estimate)
        scores_2012.append({"noc": region_2012(estimate, filled, noc), "all": region_2012(estimate, filled, occ)})
        scores_2015.append({"noc": region_2015(estimate, filled, noc, objects),
                            "occ": region_2015(estimate, filled, occ, objects)})
        cases.append({
            "width": estimate.shape[1], "height": estimate.shape[0],
            "maps": zlib.crc32(b"".join(codes.astype("<u2").tobytes() for codes in maps)),
            "kitti2012": scores_2012[-1], "kitti2015": scores_2015[-1],
            "errorImage2012": zlib.crc32(error_image(filled, noc, occ, 2012).tobytes()),
            "errorImage2015": zlib.crc32(error_image(filled, noc, occ, 2015).tobytes())})
    rows = ",\n".join(json.dumps(row, separators=(",", ":")) for row in cases)
    print('{"kitti2012":%s,\n"kitti2015":%s,\n"cases":[\n%s\n]}' % (
        json.dumps(summary_2012(scores_2012)), json.dumps(summary_2015(scores_2015)), rows))


def read_png16(path):
    """A gray 16-bit PNG without interlacing, by the PNG specification."""
    data = open(path, "rb").read()
    at, parts = 8, []
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + length]
        at += 12 + length
        if kind == b"IHDR":
            width, height, bits, colour, _, _, interlace = struct.unpack(">IIBBBBB", body)
            assert (bits, colour, interlace) == (16, 0, 0), path
        elif kind == b"IDAT":
            parts.append(body)
    raw = np.frombuffer(zlib.decompress(b"".join(parts)), dtype=np.uint8).reshape(height, 1 + 2 * width)
    lines = np.zeros((height + 1, 2 * width + 2), dtype=np.uint8)
    for y in range(height):
        kind, coded, above, line = raw[y, 0], raw[y, 1:], lines[y], lines[y + 1]
        if kind == 0:
            line[2:] = coded
        elif kind == 2:
            line[2:] = coded + above[2:]
        else:
            for x in range(2 * width):
                a, b, c = int(line[x]), int(above[x + 2]), int(above[x])
                p = a + b - c
                paeth = a if abs(p - a) <= abs(p - b) and abs(p - a) <= abs(p - c) else b if abs(p - b) <= abs(p - c) else c
                line[x + 2] = (int(coded[x]) + {1: a, 3: (a + b) // 2, 4: paeth}[int(kind)]) & 255
    return lines[1:, 2:].copy().view(">u2").astype(np.int64)


def score_directories(estimates, noc, occ=None):
    scores = []
    for name in sorted(os.listdir(noc)):
        estimate = disparities(read_png16(os.path.join(estimates, name)))
        filled = fill(estimate)
        score = {"noc": region_2012(estimate, filled, disparities(read_png16(os.path.join(noc, name))))}
        if occ:
            score["all"] = region_2012(estimate, filled, disparities(read_png16(os.path.join(occ, name))))
        scores.append(score)
    print(json.dumps(summary_2012(scores)))


if __name__ == "__main__":
    if sys.argv[1:] == ["golden"]:
        golden()
    elif sys.argv[1:3] == ["score", "2012"] and len(sys.argv) in (5, 6):
        score_directories(*sys.argv[3:])
    else:
        sys.exit(__doc__)
