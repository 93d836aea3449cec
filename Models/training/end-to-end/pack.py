"""Packs what a training on another machine needs: crops of every training pair (8-bit PNG, truth as 16-bit PNG), code, weights to begin with.

    python pack.py OUT --data DATA --start-from psmnet.safetensors [--photographs FOLDER] [--most 60]

Of every pair the crop that holds most truth is kept, so that the whole stays below --most MiB; OUT/RUN is the command to run there.
"""
import argparse
import json
import shutil
from pathlib import Path

import cv2
import numpy as np

import pairs

HERE = Path(__file__).resolve().parent
RUN = """#!/bin/sh
# ./RUN [options of train.py]: trains for nine minutes on the GPU, from the newest checkpoint in ./run if there is one
cd "$(dirname "$0")/code/end-to-end" && exec python3 train.py --run ../../run --data ../../crops --start-from ../../start.safetensors --device cuda \\
    --precision bfloat16 --batch 8 --workers 12 --crop 384 256 --minutes 9 --frozen --synthesised 0.2 --mix kitti2012=0.55 kitti2015=0.08 middlebury=0.37 "$@"
"""


def crop(pair, width, height):
    """The window of at most that size with most truth."""
    rows, columns = pair.truth.shape
    w, h = min(width, columns), min(height, rows)
    total = np.pad(np.cumsum(np.cumsum(pair.truth > 0, 0), 1), ((1, 0), (1, 0)))
    inside = total[h:, w:] - total[:-h, w:] - total[h:, :-w] + total[:-h, :-w]
    y, x = np.unravel_index(np.argmax(inside), inside.shape)
    return [part[y:y + h, x:x + w] for part in (pair.left, pair.right, pair.truth)]


def write(pair, folder, options):
    name = pair.name.split("/", 1)[1].replace("/", "-")
    size = (options.street_width, 256) if pair.street else (400, 300)
    for kind, picture in zip(("left", "right", "truth"), crop(pair, *size)):
        picture = picture[..., ::-1] if picture.ndim == 3 else picture
        cv2.imwrite(str(folder / f"{name}_{kind}.png"), picture, [cv2.IMWRITE_PNG_COMPRESSION, 6])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("--data", required=True)
    parser.add_argument("--start-from", required=True)
    parser.add_argument("--photographs")
    parser.add_argument("--mix", nargs="+", default=["kitti2012", "kitti2015", "middlebury"])
    parser.add_argument("--held-back", type=int, nargs="*", default=[])
    parser.add_argument("--street-width", type=int, default=400, help="columns of a crop of KITTI")
    parser.add_argument("--most", type=float, default=60, help="MiB of the whole folder")
    options = parser.parse_args()
    options.synthetic, options.teacher = 0, None
    out = Path(options.out)
    counts = {}
    for source in options.mix:
        (out / "crops" / source).mkdir(parents=True, exist_ok=True)
        found = pairs.load(source, options)
        counts[source] = len(found)
        for pair in found:
            write(pair, out / "crops" / source, options)
    (out / "crops" / "packed.json").write_text(json.dumps(counts))
    for part in ("end-to-end", "synthetic", "mc-cnn"):
        shutil.copytree(HERE.parent / part, out / "code" / part, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(options.start_from, out / "start.safetensors")
    (out / "RUN").write_text(RUN)
    (out / "RUN").chmod(0o755)
    size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file()) / 2 ** 20
    print(f"{counts}, {size:.1f} MiB")
    if size > options.most:
        raise SystemExit(f"more than {options.most} MiB: take --street-width below {options.street_width}")


if __name__ == "__main__":
    main()
