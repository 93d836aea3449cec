"""The curve of a run as a picture: loss, mean error and share > 3 px of the crops, smoothed, and the learning rate.

    python curves.py RUN/checkpoint.pt curves.png
"""
import sys

import numpy as np
import torch

FIELDS = ("step", "hours", "rate", "loss", "bad", "error", "gradient", "pair", "disparities")


def smoothed(values, span):
    """Running median: single crops differ by more than a training gains."""
    half = max(1, span // 2)
    return np.array([np.median(values[max(0, n - half):n + half + 1]) for n in range(len(values))])


def draw(curve, path):
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plot
    step = np.array([row[0] for row in curve])
    figure, axes = plot.subplots(1, 3, figsize=(12, 3.2), layout="constrained")
    sources = sorted({row[7].split("/")[0] for row in curve})
    for axis, field, label in ((axes[0], 3, "loss"), (axes[1], 4, "share of pixels > 3 px")):
        for source in sources:
            chosen = [n for n, row in enumerate(curve) if row[7].split("/")[0] == source]
            values = np.array([curve[n][field] for n in chosen])
            axis.plot(step[chosen], smoothed(values, max(5, len(values) // 8)), label=source, linewidth=1.2)
        axis.set(xlabel="step", ylabel=label, ylim=(0, None))
    axes[0].legend(fontsize=7)
    axes[2].plot(step, [row[2] for row in curve])
    axes[2].set(xlabel="step", ylabel="learning rate", ylim=(0, None))
    figure.savefig(path, dpi=110)
    plot.close(figure)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    draw(torch.load(sys.argv[1], map_location="cpu", weights_only=True)["curve"], sys.argv[2])
