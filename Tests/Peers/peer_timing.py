"""The frame of time_psmnet.py, time_flow.py and time_ganet.py: one network, the same weights, several programs by turns.

A script gives `prepare(options)`, which writes `weights.safetensors` (and `model.onnx` for the runtimes) into `options.folder`,
and `run_pytorch(options)`. Each peer runs in a process of its own: one frame to warm up, then `--frames` timed ones; the
rounds alternate between the peers, and the best time counts. Memory is the greatest resident size of the process.
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


def timed(run, frames):
    run()
    times = []
    for _ in range(frames):
        start = time.perf_counter()
        result = run()
        times.append(time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {"seconds": min(times), "peakBytes": peak, "mean": float(result.mean())}


def images(options):
    import numpy as np

    random = np.random.default_rng(7)
    shape = (1, 3, options.height, options.width)
    return [random.standard_normal(shape, dtype=np.float32) for _ in range(2)]


def weights(options):
    return os.path.join(options.folder, "weights.safetensors")


def export(model, options):
    """Writes the model for ONNX Runtime and OpenVINO."""
    import torch

    pair = tuple(torch.from_numpy(image) for image in images(options))
    torch.onnx.export(
        model, pair, os.path.join(options.folder, "model.onnx"), input_names=["left", "right"],
        output_names=["output"], opset_version=17, dynamo=False)


def pytorch(network):
    """Runs the model that `network(options)` makes."""

    def run(options):
        import torch

        model, pair = network(options), [torch.from_numpy(image) for image in images(options)]
        with torch.inference_mode():
            return timed(lambda: model(*pair).numpy(), options.frames)

    return run


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
        options.bench, "network", "--json", "--method", options.method, "--weights", weights(options),
        "--width", str(options.width), "--height", str(options.height), "--disparities", str(options.disparities),
        "--threads", str(options.threads), "--repeat", str(options.frames)]
    report = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return {"seconds": report["bestFrameSeconds"], "peakBytes": report["peakBytes"], "report": report}


def arguments(description, methods, peers, width, height):
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--method", default=methods[0], choices=methods)
    parser.add_argument("--bench", default=".build/release/stereodepth-bench")
    parser.add_argument("--width", type=int, default=width)
    parser.add_argument("--height", type=int, default=height)
    parser.add_argument("--disparities", type=int, default=192)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--frames", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--peers", default=",".join(peers))
    parser.add_argument("--json")
    parser.add_argument("--folder", help="where to keep the weights from run to run")
    parser.add_argument("--only", help=argparse.SUPPRESS)
    return parser.parse_args()


def child(options, only):
    command = [sys.executable, sys.argv[0], "--only", only]
    for name in ("method", "folder", "bench", "width", "height", "disparities", "threads", "frames", "peers"):
        command += [f"--{name}", str(getattr(options, name))]
    environment = dict(os.environ, OMP_NUM_THREADS=str(options.threads))
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment).stdout
    return json.loads(output.splitlines()[-1])


def compare(options):
    """Runs every peer, prints the table; returns the best run of each."""
    best = {}
    with tempfile.TemporaryDirectory() as folder:
        options.folder = options.folder or folder
        if not os.path.exists(weights(options)):
            child(options, "prepare")
        for _ in range(options.rounds):
            for peer in options.peers.split(","):
                result = child(options, peer)
                print(f"  {peer}: {result['seconds']:.3f} s, {result['peakBytes'] / 1e6:.0f} MB", file=sys.stderr)
                if peer not in best or result["seconds"] < best[peer]["seconds"]:
                    best[peer] = result
    ours = best.get("stereodepth", {}).get("seconds")
    print(f"{options.method} {options.height}x{options.width}, range {options.disparities}, {options.threads} threads")
    for peer, result in sorted(best.items(), key=lambda entry: entry[1]["seconds"]):
        ratio = f"{result['seconds'] / ours:6.2f} x ours" if ours else ""
        print(f"{peer:12} {result['seconds']:8.3f} s  {result['peakBytes'] / 1e6:7.0f} MB  {ratio}")
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(best, file, indent=1)
    return best


def main(options, prepare, run_pytorch):
    """Does a child's part, or compares; returns the best runs where it compared."""
    runs = {
        "pytorch": run_pytorch, "onnxruntime": run_onnxruntime, "openvino": run_openvino, "stereodepth": run_stereodepth}
    if options.only == "prepare":
        prepare(options)
        print("{}")
    elif options.only:
        print(json.dumps(runs[options.only](options)))
    else:
        return compare(options)
    return {}
