"""Trains an end-to-end network on a mix of pairs; see README.md for the commands.

Step n draws its crops from a generator seeded by (seed, n): a resumed training goes on exactly where it stopped, and as many --workers as
wanted change nothing. The learning rate falls with the share of the budget that is used, of steps, hours or minutes.
"""
import argparse
import json
import os
import time
from pathlib import Path

import numpy as np
import torch

import crops
import curves
import device_scenes
import networks
import pairs
from psmnet import Unit


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--network", choices=networks.NETWORKS, default="psmnet")
    parser.add_argument("--run", required=True, help="folder of the checkpoint; resumes if it is there")
    parser.add_argument("--start-from", help="weights to begin with: the authors' file, safetensors or a checkpoint of this program")
    parser.add_argument("--data", required=True, help="folder of kitti2012, kitti2015, middlebury; or the crops that pack.py wrote")
    parser.add_argument("--teacher", help="folder of teacher.py's disparities, used wherever truth is missing")
    parser.add_argument("--mix", nargs="+", default=["kitti2012=0.42", "kitti2015=0.06", "middlebury=0.32", "synthetic=0.2"], metavar="SOURCE=SHARE")
    parser.add_argument("--held-back", type=int, nargs="*", default=[], help="KITTI 2012 frames that are not trained with, to look at meanwhile")
    parser.add_argument("--synthetic", type=int, default=200, help="synthetic pairs")
    parser.add_argument("--photographs", help="folder of photographs for their textures")
    parser.add_argument("--synthesised", type=float, default=0, help="share of steps whose pairs are synthesised on the device, in place of the mix's")
    parser.add_argument("--steps", type=int, help="budget in steps")
    parser.add_argument("--hours", type=float, help="budget in hours of this machine")
    parser.add_argument("--minutes", type=float, help="budget in minutes")
    parser.add_argument("--learning-rate", type=float, default=2e-4)
    parser.add_argument("--constant", type=float, default=0.3, help="share of the budget before the rate falls")
    parser.add_argument("--average", type=float, default=0.98, help="decay of the running average of the weights")
    parser.add_argument("--entropy", type=float, default=0.15, help="weight of the cross-entropy beside the smooth L1")
    parser.add_argument("--crop", type=int, nargs=2, default=(320, 256), metavar=("WIDTH", "HEIGHT"))
    parser.add_argument("--disparities", type=int, default=192, help="range of crops that need it and of every fourth")
    parser.add_argument("--least-disparities", type=int, default=96, help="range of crops whose truth is far below")
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--pixels", type=int, default=12000, help="at most so many pixels with truth of a crop")
    parser.add_argument("--frozen", nargs="*", default=[f"feature_extraction.{part}." for part in ("firstconv", "layer1", "layer2")],
                        help="prefixes of tensors that stay as they are")
    parser.add_argument("--batch-statistics", action="store_true", help="normalise by the batch, not by the statistics that the weights came with")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--precision", choices=["float32", "bfloat16"], default="float32", help="of products; weights, sums and losses are float32")
    parser.add_argument("--workers", type=int, default=0, help="processes that draw crops")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--save-every", type=int, default=20)
    options = parser.parse_args()
    if options.minutes:
        options.hours = options.minutes / 60
    if not (options.steps or options.hours):
        parser.error("say the budget: --steps, --hours or --minutes")
    return options


DESCRIBED = 3                    # parts of a batch that is only described


def progress(step, hours, options):
    """Share of the budget that is used."""
    return min(1.0, step / options.steps if options.steps else hours / options.hours)


def rate(step, used, options):
    """Rises over 20 steps, constant, then along a cosine to a fiftieth."""
    fall = max(0.0, used - options.constant) / max(1e-9, 1 - options.constant)
    return float(options.learning_rate * min(1.0, (step + 1) / 20) * (0.02 + 0.98 * 0.5 * (1 + np.cos(np.pi * fall))))


class Crops(torch.utils.data.Dataset):
    """Batches by the number of their step."""

    def __init__(self, options):
        named = [text.rsplit("=", 1) for text in options.mix]
        self.options, self.groups = options, [pairs.load(source, options) for source, _ in named]
        self.counts = {source: len(group) for (source, _), group in zip(named, self.groups)}
        self.shares = np.array([float(share) for _, share in named])
        self.shares /= self.shares.sum()
        width, height = options.crop
        self.describe = device_scenes.Describer(options.photographs, width, height, min(120.0, options.disparities - 2)) if options.synthesised else None

    def __getitem__(self, step):
        """The batch of a step; of a synthesised one the description of its scenes."""
        if self.describe and np.random.default_rng([self.options.seed, step, 2]).random() < self.options.synthesised:
            first = (self.options.seed * 1_000_000 + step) * 64
            return device_scenes.joined([self.describe(first + n) for n in range(self.options.batch)])
        return crops.draw(self.groups, self.shares, step, self.options)

    def renderer(self):
        return self.describe and device_scenes.Renderer(self.describe.images, *self.options.crop, self.options.device)

    def from_step(self, step):
        workers = self.options.workers
        order = range(step, step + 10 ** 7)
        return torch.utils.data.DataLoader(self, batch_size=None, sampler=order, num_workers=workers, prefetch_factor=4 if workers else None)


def step_loss(network, batch, options, rng):
    """Loss of a batch; error > 3 px and mean error in it; the range that it was computed with."""
    left, right, index, y, x, truth = (part.to(options.device, non_blocking=True) for part in batch[:6])
    needed = int(np.ceil((float(batch[5].max()) + 20) / 16)) * 16
    disparities = options.disparities if rng.random() < 0.25 else min(options.disparities, max(options.least_disparities, needed))
    layout = dict(memory_format=torch.channels_last)
    with torch.autocast(torch.device(options.device).type, torch.bfloat16, enabled=options.precision == "bfloat16"):
        loss, disparity = network.losses(left.contiguous(**layout), right.contiguous(**layout), disparities, (index, y, x), truth, options.entropy)
    error = (disparity - truth).abs()
    return loss, float((error > 3).float().mean()), float(error.mean()), disparities


def save(path, state):
    torch.save(state, str(path) + ".part")
    os.replace(str(path) + ".part", path)


class Training:
    """Network, its running average, optimiser, and how far they are."""

    def __init__(self, options):
        self.options, self.path = options, Path(options.run) / "checkpoint.pt"
        self.network, self.average = (networks.NETWORKS[options.network]() for _ in range(2))
        if options.start_from and not self.path.exists():
            networks.start(self.network, networks.weights(options.start_from))
        for name, parameter in self.network.named_parameters():
            parameter.requires_grad_(not name.startswith(tuple(options.frozen)) if options.frozen else True)
        for module in self.network.modules():
            if isinstance(module, Unit):
                module.batch_statistics = options.batch_statistics
        self.network.to(options.device), self.average.to(options.device)
        self.average.load_state_dict(self.network.state_dict())
        self.learning = [p for p in self.network.parameters() if p.requires_grad]
        self.optimiser = torch.optim.AdamW(self.learning, lr=options.learning_rate, betas=(0.9, 0.99), weight_decay=1e-4)
        self.step, self.hours, self.curve = 0, 0.0, []
        if self.path.exists():
            state = torch.load(self.path, map_location=options.device, weights_only=True)
            for part in ("network", "average", "optimiser"):
                getattr(self, part).load_state_dict(state[part])
            self.step, self.hours, self.curve = state["step"], state["hours"], state["curve"]

    def learn(self, batch, lr):
        """One step; loss, share > 3 px, mean error, norm of the gradient, range."""
        for group in self.optimiser.param_groups:
            group["lr"] = lr
        loss, bad, error, disparities = step_loss(self.network, batch, self.options, np.random.default_rng([self.options.seed, self.step, 1]))
        self.optimiser.zero_grad()
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(self.learning, 1.0)
        self.optimiser.step()
        keep = min(self.options.average, (self.step + 1) / (self.step + 10))
        with torch.no_grad():
            for mean, new in zip(self.average.state_dict().values(), self.network.state_dict().values()):
                mean.lerp_(new, 1 - keep) if mean.is_floating_point() else mean.copy_(new)
        self.step += 1
        return float(loss.detach()), bad, error, float(norm), disparities

    def save(self):
        parts = {part: getattr(self, part).state_dict() for part in ("network", "average", "optimiser")}
        save(self.path, parts | {"kind": self.options.network, "step": self.step, "hours": self.hours, "curve": self.curve})


def main():
    begun, options = time.time(), arguments()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    Path(options.run).mkdir(parents=True, exist_ok=True)
    training, data = Training(options), Crops(options)
    (Path(options.run) / "options.json").write_text(json.dumps({**vars(options), "counts": data.counts}, indent=1))
    print("pairs:", data.counts, flush=True)
    begun -= 3600 * training.hours
    if progress(training.step, training.hours, options) >= 1:
        raise SystemExit("the budget is used up; give a greater one")
    renderer = data.renderer()
    for batch in data.from_step(training.step):
        if len(batch) == DESCRIBED:
            batch = renderer.batch(batch, options.pixels, training.step, crops.MEAN, crops.DEVIATION)
        lr = rate(training.step, progress(training.step, training.hours, options), options)
        loss, bad, error, norm, disparities = training.learn(batch, lr)
        training.hours = (time.time() - begun) / 3600
        row = (training.step, training.hours, lr, loss, bad, error, norm, batch[-1][0], disparities)
        training.curve.append(row)
        print("step %d, %.3f h, rate %.2e: loss %.3f, > 3 px %.4f, mean %.3f px, gradient %.2f, %s, %d" % row, flush=True)
        last = progress(training.step, training.hours, options) >= 1
        if last or training.step % options.save_every == 0:
            training.save()
        if last:
            break
    curves.draw(training.curve, Path(options.run) / "curves.png")


if __name__ == "__main__":
    main()
