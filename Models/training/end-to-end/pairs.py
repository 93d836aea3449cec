"""The pairs that the networks train with, all in memory: 8-bit images, truth in 1/256 px as 16 bits, 0 where unknown."""
import re
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "mc-cnn"))
from data import MIDDLEBURY_SCALE, MIDDLEBURY_VALIDATION  # noqa: E402  (the fixed split lives there)

KITTI2012_TRAINING, KITTI2015_TRAINING = range(0, 120), range(1, 21)


@dataclass
class Pair:
    """Views [H, W, 3] RGB or [H, W] gray, uint8; truth of the left view [H, W] uint16, px × 256; `street` scenes are never turned upside down."""
    name: str
    left: np.ndarray
    right: np.ndarray
    truth: np.ndarray
    street: bool


def image(path):
    loaded = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    if loaded is None:
        raise FileNotFoundError(path)
    return loaded if loaded.ndim == 2 else np.ascontiguousarray(loaded[..., ::-1])


def kitti(root, folders, frames):
    """Frames of KITTI in the official layout; `folders`: left, right, truth."""
    for frame in frames:
        left, right, truth = (image(Path(root) / "training" / folder / f"{frame:06d}_10.png") for folder in folders)
        yield Pair(f"{Path(root).name}/{frame:06d}", left, right, truth, True)


def kitti2012(root, held_back=()):
    return list(kitti(root, ("image_0", "image_1", "disp_noc"), [f for f in KITTI2012_TRAINING if f not in held_back]))


def kitti2015(root):
    return list(kitti(root, ("image_2", "image_3", "disp_noc_0"), KITTI2015_TRAINING))


def middlebury(root):
    """Every scene that is not for validation; where the right view has truth also with the views exchanged and mirrored."""
    found = []
    for folder in sorted(path for path in Path(root).glob("*/*") if path.is_dir() and re.match(r"\d{4}", path.parent.name)):
        if folder.name in MIDDLEBURY_VALIDATION:
            continue
        files = {path.stem: path for path in folder.iterdir()}
        scale = 256 / (MIDDLEBURY_SCALE.get(folder.name) or MIDDLEBURY_SCALE[folder.parent.name])
        truth = lambda side: np.rint(image(files[f"disp_{side}"]).astype(np.float32) * scale).astype(np.uint16)
        left, right = image(files["left"]), image(files["right"])
        found.append(Pair(f"middlebury/{folder.name}", left, right, truth("left"), False))
        if "disp_right" in files:
            flip = lambda array: np.ascontiguousarray(array[:, ::-1])
            found.append(Pair(f"middlebury/{folder.name}/exchanged", flip(right), flip(left), flip(truth("right")), False))
    return found


def synthetic(count, photographs=None, width=512, height=288, seed=17):
    """Layered scenes of ../synthetic with exact truth; occluded pixels keep theirs."""
    sys.path.append(str(HERE.parent / "synthetic"))
    import scenes
    generator = scenes.Generator(scenes.Textures(photographs), width=width, height=height, greatest=120.0)
    for number in range(count):
        pair = generator.pair(seed * 1_000_000 + number)
        yield Pair(f"synthetic/{number:05d}", pair.left, pair.right, np.rint(pair.left_disparity.clip(0, 255) * 256).astype(np.uint16), False)


def packed(folder, source):
    """The crops that `pack.py` wrote: images as 8-bit PNG, truth as 16-bit."""
    for truth in sorted((Path(folder) / source).glob("*_truth.png")):
        stem = str(truth).removesuffix("_truth.png")
        yield Pair(f"{source}/{Path(stem).name}", image(stem + "_left.png"), image(stem + "_right.png"), image(truth), source.startswith("kitti"))


def taught(pair, folder):
    """The pair with the teacher's disparities wherever its truth is unknown."""
    path = Path(folder) / f"{pair.name}.png"
    return replace(pair, truth=np.where(pair.truth > 0, pair.truth, image(path))) if path.exists() else pair


def load(source, options):
    """The pairs of one of the sources that `train.py --mix` names; of a packed folder if `--data` names one."""
    root = Path(options.data)
    if source == "synthetic":
        return list(synthetic(options.synthetic, options.photographs))
    if (root / "packed.json").exists():
        found = list(packed(root, source))
    elif source == "kitti2012":
        found = kitti2012(root / source, options.held_back)
    elif source == "kitti2015":
        found = kitti2015(root / source)
    elif source == "middlebury":
        found = middlebury(root / source)
    else:
        raise SystemExit(f"unknown source {source}: kitti2012, kitti2015, middlebury or synthetic")
    if not found:
        raise SystemExit(f"no pairs of {source} in {root}")
    return [taught(pair, options.teacher) for pair in found] if options.teacher else found
