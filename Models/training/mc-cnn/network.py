"""MC-CNN (Žbontar & LeCun, JMLR 2016): the two networks, and their weights as safetensors.

Shapes: N images, C feature maps, H rows, W columns. Input [N, 1, H, W], standardised grey values; features [N, C, H', W'].
Tensor names are those of CNES's checkpoints: `conv_blocks.{0,2,4,…}` and, for the accurate network, `fl_blocks.{0,2,4,…}`.
"""
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import nn

# Table 4 of the paper: 3x3 layers, feature maps, hidden fully connected layers and their width.
ARCHITECTURES = {
    ("fast", "kitti"): dict(layers=4, maps=64, hidden_layers=0, hidden_units=0),
    ("fast", "middlebury"): dict(layers=5, maps=64, hidden_layers=0, hidden_units=0),
    ("accurate", "kitti"): dict(layers=4, maps=112, hidden_layers=4, hidden_units=384),
    ("accurate", "middlebury"): dict(layers=5, maps=112, hidden_layers=3, hidden_units=384),
}


class MCCNN(nn.Module):
    """Both networks: without hidden layers the join is the cosine (fast), with them it is learned (accurate)."""

    def __init__(self, layers, maps, hidden_layers=0, hidden_units=384):
        super().__init__()
        self.layers, self.maps = layers, maps
        self.hidden_layers, self.hidden_units = hidden_layers, hidden_units
        blocks = []
        for index in range(layers):
            blocks += [nn.Conv2d(1 if index == 0 else maps, maps, 3), nn.ReLU()]
        if not self.is_accurate:  # the fast network has no ReLU after its last convolution
            blocks.pop()
        self.conv_blocks = nn.Sequential(*blocks)
        if self.is_accurate:
            widths = [2 * maps] + [hidden_units] * hidden_layers
            blocks = []
            for before, after in zip(widths, widths[1:]):
                blocks += [nn.Linear(before, after), nn.ReLU()]
            self.fl_blocks = nn.Sequential(*blocks, nn.Linear(hidden_units, 1))

    @property
    def is_accurate(self):
        return self.hidden_layers > 0

    @property
    def margin(self):
        """Rows and columns that the unpadded convolutions take away on each side."""
        return self.layers

    def features(self, image, repeat_border=False):
        """Unpadded; with `repeat_border` the image is continued outwards, so that the features have its size."""
        if repeat_border:
            image = nn.functional.pad(image, [self.margin] * 4, mode="replicate")
        x = self.conv_blocks(image)
        return x if self.is_accurate else torch.nn.functional.normalize(x, dim=1)

    def logit(self, left, right):
        """Accurate: [K, C] and [K, C] to the logit of "these two patches match", [K]."""
        return self.fl_blocks(torch.cat([left, right], dim=1)).squeeze(1)


def save_weights(model, path, metadata):
    """float32 safetensors; `metadata` (strings) is added to what the network itself tells about its conventions."""
    conventions = {
        "architecture": "mc-cnn-accurate" if model.is_accurate else "mc-cnn-fast",
        "convolutions": str(model.layers),
        "feature-maps": str(model.maps),
        "relu-after-last-convolution": str(model.is_accurate).lower(),
        "input-normalisation": "luma 0.299 0.587 0.114 on 0-255, minus the image's mean, divided by its standard deviation",
        "standard-deviation": "unbiased",
        "padding": "none",
    }
    if model.is_accurate:
        conventions |= {"hidden-layers": str(model.hidden_layers), "hidden-units": str(model.hidden_units),
                        "score": "similarity"}
    else:
        conventions |= {"score": "similarity"}
    tensors = {name: value.detach().to(torch.float32).contiguous() for name, value in model.state_dict().items()}
    save_file(tensors, str(path), metadata=conventions | metadata)


def load_weights(path):
    """A network of the size that the tensors tell, from our safetensors or from a CNES `.pt` checkpoint."""
    if str(path).endswith(".pt"):
        state = torch.load(path, map_location="cpu", weights_only=True)["model"]
    else:
        with safe_open(str(path), framework="pt") as file:
            state = {name: file.get_tensor(name) for name in file.keys()}
    weights = [name for name in state if name.endswith("weight")]
    hidden = [state[name].shape[0] for name in weights if name.startswith("fl_blocks")][:-1]
    model = MCCNN(sum(name.startswith("conv_blocks") for name in weights), state["conv_blocks.0.weight"].shape[0],
                  len(hidden), hidden[0] if hidden else 0)
    model.load_state_dict(state)
    return model
