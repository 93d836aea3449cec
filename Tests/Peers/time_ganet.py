"""Times GA-Net-deep in PyTorch, with the guided layers in C++, and in StereoDepth, on the same weights and the same CPU.

    python Tests/Peers/time_ganet.py --bench .build/release/stereodepth-bench [--width 624 --height 240] [--threads 2]
        [--peers pytorch,stereodepth] [--rounds 2] [--json FILE]

Each peer runs in a process of its own: one frame to warm up, then `--frames` timed ones; the rounds alternate between the
peers, and the best time counts. The images are noise; the width and height must be multiples of 48 for PyTorch, which is
given the size rounded up, as StereoDepth pads its images. Needs torch, ninja, safetensors, numpy from PyPI, and g++.
"""

from peer_timing import arguments, main, timed, weights

PEERS = ("pytorch", "stereodepth")


def prepare(options):
    """Writes random weights; compiles the guided layers."""
    import torch
    from ganet import GANet
    from safetensors.torch import save_file

    torch.manual_seed(1)
    model = GANet(options.disparities)
    state = {k: v.contiguous() for k, v in model.state_dict().items() if not k.endswith("num_batches_tracked")}
    save_file(state, weights(options))


def run_pytorch(options):
    import torch
    from ganet import GANet
    from safetensors.torch import load_file

    torch.set_num_threads(options.threads)
    model = GANet(options.disparities).eval()
    model.load_state_dict(load_file(weights(options)), strict=False)
    height, width = ((side + 47) // 48 * 48 for side in (options.height, options.width))
    pair = [torch.randn(1, 3, height, width) for _ in range(2)]
    with torch.inference_mode():
        return timed(lambda: model(*pair).numpy(), options.frames)


def shares(report):
    """Seconds of the guided layers, and of everything."""
    stages = report["stages"]
    guided = sum(s for name, s in stages.items() if name == "regression" or (name.startswith("sga") and " " not in name))
    return guided, sum(stages.values())


if __name__ == "__main__":
    best = main(arguments(__doc__, ("ga-net-deep",), PEERS, width=624, height=240), prepare, run_pytorch)
    if "stereodepth" in best:
        guided, whole = shares(best["stereodepth"]["report"])
        print(f"guided layers (SGA, and the regression with LGA): {guided:.3f} s of {whole:.3f} s")
