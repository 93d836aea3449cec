"""`compact`: a network of our own in PSMNet's spirit, at a tenth of its multiplications. A design on paper: no weights yet.

Features at a quarter of the resolution (one encoder with a path back from 1/16), group-wise correlation of 8 groups, an hourglass over the volume that works at 1/8
and 1/16 and only looks at 1/4 with 8 channels, soft-argmin over the winner's neighbourhood, and learned upsampling: every pixel is a convex combination of
the 3×3 quarter-resolution disparities around it (as RAFT upsamples flow).
`python compact.py` prints parameters and multiplications.
"""
import torch
import torch.nn.functional as F
from torch import nn

from psmnet import PRESENT, Unit, unit3, unit3_up

GROUPS, NEAR = 8, 2              # of the correlation; candidates on either side of the winner in the soft-argmin


def unit(ins, outs, stride=1, kernel=3, groups=1):
    return Unit(nn.Conv2d(ins, outs, kernel, stride, kernel // 2, groups=groups, bias=False), nn.BatchNorm2d(outs))


class Residual(nn.Module):
    """Widened by pointwise, mixed by depthwise convolution: a ninth of the products of two full ones."""

    def __init__(self, channels, expansion=2):
        super().__init__()
        wide = channels * expansion
        relu = nn.ReLU(inplace=True)
        self.body = nn.Sequential(unit(channels, wide, kernel=1), relu, unit(wide, wide, groups=wide), relu, unit(wide, channels, kernel=1))

    def forward(self, x):
        return x + self.body(x)


class Encoder(nn.Module):
    """Maps of 64 channels at 1/4, which know their surroundings at 1/8 and 1/16."""

    def __init__(self):
        super().__init__()
        relu = nn.ReLU(inplace=True)
        down = lambda ins, outs, count: nn.Sequential(unit(ins, outs, 2), relu, *[Residual(outs) for _ in range(count)])
        self.first = nn.Sequential(unit(3, 16, 2), relu, unit(16, 16), relu)
        self.quarter, self.eighth, self.sixteenth = down(16, 48, 3), down(48, 96, 4), down(96, 160, 4)
        self.up8, self.up4 = unit(160, 96, kernel=1), unit(96, 48, kernel=1)
        self.mixed8, self.mixed4 = Residual(96), nn.Sequential(unit(48, 64, kernel=1), relu, Residual(64))
        self.last = nn.Conv2d(64, 64, 1, bias=False)

    def forward(self, image):
        quarter = self.quarter(self.first(image))
        eighth = self.eighth(quarter)
        larger = lambda x, like: F.interpolate(x, like.shape[2:], mode="bilinear", align_corners=False)
        eighth = self.mixed8(eighth + larger(self.up8(self.sixteenth(eighth)), eighth))
        guide = self.mixed4(quarter + larger(self.up4(eighth), quarter))
        return self.last(guide), guide


def correlation(left, right, planes):
    """[B, GROUPS, D, h, w]: mean products of channel groups, 0 where x < d."""
    b, c, h, w = left.shape
    l, r = left.view(b, GROUPS, c // GROUPS, h, w), right.view(b, GROUPS, c // GROUPS, h, w)
    volume = left.new_zeros(b, GROUPS, planes, h, w)
    for d in range(min(planes, w)):
        volume[:, :, d, :, d:] = (l[..., d:] * r[..., :w - d]).mean(2)
    return volume


class Regularisation(nn.Module):
    """Scores [B, D, h, w] of a correlation volume: an hourglass from 1/8 to 1/16, its answer joined at 1/4."""

    def __init__(self, wide=24):
        super().__init__()
        relu = nn.ReLU(inplace=True)
        self.entry = nn.Sequential(unit3(GROUPS, wide, 2), relu, unit3(wide, wide), relu)
        self.down = nn.Sequential(unit3(wide, 2 * wide, 2), relu, unit3(2 * wide, 2 * wide), relu)
        self.up = unit3_up(2 * wide, wide)
        self.middle = nn.Sequential(unit3(wide, wide), relu)
        self.exit, self.beside = unit3_up(wide, 8), Unit(nn.Conv3d(GROUPS, 8, 1, bias=False), nn.BatchNorm3d(8))
        self.score = nn.Sequential(unit3(8, 8), relu, nn.Conv3d(8, 1, 3, 1, 1, bias=False))

    def forward(self, volume):
        entry = self.entry(volume)
        low = F.relu(self.up(self.down(entry)) + entry)
        return self.score(F.relu(self.exit(self.middle(low)) + self.beside(volume)))[:, 0]


def near_winner(scores):
    """[B, h, w]: soft-argmin over the candidates within NEAR of the best, in candidates."""
    best = scores.detach().argmax(1, keepdim=True)
    index = best + torch.arange(-NEAR, NEAR + 1, device=scores.device).view(1, -1, 1, 1)
    inside = (index >= 0) & (index < scores.shape[1])
    around = scores.gather(1, index.clamp(0, scores.shape[1] - 1)).masked_fill(~inside, -1e4)
    return (around.softmax(1) * index).sum(1)


class Compact(nn.Module):
    metadata = {"model": "compact"}

    def __init__(self):
        super().__init__()
        self.encoder, self.regularisation = Encoder(), Regularisation()
        self.upsampling = nn.Sequential(unit(64, 64), nn.ReLU(inplace=True), nn.Conv2d(64, 9 * PRESENT ** 2, 1))

    def forward(self, left, right, disparities=192):
        """Scores [B, D / 4, h, w] and the disparities of every pixel, pixels."""
        (l, r), (guide, _) = (part.chunk(2) for part in self.encoder(torch.cat((left, right))))
        scores = self.regularisation(correlation(l, r, disparities // PRESENT)).float()
        return scores, self.upsampled(near_winner(scores) * PRESENT, self.upsampling(guide).float())

    def upsampled(self, coarse, mixture):
        b, h, w = coarse.shape
        weights = mixture.view(b, 9, PRESENT, PRESENT, h, w).softmax(1)
        around = F.unfold(F.pad(coarse[:, None], (1, 1, 1, 1), mode="replicate"), 3).view(b, 9, 1, 1, h, w)
        return (weights * around).sum(1).permute(0, 3, 1, 4, 2).reshape(b, h * PRESENT, w * PRESENT)

    def losses(self, left, right, disparities, pixels, truth, entropy):
        """Smooth L1 at the pixels, and cross-entropy of the scores with the truth at their quarter-resolution pixel."""
        index, y, x = pixels
        scores, disparity = self(left, right, disparities)
        at = disparity[index, y, x]
        coarse = scores[index, :, y // PRESENT, x // PRESENT]
        target = torch.softmax(-2 * (torch.arange(coarse.shape[1], device=coarse.device)[None] - truth[:, None] / PRESENT).abs(), 1)
        return F.smooth_l1_loss(at, truth) - max(entropy, 0.1) * (target * coarse.log_softmax(1)).sum(1).mean(), at.detach()

    def disparity(self, left, right, disparities):
        return self(left, right, disparities)[1]


def multiplications(network, size=(384, 1248), disparities=192):
    """Of all convolutions for a pair of images of the given size; and the network's parameters."""
    total = []

    def count(module, inputs, output):
        places = inputs[0][:, 0].numel() if isinstance(module, nn.ConvTranspose3d) else output[:, 0].numel()
        total.append(places * module.weight.numel())

    for module in network.modules():
        if isinstance(module, Unit):
            module.batch_statistics = True
        if isinstance(module, (nn.Conv2d, nn.Conv3d, nn.ConvTranspose3d)):
            module.register_forward_hook(count)
    with torch.no_grad(), torch.device("meta"):
        network.to("meta").train()(torch.empty(1, 3, *size), torch.empty(1, 3, *size), disparities)
    return sum(total), sum(p.numel() for p in network.parameters())


def main():
    import psmnet
    for network in (Compact(), psmnet.PSMNet()):
        products, parameters = multiplications(network)
        print(f"{network.metadata['model']}: {products / 1e9:.1f} GMAC at 384 × 1248 × 192, {parameters:,} parameters")


if __name__ == "__main__":
    main()
