"""Features and costs of CNES's package MCCNN on a real crop, for MCCNNPackageTests: makes Tests/StereoNetworksTests/Fixtures/mccnn.

    pip install MCCNN torch safetensors
    python Tests/Peers/mccnn_package.py

The networks and their weights are the package's own, and so is the normalisation; the join of the fast network is its `baseline`
(the compiled one leaves valid cells empty). Crop of SampleData's Motorcycle as gray images, every so many elements of each tensor.
The package counts disparities from −D to 0: its plane D + d is our plane d, so planes are turned round.
"""
import argparse
from pathlib import Path

import cv2
import mc_cnn
import numpy as np
import torch
from mc_cnn.cost_volume.cost_volume_pybaseline import CostVolumeBaseline
from mc_cnn.inference_engine.inference_engine_base import AbstractInferenceEngine
from mc_cnn.model.mc_cnn_accurate import AccMcCnnInfer
from mc_cnn.model.mc_cnn_fast import FastMcCnn
from safetensors.torch import save_file

ROOT = Path(__file__).resolve().parents[2]
WEIGHTS = Path(mc_cnn.__file__).parent / "weights"
TOP, LEFT, HEIGHT, WIDTH = 200, 250, 48, 112
DISPARITIES = {"fast": 40, "accurate": 12}
EVERY = {"features": 61, "costs": 23}


def model(kind):
    network = {"fast": FastMcCnn, "accurate": AccMcCnnInfer}[kind]()
    state = torch.load(WEIGHTS / f"mc_cnn_{kind}_mb_weights.pt", map_location="cpu", weights_only=True)
    network.load_state_dict(state["model"])
    return network.eval()


def run(kind, left, right):
    """Features of the left image [C, H − 10, W − 10] and costs [D, H − 10, W − 10], plane d for disparity d."""
    network, count = model(kind), DISPARITIES[kind]
    with torch.no_grad():
        if kind == "fast":
            features = [network(image, training=False) for image in (left, right)]
            join = CostVolumeBaseline({"cost_volume_method": "baseline"})
            costs = join.computes_cost_volume(*(f.numpy() for f in features), 1 - count, 0)
        else:
            features = [network.conv_blocks(image[None, None])[0] for image in (left, right)]
            costs = network(left, right, 1 - count, 0)
    return features[0], torch.from_numpy(np.ascontiguousarray(costs.transpose(2, 0, 1)[::-1]))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", default=str(ROOT / "Tests/StereoNetworksTests/Fixtures/mccnn"))
    folder = Path(parser.parse_args().output)
    folder.mkdir(parents=True, exist_ok=True)
    scene = ROOT / "SampleData/Pairs/Motorcycle"
    normalised, tensors = [], {}
    for side in ("left", "right"):
        crop = cv2.imread(str(scene / f"{side}.png"), cv2.IMREAD_GRAYSCALE)[TOP:TOP + HEIGHT, LEFT:LEFT + WIDTH]
        cv2.imwrite(str(folder / f"{side}.png"), crop)
        normalised.append(torch.from_numpy(AbstractInferenceEngine.normalize(None, crop.astype(np.float32))))
    for kind, count in DISPARITIES.items():
        features, costs = run(kind, *normalised)
        print(kind, tuple(features.shape), tuple(costs.shape), count, "disparities")
        tensors[f"{kind}.features"] = features.flatten()[::EVERY["features"]].contiguous()
        tensors[f"{kind}.costs"] = costs.flatten()[::EVERY["costs"]].contiguous()
    save_file(tensors, str(folder / "expected.safetensors"))


if __name__ == "__main__":
    main()
