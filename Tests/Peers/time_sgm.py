"""Times OpenCV's StereoSGBM (3WAY, block 3, gray) and `stereodepth match --method sgm` in one run, by turns.

    python Tests/Peers/time_sgm.py --tool .build/release/stereodepth LEFT RIGHT --max-disparity 128
        [--threads 2] [--rounds 3] [--frames 15] [--presets realtime,balanced,quality] [--json FILE]

Medians over the frames of a round, then over the rounds: matching alone, images in memory. Memory is the peak of the
process of `stereodepth`. Needs numpy and opencv-python-headless from PyPI.
"""

import argparse
import json
import statistics
import subprocess
import tempfile
import time


def sgbm(left, right, disparities, frames):
    import cv2

    block = 3
    matcher = cv2.StereoSGBM_create(
        0, disparities, block, 8 * block * block, 32 * block * block, mode=cv2.STEREO_SGBM_MODE_SGBM_3WAY)
    times = []
    for _ in range(frames):
        start = time.perf_counter()
        matcher.compute(left, right)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def ours(options, preset, threads):
    with tempfile.TemporaryDirectory() as folder:
        command = [
            options.tool, "match", options.left, options.right, "--max-disparity", str(options.max_disparity),
            "--preset", preset, "--threads", str(threads), "--repeat", str(options.frames), "--json",
            "--disparity", f"{folder}/disparity.npy"]
        report = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return report["seconds"]["match"], report["peakMemoryBytes"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("left")
    parser.add_argument("right")
    parser.add_argument("--tool", required=True)
    parser.add_argument("--max-disparity", type=int, default=128)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--frames", type=int, default=15)
    parser.add_argument("--presets", default="realtime,balanced,quality")
    parser.add_argument("--json")
    options = parser.parse_args()

    import cv2

    cv2.setNumThreads(options.threads)
    left, right = (cv2.imread(path, cv2.IMREAD_GRAYSCALE) for path in (options.left, options.right))
    rows = [("sgbm 3way", options.threads)]
    rows += [(preset, options.threads) for preset in options.presets.split(",")]
    rows += [(options.presets.split(",")[0], 1)]
    times, memory = {row: [] for row in rows}, {}
    for _ in range(options.rounds):
        for row in rows:
            if row[0] == "sgbm 3way":
                times[row].append(sgbm(left, right, options.max_disparity, options.frames))
            else:
                seconds, memory[row] = ours(options, *row)
                times[row].append(seconds)
    result = []
    peer = statistics.median(times[rows[0]])
    for row in rows:
        seconds = statistics.median(times[row])
        result.append({
            "name": row[0], "threads": row[1], "seconds": seconds, "fasterThanPeer": peer / seconds,
            "peakBytes": memory.get(row)})
        peak = f"{memory[row] / 1e6:7.1f} MB" if row in memory else ""
        print(f"{row[0]:10} {row[1]} threads {seconds * 1e3:8.1f} ms {peer / seconds:6.2f} x {peak}")
    if options.json:
        with open(options.json, "w") as file:
            json.dump({"height": left.shape[0], "width": left.shape[1], "rows": result}, file, indent=1)


if __name__ == "__main__":
    main()
