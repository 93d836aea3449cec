"""Times FlowNetC, DispNetC or iResNet in PyTorch, ONNX Runtime, OpenVINO and StereoDepth, on the same weights and CPU, in one run.

    python Tests/Peers/time_flow.py --method dispnet-c --bench .build/release/stereodepth-bench [--width 1280 --height 384]
        [--threads 2] [--peers openvino,pytorch,onnxruntime,stereodepth] [--rounds 2] [--json FILE]

Each peer runs in a process of its own: one frame to warm up, then `--frames` timed ones; the rounds alternate between the
peers, and the best time counts.
Needs torch, onnx, onnxruntime, openvino, safetensors, numpy from PyPI.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile

from time_psmnet import images, timed

PEERS = ("openvino", "pytorch", "onnxruntime", "stereodepth")


def network(options):
    import torch
    from flow_networks import NETWORKS

    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    model = NETWORKS[options.method]().eval()
    # Weights of a size that keeps the activations as large as they come in: no denormal numbers, no infinities.
    with torch.no_grad():
        for name, value in model.named_parameters():
            if name.endswith("weight"):
                fan = value[0].numel() if "up" not in name and "deconv" not in name else value.numel() / value.shape[1] / 4
                value.normal_(0, (1.5 / fan) ** 0.5)
            else:
                value.uniform_(-0.1, 0.1)
    return model


def prepare(options):
    """Writes the weights and the exported model."""
    import torch
    from safetensors.torch import save_file

    model = network(options)
    state = {key: value.contiguous() for key, value in model.state_dict().items()}
    save_file(state, os.path.join(options.folder, "weights.safetensors"))
    pair = tuple(torch.from_numpy(image) for image in images(options))
    torch.onnx.export(
        model, pair, os.path.join(options.folder, "model.onnx"), input_names=["left", "right"],
        output_names=["output"], opset_version=17, dynamo=False)


def run_pytorch(options):
    import torch

    model, pair = network(options), [torch.from_numpy(image) for image in images(options)]
    with torch.inference_mode():
        return timed(lambda: model(*pair).numpy(), options.frames)


def run_onnxruntime(options):
    import onnxruntime

    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = options.threads
    session = onnxruntime.InferenceSession(os.path.join(options.folder, "model.onnx"), settings)
    inputs = dict(zip(("left", "right"), images(options)))
    return timed(lambda: session.run(None, inputs)[0], options.frames)


def run_openvino(options):
    import openvino

    settings = {"INFERENCE_NUM_THREADS": options.threads, "PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32"}
    model = openvino.Core().compile_model(os.path.join(options.folder, "model.onnx"), "CPU", settings)
    inputs = images(options)
    return timed(lambda: model(inputs)[0], options.frames)


def run_stereodepth(options):
    command = [
        options.bench, "network", "--json", "--method", options.method,
        "--weights", os.path.join(options.folder, "weights.safetensors"), "--width", str(options.width),
        "--height", str(options.height), "--threads", str(options.threads), "--repeat", str(options.frames)]
    report = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return {"seconds": report["bestFrameSeconds"], "peakBytes": report["peakBytes"], "report": report}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--method", default="dispnet-c", choices=("dispnet-c", "flownet-c", "iresnet"))
    parser.add_argument("--bench", default=".build/release/stereodepth-bench")
    parser.add_argument("--width", type=int, default=1280)
    parser.add_argument("--height", type=int, default=384)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--frames", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--peers", default=",".join(PEERS))
    parser.add_argument("--json")
    parser.add_argument("--folder", help=argparse.SUPPRESS)
    parser.add_argument("--only", help=argparse.SUPPRESS)
    return parser.parse_args()


def child(options, only):
    command = [sys.executable, __file__, "--folder", options.folder, "--only", only]
    for name in ("method", "bench", "width", "height", "threads", "frames"):
        command += [f"--{name}", str(getattr(options, name))]
    environment = dict(os.environ, OMP_NUM_THREADS=str(options.threads))
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment).stdout
    return json.loads(output.splitlines()[-1])


def compare(options):
    best = {}
    with tempfile.TemporaryDirectory() as folder:
        options.folder = options.folder or folder
        if not os.path.exists(os.path.join(options.folder, "model.onnx")):
            child(options, "prepare")
        for _ in range(options.rounds):
            for peer in options.peers.split(","):
                result = child(options, peer)
                print(f"  {peer}: {result['seconds']:.3f} s, {result['peakBytes'] / 1e6:.0f} MB", file=sys.stderr)
                if peer not in best or result["seconds"] < best[peer]["seconds"]:
                    best[peer] = result
    ours = best.get("stereodepth", {}).get("seconds")
    print(f"{options.method} {options.height}x{options.width}, {options.threads} threads")
    for peer, result in sorted(best.items(), key=lambda entry: entry[1]["seconds"]):
        ratio = f"{result['seconds'] / ours:6.2f} x ours" if ours else ""
        print(f"{peer:12} {result['seconds']:8.3f} s  {result['peakBytes'] / 1e6:7.0f} MB  {ratio}")
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(best, file, indent=1)


def main():
    options = arguments()
    if options.only == "prepare":
        prepare(options)
        print("{}")
    elif options.only:
        print(json.dumps(globals()[f"run_{options.only}"](options)))
    else:
        compare(options)


if __name__ == "__main__":
    main()
