"""Trains ModuleNet on stored samples; see README.md for the commands.

Deterministic given the seed and one thread: step n draws its crop from a generator seeded by (seed, n), so that a resumed
training goes on exactly where it stopped. The checkpoint holds network, average, optimiser and curve.
"""
import argparse
import json
import os
import time
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file

import samples
from kernels import BLOCK, MODULE, block_means
from network import GUIDE, WIDTHS, ModuleNet, at_pixels, grow, modules_of, pixel_scores, widths_of

SPREAD = 1.0          # of the target's two-sided exponential, pixels
WEIGHTS = {"joint": (0.4, 1.0), "module": (0.1, 0.2)}   # of both stages


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", nargs="+", required=True, metavar="FOLDER=SHARE", help="folders of stored samples and how often each is drawn")
    parser.add_argument("--run", required=True, help="folder of the checkpoint; resumes if it is there")
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--learning-rate", type=float, default=2e-3)
    parser.add_argument("--decay", type=float, default=0.35, help="share of the steps, at the end, over which the rate falls to 0")
    parser.add_argument("--average", type=float, default=0.995, help="decay of the running average of the weights")
    parser.add_argument("--crop", type=int, nargs=2, default=(384, 192), metavar=("WIDTH", "HEIGHT"))
    parser.add_argument("--modules", type=int, default=7, help="modules of a crop")
    parser.add_argument("--pixels", type=int, default=4000, help="at most so many pixels with truth of a crop")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--save-every", type=int, default=50)
    parser.add_argument("--start-from", help="bundled weights (.safetensors) to start from, if there is no checkpoint yet; as wide or narrower")
    parser.add_argument("--widths", type=int, nargs=5, metavar="C", help="channels at 1/4 ... 1/32 of the resolution, and of the guide; default: those of --start-from, else 16 32 48 64 32")
    parser.add_argument("--bfloat16", action="store_true", help="products in bfloat16 (weights, sums and losses stay float32)")
    return parser.parse_args()


def rate(step, options):
    """Rises over 50 steps, constant, then linear to zero over the last `decay` of the steps."""
    return options.learning_rate * min(1.0, (step + 1) / 50, (options.steps - step) / max(1.0, options.decay * options.steps))


def chosen_candidates(truth, options, disparities, rng):
    """Candidates of the modules of a crop: all begin at one offset; most hold truth, two are drawn among all."""
    offset = int(rng.integers(0, MODULE))
    count = (disparities - offset) // MODULE
    frequency = np.bincount(np.clip((truth - offset) // MODULE, 0, count - 1).astype(int), minlength=count) + 1e-3
    first = rng.choice(count, options.modules - 2, replace=False, p=frequency / frequency.sum())
    others = rng.choice(np.setdiff1d(np.arange(count), first), 2, replace=False)
    return (offset + np.sort(np.concatenate([first, others]))[:, None] * MODULE + np.arange(MODULE)[None]).reshape(-1)


def draw(groups, shares, step, options):
    """A crop and modules: image, least sums, tensor; pixels with truth, what is known there; the candidates."""
    rng = np.random.default_rng([options.seed, step])
    inside = np.empty(0, int)
    while len(inside) < 50:                      # the sky has no truth
        group = groups[rng.choice(len(groups), p=shares)]
        sample = group[rng.integers(len(group))]
        height, width = sample.tensor.shape[:2]
        h, w = min(height, options.crop[1] // BLOCK), min(width, options.crop[0] // BLOCK)
        v, u = int(rng.integers(0, height - h + 1)), int(rng.integers(0, width - w + 1))
        window = (slice(v * BLOCK, (v + h) * BLOCK), slice(u * BLOCK, (u + w) * BLOCK))
        y, x = sample.y.astype(np.int32) - v * BLOCK, sample.x.astype(np.int32) - u * BLOCK
        inside = np.nonzero((y >= 0) & (y < h * BLOCK) & (x >= 0) & (x < w * BLOCK))[0]
    if len(inside) > options.pixels:
        inside = np.sort(rng.choice(inside, options.pixels, replace=False))
    truth, y, x = sample.truth[inside], y[inside], x[inside]
    candidates = chosen_candidates(truth, options, sample.tensor.shape[3], rng)
    tensor = modules_of(np.array(sample.tensor[v:v + h, u:u + w]), sample.winners[window], candidates)[None]
    image = np.asarray(sample.image[window], np.float32) / 128 - 1
    image = np.clip(image * rng.uniform(0.7, 1.3) + rng.uniform(-0.25, 0.25), -1, 1)
    t = lambda array: torch.from_numpy(np.array(array, np.float32))
    least = torch.stack([t(sample.least[v:v + h, u:u + w]) / 64, t(block_means(sample.filled[window]))])[None]
    return (t(image)[None, None], least, tensor, t(y), t(x), t(truth), t(sample.evidence[inside][:, candidates]),
            t(sample.winners[window][y, x]), t(candidates))


def targets(truth, candidates):
    """[P, D]: exp(−|d − truth| / SPREAD), normalised, zeros where the truth lies in no module; and whether it lies in one."""
    distance = (candidates[None] - truth[:, None]).abs()
    inside = distance.min(1).values <= 0.5
    return torch.softmax(-distance / SPREAD, 1) * inside[:, None], inside  # not exp / sum: 0 / 0 far outside all modules


def step_loss(network, crop, narrow=False):
    """Cross-entropies at the pixels: of all modules together where the truth lies in one, and of each module alone.

    `narrow`: the network's products are in bfloat16.
    """
    image, least, tensor, y, x, truth, evidence, winners, candidates = crop
    target, inside = targets(truth, candidates)
    each = target.view(len(target), -1, MODULE)
    each = torch.cat([each, 1 - each.sum(2, keepdim=True)], 2)
    total = 0.0
    with torch.autocast("cpu", torch.bfloat16, enabled=narrow):
        answers = network(image, least, tensor)
    for stage, scores in enumerate(answers):
        alone, z = pixel_scores(at_pixels(scores[0].float(), y, x), evidence, winners, candidates)
        joint = -(target * z.log_softmax(1)).sum(1)[inside].sum() / max(1, int(inside.sum()))
        module = -(each * alone.log_softmax(2)).sum(2).mean()
        total = total + WEIGHTS["joint"][stage] * joint + WEIGHTS["module"][stage] * module
    return total, float(joint.detach())


def save(path, state):
    torch.save(state, str(path) + ".part")
    os.replace(str(path) + ".part", path)


def main():
    options = arguments()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    run = Path(options.run)
    run.mkdir(parents=True, exist_ok=True)
    known = load_file(options.start_from) if options.start_from else None
    widths, guide = widths_of(known) if known else (WIDTHS, GUIDE)
    if options.widths:
        widths, guide = options.widths[:4], options.widths[4]
    network, average = ModuleNet(widths, guide).to(memory_format=torch.channels_last), ModuleNet(widths, guide)
    if known:
        grow(network, known)
    average.load_state_dict(network.state_dict())
    optimiser = torch.optim.Adam(network.parameters(), lr=options.learning_rate, betas=(0.9, 0.98))
    done, curve = 0, []
    if (run / "checkpoint.pt").exists():
        state = torch.load(run / "checkpoint.pt", weights_only=True)
        network.load_state_dict(state["network"]), average.load_state_dict(state["average"]), optimiser.load_state_dict(state["optimiser"])
        done, curve = state["step"], state["curve"]
    named = [text.rsplit("=", 1) for text in options.samples]
    groups = [samples.stored(folder) for folder, _ in named]
    shares = np.array([float(share) for _, share in named])
    (run / "options.json").write_text(json.dumps({**vars(options), "counts": [len(group) for group in groups]}, indent=1))
    losses, begun = [], time.time()
    for step in range(done, options.steps):
        for group in optimiser.param_groups:
            group["lr"] = rate(step, options)
        loss, joint = step_loss(network, draw(groups, shares / shares.sum(), step, options), options.bfloat16)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 2.0)
        optimiser.step()
        with torch.no_grad():
            keep = min(options.average, (step + 1) / (step + 10))
            for mean, new in zip(average.parameters(), network.parameters()):
                mean.lerp_(new, 1 - keep)
        losses.append(joint)
        if (step + 1) % options.save_every == 0 or step + 1 == options.steps:
            curve.append((step + 1, float(np.mean(losses))))
            print(f"step {step + 1}: joint loss {np.mean(losses):.4f}, {(time.time() - begun) / len(losses):.2f} s a step", flush=True)
            losses, begun = [], time.time()
            save(run / "checkpoint.pt", {"network": network.state_dict(), "average": average.state_dict(),
                                         "optimiser": optimiser.state_dict(), "step": step + 1, "curve": curve})


if __name__ == "__main__":
    main()
