"""Crops of both views, each with its own geometric and photometric change, and where the true matches lie in them.

The paper changes 9x9 (11x11) patches; here whole crops are changed, so that the features of a crop serve all its samples.
A crop's pixel p shows the image at  A (p - centre) + origin;  A of the right view differs slightly from A of the left.
Both origins lie on one row, the right one moved by the disparity at the crop's centre.
"""
from dataclasses import dataclass

import cv2
import numpy as np

# Table 4 of the paper (its `d_` values: the difference of the right patch from the left one).
PAPER = {
    "kitti": dict(rotate=7, scale=1.0, hscale=0.9, hshear=0.1, brightness=0.7, contrast=1.3,
                  d_rotate=0, d_hscale=1.0, d_hshear=0, d_brightness=0.3, d_contrast=1.0, d_vtrans=0),
    "middlebury": dict(rotate=28, scale=0.8, hscale=0.8, hshear=0.1, brightness=1.3, contrast=1.1,
                       d_rotate=3, d_hscale=0.9, d_hshear=0.3, d_brightness=0.7, d_contrast=1.1, d_vtrans=1),
}
# Ours, for the row-wise loss: nothing that turns rows out of rows (no rotation), and milder brightness changes, because a
# whole image is standardised before its crop is changed.
ROWS = {
    "kitti": PAPER["kitti"] | dict(rotate=0, d_brightness=0.3, d_contrast=1.1),
    "middlebury": PAPER["middlebury"] | dict(rotate=0, d_rotate=0, d_hshear=0.1, d_vtrans=0.5),
}
EXACT_CROPS = 0.3  # share of the crops that stay on the pixel grid, for features that are sharp on images as they are


@dataclass
class Crop:
    """`left` [H, W], `right` [H, W2]; sample i: pixel `at[i]` = (x, y) of `left` matches `match[i]` (x, y; real) of `right`,
    and one pixel more of disparity moves the match by `step` (x, y)."""
    left: np.ndarray
    right: np.ndarray
    at: np.ndarray
    match: np.ndarray
    step: np.ndarray


def linear_map(rotate, scale, hscale, hshear):
    """Crop to image: rotation (degrees), then shear of x by y, then scales."""
    angle = np.deg2rad(rotate)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return turn @ np.array([[1.0, hshear], [0.0, 1.0]]) @ np.diag([1 / (scale * hscale), 1 / scale])


def draw_changes(p, rng):
    """Both views' linear maps, the vertical shift of the right one, and brightness and contrast of both."""
    either = lambda limit: rng.uniform(-limit, limit)
    between = lambda limit: rng.uniform(min(limit, 1 / limit), max(limit, 1 / limit))
    rotate, hshear = either(p["rotate"]), either(p["hshear"])
    scale, hscale = rng.uniform(p["scale"], 1), rng.uniform(p["hscale"], 1)
    left = linear_map(rotate, scale, hscale, hshear)
    right = linear_map(rotate + either(p["d_rotate"]), scale, hscale * rng.uniform(p["d_hscale"], 1), hshear + either(p["d_hshear"]))
    shift = either(p["d_vtrans"])
    if rng.random() < EXACT_CROPS:
        left, right, shift = np.eye(2), np.eye(2), 0.0
    brightness, contrast = either(p["brightness"]), between(p["contrast"])
    tone = [(brightness, contrast), (brightness + either(p["d_brightness"]), contrast * between(p["d_contrast"]))]
    return left, right, shift, tone


def warp(image, matrix, origin, centre, size, tone):
    """The crop of `size` (width, height), bilinear; its values times contrast plus brightness."""
    transform = np.hstack([matrix, (origin - matrix @ centre)[:, None]])
    crop = cv2.warpAffine(image, transform, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REFLECT_101)
    return crop * tone[1] + tone[0]


def draw_crop(pair, parameters, size, wider, rng):
    """A random crop of `size` (width, height); the right one is `wider` columns wider, so that most matches lie inside."""
    width, height = size
    rows, columns = np.nonzero(pair.truth)
    pick = rng.integers(len(rows))
    row, column = rows[pick], columns[pick]
    disparity = np.rint(pair.truth[row, column])
    row = np.clip(row, height // 2, max(height // 2, pair.left.shape[0] - (height + 1) // 2))
    column = np.clip(column, width // 2, max(width // 2, pair.left.shape[1] - (width + 1) // 2))
    to_left, to_right, shift, tone = draw_changes(parameters, rng)
    origin = np.array([column, row], float)
    origin_right = np.array([column - disparity + rng.integers(-wider // 4, wider // 4 + 1), row + shift], float)
    centre, centre_right = np.array([width // 2, height // 2], float), np.array([(width + wider) // 2, height // 2], float)
    left = warp(pair.standardised(0), to_left, origin, centre, (width, height), tone[0])
    right = warp(pair.standardised(1), to_right, origin_right, centre_right, (width + wider, height), tone[1])
    y, x = np.mgrid[:height, :width]
    at = np.stack([x.ravel(), y.ravel()], 1)
    source = (at - centre) @ to_left.T + origin
    nearest = np.rint(source).astype(int)
    inside = ((nearest >= 0) & (nearest < [pair.left.shape[1], pair.left.shape[0]])).all(1)
    at, source, nearest = at[inside], source[inside], nearest[inside]
    truth = pair.truth[nearest[:, 1], nearest[:, 0]]
    at, source, truth = at[truth > 0], source[truth > 0], truth[truth > 0]
    back = np.linalg.inv(to_right)
    there = source - np.stack([truth, np.zeros_like(truth)], 1)
    # Where the right view is shifted vertically against the left on purpose, the match is where the row would be without it.
    match = (there - origin_right + [0, shift]) @ back.T + centre_right
    inside_right = (there[:, 0] >= 0)
    return Crop(left, right, at[inside_right], match[inside_right], back @ np.array([-1.0, 0.0]))
