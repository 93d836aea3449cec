"""FlowNetC, DispNetC and iResNet in PyTorch, written from the papers and prototxts for timing; names as in the published files.

The correlation is a product of matrices for each row of the image, from which the band of displacements is cut by a change of
shape: of the ways that PyTorch, ONNX Runtime and OpenVINO all can express it, the fastest by far (a product of shifted maps for
each displacement reads the maps 81 or 441 times).
"""

import torch
from torch import nn
from torch.nn import functional as F


def band(left, right, reach, step=1):
    """[B, C, H, W] twice -> [B, 2 reach / step + 1, H, W]: the mean over channels of left(x) right(x + k), k = -reach ... reach."""
    _, channels, height, width = left.shape
    padded = F.pad(right, (reach, reach))
    products = torch.matmul(left.permute(0, 2, 3, 1), padded.permute(0, 2, 1, 3)) / channels
    # Row x of the products begins at x (W + 2 reach); in rows one longer, displacement k of pixel x lies at column k.
    flat = F.pad(products.reshape(1, height, width * (width + 2 * reach)), (0, width))
    rows = flat.reshape(1, height, width, width + 2 * reach + 1)
    return rows[..., : 2 * reach + 1 : step].permute(0, 3, 1, 2)


def square(left, right, radius, step):
    """[B, (2 radius + 1)^2, H, W] of displacements in both directions, rows first."""
    reach, height = radius * step, left.shape[2]
    padded = F.pad(right, (0, 0, reach, reach))
    rows = [band(left, padded[:, :, i * step : i * step + height], reach, step) for i in range(2 * radius + 1)]
    return torch.cat(rows, 1)


def moved(image, displacement):
    """image(x + displacement), 0 outside, the upper neighbour no further than the last column."""
    width = image.shape[3]
    at = torch.arange(width, dtype=image.dtype).view(1, 1, 1, width) + displacement
    inside = ((at >= 0) & (at < width)).to(image.dtype)
    at = at.clamp(0, width - 1e-3)
    lower = at.floor()
    share = at - lower
    first = lower.long().expand_as(image)
    second = (lower.long() + 1).clamp(max=width - 1).expand_as(image)
    return (image.gather(3, first) * (1 - share) + image.gather(3, second) * share) * inside


def act(x):
    return F.leaky_relu(x, 0.1)


def same(ins, outs, kernel=3, stride=1, bias=True):
    return nn.Conv2d(ins, outs, kernel, stride, (kernel - 1) // 2, bias=bias)


def up(ins, outs, stride=2, bias=True):
    return nn.ConvTranspose2d(ins, outs, 2 * stride, stride, stride // 2, bias=bias)


class FlowNetC(nn.Module):
    def __init__(self):
        super().__init__()
        unit = lambda *a: nn.Sequential(same(*a), nn.LeakyReLU(0.1))
        grow = lambda i, o: nn.Sequential(up(i, o, bias=False), nn.LeakyReLU(0.1))
        self.conv1, self.conv2, self.conv3 = unit(3, 64, 7, 2), unit(64, 128, 5, 2), unit(128, 256, 5, 2)
        self.conv_redir, self.conv3_1 = unit(256, 32, 1), unit(473, 256)
        widths = {3: 256, 4: 512, 5: 512, 6: 1024}
        for n in (4, 5, 6):
            setattr(self, f"conv{n}", unit(widths[n - 1], widths[n], 3, 2))
            setattr(self, f"conv{n}_1", unit(widths[n], widths[n]))
        ins = {6: 1024, 5: 1026, 4: 770, 3: 386, 2: 194}
        for n, outs in ((5, 512), (4, 256), (3, 128), (2, 64)):
            setattr(self, f"deconv{n}", grow(ins[n + 1], outs))
            setattr(self, f"upsampled_flow{n + 1}_to_{n}", up(2, 2, bias=False))
        for n in ins:
            setattr(self, f"predict_flow{n}", same(ins[n], 2, bias=False))

    def forward(self, left, right):
        skips = {2: self.conv2(self.conv1(left))}
        third = self.conv3(skips[2])
        other = self.conv3(self.conv2(self.conv1(right)))
        cost = act(square(third, other, 10, 2))
        skips[3] = x = self.conv3_1(torch.cat((self.conv_redir(third), cost), 1))
        for n in (4, 5, 6):
            skips[n] = x = getattr(self, f"conv{n}_1")(getattr(self, f"conv{n}")(x))
        flow = self.predict_flow6(x)
        for n in (5, 4, 3, 2):
            finer = getattr(self, f"upsampled_flow{n + 1}_to_{n}")(flow)
            x = torch.cat((skips[n], getattr(self, f"deconv{n}")(x), finer), 1)
            flow = getattr(self, f"predict_flow{n}")(x)
        return F.interpolate(flow, left.shape[2:], mode="bilinear", align_corners=False) * 20


class DispNetC(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.conv2, self.conv_redir = same(3, 64, 7, 2), same(64, 128, 5, 2), same(128, 64, 1)
        self.conv3, self.conv3_1 = same(145, 256, 5, 2), same(256, 256)
        widths = {1: 64, 2: 128, 3: 256, 4: 512, 5: 512, 6: 1024}
        for n in (4, 5, 6):
            setattr(self, f"conv{n}", same(widths[n - 1], widths[n], 3, 2))
            setattr(self, f"conv{n}_1", same(widths[n], widths[n]))
        self.Convolution1 = same(1024, 1)
        ins = 1024
        for n, outs in ((5, 512), (4, 256), (3, 128), (2, 64), (1, 32)):
            setattr(self, f"deconv{n}", up(ins, outs))
            setattr(self, f"upsample_flow{n + 1}to{n}", up(1, 1))
            setattr(self, f"Convolution{2 * (6 - n)}", same(widths[n] + outs + 1, outs))
            setattr(self, f"Convolution{2 * (6 - n) + 1}", same(outs, 1))
            ins = outs

    def trunk(self, left, right):
        lefts, rights = [act(self.conv1(left))], [act(self.conv1(right))]
        lefts.append(act(self.conv2(lefts[0])))
        rights.append(act(self.conv2(rights[0])))
        cost = band(lefts[1], rights[1], 40)
        x = torch.cat((cost, act(self.conv_redir(lefts[1]))), 1)
        x = act(self.conv3_1(act(self.conv3(x))))
        skips = {1: lefts[0], 2: lefts[1], 3: x}
        for n in (4, 5, 6):
            skips[n] = x = act(getattr(self, f"conv{n}_1")(act(getattr(self, f"conv{n}")(x))))
        disparity = self.Convolution1(x)
        for n in (5, 4, 3, 2, 1):
            finer = getattr(self, f"upsample_flow{n + 1}to{n}")(disparity)
            joined = torch.cat((skips[n], act(getattr(self, f"deconv{n}")(x)), finer), 1)
            x = getattr(self, f"Convolution{2 * (6 - n)}")(joined)
            disparity = getattr(self, f"Convolution{2 * (6 - n) + 1}")(x)
        return lefts, rights, x, disparity

    def forward(self, left, right):
        disparity = self.trunk(left, right)[3]
        return F.interpolate(disparity, left.shape[2:], mode="bilinear", align_corners=False)


class IResNet(DispNetC):
    def __init__(self, iterations=2):
        super().__init__()
        self.iterations = iterations
        self.up_conv1ab, self.up_conv2ab = up(64, 32), up(128, 32, 4)
        self.up_conv1a2a, self.up_conv1b2b = same(64, 32, 1), same(64, 32, 1)
        self.upsample_flow1to0, self.deconv0 = up(1, 1), up(32, 32)
        self.Convolution21, self.Convolution22 = same(65, 32), same(32, 1)
        self.compress_conv1a1b = same(64, 16)
        layers = {
            "conv0": same(65, 32), "conv1": same(32, 64, 3, 2), "conv1b": same(105, 64), "conv2": same(64, 128, 3, 2),
            "conv2b": same(128, 128), "Convolution2": same(128, 1), "deconv2": up(128, 64), "upsample_2to1": up(1, 1),
            "fused1": same(129, 64), "Convolution1": same(64, 1), "deconv1": up(64, 32), "upsample_1to0": up(1, 1),
            "fused0": same(65, 32), "Convolution0": same(32, 1)}
        for name, layer in layers.items():
            setattr(self, f"zoom_{name}_itr1", layer)

    def refined(self, own, other, small, disparity):
        zoom = lambda name, x: getattr(self, f"zoom_{name}_itr1")(x)
        error = (moved(other, disparity) - own).abs()
        fine = act(zoom("conv0", torch.cat((own, disparity, error), 1)))
        half = act(zoom("conv1b", torch.cat((small, act(zoom("conv1", fine))), 1)))
        quarter = act(zoom("conv2b", act(zoom("conv2", half))))
        residual = zoom("Convolution2", quarter)
        x = zoom("fused1", torch.cat((half, act(zoom("deconv2", quarter)), zoom("upsample_2to1", residual)), 1))
        residual = zoom("Convolution1", x)
        x = zoom("fused0", torch.cat((fine, act(zoom("deconv1", x)), zoom("upsample_1to0", residual)), 1))
        return (disparity + zoom("Convolution0", x)).clamp(max=0)

    def forward(self, left, right):
        lefts, rights, x, disparity = self.trunk(left, right)
        grown = lambda maps: torch.cat((act(self.up_conv1ab(maps[0])), act(self.up_conv2ab(maps[1]))), 1)
        own, other = act(self.up_conv1a2a(grown(lefts))), act(self.up_conv1b2b(grown(rights)))
        joined = torch.cat((own, act(self.deconv0(x)), self.upsample_flow1to0(disparity)), 1)
        disparity = self.Convolution22(self.Convolution21(joined))
        small = band(act(self.compress_conv1a1b(lefts[0])), act(self.compress_conv1a1b(rights[0])), 20)
        for _ in range(self.iterations):
            disparity = self.refined(own, other, small, disparity)
        return disparity


NETWORKS = {"flownet-c": FlowNetC, "dispnet-c": DispNetC, "iresnet": IResNet}
