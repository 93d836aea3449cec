"""What `--candidates K` of mc-cnn-accurate costs and gains: error and time over K against the full evaluation, on crops.

    python candidates.py --program stereodepth --data KITTI2012 --weights WEIGHTS --output curve.json

Crops are cut from KITTI 2012 training frames (one from the middle of each, where the
depths change; both views at the same columns). Pixels count whose true disparity
lies within the range and leads into the crop. Errors are shares of them that are wrong by more than 3 px; times are those
that the program reports, the sum over the crops. The proposals come from `--proposer`, else from the bundled fast network.
"""
import argparse
import json
import subprocess
import tempfile
from pathlib import Path

import cv2
import numpy as np


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default="stereodepth")
    parser.add_argument("--data", required=True, help="root of KITTI 2012")
    parser.add_argument("--weights", required=True, help="of an accurate network")
    parser.add_argument("--proposer", help="weights of a fast network")
    parser.add_argument("--frames", type=int, nargs="+", default=list(range(5, 120, 12)))
    parser.add_argument("--size", type=int, nargs=2, default=(256, 64), metavar=("WIDTH", "HEIGHT"))
    parser.add_argument("--range", type=int, default=96)
    parser.add_argument("--counts", type=int, nargs="+", default=[1, 2, 3, 4, 6, 8])
    parser.add_argument("--preset", default="kitti2012")
    parser.add_argument("--output", required=True)
    return parser.parse_args()


def crops(options, folder):
    """Writes the crops of both views; yields (left, right, truth)."""
    width, height = options.size
    for frame in options.frames:
        name = f"{frame:06d}_10.png"
        root = Path(options.data) / "training"
        views = [cv2.imread(str(root / view / name), cv2.IMREAD_GRAYSCALE) for view in ("image_0", "image_1")]
        truth = cv2.imread(str(root / "disp_noc" / name), cv2.IMREAD_UNCHANGED).astype(np.float32) / 256
        top, left = (truth.shape[0] - height) // 2, (truth.shape[1] - width) // 2
        cut = (slice(top, top + height), slice(left, left + width))
        paths = [folder / f"{frame}-{side}.png" for side in ("left", "right")]
        for path, view in zip(paths, views):
            cv2.imwrite(str(path), view[cut])
        known = truth[cut]
        column = np.arange(width)[None]
        yield paths[0], paths[1], np.where((known < options.range) & (known <= column), known, 0)


def run(options, left, right, folder, count):
    """The disparities of one crop and the milliseconds that they took."""
    command = [options.program, "match", str(left), str(right), "--method", "mc-cnn-accurate", "--preset", options.preset,
               "--weights", options.weights, "--max-disparity", str(options.range), "--disparity", str(folder / "d.pfm"), "--json"]
    if count:
        command += ["--candidates", str(count)]
        if options.proposer:
            command += ["--set", f"proposer={options.proposer}"]
    told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return cv2.imread(str(folder / "d.pfm"), cv2.IMREAD_UNCHANGED), 1000 * told["seconds"]["match"]


def main():
    options = arguments()
    curve = []
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        pieces = list(crops(options, folder))
        for count in options.counts + [0]:
            wrong, known, milliseconds = 0, 0, 0.0
            for left, right, truth in pieces:
                found, time = run(options, left, right, folder, count)
                counts = truth > 0
                wrong += int((~(abs(found - truth) <= 3))[counts].sum())
                known += int(counts.sum())
                milliseconds += time
            curve.append({"candidates": count or "all", "percent": 100 * wrong / known, "milliseconds": milliseconds, "pixels": known})
            print(curve[-1], flush=True)
    Path(options.output).write_text(json.dumps(curve, indent=1) + "\n")


if __name__ == "__main__":
    main()
