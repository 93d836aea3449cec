"""Writes the running average of a checkpoint as safetensors for the package, F16 unless --float32.

    python bundle.py RUN/checkpoint.pt psmnet.safetensors --derived-from "pretrained_model_KITTI2015.tar" --trained-on "KITTI 2012 …"

Such a file also begins a new run (`train.py --start-from psmnet.safetensors`): all but the optimiser's moments is in it.
"""
import argparse

import torch

import networks


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint")
    parser.add_argument("out")
    parser.add_argument("--trained-on", required=True)
    parser.add_argument("--derived-from", default="nothing")
    parser.add_argument("--licence", default="CC BY-NC-SA 3.0 (KITTI); research use with citation (Middlebury)")
    parser.add_argument("--float32", action="store_true")
    options = parser.parse_args()
    state = torch.load(options.checkpoint, map_location="cpu", weights_only=True)
    kind = networks.NETWORKS[state.get("kind", "psmnet")]
    networks.store(state["average"], options.out, kind.metadata | {
        "steps": state["step"], "hours": f"{state['hours']:.2f}", "training-data": options.trained_on,
        "derived-from": options.derived_from, "licence": options.licence}, not options.float32)


if __name__ == "__main__":
    main()
