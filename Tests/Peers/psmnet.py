"""PSMNet with stacked hourglasses in PyTorch, as the peers run it: our own definition, tensors named as published.

Source: Chang & Chen, Pyramid Stereo Matching Network, CVPR 2018. Test-time output only.
"""

import torch
import torch.nn.functional as F
from torch import nn


def unit2(ins, outs, kernel, stride=1, padding=0, dilation=1):
    return nn.Sequential(
        nn.Conv2d(ins, outs, kernel, stride, dilation if dilation > 1 else padding, dilation, bias=False),
        nn.BatchNorm2d(outs))


def unit3(ins, outs, stride=1):
    return nn.Sequential(nn.Conv3d(ins, outs, 3, stride, 1, bias=False), nn.BatchNorm3d(outs))


def unit3_up(ins, outs):
    return nn.Sequential(
        nn.ConvTranspose3d(ins, outs, 3, 2, 1, output_padding=1, bias=False), nn.BatchNorm3d(outs))


class Block(nn.Module):
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
    def __init__(self):
        super().__init__()
        relu = nn.ReLU(inplace=True)
        self.firstconv = nn.Sequential(
            unit2(3, 32, 3, 2, 1), relu, unit2(32, 32, 3, 1, 1), relu, unit2(32, 32, 3, 1, 1), relu)
        self.layer1 = blocks(32, 32, 3)
        self.layer2 = blocks(32, 64, 16, stride=2)
        self.layer3 = blocks(64, 128, 3)
        self.layer4 = blocks(128, 128, 3, dilation=2)
        for number, window in zip((1, 2, 3, 4), (64, 32, 16, 8)):
            branch = nn.Sequential(nn.AvgPool2d(window, window), unit2(128, 32, 1), relu)
            setattr(self, f"branch{number}", branch)
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
    def __init__(self, disparities=192):
        super().__init__()
        self.disparities = disparities
        relu = nn.ReLU(inplace=True)
        self.feature_extraction = Features()
        self.dres0 = nn.Sequential(unit3(64, 32), relu, unit3(32, 32), relu)
        self.dres1 = nn.Sequential(unit3(32, 32), relu, unit3(32, 32))
        self.dres2, self.dres3, self.dres4 = Hourglass(), Hourglass(), Hourglass()
        for number in (1, 2, 3):
            head = nn.Sequential(unit3(32, 32), relu, nn.Conv3d(32, 1, 3, 1, 1, bias=False))
            setattr(self, f"classif{number}", head)

    def volume(self, left, right):
        planes = []
        for d in range(self.disparities // 4):
            shifted = F.pad(right[..., : right.shape[3] - d], (d, 0))
            masked = F.pad(left[..., d:], (d, 0))
            planes.append(torch.cat((masked, shifted), 1))
        return torch.stack(planes, 2)

    def forward(self, left, right):
        cost = self.dres0(self.volume(self.feature_extraction(left), self.feature_extraction(right)))
        cost = self.dres1(cost) + cost
        out1, low1, high1 = self.dres2(cost, None, None)
        out1 = out1 + cost
        out2, _, high2 = self.dres3(out1, low1, high1)
        out2 = out2 + cost
        out3 = self.dres4(out2, low1, high2)[0] + cost
        score = self.classif3(out3) + self.classif2(out2) + self.classif1(out1)
        size = (self.disparities, left.shape[2], left.shape[3])
        score = F.interpolate(score, size, mode="trilinear", align_corners=True)[:, 0]
        values = torch.arange(self.disparities, dtype=torch.float32).view(1, -1, 1, 1)
        return (F.softmax(score, 1) * values).sum(1)
