"""Checks the training of end-to-end networks in Models/training/end-to-end. Prints one line for each check; fails with its name.

Needs PyTorch, NumPy, OpenCV and safetensors. Run by Tests/RepositoryTests/EndToEndTrainingTests.swift, or by hand: python3 Tests/Peers/end_to_end_training.py
"""
import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

PEERS = Path(__file__).resolve().parent
sys.path[:0] = [str(PEERS.parents[1] / "Models" / "training" / "end-to-end")]
import compact  # noqa: E402
import crops  # noqa: E402
import device_scenes  # noqa: E402
import kernels  # noqa: E402
import networks  # noqa: E402
import pairs  # noqa: E402
import psmnet  # noqa: E402
import regression  # noqa: E402
import teacher  # noqa: E402
import train  # noqa: E402


def check(name, holds):
    print(f"{name}: {'holds' if holds else 'FAILS'}", flush=True)
    if not holds:
        sys.exit(1)


def close(a, b, tolerance=1e-4):
    return float((a - b).abs().max()) <= tolerance * max(1e-6, float(b.abs().max()))


def gradients(function, *tensors):
    """Value and gradients of a random weighting of what `function` gives."""
    inputs = [tensor.clone().requires_grad_() for tensor in tensors]
    value = function(*inputs)
    weights = torch.linspace(-1, 1, value.numel()).sin().view(value.shape)
    return [value.detach(), *torch.autograd.grad((value * weights).sum(), inputs)]


def same(name, ours, reference, *tensors):
    check(name, all(close(a, b) for a, b in zip(gradients(ours, *tensors), gradients(reference, *tensors))))


def convolutions():
    torch.manual_seed(1)
    for dilation in (1, 2):
        same(f"2-D convolution, dilation {dilation}: value and gradients", lambda x, w, b: kernels.SameConvolution.apply(x, w, b, dilation),
             lambda x, w, b: F.conv2d(x, w, b, 1, dilation, dilation), torch.randn(2, 8, 70, 65), torch.randn(16, 8, 3, 3), torch.randn(16))
    same("3-D convolution: value and gradients", lambda x, w, b: kernels.SameConvolution.apply(x, w, b, 1), lambda x, w, b: F.conv3d(x, w, b, 1, 1),
         torch.randn(2, 6, 5, 33, 40), torch.randn(4, 6, 3, 3, 3), torch.randn(4))
    same("3-D convolution to one channel", kernels.score_convolution, lambda x, w: F.conv3d(x, w, None, 1, 1), torch.randn(2, 6, 4, 7, 9), torch.randn(1, 6, 3, 3, 3))

    def volume(left, right):
        shift = lambda d: torch.cat((F.pad(left[..., d:], (d, 0)), F.pad(right[..., :right.shape[3] - d], (d, 0))), 1)
        return torch.stack([shift(d) for d in range(5)], 2)
    same("concatenation volume", lambda l, r: kernels.ConcatenationVolume.apply(l, r, 5), volume, torch.randn(2, 3, 4, 9), torch.randn(2, 3, 4, 9))


def regressions():
    torch.manual_seed(2)
    scores = torch.randn(2, 4, 5, 6)
    index, y, x = torch.randint(0, 2, (50,)), torch.randint(0, 20, (50,)), torch.randint(0, 24, (50,))
    dense = F.interpolate(scores[:, None], (16, 20, 24), mode="trilinear", align_corners=True)[:, 0]
    check("scores at pixels are those of the upsampled volume", close(regression.logits(scores, index, y, x, (16, 20, 24)), dense[index, :, y, x], 1e-5))
    sure = torch.full((1, 16), -30.0)
    sure[0, 12] = 30.0
    entropy = lambda weight: torch.autograd.grad(regression.stage_loss(sure.requires_grad_(), torch.tensor([3.0]), weight)[0], sure)[0].abs().max()
    check("only the cross-entropy corrects a network that is sure and wrong", float(entropy(0.0)) < 1e-6 and float(entropy(1.0)) > 0.1)


def psm():
    """Against the peers' definition, which normalises by itself, with statistics and weights that differ everywhere."""
    import importlib.util
    specification = importlib.util.spec_from_file_location("peer", PEERS / "psmnet.py")
    peer = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(peer)
    torch.manual_seed(3)
    ours, theirs = psmnet.PSMNet().eval(), peer.PSMNet(32).eval()
    with torch.no_grad():
        for name, tensor in ours.state_dict().items():
            if name.endswith(("running_mean", ".bias")):
                tensor.normal_(0, 0.1)
            elif name.endswith("running_var"):
                tensor.uniform_(0.5, 2)
        networks.start(theirs, ours.state_dict())
        left, right = torch.randn(2, 1, 3, 256, 256)
        check("PSMNet is the peers' PSMNet", close(ours.disparity(left, right, 32), theirs(left, right), 1e-4))


def rendered():
    """Pairs as tensors against NumPy's, of plain, curved, thin and repeated things; and what cameras make of them."""
    describe = device_scenes.Describer(None, 320, 128, 100.0)
    renderer = device_scenes.Renderer(describe.images, 320, 128, "cpu")
    seeds = range(40, 46)
    description = device_scenes.joined([describe(seed) for seed in seeds])
    left, right, near, other = (part.numpy() for part in renderer.clean(description))
    expected = [describe.generator.pair(seed) for seed in seeds]
    of = lambda field: np.stack([getattr(pair, field) for pair in expected]).astype(np.float32)
    wrong = lambda a, b, most: float((abs(a - b) > most).mean())
    # float32's rounding may put a pixel on the other side of a shape's edge; OpenCV 4 samples textures at 32nds of a pixel
    check("rendered disparities are NumPy's within 1e-3", max(wrong(near, of("left_disparity"), 1e-3), wrong(other, of("right_disparity"), 1e-3)) < 1e-4)
    check("rendered grays are NumPy's within 1", max(wrong(left, of("left"), 1), wrong(right, of("right"), 1)) < 0.01)
    batch, again = (renderer.batch(description, 500, 3, crops.MEAN, crops.DEVIATION) for _ in range(2))
    check("a rendered batch is its seed's", all(torch.equal(a, b) for a, b in zip(batch[:6], again[:6])))
    index, y, x, truth = (part.numpy() for part in batch[2:6])
    check("its truth is that of its pixels", np.array_equal(truth, near[index, y, x]) and len(truth) == 3000)
    seen = batch[0][:, :1].numpy() * crops.DEVIATION[0] + crops.MEAN[0]
    check("cameras change little", 0.8 < np.corrcoef(seen.reshape(-1), left.reshape(-1))[0, 1] < 0.9999)


def stretched():
    """Crops of a textured wall 8 px away, stretched: what the truth says lies in the right view is there, better than a pixel beside."""
    import cv2
    noise = np.random.default_rng(4).integers(0, 256, (120, 216)).astype(np.float32)
    wall = cv2.normalize(cv2.GaussianBlur(noise, (0, 0), 2), None, 0, 255, cv2.NORM_MINMAX).astype(np.uint8)
    pair = pairs.Pair("wall", wall[:, :200].copy(), wall[:, 8:208].copy(), np.full((120, 200), 8 * 256, np.uint16), False)
    options = argparse.Namespace(crop=(96, 80), disparities=64)
    truths = []
    for seed in range(20):
        (left, right), truth = crops.window(pair, options, np.random.default_rng(seed))
        y, x = np.nonzero(truth[:, 20:])
        there = x + 20 - truth[y, x + 20]
        at = lambda shift: np.interp(there + shift + 1000 * y, np.arange(96)[None].repeat(80, 0).reshape(-1) + 1000 * np.arange(80).repeat(96), right[..., 0].reshape(-1))
        off = [float(abs(at(shift) - left[y, x + 20, 0]).mean()) for shift in (-1, 0, 1)]
        truths.append((off[1] < 0.5 * min(off[0], off[2]), float(truth.max()), len(y)))
    check("truth is stretched with its views", all(holds and count > 1000 for holds, _, count in truths))
    check("and they are stretched", max(value for _, value, _ in truths) > 10 and min(value for _, value, _ in truths) < 8)


def resumption(folder):
    """Two steps, and one and one: the same bits, whoever draws the crops."""
    base = ["--network", "compact", "--data", "nowhere", "--mix", "synthetic=1", "--synthetic", "2", "--synthesised", "0.5", "--crop", "128", "96", "--disparities", "64", "--least-disparities", "64",
            "--frozen", "--batch-statistics", "--batch", "2", "--threads", "1", "--save-every", "1"]

    def weights(run, steps, workers):
        sys.argv = ["train.py", "--run", str(folder / run), "--steps", str(steps), "--workers", str(workers), *base]
        train.main()
        return torch.load(folder / run / "checkpoint.pt", weights_only=True)["average"]
    base += ["--constant", "1"]
    once, first = weights("once", 2, 0), weights("twice", 1, 1)
    twice = weights("twice", 2, 1)
    check("a training that was stopped goes on to the bit", all(torch.equal(once[name], twice[name]) for name in once))
    check("and a step changes the weights", any(not torch.equal(first[name], twice[name]) for name in once))
    check("the curve was drawn", (folder / "once" / "curves.png").stat().st_size > 1000)


def data(folder):
    pair = pairs.Pair("kitti2012/1", np.zeros((40, 60), np.uint8), np.zeros((40, 60), np.uint8), np.zeros((40, 60), np.uint16), True)
    pair.truth[10, 20] = 7 * 256
    (folder / "kitti2012").mkdir()
    import cv2
    cv2.imwrite(str(folder / "kitti2012" / "1.png"), np.full((40, 60), 5 * 256, np.uint16))
    taught = pairs.taught(pair, folder)
    check("a teacher speaks where truth is silent", taught.truth[10, 20] == 7 * 256 and taught.truth[11, 20] == 5 * 256)
    left, right = np.full((2, 10), 3.0, np.float32), np.full((2, 10), 3.0, np.float32)
    right[0, 4] = 8
    known = teacher.agreed(left, right)
    check("a teacher is silent where its views disagree", known[0, 7] == 0 and known[1, 7] == 3 and known[1, 2] == 0)
    network = compact.Compact()
    networks.store(network.state_dict(), folder / "weights.safetensors", network.metadata)
    networks.start(compact.Compact(), networks.weights(folder / "weights.safetensors"))
    check("weights are stored as F16 and open again", True)


def main():
    argparse.ArgumentParser(description=__doc__).parse_args()
    torch.set_num_threads(1)
    convolutions()
    regressions()
    psm()
    products, parameters = compact.multiplications(compact.Compact())
    check(f"compact keeps its budget: {products / 1e9:.1f} GMAC, {parameters} parameters", products <= 25e9 and parameters <= 3e6)
    with tempfile.TemporaryDirectory() as folder:
        data(Path(folder))
        resumption(Path(folder))
    rendered()
    stretched()


if __name__ == "__main__":
    main()
