"""PSMNet with stacked hourglasses for training: our own definition, tensors named as published.

Source: Chang & Chen, Pyramid Stereo Matching Network, CVPR 2018. Upsampling follows the checkpoints of 2018 (align_corners).
Batch normalisation keeps the statistics that it is given and is folded into the convolution before it (differentiably: its scale and
shift still learn), which saves a pass over every volume, forwards and backwards; unless `batch_statistics` is set.
"""
import torch
import torch.nn.functional as F
from torch import nn

import kernels
import regression

PRESENT = 4                      # full pixels of a pixel of the volume, in every direction


class Unit(nn.Sequential):
    """A convolution without bias and its batch normalisation."""
    batch_statistics = False

    def forward(self, x):
        convolution, norm = self
        if self.batch_statistics and self.training:
            return norm(convolution(x))
        scale = norm.weight * torch.rsqrt(norm.running_var + norm.eps)
        shift = norm.bias - norm.running_mean * scale
        rank = convolution.weight.dim()
        if isinstance(convolution, nn.ConvTranspose3d):
            weight = convolution.weight * scale.view(1, -1, *[1] * (rank - 2))
            return F.conv_transpose3d(x, weight, shift, convolution.stride, convolution.padding, convolution.output_padding)
        weight = convolution.weight * scale.view(-1, *[1] * (rank - 1))
        if kernels.wanted(x, convolution):
            return kernels.SameConvolution.apply(x, weight, shift, convolution.dilation[0])
        apply = F.conv2d if rank == 4 else F.conv3d
        return apply(x, weight, shift, convolution.stride, convolution.padding, convolution.dilation)


def unit2(ins, outs, kernel, stride=1, padding=0, dilation=1):
    return Unit(nn.Conv2d(ins, outs, kernel, stride, dilation if dilation > 1 else padding, dilation, bias=False), nn.BatchNorm2d(outs))


def unit3(ins, outs, stride=1):
    return Unit(nn.Conv3d(ins, outs, 3, stride, 1, bias=False), nn.BatchNorm3d(outs))


def unit3_up(ins, outs):
    return Unit(nn.ConvTranspose3d(ins, outs, 3, 2, 1, output_padding=1, bias=False), nn.BatchNorm3d(outs))


class Score(nn.Conv3d):
    """One channel from 32."""

    def __init__(self):
        super().__init__(32, 1, 3, 1, 1, bias=False)

    def forward(self, x):
        return kernels.score_convolution(x, self.weight) if kernels.wanted(x, self) else super().forward(x)


class Block(nn.Module):
    """Two convolutions and a shortcut; nothing after the sum."""

    def __init__(self, ins, outs, stride, dilation):
        super().__init__()
        self.conv1 = nn.Sequential(unit2(ins, outs, 3, stride, 1, dilation), nn.ReLU(inplace=True))
        self.conv2 = unit2(outs, outs, 3, 1, 1, dilation)
        if stride != 1 or ins != outs:
            self.downsample = unit2(ins, outs, 1, stride)

    def forward(self, x):
        shortcut = self.downsample(x) if hasattr(self, "downsample") else x
        return self.conv2(self.conv1(x)) + shortcut


def blocks(ins, outs, count, stride=1, dilation=1):
    rest = [Block(outs, outs, 1, dilation) for _ in range(count - 1)]
    return nn.Sequential(Block(ins, outs, stride, dilation), *rest)


class Features(nn.Module):
    """Features at a quarter of the resolution, 32 channels, with spatial pyramid pooling."""

    def __init__(self):
        super().__init__()
        relu = nn.ReLU(inplace=True)
        self.firstconv = nn.Sequential(unit2(3, 32, 3, 2, 1), relu, unit2(32, 32, 3, 1, 1), relu, unit2(32, 32, 3, 1, 1), relu)
        self.layer1 = blocks(32, 32, 3)
        self.layer2 = blocks(32, 64, 16, stride=2)
        self.layer3 = blocks(64, 128, 3)
        self.layer4 = blocks(128, 128, 3, dilation=2)
        for number, window in zip((1, 2, 3, 4), (64, 32, 16, 8)):
            setattr(self, f"branch{number}", nn.Sequential(nn.AvgPool2d(window, window), unit2(128, 32, 1), relu))
        self.lastconv = nn.Sequential(unit2(320, 128, 3, 1, 1), relu, nn.Conv2d(128, 32, 1, bias=False))

    def forward(self, image):
        raw = self.layer2(self.layer1(self.firstconv(image)))
        skip = self.layer4(self.layer3(raw))
        parts = [raw, skip]
        for number in (4, 3, 2, 1):
            branch = getattr(self, f"branch{number}")(skip)
            parts.append(F.interpolate(branch, skip.shape[2:], mode="bilinear", align_corners=True))
        return self.lastconv(torch.cat(parts, 1))


class Hourglass(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Sequential(unit3(32, 64, 2), nn.ReLU(inplace=True))
        self.conv2 = unit3(64, 64)
        self.conv3 = nn.Sequential(unit3(64, 64, 2), nn.ReLU(inplace=True))
        self.conv4 = nn.Sequential(unit3(64, 64), nn.ReLU(inplace=True))
        self.conv5 = unit3_up(64, 64)
        self.conv6 = unit3_up(64, 32)

    def forward(self, x, before, after):
        low = self.conv2(self.conv1(x))
        low = F.relu(low if after is None else low + after)
        high = F.relu(self.conv5(self.conv4(self.conv3(low))) + (low if before is None else before))
        return self.conv6(high), low, high


class PSMNet(nn.Module):
    """Its forward pass gives the scores of the three heads, each [B, D / 4, H / 4, W / 4]."""
    metadata = {"model": "psmnet", "align-corners": "true"}
    stages = (0.5, 0.7, 1.0)     # weights of the heads' losses

    def __init__(self):
        super().__init__()
        relu = nn.ReLU(inplace=True)
        self.feature_extraction = Features()
        self.dres0 = nn.Sequential(unit3(64, 32), relu, unit3(32, 32), relu)
        self.dres1 = nn.Sequential(unit3(32, 32), relu, unit3(32, 32))
        self.dres2, self.dres3, self.dres4 = Hourglass(), Hourglass(), Hourglass()
        for number in (1, 2, 3):
            setattr(self, f"classif{number}", nn.Sequential(unit3(32, 32), relu, Score()))

    def forward(self, left, right, disparities=192):
        features = self.feature_extraction(torch.cat((left, right)))
        cost = self.dres0(kernels.ConcatenationVolume.apply(*features.chunk(2), disparities // PRESENT))
        cost = self.dres1(cost) + cost
        out1, low, high1 = self.dres2(cost, None, None)
        out1 = out1 + cost
        out2, _, high2 = self.dres3(out1, low, high1)
        out2 = out2 + cost
        out3 = self.dres4(out2, low, high2)[0] + cost
        first = self.classif1(out1)
        second = self.classif2(out2) + first
        third = self.classif3(out3) + second
        return [scores[:, 0] for scores in (first, second, third)]


    def losses(self, left, right, disparities, pixels, truth, entropy):
        total = 0.0
        for weight, scores in zip(self.stages, self(left, right, disparities)):
            z = regression.logits(scores, *pixels, (disparities, left.shape[2], left.shape[3]))
            loss, disparity = regression.stage_loss(z, truth, entropy)
            total = total + weight * loss
        return total, disparity

    def disparity(self, left, right, disparities):
        scores = F.interpolate(self(left, right, disparities)[2][:, None].float(), (disparities, *left.shape[2:]), mode="trilinear", align_corners=True)
        values = torch.arange(disparities, dtype=torch.float32, device=left.device)
        return torch.einsum("bdhw,d->bhw", scores[:, 0].softmax(1), values)
