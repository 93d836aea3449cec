"""The paper's losses on sampled pairs, and our row-wise softmax for the fast network.

Feature maps are those of one crop: `left` [C, H, W], `right` [C, H, W2], both already without the network's margin, so that
the feature of crop pixel (x, y) is at (x - margin, y - margin). Every loss is a mean over the samples.
"""
import numpy as np
import torch

# Table 4: the positive lies within `positive` pixels of the truth, the negative `low`…`high` pixels away from it.
PAPER_OFFSETS = {("fast", "kitti"): (1.0, 4.0, 10.0), ("accurate", "kitti"): (1.0, 4.0, 10.0),
                 ("fast", "middlebury"): (0.5, 1.5, 6.0), ("accurate", "middlebury"): (0.5, 1.5, 18.0)}


def nearest_inside(points, margin, features):
    """Integer positions in `features` for real (x, y) in the crop, and which of them lie inside."""
    position = np.rint(points).astype(np.int64) - margin
    size = np.array([features.shape[2], features.shape[1]])
    return position, ((position >= 0) & (position < size)).all(-1)


def gather(features, position):
    """[C, H, W] and [K, 2] (x, y) to [K, C]."""
    flat = features.permute(1, 2, 0).reshape(-1, features.shape[0])
    return flat[torch.from_numpy(position[:, 1] * features.shape[2] + position[:, 0])]


def hardest(left, right, at, match, ignored):
    """For each sample (x, y in `left`) the position in its row of `right` that looks most like it, `ignored` or more pixels off."""
    with torch.no_grad():
        unit = [torch.nn.functional.normalize(view, dim=0) for view in (left, right)]
        row, column = torch.from_numpy(at[:, 1]), torch.from_numpy(at[:, 0])
        similarity = torch.bmm(unit[0].permute(1, 2, 0), unit[1].permute(1, 0, 2))[row, column]
        near = (torch.arange(right.shape[2])[None] - torch.from_numpy(match)[:, None]).abs() < ignored
        return np.stack([similarity.masked_fill(near, -2).argmax(1).numpy(), at[:, 1]], 1)


def sampled_pairs(crop, left, right, margin, offsets, negatives, limit, rng, hard=False):
    """Left features [K, C], positive right features [K, C] and `negatives` others [negatives, K, C].

    Offsets are uniform, as in the paper: positive in [-positive, positive], negative ±[low, high]. At most `limit` samples.
    `hard` adds one negative more, see ``hardest``.
    """
    positive, low, high = offsets
    at, there = nearest_inside(crop.at, margin, left)
    count = len(at)
    shift = rng.uniform(-positive, positive, count)
    sign = rng.choice([-1.0, 1.0], (negatives, count))
    away = sign * rng.uniform(low, high, (negatives, count))
    # `step` of all disparities is the same, and it may be longer or shorter than a pixel of the crop: scaled views.
    close, there_close = nearest_inside(crop.match + shift[:, None] * crop.step, margin, right)
    far, there_far = nearest_inside(crop.match + away[..., None] * crop.step, margin, right)
    usable = np.flatnonzero(there & there_close & there_far.all(0))
    if len(usable) > limit:
        usable = np.sort(rng.choice(usable, limit, replace=False))
    others = [far[index][usable] for index in range(negatives)]
    if hard and len(usable):
        others.append(hardest(left, right, at[usable], crop.match[usable, 0] - margin, low))
    return gather(left, at[usable]), gather(right, close[usable]), torch.stack([gather(right, other) for other in others])


def hinge(left, close, far, margin=0.2):
    """max(0, margin + s₋ - s₊), s the cosine (the features have unit length)."""
    return torch.relu(margin + (left * far).sum(2) - (left * close).sum(1)).mean()


def cross_entropy(network, left, close, far):
    """-log σ(match) for positives, -log(1 - σ) for negatives; both kinds weigh the same."""
    count = len(far)
    logits = network.logit(left.repeat(1 + count, 1), torch.cat([close, far.flatten(0, 1)])).float()
    split = len(left)
    return (torch.nn.functional.softplus(-logits[:split]).mean() + torch.nn.functional.softplus(logits[split:]).mean()) / 2


def row_softmax(crop, left, right, margin, ignored, limit, rng, temperature=0.07):
    """Ours: cross-entropy of softmax(cosine / temperature) over every pixel of the right crop's row.

    The target is shared linearly by the two pixels around the match; pixels closer than `ignored` to it are no negatives.
    The same is asked of the left row for each matched pixel of the right crop, and both are averaged. At most `limit` samples.
    """
    at, there = nearest_inside(crop.at, margin, left)
    x = crop.match[:, 0] - margin
    there &= (x >= 0) & (x <= right.shape[2] - 1.001)
    usable = np.flatnonzero(there)
    if len(usable) > limit:
        usable = np.sort(rng.choice(usable, limit, replace=False))
    if len(usable) == 0:
        return left.sum() * 0
    at, x = at[usable], x[usable]
    similarity = torch.bmm(left.permute(1, 2, 0), right.permute(1, 0, 2)) / temperature  # [H, W, W2]
    row, column = torch.from_numpy(at[:, 1]), torch.from_numpy(at[:, 0])
    first, share = torch.from_numpy(np.floor(x).astype(np.int64)), torch.from_numpy((x - np.floor(x)).astype(np.float32))

    def one_way(logits, target, weight, real):
        distance = (torch.arange(logits.shape[1])[None] - real[:, None]).abs()
        logits = logits.masked_fill((distance > 1) & (distance < ignored), float("-inf"))
        logs = logits.log_softmax(1)
        gathered = [logs.gather(1, index[:, None])[:, 0] for index in target]
        return -sum(part * value for part, value in zip(weight, gathered)).mean()

    forwards = one_way(similarity[row, column], (first, first + 1), (1 - share, share), torch.from_numpy(x))
    nearest = torch.from_numpy(np.rint(x).astype(np.int64))
    backwards = one_way(similarity[row, :, nearest], (column,), (1.0,), column.double())
    return (forwards + backwards) / 2
