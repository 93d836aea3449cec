"""Dense disparities of a trained network on images, where both views' agree: what a smaller network learns from beside ground truth.

    python teacher.py psmnet.safetensors OUT --mix kitti2012 kitti2015 middlebury --data DATA [--device cuda --precision bfloat16]

For every pair OUT/NAME.png, uint16, px × 256, 0 where the two views' disparities differ by more than a pixel; `train.py --teacher OUT` adds them wherever
ground truth is missing. Only pairs that train: the sources are those of train.py.
"""
import argparse
from pathlib import Path

import cv2
import numpy as np
import torch
import torch.nn.functional as F

import crops
import networks
import pairs


def prepared(view, device):
    """[1, 3, H, W], normalised, padded at the top and on the right to multiples of 16."""
    rgb = np.repeat(view[..., None], 3, 2) if view.ndim == 2 else view
    tensor = torch.from_numpy(((rgb.astype(np.float32) / 255 - crops.MEAN) / crops.DEVIATION).transpose(2, 0, 1)[None].copy()).to(device)
    height, width = view.shape[:2]
    return F.pad(tensor, (0, -width % 16, -height % 16, 0))


def disparity(network, left, right, options):
    height, width = left.shape[:2]
    with torch.no_grad(), torch.autocast(options.device, torch.bfloat16, enabled=options.precision == "bfloat16"):
        result = network.disparity(prepared(left, options.device), prepared(right, options.device), options.disparities)
    return result[0, -height:, :width].float().cpu().numpy()


def agreed(left, right, tolerance=1.0):
    """`left` where `right`, at the pixel that it points to, says the same."""
    height, width = left.shape
    there = np.rint(np.arange(width)[None] - left).astype(int)
    same = abs(np.take_along_axis(right, there.clip(0, width - 1), 1) - left) <= tolerance
    return np.where((there >= 0) & same, left, 0)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights")
    parser.add_argument("out")
    parser.add_argument("--network", choices=networks.NETWORKS, default="psmnet")
    parser.add_argument("--mix", nargs="+", default=["kitti2012", "kitti2015", "middlebury"])
    parser.add_argument("--data", required=True)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--precision", choices=["float32", "bfloat16"], default="float32")
    parser.add_argument("--disparities", type=int, default=192)
    options = parser.parse_args()
    options.held_back, options.synthetic, options.photographs, options.teacher = [], 0, None, None
    network = networks.NETWORKS[options.network]()
    networks.start(network, networks.weights(options.weights))
    network = network.to(options.device).eval()
    flip = lambda view: np.ascontiguousarray(view[:, ::-1])
    for source in options.mix:
        for pair in pairs.load(source, options):
            path = Path(options.out) / f"{pair.name}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.exists():
                continue
            right = flip(disparity(network, flip(pair.right), flip(pair.left), options))
            known = agreed(disparity(network, pair.left, pair.right, options), right)
            cv2.imwrite(str(path), np.rint(known * 256).astype(np.uint16))


if __name__ == "__main__":
    main()
