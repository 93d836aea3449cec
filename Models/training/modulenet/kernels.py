"""The network's fixed layers, computed by the package's own C kernels: what trains the network is what runs it.

`library()` compiles `Sources/CKernels` once into the user's cache folder with the `clang` on the path (or `$CC`).
"""
import ctypes
import hashlib
import os
import subprocess
import threading
from pathlib import Path

import numpy as np

MODULE, BLOCK, CHANNELS = 8, 4, 32           # candidates of a module, pixels of a block's side, channels kept for its tensor
DISTANCE_SCALE, EVIDENCE_SCALE = 1 / 16, 16.0  # of the census distance (bits), of the path costs (bits)
P1, BAND_ROWS, SETTLING_ROWS, REACH = 9, 96, 48, 8
TOLERANCE, SPECKLE_SIZE, SPECKLE_DIFFERENCE, FILLED = 34, 100, 16, 64
SOURCES = ["cpu.c", "semi_global_sweep.c", "disparity_check.c", "median5.c", "speckles.c", "census_distance.c", "path_evidence.c",
           "closeness.c", "module_scores.c"]
FOLDER = Path(__file__).resolve().parents[3] / "Sources" / "CKernels"


def checkered_and_symmetric():
    """32 pairs dy1, dx1, dy2, dx2: SweepSettings.checkeredAndSymmetric of the package."""
    centre = [(dy, dx, 0, 0) for dy in range(-3, 4) for dx in range(-4, 5) if (dy + dx) % 2 and abs(dy) + abs(dx) <= 3]
    opposite = [(dy, dx, -dy, -dx) for dy in range(-3, 1) for dx in range(-4, 5) if (dy + dx) % 2 == 0 and (dy < 0 or dx < 0)]
    return np.array(centre + opposite + [(0, 0, 0, 0)], np.int8)


def penalties(p2=140.0, halving=12.0, floor=36.0):
    """P2 by gray difference: SweepNumbers.ofModuleNet of the package."""
    return np.array([int(max(floor, p2 / (1 + g / halving)) + 0.5) for g in range(256)], np.uint8)


PATTERN, P2 = checkered_and_symmetric(), penalties()


class Sweep(ctypes.Structure):
    _fields_ = [("left", ctypes.c_void_p), ("right", ctypes.c_void_p), ("left_stride", ctypes.c_ssize_t), ("right_stride", ctypes.c_ssize_t),
                ("width", ctypes.c_int), ("height", ctypes.c_int), ("least_disparity", ctypes.c_int), ("disparities", ctypes.c_int),
                ("pattern", ctypes.c_void_p), ("bits", ctypes.c_int), ("paths", ctypes.c_int), ("p1", ctypes.c_uint8), ("p2", ctypes.c_void_p),
                ("settling_rows", ctypes.c_int), ("left_disparities", ctypes.c_void_p), ("right_disparities", ctypes.c_void_p),
                ("least_sums", ctypes.c_void_p), ("disparity_stride", ctypes.c_ssize_t), ("sums", ctypes.c_void_p)]


class Speckles(ctypes.Structure):
    _fields_ = [("map", ctypes.c_void_p), ("width", ctypes.c_int), ("height", ctypes.c_int), ("stride", ctypes.c_ssize_t), ("size", ctypes.c_int),
                ("difference", ctypes.c_int), ("labels", ctypes.c_void_p), ("labels_stride", ctypes.c_ssize_t), ("scratch", ctypes.c_void_p)]


class Modules(ctypes.Structure):
    _fields_ = [("width", ctypes.c_int), ("height", ctypes.c_int), ("modules", ctypes.c_int)]


_library, _lock = None, threading.Lock()


def library():
    """The compiled kernels; compiled again when a source has changed."""
    global _library
    with _lock:
        if _library is None:
            text = " ".join(SOURCES).encode() + b"".join(path.read_bytes() for path in sorted(FOLDER.rglob("*.[ch]")))
            cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "stereodepth"
            path = cache / f"kernels-{hashlib.sha256(text).hexdigest()[:16]}.so"
            if not path.exists():
                cache.mkdir(parents=True, exist_ok=True)
                made = path.with_suffix(f".{os.getpid()}")
                subprocess.run([os.environ.get("CC", "clang"), "-O2", "-std=c17", "-shared", "-fPIC", f"-I{FOLDER}/include", "-o", made]
                               + [FOLDER / name for name in SOURCES] + ["-lm"], check=True)
                made.rename(path)
            _library = ctypes.CDLL(str(path))
            _library.sd_sweep_scratch_bytes.restype = ctypes.c_size_t
            _library.sd_speckles_scratch_bytes.restype = ctypes.c_size_t
            _library.sd_census_distance_scratch_bytes.restype = ctypes.c_size_t
            _library.sd_path_evidence_scratch_bytes.restype = ctypes.c_size_t
            _library.sd_module_winners_scratch_floats.restype = ctypes.c_size_t
    return _library


def address(array):
    return ctypes.c_void_p(array.ctypes.data)


def band_rows(height):
    """SemiGlobalSweep.bandRows of the package."""
    bands = 2 * max(1, (height + 2 * BAND_ROWS - 1) // (2 * BAND_ROWS))
    return max(1, (height + bands - 1) // bands)


def path_sums(left, right, disparities):
    """[H, W, D] uint8: sums of four paths' costs; [H, W] uint8: the least of each pixel's; [2, H, W] uint16: winners of both images,
    sixteenths of a pixel."""
    lib, (height, width) = library(), left.shape
    maps = np.empty((2, height, width), np.uint16)
    least, sums = np.empty((height, width), np.uint8), np.empty((height, width, disparities), np.uint8)
    call = Sweep(left.ctypes.data, right.ctypes.data, width, width, width, height, 0, disparities, PATTERN.ctypes.data, 32, 4, P1, P2.ctypes.data,
                 SETTLING_ROWS, maps[0].ctypes.data, maps[1].ctypes.data, least.ctypes.data, width, sums.ctypes.data)
    isa, rows = lib.sd_best_isa(), band_rows(height)
    scratch = np.empty(lib.sd_sweep_scratch_bytes(isa, ctypes.byref(call), rows), np.uint8)
    for first in range(0, height, rows):
        lib.sd_sweep_band(isa, ctypes.byref(call), first, min(first + rows, height), address(scratch))
    return sums, least, maps


def refined(maps, disparities):
    """The left winners after check, median, removal of small patches, fill and median (SweepEngine of the package):
    [H, W] float32 pixels, and [H, W] bool: filled."""
    lib, (height, width) = library(), maps.shape[1:]
    checked, labels = np.empty((height, width), np.uint16), np.zeros((height, width), np.uint8)
    isa, stride = lib.sd_best_isa(), ctypes.c_ssize_t(width)
    for y in range(height):
        lib.sd_check_row(address(maps[0, y]), address(maps[1, y]), width, 0, disparities, 0, TOLERANCE, address(checked[y]), address(labels[y]))
    result = np.empty_like(checked)
    lib.sd_median5(isa, address(checked), width, height, stride, 0, height, address(result))
    scratch = np.empty(lib.sd_speckles_scratch_bytes(width, height), np.uint8)
    speckles = ctypes.byref(Speckles(result.ctypes.data, width, height, width, SPECKLE_SIZE, SPECKLE_DIFFERENCE, labels.ctypes.data, width, scratch.ctypes.data))
    lib.sd_speckles_cut(speckles, 0, height)
    lib.sd_speckles_erase(speckles, 0, height)
    for y in range(height):
        lib.sd_fill_row(address(result[y]), width, address(labels[y]))
    known = np.flatnonzero(result[:, 0] != 65535)
    if len(known):
        for rows, source in ((slice(0, known[0]), known[0]), (slice(known[-1] + 1, None), known[-1])):
            result[rows], labels[rows] = result[source], labels[rows] | FILLED
    lib.sd_median5(isa, address(result), width, height, stride, 0, height, address(checked))
    return checked.astype(np.float32) / 16, labels & FILLED > 0


def fixed_layers(left, right, modules):
    """What the network sees of a pair of gray images [H, W] uint8.

    Returns `tensor` [h, w, modules, 32] float32 (census distances, evidence of the left and the right image, closeness), `evidence`
    [H, W, 8 · modules] uint8 (how far each sum of path costs lies above the pixel's least), `least` [h, w, 2] (mean least sum of each
    block / 64, share of filled pixels), `winners` and `filled` [H, W] (see `refined`); h = ⌈H / 4⌉, w = ⌈W / 4⌉.
    """
    lib, (height, width) = library(), left.shape
    left, right = np.ascontiguousarray(left), np.ascontiguousarray(right)
    isa, h, w = lib.sd_best_isa(), -(-height // BLOCK), -(-width // BLOCK)
    strings = np.empty((2, height, width), np.uint32)
    for image, to in ((left, strings[0]), (right, strings[1])):
        for y in range(height):
            lib.sd_census_row(address(image), ctypes.c_ssize_t(width), width, height, address(PATTERN), y, address(to[y]))
    tensor, least = np.zeros((h, w, modules, CHANNELS), np.float32), np.zeros((h, w, 2), np.float32)
    shape = ctypes.byref(Modules(width, height, modules))
    scratch = np.empty(max(lib.sd_census_distance_scratch_bytes(shape), lib.sd_path_evidence_scratch_bytes(shape)), np.uint8)
    sums, _, maps = path_sums(left, right, MODULE * modules)
    winners, filled = refined(maps, MODULE * modules)
    labels, share = filled.astype(np.uint8), least[:, :, 1:]
    for item in range(h):
        lib.sd_census_distance(isa, shape, address(strings[0]), address(strings[1]), ctypes.c_float(DISTANCE_SCALE), address(tensor), item, address(scratch))
        lib.sd_path_evidence(isa, shape, address(sums), ctypes.c_float(EVIDENCE_SCALE), address(tensor), address(least), 2, item, address(scratch))
        lib.sd_closeness(isa, shape, address(winners), address(labels), 1, address(tensor), address(share), 2, item)
    return tensor, sums, least, winners, filled


def disparities(evidence, winners, scores):
    """Disparities and confidence [H, W] of the scores [h, w, K, 16] of all blocks."""
    lib, (height, width, _) = library(), evidence.shape
    shape = ctypes.byref(Modules(width, height, scores.shape[2]))
    result, scratch = np.empty((2, height, width), np.float32), np.empty(lib.sd_module_winners_scratch_floats(shape), np.float32)
    for item in range(height):
        lib.sd_module_winners(lib.sd_best_isa(), shape, address(evidence), ctypes.c_float(EVIDENCE_SCALE), address(winners), address(scores),
                              address(result[0]), address(result[1]), item, address(scratch))
    return result


def block_means(image):
    """[⌈H / 4⌉, ⌈W / 4⌉] float32: means of blocks of an image [H, W], of the pixels inside at the right and bottom border."""
    height, width = image.shape
    edges = (np.arange(0, height, BLOCK), np.arange(0, width, BLOCK))
    total = np.add.reduceat(np.add.reduceat(image.astype(np.float32), edges[0], 0), edges[1], 1)
    count = np.minimum(BLOCK, height - edges[0])[:, None] * np.minimum(BLOCK, width - edges[1])[None, :]
    return total / count.astype(np.float32)
