"""Trains one MC-CNN network; see README.md for the commands.

Deterministic given the seed: step n draws its crops from a generator seeded by (seed, n), so that a resumed training goes on
exactly where it stopped. The checkpoint holds the network, the optimiser's state and the curves.
"""
import argparse
import copy
import json
import os
import time
from pathlib import Path

import cv2
import matplotlib
import numpy as np
import torch

import augmentation
import data
import initialisation
import losses
from network import ARCHITECTURES, MCCNN, save_weights

matplotlib.use("Agg")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("arch", choices=["fast", "accurate"])
    parser.add_argument("dataset", choices=["kitti", "middlebury"])
    parser.add_argument("--data", required=True, help="root of the data set (see README.md)")
    parser.add_argument("--run", required=True, help="folder of the checkpoint, the curves and the weights; resumes if it is there")
    parser.add_argument("--loss", choices=["paper", "row-softmax"], default="paper")
    parser.add_argument("--optimiser", choices=["sgd", "adam"], default="sgd")
    parser.add_argument("--learning-rate", type=float, help="default: the paper's .002 (fast) and .003 (accurate)")
    parser.add_argument("--steps", type=int, default=20000)
    parser.add_argument("--decay", type=float, default=0.4, help="share of the steps, at the end, over which the rate falls to 0")
    parser.add_argument("--batch", type=int, default=4, help="crops per step")
    parser.add_argument("--samples", type=int, default=100000, help="at most so many samples of a crop")
    parser.add_argument("--negatives", type=int, default=1)
    parser.add_argument("--hard-negative", action="store_true", help="one more: the most similar place of the row in the right crop")
    parser.add_argument("--frozen-steps", type=int, default=0, help="steps at the start in which the convolutions stay as they are")
    parser.add_argument("--crop", type=int, nargs=2, default=(264, 72), metavar=("WIDTH", "HEIGHT"))
    parser.add_argument("--wider", type=int, default=64)
    parser.add_argument("--average", type=float, default=0.0, metavar="A", help="keep the mean of the weights over about 1 / (1 - A) steps, and write that one")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--bfloat16", action="store_true", help="products in bfloat16 (weights, sums and losses stay float32)")
    parser.add_argument("--save-every", type=int, default=50)
    parser.add_argument("--initialise", choices=["pytorch", "data"], default="pytorch", help="data: every feature map starts with mean 0, variance 1")
    parser.add_argument("--start-from", help="weights (.safetensors) of another network of ours to start from, see initialisation.py")
    return parser.parse_args()


def rate(step, options):
    """Constant, then linear to zero over the last `decay` of the steps."""
    return options.learning_rate * min(1.0, (options.steps - step) / max(1.0, options.decay * options.steps))


def draw_crops(pairs, step, options):
    """The crops of one step, and the generator that goes on from there."""
    rng = np.random.default_rng([options.seed, step])
    table = (augmentation.ROWS if options.loss == "row-softmax" or options.hard_negative else augmentation.PAPER)[options.dataset]
    size = tuple(options.crop)
    return [augmentation.draw_crop(pairs[rng.integers(len(pairs))], table, size, options.wider, rng) for _ in range(options.batch)], rng


class RunningAverage:
    """The exponential mean of a network's weights: a <- A a + (1 - A) w after each step, over fewer steps at the start.

    It says what a decayed learning rate would say, at any moment of a training with a constant one. With A = 0 it is the
    network itself.
    """

    def __init__(self, network, share):
        self.network, self.share, self.steps = copy.deepcopy(network), share, 0

    @torch.no_grad()
    def add(self, network):
        self.steps += 1
        keep = min(self.share, self.steps / (self.steps + 10)) if self.share else 0.0
        for mine, theirs in zip(self.network.parameters(), network.parameters()):
            mine.lerp_(theirs, 1 - keep)

    def state(self):
        return {"network": self.network.state_dict(), "steps": self.steps}

    def load(self, state):
        self.network.load_state_dict(state["network"])
        self.steps = state["steps"]


def stack(views):
    """[N, 1, H, W] with the channels innermost, which PyTorch's convolutions are 1.6 times as fast with."""
    return torch.from_numpy(np.stack(views)[:, None].astype(np.float32)).to(memory_format=torch.channels_last)


def products(options):
    """Where products are in bfloat16, if that is asked for: 1.8 times as fast (convolutions), 3.6 (fully connected) with AVX-512 BF16."""
    return torch.autocast("cpu", torch.bfloat16, enabled=options.bfloat16)


def step_loss(network, pairs, step, options):
    """Mean loss of one step's crops; both views of all crops go through the convolutions together."""
    drawn, rng = draw_crops(pairs, step, options)
    with torch.set_grad_enabled(step >= options.frozen_steps), products(options):
        left, right = (network.features(stack([getattr(crop, view) for crop in drawn])).float() for view in ("left", "right"))
    offsets = losses.PAPER_OFFSETS[options.arch, options.dataset]
    total = 0.0
    for index, crop in enumerate(drawn):
        if options.loss == "row-softmax":
            total = total + losses.row_softmax(crop, left[index], right[index], network.margin, offsets[1], options.samples, rng)
            continue
        samples = losses.sampled_pairs(crop, left[index], right[index], network.margin, offsets, options.negatives, options.samples, rng, options.hard_negative)
        if len(samples[0]):
            with products(options):
                total = total + (losses.cross_entropy(network, *samples) if network.is_accurate else losses.hinge(*samples))
    return total / len(drawn)


def draw_curves(history, path):
    from matplotlib import pyplot
    figure, axes = pyplot.subplots(figsize=(7, 4))
    loss = np.array(history["loss"])
    window = max(1, len(loss) // 100)
    smooth = np.convolve(loss, np.ones(window) / window, "valid")
    axes.plot(np.arange(len(smooth)) + window, smooth, label=f"training loss (mean of {window} steps)")
    axes.set(xlabel="step", ylabel="loss", ylim=(0, np.quantile(smooth, 0.99) * 1.1))
    if history["validation"]:
        twin = axes.twinx()
        twin.plot(*zip(*history["validation"]), "o-", color="tab:red", label="validation: winner takes all")
        twin.set(ylabel="wrong pixels, %", ylim=(0, None))
        twin.legend(loc="lower left")
    axes.legend(loc="upper right")
    figure.tight_layout()
    figure.savefig(path, dpi=80, format="png")
    pyplot.close(figure)


def write_safely(path, write):
    """`write(temporary)` and then rename: a run that is cut off leaves the older file whole."""
    temporary = path.with_name("." + path.name)
    write(temporary)
    os.replace(temporary, path)


def main():
    options = arguments()
    options.learning_rate = options.learning_rate or {"fast": 0.002, "accurate": 0.003}[options.arch]
    if options.loss == "row-softmax" and options.arch == "accurate":
        raise SystemExit("row-softmax needs the cosine join of the fast network")
    torch.set_num_threads(options.threads)
    cv2.setNumThreads(1)
    torch.use_deterministic_algorithms(True)
    torch.manual_seed(options.seed)
    run = Path(options.run)
    run.mkdir(parents=True, exist_ok=True)
    network = MCCNN(**ARCHITECTURES[options.arch, options.dataset]).to(memory_format=torch.channels_last)
    make = {"sgd": lambda p: torch.optim.SGD(p, options.learning_rate, momentum=0.9), "adam": lambda p: torch.optim.Adam(p, options.learning_rate)}
    optimiser = make[options.optimiser](network.parameters())
    history = {"loss": [], "validation": [], "seconds": 0.0}
    checkpoint = run / "checkpoint.pt"
    state = torch.load(checkpoint, weights_only=True) if checkpoint.exists() else {}
    if state:
        network.load_state_dict(state["network"])
        optimiser.load_state_dict(state["optimiser"])
        history = state["history"]
    pairs = data.load(options.dataset, options.data, validation=False)
    if not history["loss"]:
        first = stack([crop.left for crop in draw_crops(pairs, options.steps, options)[0]])
        kept = initialisation.start_from(network, options.start_from, first) if options.start_from else []
        if options.initialise == "data":
            initialisation.from_data(network, first, kept)
    average = RunningAverage(network, options.average)
    if "average" in state:
        average.load(state["average"])
    train(network, average, optimiser, history, pairs, options, run)


def train(network, average, optimiser, history, pairs, options, run):
    validation = run / "validation.json"  # evaluate.py appends [step, percent] here
    metadata = {"method": f"MC-CNN {options.arch}, Zbontar and LeCun, JMLR 2016", "seed": str(options.seed)}
    for step in range(len(history["loss"]), options.steps):
        began = time.process_time()
        for group in optimiser.param_groups:
            group["lr"] = rate(step, options)
        loss = step_loss(network, pairs, step, options)
        optimiser.zero_grad()
        if loss.requires_grad:
            loss.backward()
            optimiser.step()
            average.add(network)
        history["loss"].append(loss.item())
        history["seconds"] += time.process_time() - began
        if (step + 1) % options.save_every == 0 or step + 1 == options.steps:
            if validation.exists():
                history["validation"] = json.loads(validation.read_text())
            state = {"network": network.state_dict(), "average": average.state(), "optimiser": optimiser.state_dict(), "history": history}
            write_safely(run / "checkpoint.pt", lambda path: torch.save(state, path))
            told = metadata | {"steps": str(step + 1), "command": command(options)}
            write_safely(run / "weights.safetensors", lambda path: save_weights(average.network, path, told))
            write_safely(run / "curves.png", lambda path: draw_curves(history, path))
            recent = np.mean(history["loss"][-options.save_every:])
            print(f"{time.strftime('%H:%M:%S')} step {step + 1} loss {recent:.4f} processor {history['seconds'] / 60:.1f} min", flush=True)


def command(options):
    """The options that decide the result, without anybody's paths."""
    hidden = ("data", "run", "threads", "save_every", "start_from")
    return " ".join(f"{name}={value}" for name, value in sorted(vars(options).items()) if name not in hidden)


if __name__ == "__main__":
    main()
