"""Times GA-Net-deep in PyTorch, with the guided layers in C++, and in StereoDepth, on the same weights and the same CPU.

    python Tests/Peers/time_ganet.py --bench .build/release/stereodepth-bench [--width 624 --height 240] [--threads 2]
        [--peers pytorch,stereodepth] [--rounds 2] [--json FILE]

Each peer runs in a process of its own: one frame to warm up, then `--frames` timed ones; the rounds alternate between the
peers, and the best time counts. The images are noise; the width and height must be multiples of 48 for PyTorch, which is
given the size rounded up, as StereoDepth pads its images. Needs torch, ninja, safetensors, numpy from PyPI, and g++.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile

from time_psmnet import timed

PEERS = ("pytorch", "stereodepth")


def prepare(options):
    """Writes random weights; compiles the guided layers."""
    import torch
    from ganet import GANet
    from safetensors.torch import save_file

    torch.manual_seed(1)
    model = GANet(options.disparities)
    state = {k: v.contiguous() for k, v in model.state_dict().items() if not k.endswith("num_batches_tracked")}
    save_file(state, os.path.join(options.folder, "ganet.safetensors"))


def run_pytorch(options):
    import torch
    from ganet import GANet
    from safetensors.torch import load_file

    torch.set_num_threads(options.threads)
    model = GANet(options.disparities).eval()
    model.load_state_dict(load_file(os.path.join(options.folder, "ganet.safetensors")), strict=False)
    height, width = ((side + 47) // 48 * 48 for side in (options.height, options.width))
    pair = [torch.randn(1, 3, height, width) for _ in range(2)]
    with torch.inference_mode():
        return timed(lambda: model(*pair).numpy(), options.frames)


def run_stereodepth(options):
    command = [
        options.bench, "network", "--json", "--method", "ga-net-deep",
        "--weights", os.path.join(options.folder, "ganet.safetensors"), "--width", str(options.width),
        "--height", str(options.height), "--disparities", str(options.disparities), "--threads", str(options.threads),
        "--repeat", str(options.frames)]
    report = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return {"seconds": report["bestFrameSeconds"], "peakBytes": report["peakBytes"], "report": report}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", default=".build/release/stereodepth-bench")
    parser.add_argument("--width", type=int, default=624)
    parser.add_argument("--height", type=int, default=240)
    parser.add_argument("--disparities", type=int, default=192)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--frames", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--peers", default=",".join(PEERS))
    parser.add_argument("--json")
    parser.add_argument("--folder", help="where to keep the weights from run to run")
    parser.add_argument("--only", help=argparse.SUPPRESS)
    return parser.parse_args()


def child(options, only):
    command = [sys.executable, __file__, "--only", only]
    for name in ("folder", "bench", "width", "height", "disparities", "threads", "frames"):
        command += [f"--{name}", str(getattr(options, name))]
    environment = dict(os.environ, OMP_NUM_THREADS=str(options.threads))
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment).stdout
    return json.loads(output.splitlines()[-1])


def main():
    options = arguments()
    if options.only == "prepare":
        prepare(options)
        print("{}")
    elif options.only:
        print(json.dumps(globals()[f"run_{options.only}"](options)))
    else:
        compare(options)


def shares(report):
    """Seconds of the guided layers, and of everything."""
    stages = report["stages"]
    guided = sum(s for name, s in stages.items() if name == "regression" or (name.startswith("sga") and " " not in name))
    return guided, sum(stages.values())


def compare(options):
    best = {}
    with tempfile.TemporaryDirectory() as folder:
        options.folder = options.folder or folder
        if not os.path.exists(os.path.join(options.folder, "ganet.safetensors")):
            child(options, "prepare")
        for _ in range(options.rounds):
            for peer in options.peers.split(","):
                result = child(options, peer)
                print(f"  {peer}: {result['seconds']:.3f} s, {result['peakBytes'] / 1e6:.0f} MB", file=sys.stderr)
                if peer not in best or result["seconds"] < best[peer]["seconds"]:
                    best[peer] = result
    ours = best.get("stereodepth", {}).get("seconds")
    print(f"GA-Net-deep {options.height}x{options.width}, range {options.disparities}, {options.threads} threads")
    for peer, result in sorted(best.items(), key=lambda entry: entry[1]["seconds"]):
        ratio = f"{result['seconds'] / ours:6.2f} x ours" if ours else ""
        print(f"{peer:12} {result['seconds']:8.3f} s  {result['peakBytes'] / 1e6:7.0f} MB  {ratio}")
    if ours:
        guided, whole = shares(best["stereodepth"]["report"])
        print(f"guided layers (SGA, and the regression with LGA): {guided:.3f} s of {whole:.3f} s")
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(best, file, indent=1)


if __name__ == "__main__":
    main()
