"""Writes a checkpoint's averaged weights as safetensors, and the small case that the Swift tests compare with.

    python bundle.py weights runs/all/checkpoint.pt modulenet-kitti.safetensors --trained-on "KITTI 2012 000000–000119, …"
    python bundle.py case FOLDER          a pair of 44 × 26 pixels, a tiny network with weights by seed, and all its activations
"""
import argparse
import sys
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file

import kernels
import network


def weights(options):
    state = torch.load(options.checkpoint, weights_only=True)
    save_file(state["average"], options.out, metadata={"model": "modulenet", "steps": str(state["step"]), "trained_on": options.trained_on})


def case(options):
    """All widths are 16 and less, so that the file stays small; every weight differs from zero, so that every term counts."""
    out = Path(options.out)
    out.mkdir(parents=True, exist_ok=True)
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "synthetic"))
    import cv2
    import scenes
    torch.manual_seed(1)
    net = network.ModuleNet((8, 12, 8, 12), 8)
    with torch.no_grad():
        for stage in (net.first, net.second):
            stage.scores.weight.normal_(0, 0.3)
            stage.scores.bias.add_(torch.randn_like(stage.scores.bias) * 0.1)
    pair = scenes.Generator(scenes.Textures(), width=44, height=26, greatest=20.0).pair(5)
    tensor, evidence, least, winners, _ = kernels.fixed_layers(pair.left, pair.right, 3)
    activations = {}
    with torch.no_grad():
        image = torch.from_numpy(pair.left.astype(np.float32))[None, None] / 128 - 1
        seen = torch.from_numpy(tensor).permute(2, 3, 0, 1)[None].contiguous()
        facts = torch.from_numpy(least).permute(2, 0, 1)[None].contiguous()
        one, two = net(image, facts, seen)
        padded = lambda x, channels: torch.nn.functional.pad(x[0], (0, 0, 0, 0, 0, channels - x.shape[2])).flatten(0, 1)
        activations = {"tensor": seen[0].flatten(0, 1), "least": facts[0], "guide": net.guide(image, facts)[0], "first.scores": padded(one, 16),
                       "first.posterior": padded(network.joint_posterior(seen, one), 16), "second.scores": padded(two, 16)}
    blocks = activations["second.scores"].reshape(3, 16, *least.shape[:2]).permute(2, 3, 0, 1).contiguous().numpy()
    maps = kernels.disparities(evidence, winners, blocks)
    y, x = np.mgrid[:26, :44].reshape(2, -1).astype(np.float32)
    with torch.no_grad():
        t = torch.from_numpy
        _, z = network.pixel_scores(network.at_pixels(two[0], t(y), t(x)), t(evidence.reshape(-1, 24).astype(np.float32)), t(winners.reshape(-1)), torch.arange(24.0))
        activations["disparity"] = network.disparities(z)[0].view(1, 26, 44)
    activations["confidence"] = torch.from_numpy(maps[1:2])
    cv2.imwrite(str(out / "left.png"), pair.left)
    cv2.imwrite(str(out / "right.png"), pair.right)
    save_file(net.state_dict(), str(out / "weights.safetensors"))
    save_file({name: value.contiguous().clone() for name, value in activations.items()}, str(out / "activations.safetensors"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    bundled = commands.add_parser("weights")
    bundled.add_argument("checkpoint")
    bundled.add_argument("out")
    bundled.add_argument("--trained-on", required=True)
    commands.add_parser("case").add_argument("out")
    options = parser.parse_args()
    {"weights": weights, "case": case}[options.command](options)


if __name__ == "__main__":
    main()
