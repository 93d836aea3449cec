"""Scores weights through the package's own engine: `stereodepth benchmark`, so that what is measured is what users get.

    python evaluate.py RUN/checkpoint.pt --program .build/release/stereodepth --data DATA --kitti2012 110-119
    python evaluate.py psmnet.safetensors --program … --data DATA --kitti2012 120-149 --middlebury teddy,cones,Bowling1,Cloth3,Wood2

KITTI 2012 000120–000149, KITTI 2015 000021–000024 and those five scenes validate: they are for finished weights, not for choosing steps by.
"""
import argparse
import subprocess
import tempfile
from pathlib import Path

import torch

import networks


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights")
    parser.add_argument("--program", required=True, help="the stereodepth program, a release build")
    parser.add_argument("--data", required=True, help="folder of kitti2012, kitti2015, middlebury")
    for benchmark in ("kitti2012", "kitti2015", "middlebury"):
        parser.add_argument(f"--{benchmark}", metavar="FRAMES")
    parser.add_argument("--method", default="psmnet")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        weights = options.weights
        if weights.endswith(".pt"):
            weights = str(Path(folder) / "weights.safetensors")
            state = torch.load(options.weights, map_location="cpu", weights_only=True)
            networks.store(state["average"], weights, networks.NETWORKS[state.get("kind", "psmnet")].metadata, half=False)
        for benchmark in ("kitti2012", "kitti2015", "middlebury"):
            if frames := getattr(options, benchmark):
                subprocess.run([options.program, "benchmark", benchmark, str(Path(options.data) / benchmark), "--frames", frames, "--method", options.method,
                                "--weights", weights, "--output-directory", str(Path(folder) / benchmark)], check=True)


if __name__ == "__main__":
    main()
