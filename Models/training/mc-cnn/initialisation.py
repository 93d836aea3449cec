"""Where a training starts, if not at PyTorch's random weights: scaled by data, or grown from another of our networks."""
import torch
from safetensors.torch import load_file


@torch.no_grad()
def from_data(network, images, kept):
    """He's random weights for what is not `kept`, each convolution's maps moved and scaled to mean 0, variance 1 on `images`.

    PyTorch's own start makes all features point nearly the same way, and the first hundred steps go into undoing it. The
    first fully connected layer of the accurate network starts as a function of the difference of its two inputs.
    """
    x = images
    for index, block in enumerate(network.conv_blocks):
        if isinstance(block, torch.nn.Conv2d) and f"conv_blocks.{index}.weight" not in kept:
            torch.nn.init.kaiming_normal_(block.weight, nonlinearity="relu")
            block.bias.zero_()
            answer = block(x)
            mean, deviation = answer.mean((0, 2, 3)), answer.std((0, 2, 3))
            block.weight /= deviation[:, None, None, None]
            block.bias.copy_(-mean / deviation)
        x = block(x)
    for index, block in enumerate(getattr(network, "fl_blocks", [])):
        if isinstance(block, torch.nn.Linear) and f"fl_blocks.{index}.weight" not in kept:
            torch.nn.init.kaiming_normal_(block.weight, nonlinearity="relu" if block.out_features > 1 else "linear")
            block.bias.zero_()
            if index == 0:
                block.weight[:, network.maps:] = -block.weight[:, :network.maps]


@torch.no_grad()
def start_from(network, path, images):
    """Takes over what fits from `path`; returns the names of the tensors that are set.

    From a network of the same kind: tensors of equal name and shape. For the accurate network also from a fast one with
    as many layers: ``grow``.
    """
    theirs, mine = load_file(path), network.state_dict()
    if network.is_accurate and not any(name.startswith("fl_blocks") for name in theirs):
        return grow(network, theirs, images)
    taken = {name: value for name, value in theirs.items() if name in mine and mine[name].shape == value.shape}
    network.load_state_dict(mine | taken)
    return list(taken)


@torch.no_grad()
def grow(network, fast, images, spare=0.3):
    """The accurate network's convolutions from a fast network's.

    The first maps of each layer are the fast network's, the others He's random ones, times `spare` where they lead into those. The fast network's
    last maps are signed and the accurate network's go through a ReLU: the most variable half as many directions, each
    with both signs, keep what they say. They are scaled to variance 1 on `images`.
    """
    convolutions = [block for block in network.conv_blocks if isinstance(block, torch.nn.Conv2d)]
    x = images
    for index, block in enumerate(convolutions):
        weight, bias = fast[f"conv_blocks.{2 * index}.weight"], fast[f"conv_blocks.{2 * index}.bias"]
        torch.nn.init.kaiming_normal_(block.weight, nonlinearity="relu")
        block.bias.zero_()
        if index + 1 == len(convolutions):
            maps = torch.nn.functional.conv2d(x[:, :weight.shape[1]], weight, bias).transpose(0, 1).flatten(1)
            half = network.maps // 2
            _, directions = torch.linalg.eigh(torch.cov(maps))  # ascending variances
            turn = directions[:, -half:].flip(1).T
            turn = turn / (maps.var(1).mean() ** 0.5)
            weight, bias = torch.einsum("ij,jkyx->ikyx", turn, weight), turn @ (bias - maps.mean(1))
            weight, bias = torch.cat([weight, -weight]), torch.cat([bias, -bias])
        block.weight[:len(weight)] *= spare
        block.weight[:len(weight), :weight.shape[1]] = weight
        block.bias[:len(bias)] = bias
        if index > 0 and index + 1 < len(convolutions):
            block.weight[len(weight):] /= block(x)[:, len(weight):].std()
        x = torch.relu(block(x))
    return [name for name in network.state_dict() if name.startswith("conv_blocks")]
