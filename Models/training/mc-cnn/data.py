"""Stereo pairs with ground truth, as grey uint8 images with a float32 disparity map of the left image (0: not known).

KITTI 2012 lies in its official layout, Middlebury as `YEAR/SCENE/{left,right,disp_left,disp_right}`; see README.md.
"""
import re
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

KITTI_TRAINING, KITTI_VALIDATION = range(0, 120), range(120, 150)
MIDDLEBURY_VALIDATION = ("teddy", "cones", "Bowling1", "Cloth3", "Wood2")
MIDDLEBURY_SCALE = {"tsukuba": 16, "venus": 8, "2003": 4, "2005_third": 3, "2006_third": 3, "2006_half": 2}


@dataclass
class Pair:
    """Two rectified views [H, W]; `truth` of `left` in pixels, only pixels that both views see; `known` also the occluded."""
    name: str
    left: np.ndarray
    right: np.ndarray
    truth: np.ndarray
    known: np.ndarray

    def __post_init__(self):
        self.moments = [(float(view.mean()), float(view.std(ddof=1))) for view in (self.left, self.right)]

    def standardised(self, view):
        mean, deviation = self.moments[view]
        return ((self.left, self.right)[view].astype(np.float32) - mean) / deviation

    def mirrored_exchange(self, truth_right):
        """The same scene with the views exchanged: both mirrored, so that disparities stay positive."""
        flip = lambda image: np.ascontiguousarray(image[:, ::-1])
        return Pair(self.name + "/exchanged", flip(self.right), flip(self.left), flip(truth_right), flip(truth_right))


def grey(path):
    """Luma 0.299 R + 0.587 G + 0.114 B (OpenCV's integer version), 0…255."""
    image = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    if image is None:
        raise FileNotFoundError(path)
    return image


def kitti(root, frames):
    folder = Path(root) / "training"
    for frame in frames:
        name = f"{frame:06d}_10.png"
        truth = cv2.imread(str(folder / "disp_noc" / name), cv2.IMREAD_UNCHANGED).astype(np.float32) / 256
        yield Pair(name[:6], grey(folder / "image_0" / name), grey(folder / "image_1" / name), truth, truth)


def visible_in_both(left, right, tolerance=1.0):
    """`left` where the right view's own truth agrees within `tolerance` pixels; 0 elsewhere: occluded or unsure."""
    height, width = left.shape
    column = np.arange(width)[None, :].repeat(height, 0)
    target = np.rint(column - left).astype(int)
    there = np.take_along_axis(right, target.clip(0, width - 1), 1)
    return np.where((left > 0) & (target >= 0) & (there > 0) & (abs(there - left) <= tolerance), left, 0).astype(np.float32)


def middlebury_scene(folder):
    """The scene's pair, and with truth of the right view also the pair with exchanged views."""
    files = {path.stem: path for path in folder.iterdir()}
    scale = MIDDLEBURY_SCALE.get(folder.name) or MIDDLEBURY_SCALE[folder.parent.name]
    known = grey(files["disp_left"]).astype(np.float32) / scale
    left, right = grey(files["left"]), grey(files["right"])
    if "disp_right" not in files:
        mask = grey(files["mask_nonocc"]) == 255
        return [Pair(folder.name, left, right, np.where(mask, known, 0).astype(np.float32), known)]
    known_right = grey(files["disp_right"]).astype(np.float32) / scale
    pair = Pair(folder.name, left, right, visible_in_both(known, known_right), known)
    mirror = lambda image: image[:, ::-1]
    truth_right = mirror(visible_in_both(mirror(known_right), mirror(known)))
    return [pair, pair.mirrored_exchange(truth_right)]


def middlebury(root, validation):
    """Validation: the five scenes as they are (third size). Training: every other scene, both views as reference."""
    for folder in sorted(path for path in Path(root).glob("*/*") if path.is_dir() and re.match(r"\d{4}", path.parent.name)):
        if (folder.name in MIDDLEBURY_VALIDATION) != validation or (validation and folder.parent.name == "2006_half"):
            continue
        pairs = middlebury_scene(folder)
        yield from pairs[:1] if validation else pairs


def load(name, root, validation):
    if name == "kitti":
        return list(kitti(root, KITTI_VALIDATION if validation else KITTI_TRAINING))
    return list(middlebury(root, validation))
