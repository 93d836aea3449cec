"""Convolutions for training on CPUs without bfloat16: oneDNN's, but weights' gradients as products of matrices.

oneDNN has no vectorised weight gradient of 3-D convolutions below AVX-512 (a quarter of the forward pass's speed on Zen 3); this one runs at
twice its speed. Only stride 1, 3 taps a side and "same" padding; images and volumes lie channels last.
"""
import torch
import torch.nn.functional as F

CHUNK = 4096                     # voxels at a time, so that they stay in cache


def wanted(x, convolution):
    """Whether these kernels serve: on CPUs, in float32, 3 taps a side at stride 1."""
    plain = convolution.kernel_size[0] == 3 and convolution.stride[0] == 1 and convolution.groups == 1
    return plain and x.device.type == "cpu" and not torch.is_autocast_enabled("cpu")


def weight_gradient(x, gradient, dilation):
    """[co, ci, (3,) 3, 3] of y = conv(x, w), padding = dilation, from x [B, ci, (D,) H, W] and y's gradient."""
    flat = x.dim() == 4
    if flat:
        x, gradient = x.unsqueeze(2), gradient.unsqueeze(2)
    ci, co, e = x.shape[1], gradient.shape[1], dilation
    around = (0, 0, e, e, e, e, 0, 0) if flat else (0, 0, e, e, e, e, e, e)
    columns = x.shape[4] + 2 * e
    plane = columns * (x.shape[3] + 2 * e)
    lines = [dy * columns for dy in (-e, 0, e)]
    offsets = lines if flat else [dz * plane + line for dz in (-e, 0, e) for line in lines]
    reach = (0 if flat else e * plane) + e * columns + e
    total = x.new_zeros(len(offsets), 3 * co, ci)
    for inputs, outputs in zip(x, gradient):
        a = F.pad(inputs.permute(1, 2, 3, 0), around).reshape(-1, ci)
        b = F.pad(outputs.permute(1, 2, 3, 0), around).reshape(-1, co)
        for first in range(reach, len(a) - reach, CHUNK):
            last = min(first + CHUNK, len(a) - reach)
            beside = torch.cat([b[first - dx:last - dx] for dx in (-e, 0, e)], 1).T
            for n, offset in enumerate(offsets):
                total[n].addmm_(beside, a[first + offset:last + offset])
    if flat:
        return total.view(3, 3, co, ci).permute(2, 3, 0, 1)
    return total.view(3, 3, 3, co, ci).permute(3, 4, 0, 1, 2)


class SameConvolution(torch.autograd.Function):
    """conv(x, w) + b of 3 taps a side, stride 1, as many outputs as inputs."""

    @staticmethod
    def forward(context, x, weight, bias, dilation):
        context.save_for_backward(x, weight)
        context.dilation = dilation
        apply = F.conv2d if x.dim() == 4 else F.conv3d
        return apply(x, weight, bias, 1, dilation, dilation)

    @staticmethod
    def backward(context, gradient):
        x, weight = context.saved_tensors
        needs, e, rank = context.needs_input_grad, context.dilation, x.dim() - 2
        gx = gw = gb = None
        if needs[0]:
            gx = torch.ops.aten.convolution_backward(gradient, x, weight, None, [1] * rank, [e] * rank, [e] * rank, False, [0] * rank, 1, [True, False, False])[0]
        if needs[1]:
            gw = weight_gradient(x, gradient, e)
        if needs[2]:
            gb = gradient.sum([0, *range(2, rank + 2)])
        return gx, gw, gb, None


class ConcatenationVolume(torch.autograd.Function):
    """[B, 2 C, D, h, w] channels last: left features and right ones shifted by d, zeros where x < d."""

    @staticmethod
    def forward(context, left, right, planes):
        context.planes = planes
        b, c, h, w = left.shape
        l, r = left.permute(0, 2, 3, 1), right.permute(0, 2, 3, 1)
        volume = left.new_zeros(b, planes, h, w, 2 * c)
        for d in range(min(planes, w)):
            volume[:, d, :, d:, :c] = l[:, :, d:]
            volume[:, d, :, d:, c:] = r[:, :, :w - d]
        return volume.permute(0, 4, 1, 2, 3)

    @staticmethod
    def backward(context, gradient):
        g = gradient.permute(0, 2, 3, 4, 1)
        b, planes, h, w, c = g.shape
        c //= 2
        gl, gr = g.new_zeros(b, h, w, c), g.new_zeros(b, h, w, c)
        for d in range(min(planes, w)):
            gl[:, :, d:] += g[:, d, :, d:, :c]
            gr[:, :, :w - d] += g[:, d, :, d:, c:]
        return gl.permute(0, 3, 1, 2), gr.permute(0, 3, 1, 2), None


class ShiftedSum(torch.autograd.Function):
    """[B, D, H, W]: of 27 volumes [27, B, D, H, W] each moved by its tap of a 3×3×3 kernel, zeros beyond the border."""
    taps = [(dz, dy, dx) for dz in range(3) for dy in range(3) for dx in range(3)]

    @staticmethod
    def forward(context, volumes):
        _, b, d, h, w = volumes.shape
        padded = F.pad(volumes, (1, 1, 1, 1, 1, 1))
        total = volumes.new_zeros(b, d, h, w)
        for volume, (dz, dy, dx) in zip(padded, ShiftedSum.taps):
            total += volume[:, dz:dz + d, dy:dy + h, dx:dx + w]
        return total

    @staticmethod
    def backward(context, gradient):
        _, d, h, w = gradient.shape
        padded = F.pad(gradient, (1, 1, 1, 1, 1, 1))
        return torch.stack([padded[:, 2 - dz:2 - dz + d, 2 - dy:2 - dy + h, 2 - dx:2 - dx + w] for dz, dy, dx in ShiftedSum.taps])


def score_convolution(x, weight):
    """[B, 1, D, H, W] of 3×3×3 taps with one output: a product of matrices, for which oneDNN has no good kernel either."""
    b, c, d, h, w = x.shape
    volumes = weight.view(c, 27).T @ x.permute(0, 2, 3, 4, 1).reshape(-1, c).T
    return ShiftedSum.apply(volumes.view(27, b, d, h, w)).unsqueeze(1)
