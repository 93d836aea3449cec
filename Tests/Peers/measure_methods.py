"""Measures methods and writes Sources/StereoDepth/Methods/MeasuredMethods.swift, which `stereodepth methods` shows.

    python Tests/Peers/measure_methods.py --tool .build/release/stereodepth --data ../shared/data
        [--methods sgm,modulenet,mc-cnn-fast:driving,…] [--threads 2] [--keep FILE.json]

Without --methods: every method that has what it needs, with every preset that names a purpose. What is not measured anew is kept from
FILE.json (default: measured_methods.json beside this script's output), so that slow methods can be measured on another day.

Errors are those of `stereodepth benchmark`: KITTI 2012 frames 000120-000149, Out-Noc > 3 px of the filled maps; Middlebury's
validation scenes teddy, cones, Bowling1, Cloth3, Wood2, bad-1.0 of all known pixels, the mean of the scenes. Nothing of either was
trained or tuned on. Time is the median of the frames, one after another; memory is the peak of a process that matches one.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TARGET = os.path.join(ROOT, "Sources/StereoDepth/Methods/MeasuredMethods.swift")
KITTI = ("KITTI 2012 000120–000149", "of the pixels wrong by more than 3 px")
ROOMS = ("Middlebury, 5 scenes", "of the pixels wrong by more than 1 px")
SCENES = [("2003", "teddy"), ("2003", "cones"), ("2006_third", "Bowling1"), ("2006_half", "Cloth3"), ("2006_half", "Wood2")]
# Presets that name no purpose of their own: published numbers, older names, costs alone.
UNNAMED = {"kitti2012", "kitti2015", "middlebury", "kitti2012-candidates", "middlebury-candidates"}


def run(tool, *arguments):
    """The JSON object that the tool prints."""
    done = subprocess.run([tool, *arguments], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(arguments)}: {done.stderr}")
    return json.loads(done.stdout)


def machine(threads):
    """The processor as the system names it."""
    name = platform.processor()
    with open("/proc/cpuinfo") as file:
        for line in file:
            if line.startswith("model name"):
                name = " ".join(line.split(":", 1)[1].split())
                break
    return f"{name}, {threads} threads"


def measure(options, method, preset, folder):
    """Both data sets with one method and preset: a list of measurements."""
    common = ["--preset", preset, "--threads", str(options.threads)]
    found = []
    frame = f"{options.data}/kitti2012/training/image_{{}}/000120_10.png"
    memory = run(
        options.tool, "match", frame.format(0), frame.format(1), "--method", method, *common, "--json", "--disparity",
        f"{folder}/d.npy")["peakMemoryBytes"]
    table = run(
        options.tool, "benchmark", "kitti2012", f"{options.data}/kitti2012", "--method", method, *common, "--frames",
        "120-149", "--frames-in-parallel", "1", "--json", "--quiet", "--output-directory", folder)
    found.append((KITTI, table["outNoc"]["3"], table["seconds"]["median"], memory))
    errors, times, peaks = [], [], []
    for group, scene in SCENES:
        path = f"{options.data}/middlebury/{group}/{scene}"
        table = run(
            options.tool, "benchmark", "middlebury", path, "--method", method, *common, "--frames-in-parallel", "1",
            "--json", "--quiet", "--output-directory", f"{folder}/{scene}")
        errors.append(table["bad1"])
        times.append(table["seconds"]["median"])
        peaks.append(run(
            options.tool, "match", f"{path}/left.png", f"{path}/right.png", "--method", method, *common, "--json",
            "--disparity", f"{folder}/d.npy")["peakMemoryBytes"])
    found.append((ROOMS, statistics.mean(errors), statistics.median(times), max(peaks)))
    return [
        {"method": method, "preset": preset, "dataSet": name, "measure": what, "error": round(error, 2),
         "seconds": float(f"{seconds:.3g}"), "peakMemoryBytes": round(bytes, -6), "machine": machine(options.threads)}
        for (name, what), error, seconds, bytes in found]


def swift(measurements):
    """The source file."""
    lines = [
        "// Written by Tests/Peers/measure_methods.py; run it again instead of changing a number.", "",
        "extension MethodMeasurement {", "  /// Every measurement, by method, preset and data set.",
        "  public static let all: [MethodMeasurement] = ["]
    for m in measurements:
        lines += [
            "    MethodMeasurement(",
            f'      method: "{m["method"]}", preset: "{m["preset"]}", dataSet: "{m["dataSet"]}",',
            f'      measure: "{m["measure"]}", error: {m["error"]}, seconds: {m["seconds"]},',
            f'      peakMemoryBytes: {m["peakMemoryBytes"]}, machine: "{m["machine"]}"),']
    return "\n".join(lines + ["  ]", "}", ""])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--methods")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--keep", default=os.path.join(ROOT, "Tests/Peers/measured_methods.json"))
    options = parser.parse_args()
    order, wanted = [], []
    for method in run(options.tool, "methods", "--json"):
        can = method["weights"].startswith(("none", "bundled"))
        for preset in method["presets"]:
            order.append((method["name"], preset["name"]))
            if can and preset["name"] not in UNNAMED:
                wanted.append(order[-1])
    if options.methods:
        names = options.methods.split(",")
        wanted = [(m, p) for m, p in wanted if m in names or f"{m}:{p}" in names]
    kept = []
    if os.path.exists(options.keep):
        with open(options.keep) as file:
            kept = json.load(file)
    for method, preset in wanted:
        with tempfile.TemporaryDirectory() as folder:
            fresh = measure(options, method, preset, folder)
        kept = [m for m in kept if (m["method"], m["preset"]) != (method, preset)] + fresh
        for m in fresh:
            print(f'{method} {preset}: {m["dataSet"]} {m["error"]} %, {m["seconds"]} s, {m["peakMemoryBytes"] / 1e6} MB')
        kept = [m for m in kept if (m["method"], m["preset"]) in order]
        kept.sort(key=lambda m: (order.index((m["method"], m["preset"])), m["dataSet"] != KITTI[0]))
        # After each method: what was measured is not lost with the session.
        with open(options.keep, "w") as file:
            json.dump(kept, file, indent=1, ensure_ascii=False)
            file.write("\n")
        with open(TARGET, "w") as file:
            file.write(swift(kept))


if __name__ == "__main__":
    main()
