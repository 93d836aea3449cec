"""The networks that `train.py` knows, and their weights.

A network is a module with `losses(left, right, disparities, pixels, truth, entropy)`: the loss and the disparities at the pixels (image, row, column)
with truth; and `disparity(left, right, disparities)`: the whole map. Both take images normalised by ImageNet's statistics.
"""
import torch
from safetensors.torch import load_file, save_file

import compact
import psmnet

NETWORKS = {"psmnet": psmnet.PSMNet, "compact": compact.Compact}


def weights(path):
    """Tensors by name: of safetensors, of a checkpoint of `train.py` (its running average) or of the authors' file."""
    if str(path).endswith(".safetensors"):
        return {name: tensor.float() for name, tensor in load_file(path).items()}
    state = torch.load(path, map_location="cpu", weights_only=str(path).endswith(".pt"), encoding="latin1")
    state = state["average"] if "average" in state else state["state_dict"]
    return {name.removeprefix("module."): tensor for name, tensor in state.items()}


def start(network, tensors):
    """Gives the network its tensors; every one must be there, but for the counters that batch normalisation keeps for itself."""
    missing, unexpected = network.load_state_dict(tensors, strict=False)
    wrong = [name for name in missing + unexpected if not name.endswith("num_batches_tracked")]
    if wrong:
        raise SystemExit(f"the weights do not fit the network: {wrong[:5]}")


def store(state, path, metadata, half=True):
    """Safetensors of a network's tensors without those counters; `half`: as F16, if every value survives it as a finite number."""
    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in state.items() if not name.endswith("num_batches_tracked")}
    if half:
        tensors = {name: tensor.half() for name, tensor in tensors.items()}
        if not all(torch.isfinite(tensor).all() for tensor in tensors.values()):
            raise SystemExit("a weight is too great for F16")
    save_file(tensors, path, metadata={name: str(value) for name, value in metadata.items()})
