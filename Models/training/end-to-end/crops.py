"""Crops of pairs for a step: where they lie, how they are stretched, and what cameras and light do to them; all by one seed."""
import cv2
import numpy as np
import torch

MEAN, DEVIATION = np.float32([0.485, 0.456, 0.406]), np.float32([0.229, 0.224, 0.225])
LEAST_PIXELS = 400               # with truth, of a crop that is worth a step


def stretched(view, size):
    return cv2.resize(view, size, interpolation=cv2.INTER_LINEAR)


def stretched_truth(truth, size, factor):
    """Truth in pixels on the new grid: known pixels move to their nearest new one, nothing is interpolated."""
    y, x = np.nonzero(truth)
    result = np.zeros((size[1], size[0]), np.float32)
    height, width = truth.shape
    v = ((y + 0.5) * (size[1] / height)).astype(int)
    u = ((x + 0.5) * (size[0] / width)).astype(int)
    if size[0] * size[1] > 1.3 * truth.size and len(y) > 0.5 * truth.size:   # dense truth, enlarged: no holes
        result = cv2.resize(truth, size, interpolation=cv2.INTER_NEAREST).astype(np.float32)
    else:
        result[v, u] = truth[y, x]
    return result * (factor / 256)


def window(pair, options, rng):
    """A stretched crop [H, W, 3] of both views as float32 in 0…1, and the truth [H, W] in pixels (0: unknown or out of range)."""
    width, height = options.crop
    low, high = (-0.15, 0.3) if pair.street else (-0.25, 0.55)
    scale = 2 ** rng.uniform(low, high)
    across = scale * 2 ** rng.uniform(-0.12, 0.12)
    rows, columns = pair.truth.shape
    scale, across = max(scale, height / rows), max(across, width / columns)
    h, w = min(rows, int(np.ceil(height / scale))), min(columns, int(np.ceil(width / across)))
    v, u = int(rng.integers(0, rows - h + 1)), int(rng.integers(0, columns - w + 1))
    views = [np.atleast_3d(stretched(view[v:v + h, u:u + w], (width, height))) for view in (pair.left, pair.right)]
    truth = stretched_truth(pair.truth[v:v + h, u:u + w], (width, height), width / w)
    views = [np.repeat(view, 3, 2) if view.shape[2] == 1 else view for view in views]
    if views[0][..., 0].tobytes() != views[0][..., 2].tobytes() and rng.random() < 0.5:
        views = [np.repeat(cv2.cvtColor(view, cv2.COLOR_RGB2GRAY)[..., None], 3, 2) for view in views]
    if not pair.street and rng.random() < 0.5:
        views, truth = [view[::-1] for view in views], truth[::-1]
    truth = np.where((truth > 0) & (truth < options.disparities - 1), truth, 0)
    return [view.astype(np.float32) / 255 for view in views], truth


def photographed(views, rng):
    """Exposure, gamma, colour, noise; every third time each view by itself, a little."""
    apart = rng.random() < 0.3
    gain, gamma, tint = rng.uniform(0.75, 1.3), rng.uniform(0.8, 1.25), rng.uniform(0.92, 1.08, 3) ** (rng.random() < 0.3)
    noise = rng.uniform(0, 0.02) * (rng.random() < 0.4)
    result = []
    for view in views:
        g, e = (gain * rng.uniform(0.9, 1.1), gamma * rng.uniform(0.92, 1.08)) if apart else (gain, gamma)
        view = np.clip(view * np.float32(g), 0, 1) ** np.float32(e) * tint.astype(np.float32)
        if noise > 0:
            view = view + np.float32(noise) * rng.standard_normal(view.shape[:2], np.float32)[..., None]
        result.append(np.clip(view, 0, 1))
    return result


def hidden(view, rng):
    """Patches of the right view lost to the mean: what only one camera sees must come from the surroundings."""
    view = view.copy()
    for _ in range(int(rng.integers(1, 3))):
        h, w = (int(n) for n in rng.integers(20, 70, 2))
        y, x = int(rng.integers(0, view.shape[0] - h)), int(rng.integers(0, view.shape[1] - w))
        view[y:y + h, x:x + w] = view.mean((0, 1))
    return view


def draw(groups, shares, step, options):
    """The batch of a step: left, right [B, 3, H, W]; of pixels with truth the image's index, row, column, disparity [P]; names."""
    rng = np.random.default_rng([options.seed, step])
    lefts, rights, index, ys, xs, truths, names = [], [], [], [], [], [], []
    while len(lefts) < options.batch:
        group = groups[rng.choice(len(groups), p=shares)]
        pair = group[rng.integers(len(group))]
        views, truth = window(pair, options, rng)
        y, x = np.nonzero(truth)
        if len(y) < LEAST_PIXELS:
            continue
        if len(y) > options.pixels:
            chosen = rng.choice(len(y), options.pixels, replace=False)
            y, x = y[chosen], x[chosen]
        left, right = photographed(views, rng)
        if rng.random() < 0.25:
            right = hidden(right, rng)
        for views_of, view in ((lefts, left), (rights, right)):
            views_of.append(torch.from_numpy(np.ascontiguousarray(((view - MEAN) / DEVIATION).transpose(2, 0, 1), np.float32)))
        index.append(np.full(len(y), len(lefts) - 1)), ys.append(y), xs.append(x), truths.append(truth[y, x]), names.append(pair.name)
    joined = lambda parts, kind: torch.from_numpy(np.concatenate(parts).astype(kind))
    return (torch.stack(lefts), torch.stack(rights), joined(index, np.int64), joined(ys, np.int64), joined(xs, np.int64),
            joined(truths, np.float32), names)
