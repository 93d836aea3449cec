"""Times PSMNet in PyTorch, ONNX Runtime, OpenVINO and StereoDepth, on the same weights and the same CPU, in one run.

    python Tests/Peers/time_psmnet.py --bench .build/release/stereodepth-bench [--width 512 --height 256] [--threads 2]
        [--peers pytorch,onnxruntime,openvino,stereodepth] [--rounds 2] [--json FILE]

Each peer runs in a process of its own: one frame to warm up, then `--frames` timed ones; the rounds alternate between the
peers, and the best time counts. Memory is the greatest resident size of the process, exported models loaded from file.
Needs torch, onnx, onnxruntime, openvino, safetensors, numpy from PyPI.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time

PEERS = ("openvino", "pytorch", "onnxruntime", "stereodepth")


def peak_bytes():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def timed(run, frames):
    run()
    times = []
    for _ in range(frames):
        start = time.perf_counter()
        result = run()
        times.append(time.perf_counter() - start)
    return {"seconds": min(times), "peakBytes": peak_bytes(), "mean": float(result.mean())}


def images(options):
    import numpy as np

    random = np.random.default_rng(7)
    shape = (1, 3, options.height, options.width)
    return [random.standard_normal(shape, dtype=np.float32) for _ in range(2)]


def network(options):
    import torch
    from psmnet import PSMNet
    from safetensors.torch import load_file

    torch.set_num_threads(options.threads)
    model = PSMNet(options.disparities).eval()
    model.load_state_dict(load_file(os.path.join(options.folder, "psmnet.safetensors")), strict=False)
    return model


def prepare(options):
    """Writes random weights with plausible statistics, and the exported model."""
    import torch
    from psmnet import PSMNet
    from safetensors.torch import save_file

    torch.manual_seed(1)
    model = PSMNet(options.disparities).eval()
    state = {k: v.contiguous() for k, v in model.state_dict().items() if not k.endswith("num_batches_tracked")}
    save_file(state, os.path.join(options.folder, "psmnet.safetensors"), metadata={"align-corners": "true"})
    if "onnxruntime" in options.peers or "openvino" in options.peers:
        left, right = (torch.from_numpy(image) for image in images(options))
        torch.onnx.export(
            model, (left, right), os.path.join(options.folder, "psmnet.onnx"), input_names=["left", "right"],
            output_names=["disparity"], opset_version=17, dynamo=False)


def run_pytorch(options):
    import torch

    model, pair = network(options), [torch.from_numpy(image) for image in images(options)]
    with torch.inference_mode():
        return timed(lambda: model(*pair).numpy(), options.frames)


def run_onnxruntime(options):
    import onnxruntime

    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = options.threads
    session = onnxruntime.InferenceSession(os.path.join(options.folder, "psmnet.onnx"), settings)
    inputs = dict(zip(("left", "right"), images(options)))
    return timed(lambda: session.run(None, inputs)[0], options.frames)


def run_openvino(options):
    import openvino

    core = openvino.Core()
    settings = {"INFERENCE_NUM_THREADS": options.threads, "PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32"}
    model = core.compile_model(os.path.join(options.folder, "psmnet.onnx"), "CPU", settings)
    inputs = images(options)
    return timed(lambda: model(inputs)[0], options.frames)


def run_stereodepth(options):
    command = [
        options.bench, "network", "--json", "--method", "psmnet",
        "--weights", os.path.join(options.folder, "psmnet.safetensors"), "--width", str(options.width),
        "--height", str(options.height), "--disparities", str(options.disparities), "--threads", str(options.threads),
        "--repeat", str(options.frames)]
    report = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return {"seconds": report["bestFrameSeconds"], "peakBytes": report["peakBytes"], "report": report}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", default=".build/release/stereodepth-bench")
    parser.add_argument("--width", type=int, default=512)
    parser.add_argument("--height", type=int, default=256)
    parser.add_argument("--disparities", type=int, default=192)
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
    for name in ("bench", "width", "height", "disparities", "threads", "frames", "peers"):
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


def compare(options):
    best = {}
    with tempfile.TemporaryDirectory() as folder:
        options.folder = options.folder or folder
        if not os.path.exists(os.path.join(options.folder, "psmnet.onnx")):
            child(options, "prepare")
        for _ in range(options.rounds):
            for peer in options.peers.split(","):
                result = child(options, peer)
                print(f"  {peer}: {result['seconds']:.3f} s, {result['peakBytes'] / 1e6:.0f} MB", file=sys.stderr)
                if peer not in best or result["seconds"] < best[peer]["seconds"]:
                    best[peer] = result
    ours = best.get("stereodepth", {}).get("seconds")
    print(f"PSMNet {options.height}x{options.width}, range {options.disparities}, {options.threads} threads")
    for peer, result in sorted(best.items(), key=lambda entry: entry[1]["seconds"]):
        ratio = f"{result['seconds'] / ours:6.2f} x ours" if ours else ""
        print(f"{peer:12} {result['seconds']:8.3f} s  {result['peakBytes'] / 1e6:7.0f} MB  {ratio}")
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(best, file, indent=1)


if __name__ == "__main__":
    main()
