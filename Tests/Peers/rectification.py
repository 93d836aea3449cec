#!/usr/bin/env python3
"""Random rigs and what OpenCV makes of them: rectification.py COUNT [SEED] prints JSON for RectificationTests.

Brown-Conrady, rational and tilted models by stereoRectify and initUndistortRectifyMap, Kannala-Brandt by their fisheye
namesakes, FOV by the closed form within stereoRectify's rule. Only rigs whose distortion does not fold within the image.
"""
import json
import sys

import cv2
import numpy as np

MODELS = ["none", "radtan4", "radtan5", "rational8", "prism12", "tilt14", "equidistant", "fov"]


def radial(model, d, r):
    """The radius after distortion of a radius before."""
    if model == "equidistant":
        t = np.arctan(r)
        return t * (1 + d[0] * t**2 + d[1] * t**4 + d[2] * t**6 + d[3] * t**8)
    if model == "fov":
        return np.arctan(2 * r * np.tan(d[0] / 2)) / d[0]
    c = np.zeros(14)
    c[: len(d)] = d
    r2 = r * r
    return r * (1 + c[0] * r2 + c[1] * r2**2 + c[4] * r2**3) / (1 + c[5] * r2 + c[6] * r2**2 + c[7] * r2**3)


def folds(model, d, k, size, margin=1.15):
    """Whether the image of the lens folds back before a little more than the farthest corner."""
    w, h = size
    reach = margin * max(np.hypot((x - k[0, 2]) / k[0, 0], (y - k[1, 2]) / k[1, 1]) for x in (0, w) for y in (0, h))
    r = radial(model, d, np.tan(np.linspace(0, np.radians(85), 4000)))
    inside = np.argmax(r >= reach) if (r >= reach).any() else None
    return inside is None or (np.diff(r[: inside + 1]) <= 0).any()


def coefficients(model, g):
    if model == "none":
        return []
    if model == "fov":
        return [g.uniform(0.6, 1.0)]
    if model == "equidistant":
        return list(g.normal(size=4) * [0.02, 0.01, 0.004, 0.001])
    d = [g.uniform(-0.3, 0.1), g.uniform(0, 0.1), *(g.normal(size=2) * 1e-3)]
    if model != "radtan4":
        d.append(g.normal() * 0.01)
    if model in ("rational8", "prism12", "tilt14"):
        d += list(g.normal(size=3) * [0.05, 0.02, 0.005])
    if model in ("prism12", "tilt14"):
        d += list(g.normal(size=4) * 1e-3)
    if model == "tilt14":
        d += list(g.normal(size=2) * 0.01)
    return d


def camera(model, g, size, f):
    w, h = size
    while True:
        k = np.array(
            [[f * g.uniform(0.97, 1.03), 0, w / 2 + g.normal() * w * 0.02], [0, f * g.uniform(0.97, 1.03), h / 2 + g.normal() * h * 0.02], [0, 0, 1.0]]
        )
        d = coefficients(model, g)
        if not folds(model, d, k, size):
            return k, np.array(d)


def fov_distort(p, w):
    r = np.linalg.norm(p, axis=-1, keepdims=True)
    return np.where(r > 1e-12, p * np.arctan(2 * r * np.tan(w / 2)) / (w * np.maximum(r, 1e-12)), p)


def fov_undistort(p, w):
    r = np.linalg.norm(p, axis=-1, keepdims=True)
    return np.where(r > 1e-12, p * np.tan(r * w) / (2 * np.tan(w / 2) * np.maximum(r, 1e-12)), p)


def fov_rectify(ks, ds, size, new, alpha, equal, r1, r2, baseline):
    """stereoRectify's rule for the new cameras with the closed form of the FOV model."""
    w, h = size
    ratio = np.array(new) / np.array(size)
    f = (ks[0][1, 1] + ks[1][1, 1]) * ratio[1] / 2

    def seen(pixels, k, d, r):
        p = fov_undistort((pixels - k[[0, 1], 2]) / [k[0, 0], k[1, 1]], d[0])
        q = np.c_[p, np.ones(len(p))] @ r.T
        return q[:, :2] / q[:, 2:] * f

    def grid(n):
        return np.array([[x * (w - 1) / (n - 1), y * (h - 1) / (n - 1)] for y in range(n) for x in range(n)])

    sides = list(zip(ks, ds, (r1, r2)))
    c = np.array([(np.array([w - 1, h - 1]) / 2 - seen(grid(2), *s).mean(0)) for s in sides])
    c[:, 1] = c[:, 1].mean()
    if equal:
        c[:, 0] = c[:, 0].mean()
    inner, outer = [], []
    for s, centre in zip(sides, c):
        p = seen(grid(9), *s).reshape(9, 9, 2)
        a = np.array([p[:, 0, 0].max(), p[0, :, 1].max(), p[:, -1, 0].min(), p[-1, :, 1].min()])
        b = np.array([p[..., 0].min(), p[..., 1].min(), p[..., 0].max(), p[..., 1].max()])
        n = centre * ratio
        edges = np.r_[-n, np.array(new) - 1 - n]
        inner.append((edges / a).max())
        outer.append((edges / b).min())
    f *= max(inner) * (1 - alpha) + min(outer) * alpha
    c = c * ratio
    p1 = np.array([[f, 0, c[0, 0], 0], [0, f, c[0, 1], 0], [0, 0, 1, 0]])
    p2 = np.array([[f, 0, c[1, 0], -f * baseline], [0, f, c[1, 1], 0], [0, 0, 1, 0]])
    q = np.array([[1, 0, 0, -c[0, 0]], [0, 1, 0, -c[0, 1]], [0, 0, 0, f], [0, 0, 1 / baseline, (c[1, 0] - c[0, 0]) / baseline]])
    return p1, p2, q


def one(g, index):
    model = MODELS[index % len(MODELS)]
    alpha = [0, 0.5, 1][(index // len(MODELS)) % 3]
    wide = model == "equidistant"
    size = (int(g.integers(320, 1300)), int(g.integers(240, 900)))
    f = g.uniform(0.45, 0.7 if wide else 1.1) * max(size) * (1 if wide else 1.2)
    (k1, d1), (k2, d2) = camera(model, g, size, f), camera(model, g, size, f)
    r = cv2.Rodrigues(g.normal(size=3) * 0.03)[0]
    t = (np.array([-1, *(g.normal(size=2) * 0.03)]) * g.uniform(0.05, 0.6)).reshape(3, 1)
    new = size if index % 2 else (int(size[0] * g.uniform(0.5, 1.3)), int(size[1] * g.uniform(0.5, 1.3)))
    equal = index % 5 != 0
    flags = cv2.CALIB_ZERO_DISPARITY if equal else 0
    if model == "equidistant":
        r1, r2, p1, p2, q = cv2.fisheye.stereoRectify(k1, d1, k2, d2, size, r, t, flags, newImageSize=new, balance=alpha, fov_scale=1)[:5]
        maps = [cv2.fisheye.initUndistortRectifyMap(k, d, x, p[:, :3], new, cv2.CV_32FC1) for k, d, x, p in ((k1, d1, r1, p1), (k2, d2, r2, p2))]
    else:
        e1, e2 = (np.zeros(5), np.zeros(5)) if model in ("none", "fov") else (d1, d2)
        r1, r2, p1, p2, q = cv2.stereoRectify(k1, e1, k2, e2, size, r, t, flags=flags, alpha=alpha, newImageSize=new)[:5]
        if model == "fov":
            p1, p2, q = fov_rectify((k1, k2), (d1, d2), size, new, alpha, equal, r1, r2, np.linalg.norm(t))
        maps = []
        for k, e, d, x, p in ((k1, e1, d1, r1, p1), (k2, e2, d2, r2, p2)):
            if model == "fov":
                xs, ys = np.meshgrid(np.arange(new[0]), np.arange(new[1]))
                rays = np.stack([xs, ys, np.ones_like(xs)], -1) @ np.linalg.inv(p[:, :3] @ x).T
                point = fov_distort(rays[..., :2] / rays[..., 2:], d[0])
                maps.append((point[..., 0] * k[0, 0] + k[0, 2], point[..., 1] * k[1, 1] + k[1, 2]))
            else:
                maps.append(cv2.initUndistortRectifyMap(k, e, x, p[:, :3], new, cv2.CV_32FC1))
    samples = []
    for y in np.linspace(0, new[1] - 1, 5).astype(int):
        for x in np.linspace(0, new[0] - 1, 5).astype(int):
            samples.append([int(x), int(y)] + [round(float(m[y, x]), 5) for pair in maps for m in pair])
    numbers = {n: [float(v) for v in np.ravel(m)] for n, m in dict(k1=k1, d1=d1, k2=k2, d2=d2, r=r, t=t, r1=r1, r2=r2, p1=p1, p2=p2, q=q).items()}
    return dict(model=model, size=size, newSize=new, alpha=alpha, equal=equal, samples=samples, **numbers)


if __name__ == "__main__":
    generator = np.random.default_rng(int(sys.argv[2]) if len(sys.argv) > 2 else 7)
    print("[" + ",\n".join(json.dumps(one(generator, i), separators=(",", ":")) for i in range(int(sys.argv[1]))) + "]")
