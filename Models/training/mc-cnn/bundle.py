"""Copies a run's weights and curves into a model's folder, with the data's licence and how they were made as metadata."""
import argparse
import shutil
from pathlib import Path

from safetensors import safe_open

from network import load_weights, save_weights

LICENCES = {
    "kitti": ("KITTI 2012 stereo, frames 000000-000119", "CC BY-NC-SA 3.0 (that of the training data)"),
    "middlebury": ("Middlebury stereo 2001, 2003, 2005, 2006 without teddy, cones, Bowling1, Cloth3, Wood2",
                   "research use with citation (that of the training data)"),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run")
    parser.add_argument("dataset", choices=sorted(LICENCES))
    parser.add_argument("folder", help="such as Models/mc-cnn-fast-kitti; the file gets the folder's name")
    parser.add_argument("--history", required=True, help="the options of the steps, in words where they changed on the way")
    options = parser.parse_args()
    run, folder = Path(options.run), Path(options.folder)
    folder.mkdir(parents=True, exist_ok=True)
    with safe_open(str(run / "weights.safetensors"), framework="pt") as file:
        told = {key: value for key, value in file.metadata().items() if key in ("method", "seed", "steps")}
    data, licence = LICENCES[options.dataset]
    told |= {"training-data": data, "licence": licence, "training": options.history}
    save_weights(load_weights(run / "weights.safetensors"), folder / f"{folder.name}.safetensors", told)
    shutil.copyfile(run / "curves.png", folder / "curves.png")


if __name__ == "__main__":
    main()
