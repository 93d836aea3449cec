"""What `--candidates K` of mc-cnn-accurate costs and gains: error and time over K against the full evaluation, on crops.

    python candidates.py --program stereodepth --data KITTI2012 --output curve.json --picture curve.png

Crops are cut from ten KITTI 2012 validation frames (one from the middle of each, where the depths change; both views at the same
columns). Pixels count whose true disparity lies within the range and leads into the crop. Errors are shares of them that are wrong
by more than 3 px; times are sums over the crops: what the program reports, and the processor time that it took (which other jobs
on the machine change less). Every count is tried with every blend of both networks (`--set blend=A`), and so is the full evaluation.

Without `--weights` and `--proposer` the bundled networks are used. What was measured is kept in the output file and not measured
again: a run that was stopped goes on. Remove the file where weights or settings have changed.
"""
import argparse
import json
import os
import subprocess
import tempfile
from pathlib import Path

import cv2
import numpy as np


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default="stereodepth")
    parser.add_argument("--data", required=True, help="root of KITTI 2012")
    parser.add_argument("--weights", help="of an accurate network")
    parser.add_argument("--proposer", help="weights of a fast network")
    parser.add_argument("--frames", type=int, nargs="+", default=list(range(121, 150, 3)))
    parser.add_argument("--size", type=int, nargs=2, default=(256, 64), metavar=("WIDTH", "HEIGHT"))
    parser.add_argument("--range", type=int, default=96)
    parser.add_argument("--counts", type=int, nargs="+", default=[1, 2, 3, 4, 6, 8])
    parser.add_argument("--blends", type=float, nargs="+", default=[0, 0.5])
    parser.add_argument("--preset", default="kitti2012-candidates")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="as for the program")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--no-full", action="store_true", help="leave out the full evaluation")
    parser.add_argument("--output", required=True)
    parser.add_argument("--picture", help="PNG of the curves")
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


def run(options, left, right, folder, count, blend):
    """The disparities of one crop, the milliseconds that they took, and the processor's seconds."""
    command = [options.program, "match", str(left), str(right), "--method", "mc-cnn-accurate", "--preset", options.preset,
               "--max-disparity", str(options.range), "--disparity", str(folder / "d.pfm"), "--json", "--quiet",
               "--threads", str(options.threads), "--candidates", str(count), "--set", f"blend={blend}"]
    if options.weights:
        command += ["--weights", options.weights]
    if options.proposer and (count != "all" or blend > 0):
        command += ["--set", f"proposer={options.proposer}"]
    for setting in options.set:
        command += ["--set", setting]
    before = os.times()
    told = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    after = os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    return cv2.imread(str(folder / "d.pfm"), cv2.IMREAD_UNCHANGED), 1000 * told["seconds"]["match"], spent


def point(options, pieces, folder, count, blend):
    """One point of the curve."""
    wrong, known, milliseconds, spent = 0, 0, 0.0, 0.0
    for left, right, truth in pieces:
        found, time, seconds = run(options, left, right, folder, count, blend)
        counts = truth > 0
        wrong += int((~(abs(found - truth) <= 3))[counts].sum())
        known += int(counts.sum())
        milliseconds += time
        spent += seconds
    return {"candidates": count, "blend": blend, "percent": 100 * wrong / known, "milliseconds": milliseconds,
            "processorSeconds": spent, "pixels": known}


def draw(curve, path):
    """Error and processor time over K, a line a blend; dashed: the full evaluation."""
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, (errors, times) = plt.subplots(1, 2, figsize=(9, 3.4), layout="constrained")
    for index, blend in enumerate(sorted({entry["blend"] for entry in curve})):
        colour = f"C{index}"
        mine = [entry for entry in curve if entry["blend"] == blend]
        some = sorted((entry for entry in mine if entry["candidates"] != "all"), key=lambda entry: entry["candidates"])
        for axes, key in ((errors, "percent"), (times, "processorSeconds")):
            axes.plot([entry["candidates"] for entry in some], [entry[key] for entry in some], "o-", color=colour,
                      label=f"blend {blend:g}")
            for entry in mine:
                if entry["candidates"] == "all":
                    axes.axhline(entry[key], color=colour, linestyle="--", label=f"blend {blend:g}, all disparities")
    errors.set(xlabel="K, candidates a pixel", ylabel="wrong by more than 3 px, %", title="Error")
    times.set(xlabel="K, candidates a pixel", ylabel="processor time, s", yscale="log", title="Time")
    errors.legend(fontsize="small")
    for axes in (errors, times):
        axes.grid(alpha=0.3)
    figure.savefig(path, dpi=130)


def main():
    options = arguments()
    output = Path(options.output)
    curve = json.loads(output.read_text()) if output.exists() else []
    counts = options.counts + ([] if options.no_full else ["all"])
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        pieces = list(crops(options, folder))
        for count in counts:
            for blend in options.blends:
                if any(entry["candidates"] == count and entry["blend"] == blend for entry in curve):
                    continue
                curve.append(point(options, pieces, folder, count, blend))
                print(curve[-1], flush=True)
                output.write_text(json.dumps(curve, indent=1) + "\n")
                if options.picture:
                    draw(curve, options.picture)
    if options.picture:
        draw(curve, options.picture)


if __name__ == "__main__":
    main()
