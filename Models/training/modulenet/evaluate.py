"""Errors of a checkpoint on stored validation samples: mean over frames of the share of pixels with |d − truth| > 3 px.

    python evaluate.py runs/all/checkpoint.pt SAMPLES [--every 3]      python evaluate.py untrained SAMPLES
    python evaluate.py modulenet-kitti.safetensors SAMPLES
"""
import argparse

import numpy as np
import torch
from safetensors.torch import load_file

import samples
from kernels import block_means
from network import ModuleNet, at_pixels, disparities, modules_of, pixel_scores, sized


def predicted(network, sample):
    """Disparities of both stages at the sample's pixels with truth."""
    candidates = np.arange(sample.tensor.shape[3])
    t = lambda array: torch.from_numpy(np.array(array, np.float32))
    tensor = modules_of(np.asarray(sample.tensor), sample.winners, candidates)[None]
    least = torch.stack([t(sample.least) / 64, t(block_means(sample.filled))])[None]
    both = network(t(sample.image)[None, None] / 128 - 1, least, tensor)
    result = []
    for scores in both:
        parts = []
        for first in range(0, len(sample.y), 20000):
            y, x = sample.y[first:first + 20000], sample.x[first:first + 20000]
            _, z = pixel_scores(at_pixels(scores[0], t(y), t(x)), t(sample.evidence[first:first + 20000]), t(sample.winners[y, x]), t(candidates))
            parts.append(disparities(z)[0])
        result.append(torch.cat(parts).numpy())
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint")
    parser.add_argument("samples")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--last", action="store_true", help="the weights themselves, not their running average")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    network, step = ModuleNet(), 0
    if options.checkpoint.endswith(".safetensors"):
        network = sized(load_file(options.checkpoint))
    elif options.checkpoint != "untrained":
        state = torch.load(options.checkpoint, weights_only=True)
        network, step = sized(state["network" if options.last else "average"]), state["step"]
    network = network.to(memory_format=torch.channels_last)
    errors = []
    with torch.no_grad():
        for sample in samples.stored(options.samples)[::options.every]:
            errors.append([100 * float((abs(d - sample.truth) > 3).mean()) for d in predicted(network, sample)])
            print(sample.name, *(f"{error:.2f}" for error in errors[-1]), flush=True)
    print(f"step {step}, {len(errors)} frames: " + ", ".join(f"stage {i + 1} {e:.3f} %" for i, e in enumerate(np.mean(errors, 0))))


if __name__ == "__main__":
    main()
