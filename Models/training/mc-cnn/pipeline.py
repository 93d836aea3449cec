"""The paper's steps after the network, for measuring a training: plain NumPy and PyTorch, no compiled part of ours.

Cost volumes are [H, W, D], lower is better, `OUTSIDE` where x - d < 0. Left out: cross-based aggregation and the bilateral
filter, which hardly change how many pixels are wrong by more than 3 px.
"""
from dataclasses import dataclass

import cv2
import numpy as np
import torch

OUTSIDE = 1e4


@dataclass
class SGMParameters:
    """Names as in the authors' program; `tau_so` is compared with differences of the standardised images."""
    pi1: float
    pi2: float
    q1: float
    q2: float
    alpha1: float
    tau_so: float


PRESETS = {
    ("fast", "kitti"): SGMParameters(4, 55.72, 3, 2.5, 1.5, 0.02),
    ("fast", "middlebury"): SGMParameters(2.3, 24.3, 4, 2, 1.5, 0.08),
    ("accurate", "kitti"): SGMParameters(1.32, 24.25, 3, 2, 2, 0.08),
    ("accurate", "middlebury"): SGMParameters(1.3, 13.9, 4.5, 2, 2.75, 0.13),
}


def cosine_volume(left, right, count):
    """-⟨l(y, x), r(y, x - d)⟩ for d < count; features [C, H, W] of unit length."""
    channels, height, width = left.shape
    volume = torch.empty(height, width, count)
    flipped = right.flip(2)
    row = torch.full((width, width + count), OUTSIDE)
    for y in range(height):  # column width - 1 - x + d of row x of the product is disparity d
        row[:, :width] = -(left[:, y].T @ flipped[:, y])
        volume[y] = row.as_strided((width, count), (width + count - 1, 1), width - 1)
    return volume


def learned_volume(network, left, right, count):
    """-σ(logit) of every pair; the first fully connected layer is split per image. Slow: for crops."""
    first, rest = network.fl_blocks[0], network.fl_blocks[1:]
    maps, height, width = left.shape
    volume = torch.full((height, width, count), OUTSIDE)
    ours = left.permute(1, 2, 0) @ first.weight[:, :maps].T + first.bias
    theirs = right.permute(1, 2, 0) @ first.weight[:, maps:].T
    for d in range(min(count, width)):
        volume[:, d:, d] = -torch.sigmoid(rest(ours[:, d:] + theirs[:, :width - d])[..., 0])
    return volume


def right_volume(volume):
    """The same costs with the right view as reference: out(y, x - d, d) = in(y, x, d)."""
    height, width, count = volume.shape
    out = torch.full_like(volume, OUTSIDE)
    for d in range(min(count, width)):
        out[:, :width - d, d] = volume[:, d:, d]
    return out


def differences(image, axis, step):
    """|I(p) - I(p - step)| along `axis`; 0 where p - step lies outside."""
    out = torch.zeros_like(image)
    ahead, behind = image.narrow(axis, 1, image.shape[axis] - 1), image.narrow(axis, 0, image.shape[axis] - 1)
    (out.narrow(axis, 1, out.shape[axis] - 1) if step > 0 else out.narrow(axis, 0, out.shape[axis] - 1)).copy_((ahead - behind).abs())
    return out


def sgm(volume, reference, other, p, side):
    """Mean of the four path costs. `side` -1: other(x - d) belongs to reference(x); +1: other(x + d)."""
    height, width, count = volume.shape
    total = torch.zeros_like(volume)
    column = torch.arange(width)[:, None] + side * torch.arange(count)[None, :]
    inside = (column >= 0) & (column < width)
    column = column.clamp(0, width - 1)
    for axis, step in ((1, 1), (1, -1), (0, 1), (0, -1)):
        flat = differences(reference, axis, step) < p.tau_so
        flat_other = differences(other, axis, step) < p.tau_so
        at, source, goal = (volume.transpose(0, 1), flat.T, total.transpose(0, 1)) if axis == 1 else (volume, flat, total)
        order = range(len(at)) if step > 0 else range(len(at) - 1, -1, -1)
        path = None
        for index in order:
            cost = at[index]
            if path is None:
                path = cost.clone()
            else:
                if axis == 1:
                    beside = flat_other[:, column[index]] & inside[index]
                else:
                    beside = flat_other[index][column] & inside
                mine = source[index][:, None]
                penalty = torch.where(mine & beside, 1.0, torch.where(mine | beside, 1 / p.q1, 1 / (p.q1 * p.q2)))
                path = step_of_path(cost, path, penalty, p, axis, step)
            goal[index] += path
    return total / 4


def step_of_path(cost, path, penalty, p, axis, step):
    """C + min(L(d), L(d ∓ 1) + P1, min L + P2) - min L; downwards the d - 1 term, upwards the d + 1 term, has P1 / alpha1."""
    least = path.amin(1, keepdim=True)
    one = p.pi1 * penalty
    lower = one / p.alpha1 if (axis, step) == (0, 1) else one
    upper = one / p.alpha1 if (axis, step) == (0, -1) else one
    best = torch.minimum(path, least + p.pi2 * penalty)
    best[:, 1:] = torch.minimum(best[:, 1:], path[:, :-1] + lower[:, 1:])
    best[:, :-1] = torch.minimum(best[:, :-1], path[:, 1:] + upper[:, :-1])
    return torch.where(cost >= OUTSIDE, cost, cost + best - least)


def label(left, right):
    """0 correct, 1 occlusion, 2 mismatch, by the left-right check of whole-pixel disparities."""
    height, width = left.shape
    column = np.arange(width)[None, :].repeat(height, 0)
    labels = np.ones((height, width), np.uint8)
    for d in range(int(right.max()) + 1):
        x = column - d
        agrees = (x >= 0) & (np.abs(d - np.take_along_axis(right, x.clip(0), 1)) < 1.1)
        labels[agrees] = 2
    x = column - left
    labels[(x >= 0) & (np.abs(left - np.take_along_axis(right, x.clip(0), 1)) < 1.1)] = 0
    labels[x < 0] = 1
    return labels


def fill_occlusions(disparity, labels):
    """The first correct pixel to the left, else to the right."""
    width = labels.shape[1]
    column = np.arange(width)[None, :]
    before = np.maximum.accumulate(np.where(labels == 0, column, -1), 1)
    after = np.minimum.accumulate(np.where(labels == 0, column, width)[:, ::-1], 1)[:, ::-1]
    nearest = np.where(before >= 0, before, np.where(after < width, after, column))
    return np.where(labels == 1, np.take_along_axis(disparity, nearest, 1), disparity)


def fill_mismatches(disparity, labels):
    """The median over 16 directions of the nearest pixel that is no mismatch."""
    height, width = labels.shape
    directions = np.array([(0, 1), (-.5, 1), (-1, 1), (-1, .5), (-1, 0), (-1, -.5), (-1, -1), (-.5, -1),
                           (0, -1), (.5, -1), (1, -1), (1, -.5), (1, 0), (1, .5), (1, 1), (.5, 1)])
    rows, columns = np.nonzero(labels == 2)
    found = np.full((16, len(rows)), np.nan, np.float32)
    for index, (down, along) in enumerate(directions):
        waiting, y, x = np.arange(len(rows)), rows.astype(float), columns.astype(float)
        while len(waiting):
            y, x = y + down, x + along
            row, column = np.rint(y).astype(int), np.rint(x).astype(int)
            inside = (row >= 0) & (row < height) & (column >= 0) & (column < width)
            waiting, y, x, row, column = waiting[inside], y[inside], x[inside], row[inside], column[inside]
            hit = labels[row, column] != 2
            found[index, waiting[hit]] = disparity[row[hit], column[hit]]
            waiting, y, x = waiting[~hit], y[~hit], x[~hit]
    out = disparity.copy()
    if len(rows):
        ordered = np.sort(found, 0)  # NaN last
        count = np.isfinite(found).sum(0)
        middle = ordered[np.minimum(count // 2, 15), np.arange(len(rows))]
        out[rows, columns] = np.where(count > 0, middle, disparity[rows, columns])
    return out


def subpixel(volume, disparity):
    """Vertex of the parabola through the costs at d - 1, d, d + 1 of the whole-pixel disparity d."""
    count = volume.shape[2]
    d = torch.from_numpy(disparity.astype(np.int64)).clamp(1, count - 2)
    below, at, above = (volume.gather(2, (d + k)[..., None])[..., 0] for k in (-1, 0, 1))
    curvature = 2 * (above + below - 2 * at)
    usable = (curvature > 1e-5) & (torch.maximum(below, above) < OUTSIDE / 2) & (d.numpy() == disparity)
    moved = ((above - below) / curvature).clamp(-1, 1)
    return np.where(usable, disparity - moved.numpy(), disparity).astype(np.float32)


def full_pipeline(volume, left, right, p, interpolate):
    """Images standardised [H, W]. Returns the disparity map of winner-takes-all alone and of all steps."""
    raw = volume.argmin(2).numpy()
    smooth = sgm(volume, left, right, p, -1)
    disparity = smooth.argmin(2).numpy()
    filled = disparity.astype(np.float32)
    if interpolate:
        other = sgm(right_volume(volume), right, left, p, +1).argmin(2).numpy()
        labels = label(disparity, other)
        filled = fill_mismatches(fill_occlusions(filled, labels), np.where(labels == 2, 2, 0))
    return raw, cv2.medianBlur(subpixel(smooth, filled), 5)
