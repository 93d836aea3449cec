"""Disparities and losses at chosen pixels, from scores at a quarter of the resolution: equal to upsampling the whole volume, without it."""
import torch
import torch.nn.functional as F


def resize_matrix(count, target, device):
    """[target, count]: linear interpolation with align_corners."""
    place = torch.arange(target, device=device, dtype=torch.float32) * ((count - 1) / max(1, target - 1))
    return (1 - (place[:, None] - torch.arange(count, device=device)[None]).abs()).clamp(min=0)


def logits(scores, index, y, x, size):
    """[P, D] of the pixels (index, y, x) of scores [B, D / 4, h, w] upsampled trilinearly (align_corners) to D × H × W."""
    disparities, height, width = size
    _, count, h, w = scores.shape
    v, u = y.float() * ((h - 1) / (height - 1)), x.float() * ((w - 1) / (width - 1))
    top, first = v.floor().long().clamp(max=h - 2), u.floor().long().clamp(max=w - 2)
    fv, fu = (v - top)[:, None], (u - first)[:, None]
    flat = scores.float().permute(0, 2, 3, 1).reshape(-1, count)
    at = lambda dv, du: flat[(index * h + top + dv) * w + first + du]
    coarse = (at(0, 0) * (1 - fu) + at(0, 1) * fu) * (1 - fv) + (at(1, 0) * (1 - fu) + at(1, 1) * fu) * fv
    return coarse @ resize_matrix(count, disparities, scores.device).T


def stage_loss(z, truth, entropy, spread=1.0):
    """Smooth L1 of the soft-argmin, plus `entropy` times the cross-entropy with exp(−|d − truth| / spread); and the disparities.

    The first alone gives no gradient where the network is sure of a wrong disparity.
    """
    candidates = torch.arange(z.shape[1], device=z.device, dtype=torch.float32)
    logarithms = z.log_softmax(1)
    disparity = logarithms.exp() @ candidates
    loss = F.smooth_l1_loss(disparity, truth)
    if entropy > 0:
        target = torch.softmax(-(candidates[None] - truth[:, None]).abs() / spread, 1)
        loss = loss - entropy * (target * logarithms).sum(1).mean()
    return loss, disparity.detach()
