"""Training and validation samples: what the fixed layers make of a pair, and truth at some pixels, kept in a folder of `.npz` files.

The fixed layers cost as much as half a step of the training, so every pair goes through them once:

    python samples.py kitti-train OUT --data KITTI2012        python samples.py middlebury-train OUT --data MIDDLEBURY
    python samples.py kitti-validation OUT --data KITTI2012   python samples.py synthetic OUT --count 200 --photographs FOLDER
"""
import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import kernels

HERE = Path(__file__).resolve().parent
MODULES = 16                     # of a stored sample: 128 disparities
MOST_PIXELS = 60000              # with truth, of a stored training sample


@dataclass
class Sample:
    """`tensor` [h, w, 3, D] float16 (census distance, evidence left, evidence right), `image` [H, W] uint8, `least` [h, w],
    `winners` [H, W] float16, `filled` [H, W] bool (see kernels.py), and for P pixels with truth their rows and columns, the true disparity and the evidence [P, D] uint8."""
    name: str
    tensor: np.ndarray
    image: np.ndarray
    least: np.ndarray
    winners: np.ndarray
    filled: np.ndarray
    y: np.ndarray
    x: np.ndarray
    truth: np.ndarray
    evidence: np.ndarray


def make(name, left, right, truth, modules=MODULES, most=MOST_PIXELS, rng=None):
    """The sample of a pair; truth [H, W] pixels, 0 where unknown. `rng` draws `most` of the pixels with truth."""
    tensor, evidence, least, winners, filled = kernels.fixed_layers(left, right, modules)
    h, w = least.shape[:2]
    tensor = tensor[:, :, :, :3 * kernels.MODULE].reshape(h, w, modules, 3, kernels.MODULE).transpose(0, 1, 3, 2, 4).reshape(h, w, 3, -1)
    y, x = np.nonzero((truth > 0) & np.isfinite(truth))
    if rng is not None and len(y) > most:
        chosen = np.sort(rng.choice(len(y), most, replace=False))
        y, x = y[chosen], x[chosen]
    return Sample(name, tensor.astype(np.float16), np.ascontiguousarray(left), np.ascontiguousarray(least[:, :, 0]) * 64, winners.astype(np.float16), filled, y.astype(np.int16), x.astype(np.int16),
                  truth[y, x].astype(np.float32), evidence[y, x])


FIELDS = ("tensor", "image", "least", "winners", "filled", "y", "x", "truth", "evidence")


def store(sample, folder):
    """Arrays of their own, so that a crop is read without the rest."""
    folder = Path(folder) / sample.name.replace("/", "-")
    folder.mkdir(parents=True, exist_ok=True)
    for field in FIELDS:
        np.save(folder / f"{field}.npy", getattr(sample, field))


def load(folder):
    """The sample stored in `folder`, its arrays mapped into memory."""
    arrays = {field: np.load(folder / f"{field}.npy", mmap_mode="r") for field in FIELDS}
    return Sample(folder.name, **arrays)


def stored(folder):
    """All samples of a folder, in the order of their names."""
    return [load(path) for path in sorted(Path(folder).iterdir()) if (path / "evidence.npy").exists()]


def pairs(source, options):
    """Name, left, right, truth of every pair of `source`."""
    if source == "synthetic":
        sys.path.insert(0, str(HERE.parent / "synthetic"))
        import scenes
        generator = scenes.Generator(scenes.Textures(options.photographs), width=512, height=256)
        for seed in range(options.count):
            pair = generator.pair(options.seed * 1_000_000 + seed)
            yield f"synthetic-{seed:05d}", pair.left, pair.right, pair.left_disparity
        return
    sys.path.insert(0, str(HERE.parent / "mc-cnn"))
    import data
    for pair in data.load(source.split("-")[0], options.data, source.endswith("validation")):
        yield pair.name, pair.left, pair.right, (pair.known if source == "middlebury-train" else pair.truth)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", choices=["kitti-train", "kitti-validation", "middlebury-train", "middlebury-validation", "synthetic"])
    parser.add_argument("out")
    parser.add_argument("--data", help="root of the data set")
    parser.add_argument("--photographs", help="folder of photographs for textures, searched recursively")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    for name, left, right, truth in pairs(options.source, options):
        if not (Path(options.out) / name.replace("/", "-") / "evidence.npy").exists():
            store(make(name, left, right, truth, rng=None if options.source.endswith("validation") else rng), options.out)


if __name__ == "__main__":
    main()
