"""ModuleNet in our design: two cascaded U-Nets over modules of 8 candidate disparities, weights shared by the modules.

Source of the idea: Renteria-Vidales et al., ModuleNet, MCPR 2020 (a module is a segmentation over a limited range of disparities
with one more class, "out of my range"). Widths, depths, inputs and the way in which modules talk to each other are ours.
The names of the tensors are those of the Swift file `Sources/StereoNetworks/Networks/ModuleNet.swift`.

With e the evidence of the summed path costs, q the closeness to the refined winners of semi-global matching (both of kernels.py),
and the scores u, o, g, h of a module's candidates, its class "out of my range" and its two gates, the modules say together

    z = 4 σ(g) · ln e + 4 σ(h) · q + u − o,      P = softmax of z over all candidates of all modules

The untrained network has u = o = 0 and small gates of the evidence: its winners are those of semi-global matching.
"""
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from kernels import BLOCK, EVIDENCE_SCALE, MODULE

WIDTHS, GUIDE = (16, 32, 48, 64), 32   # of a network of which nothing else is said
SLOPE = 0.1                 # of the leaky ReLU
SEEN = 4 * MODULE           # channels of a module's tensor: distances, evidence left and right, closeness
POSTERIOR = MODULE + 2      # of its posterior: its candidates, the mass of smaller and of greater disparities
SCORES = MODULE + 3         # its candidates, "out of my range", the gates of evidence and of closeness
GATES = (-2.0, -1.1)        # of the untrained network: 4 σ = 0.48 and 1.0
REACH = 8.0                 # closeness counts differences up to this many pixels


def active(x):
    return F.leaky_relu(x, SLOPE)


def conv(inputs, outputs, kernel=3, stride=1):
    return nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2)


class Guide(nn.Module):
    """What the left image and the least sums of path costs say, at a quarter of the resolution: the same for every module."""

    def __init__(self, channels):
        super().__init__()
        self.image1, self.image2 = conv(1, channels // 2, stride=2), conv(channels // 2, channels, stride=2)
        self.least = conv(2, channels, 1)
        self.join = conv(channels, channels)

    def forward(self, image, least):
        """image [N, 1, H, W], gray / 128 − 1; least [N, 2, h, w]: least sums in bits / 64, share of filled pixels."""
        return active(self.join(active(self.image2(active(self.image1(image))) + self.least(least))))


def closeness(winners, candidates):
    """−min(|d − winner|, REACH) / 2 of candidates d at pixels: winners [...], candidates [D] → [..., D]."""
    return -(winners[..., None] - candidates).abs().clamp(max=REACH) / 2


def modules_of(tensor, winners, candidates):
    """[K, 32, h, w]: a stored tensor [h, w, 3, D] and winners [H, W] seen by modules of the given candidates [8 K] (indices).

    Its channels are the innermost in memory, which PyTorch's convolutions are 1.3 times as fast with.
    """
    h, w = tensor.shape[:2]
    seen = torch.from_numpy(tensor[:, :, :, candidates]).float()
    near = torch.from_numpy(block_closeness(winners, candidates.astype(np.float32), h, w))
    seen = torch.cat([seen, near[:, :, None]], 2).view(h, w, 4, -1, MODULE).permute(3, 2, 4, 0, 1).reshape(-1, SEEN, h, w)
    return seen.contiguous(memory_format=torch.channels_last)


def block_closeness(winners, candidates, h, w):
    """[h, w, D]: mean closeness of candidates over the pixels of each block; blocks at the border may be cut."""
    winners = np.asarray(winners, np.float32)
    height, width = winners.shape
    total, count = np.zeros((h, w, len(candidates)), np.float32), np.zeros((h, w, 1), np.float32)
    for dy in range(BLOCK):
        for dx in range(BLOCK):
            part = winners[dy::BLOCK, dx::BLOCK]
            difference = np.abs(part[:, :, None] - candidates)
            inside = slice(0, part.shape[0]), slice(0, part.shape[1])
            total[inside] += np.minimum(difference, REACH, out=difference)
            count[inside] += 1
    return total / (-2 * count)


class UNet(nn.Module):
    """One stage of the cascade for one module: what the modules together said before, and scores that say it better."""

    def __init__(self, widths, guide):
        super().__init__()
        a, b, c, d = widths
        self.guide = conv(guide, a)
        self.tensor, self.posterior = conv(SEEN, a, 1), conv(POSTERIOR, a, 1)
        self.enter = conv(a, a)
        self.down1, self.level1 = conv(a, b, stride=2), conv(b, b)
        self.down2, self.level2 = conv(b, c, stride=2), conv(c, c)
        self.down3, self.level3 = conv(c, d, stride=2), conv(d, d)
        self.up2, self.merge2 = conv(d, c, 1), conv(c, c)
        self.up1, self.merge1 = conv(c, b, 1), conv(b, b)
        self.up0, self.merge0 = conv(b, a, 1), conv(a, a)
        self.scores = conv(a, SCORES, 1)
        nn.init.zeros_(self.scores.weight)
        self.scores.bias = nn.Parameter(untrained_scores())

    def forward(self, tensor, guide, posterior):
        """tensor [N, K, 32, h, w], guide [N, G, h, w], posterior [N, K, 10, h, w]; returns scores [N, K, 11, h, w]."""
        count, modules, _, height, width = tensor.shape
        x = self.tensor(tensor.flatten(0, 1)) + self.posterior(posterior.flatten(0, 1))
        x = x + self.guide(guide)[:, None].expand(-1, modules, -1, -1, -1).flatten(0, 1)
        x0 = active(self.enter(active(x)))
        x1 = active(self.level1(active(self.down1(x0))))
        x2 = active(self.level2(active(self.down2(x1))))
        x3 = active(self.level3(active(self.down3(x2))))
        y = active(self.merge2(active(enlarged(self.up2(x3), x2) + x2)))
        y = active(self.merge1(active(enlarged(self.up1(y), x1) + x1)))
        y = active(self.merge0(active(enlarged(self.up0(y), x0) + x0)))
        return self.scores(y).reshape(count, modules, SCORES, height, width)


def enlarged(x, like):
    return F.interpolate(x, like.shape[-2:], mode="bilinear", align_corners=False)


def untrained_scores():
    """Scores of a module that adds nothing."""
    return torch.tensor([0.0] * (MODULE + 1) + list(GATES))


def gate(score):
    """How much a term counts: 4 σ(g)."""
    return 4 * torch.sigmoid(score)


def joint_scores(tensor, scores):
    """z [N, K, 8, h, w], comparable between modules."""
    evidence, near = tensor[:, :, MODULE:2 * MODULE].log(), tensor[:, :, 3 * MODULE:]
    gates = gate(scores[:, :, MODULE + 1:])
    return gates[:, :, :1] * evidence + gates[:, :, 1:] * near + scores[:, :, :MODULE] - scores[:, :, MODULE:MODULE + 1]


def joint_posterior(tensor, scores):
    """[N, K, 10, h, w]: P of a module's candidates, the mass of smaller disparities, the mass of greater ones."""
    z = joint_scores(tensor, scores)
    p = z.flatten(1, 2).softmax(1).view(z.shape)
    mass = p.sum(2, keepdim=True)
    upto = mass.cumsum(1)
    return torch.cat([p, upto - mass, 1 - upto], 2)


class ModuleNet(nn.Module):
    """widths: channels at 1/4, 1/8, 1/16, 1/32 of the resolution; guide: channels of the guide."""

    def __init__(self, widths=WIDTHS, guide=GUIDE):
        super().__init__()
        self.guide = Guide(guide)
        self.first, self.second = UNet(widths, guide), UNet(widths, guide)

    def forward(self, image, least, tensor):
        """Scores [N, K, 11, h, w] of both stages; image [N, 1, H, W], least [N, 2, h, w], tensor [N, K, 32, h, w]."""
        guide = self.guide(image, least)
        one = self.first(tensor, guide, joint_posterior(tensor, untrained_scores().view(1, 1, -1, 1, 1)))
        return one, self.second(tensor, guide, joint_posterior(tensor, one))


def at_pixels(scores, y, x):
    """Scores [K, 11, h, w] interpolated between the centres of blocks at pixels (y, x): [P, K, 11]."""
    modules, channels, height, width = scores.shape
    flat = scores.reshape(modules * channels, height * width).t()
    v, u = ((y + 0.5) / 4 - 0.5).clamp(0, height - 1), ((x + 0.5) / 4 - 0.5).clamp(0, width - 1)
    v0, u0 = v.floor().long(), u.floor().long()
    v1, u1 = (v0 + 1).clamp(max=height - 1), (u0 + 1).clamp(max=width - 1)
    a, b = (v - v0)[:, None], (u - u0)[:, None]
    result = (1 - a) * ((1 - b) * flat[v0 * width + u0] + b * flat[v0 * width + u1]) + a * ((1 - b) * flat[v1 * width + u0] + b * flat[v1 * width + u1])
    return result.view(-1, modules, channels)


def pixel_scores(scores, evidence, winners, candidates):
    """Of scores [P, K, 11], evidence [P, 8 K] (bits above the least sum) and winners [P] at pixels: what each module says alone
    (its candidates and "out of my range", [P, K, 9]) and together (z [P, 8 K])."""
    shape = (len(evidence), -1, MODULE)
    gates = gate(scores[:, :, MODULE + 1:])
    within = scores[:, :, :MODULE] - gates[:, :, :1] * evidence.view(shape) / EVIDENCE_SCALE + gates[:, :, 1:] * closeness(winners, candidates).view(shape)
    out = scores[:, :, MODULE:MODULE + 1]
    return torch.cat([within, out], 2), (within - out).flatten(1)


def disparities(z):
    """Winner and the mean within two steps of it: [P] pixels, and the probability within those steps."""
    p = z.softmax(1)
    winner = p.argmax(1)
    d = torch.arange(z.shape[1], dtype=z.dtype)
    near = p * ((d[None] - winner[:, None]).abs() <= 2)
    mass = near.sum(1)
    return (near * d).sum(1) / mass, mass


def widths_of(state):
    """Widths and guide of the network that a state is of."""
    widths = [state[f"first.{name}.weight"].shape[0] for name in ("tensor", "down1", "down2", "down3")]
    return widths, state["guide.join.weight"].shape[0]


def sized(state):
    """A network of the widths that a state has, holding it."""
    network = ModuleNet(*widths_of(state))
    network.load_state_dict(state)
    return network


@torch.no_grad()
def grow(network, state):
    """Takes over a narrower network: what it computes stays the same.

    Its channels come first in every layer; the new ones keep their random weights, but nothing reads them yet.
    """
    for name, mine in network.state_dict().items():
        theirs = state[name]
        part = tuple(slice(0, extent) for extent in theirs.shape)
        if mine.dim() == 4:
            mine[:theirs.shape[0], theirs.shape[1]:] = 0
        else:
            mine[theirs.shape[0]:] = 0
        mine[part] = theirs
