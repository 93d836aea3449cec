"""Writes the checkpoints beside this file: `python make_checkpoints.py` (PyTorch, numpy, safetensors).

Element i of tensor number k (in C order) is (i - 3) / 8 + k, so that a test can say what it expects without these files.
Hostile files name things that must not be run; nothing here runs them either.
"""
import argparse
import io
import os
import pathlib
import pickle
import struct
import types
import zipfile
from collections import Counter, OrderedDict, defaultdict

import numpy as np
import torch
from safetensors.torch import save_file

HERE = os.path.dirname(os.path.abspath(__file__))


def path(name):
    return os.path.join(HERE, name)


def ramp(number, *shape, dtype=torch.float32):
    count = int(np.prod(shape)) if shape else 1
    return ((torch.arange(count, dtype=torch.float64) - 3) / 8 + number).to(dtype).reshape(shape)


def state():
    """One tensor of each kind; `strided`, `offset` and `expanded` are views of storages larger or smaller than themselves."""
    return OrderedDict(
        [
            ("module.conv.weight", ramp(0, 2, 3, 2, 2)),
            ("module.conv.bias", torch.nn.Parameter(ramp(1, 2))),
            ("module.half", ramp(2, 5, dtype=torch.float16)),
            ("module.brain", ramp(3, 4, dtype=torch.bfloat16)),
            ("module.double", ramp(4, 3, dtype=torch.float64)),
            ("module.strided", ramp(5, 4, 3).t().contiguous().t()),
            ("module.offset", torch.cat([torch.full((7,), 99.0), ramp(6, 2, 3).flatten(), torch.full((2,), 99.0)])[7:13].view(2, 3)),
            ("module.expanded", ramp(7, 1, 3).expand(4, 3)),
            ("module.scalar", ramp(8)),
            ("module.empty", torch.zeros(0, 3)),
            ("module.num_batches_tracked", torch.tensor(1234, dtype=torch.int64)),
            ("module.mask", torch.tensor([True, False, True])),
        ]
    )


def checkpoint():
    return {
        "epoch": 13,
        "arch": "tiny",
        "best": np.float64(0.5),
        "state_dict": state(),
        "optimizer": {"state": {0: {"momentum_buffer": ramp(9, 2)}}, "param_groups": [{"lr": 0.1, "params": [0]}]},
    }


def pickled_call(module, name, argument):
    """A pickle (protocol 2) that would call module.name(argument)."""
    return b"\x80\x02c" + module + b"\n" + name + b"\nX" + len(argument).to_bytes(4, "little") + argument + b"\x85R."


def legacy_of(pickle_bytes):
    """The legacy container around the pickle of an object."""
    file = io.BytesIO()
    for part in (0x1950A86A20F9469CFC6C, 1001, dict(protocol_version=1001, little_endian=True)):
        pickle.dump(part, file, protocol=2)
    return file.getvalue() + pickle_bytes + pickle.dumps([], protocol=2)


def archive(name, entries, compression=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path(name), "w", compression) as file:
        for entry, content in entries.items():
            file.writestr(zipfile.ZipInfo("tiny/" + entry), content, compression)


def entries_of(name):
    with zipfile.ZipFile(path(name)) as file:
        return {n.split("/", 1)[1]: file.read(n) for n in file.namelist()}


def company():
    """What training programs save beside their tensors."""
    table = defaultdict(list)
    table["loss"].append(0.5)
    return {
        "counter": Counter([10, 20]), "table": table, "set": {1, 2}, "frozen": frozenset([3]), "path": pathlib.PurePosixPath("a/b"),
        "dtype": torch.float16, "numpy_dtype": np.dtype("f4"), "scalar": np.float32(0.5), "array": np.arange(4.0).reshape(2, 2),
        "space": types.SimpleNamespace(a=1), "arguments": argparse.Namespace(lr=0.1), "device": torch.device("cpu"),
        "size": torch.Size([1, 2]), "complex": 1 + 2j, "bytes": b"abc", "array of bytes": bytearray(b"abc"), "slice": slice(1, 2),
        "long": 1 << 3000, "range": range(3), (1, 2): "a key that is no string", "deep": [[[[[[[[[[[[1]]]]]]]]]]]],
    }


def small():
    """Two tensors, as a network calls them."""
    return OrderedDict([("conv.weight", ramp(0, 2, 1, 3, 3)), ("conv.bias", ramp(1, 2))])


def prefixed(prefix, tensors):
    return OrderedDict((prefix + key, value) for key, value in tensors.items())


def surrounded():
    """Files whose tensors are all of `small()`, below different roots and in different company."""
    sums = OrderedDict((key, value + 100) for key, value in small().items())
    torch.save({**company(), "state_dict": small()}, path("company.pth"))
    torch.save({**company(), "state_dict": small()}, path("company_protocol4.pth"), pickle_protocol=4)
    torch.save({"state_dict": prefixed("_orig_mod.module.", small()), "ema": sums}, path("compiled.pth"))
    torch.save({"epoch": 3, "params": sums, "ema": prefixed("model.", prefixed("net.", small()))}, path("two_places.pth"),
               _use_new_zipfile_serialization=False)
    same = small()
    torch.save({"best": same, "model_state": same, "optimizer": {"state": {0: ramp(9, 2)}}}, path("twice.pth"))
    torch.save(prefixed("student.", small()), path("student.pth"))
    save_file(prefixed("model.module.", small()), path("prefixed.safetensors"))
    save_file({**prefixed("ema.", sums), **prefixed("net.", small())}, path("two_places.safetensors"))
    for protocol in (2, 4, 5):
        with open(path(f"plain{protocol}.pkl"), "wb") as file:
            pickle.dump({"epoch": 3, "state_dict": small()}, file, protocol=protocol)
    with zipfile.ZipFile(path("nested.zip"), "w") as file:
        file.write(path("compiled.pth"), "weights/compiled.pth")


class Torch7:
    """Writes Torch 7's serialisation (torch7/File.lua): numbers in bytes, or in text."""

    def __init__(self, ascii):
        self.out, self.ascii, self.index = io.BytesIO(), ascii, 0

    def numbers(self, code, *values):
        if self.ascii:
            self.out.write((" ".join(f"{v:.17g}" if code == "d" else f"{v:.9g}" if code == "f" else str(v) for v in values) + "\n").encode())
        else:
            self.out.write(struct.pack(f"<{len(values)}{code}", *values))

    def string(self, text):
        self.numbers("i", len(text))
        self.out.write(text.encode() + (b"\n" if self.ascii else b""))

    def begin(self, kind):
        self.index += 1
        self.numbers("i", kind)
        self.numbers("i", self.index)

    def torch(self, name):
        self.begin(4)
        self.string("V 1")
        self.string(name)

    def write(self, value):
        if value is None:
            self.numbers("i", 0)
        elif isinstance(value, bool):
            self.numbers("i", 5)
            self.numbers("i", int(value))
        elif isinstance(value, (int, float)):
            self.numbers("i", 1)
            self.numbers("d", value)
        elif isinstance(value, str):
            self.numbers("i", 2)
            self.string(value)
        elif isinstance(value, dict):
            self.begin(3)
            self.numbers("i", len(value))
            for key, item in value.items():
                self.write(key)
                self.write(item)
        elif isinstance(value, list):
            self.write({i + 1: item for i, item in enumerate(value)})
        elif isinstance(value, tuple):
            self.torch(value[0])
            self.write(value[1])
        else:
            array = value.numpy()
            self.torch("torch.FloatTensor")
            self.numbers("i", array.ndim)
            self.numbers("q", *array.shape)
            self.numbers("q", *(s // array.itemsize for s in array.strides))
            self.numbers("q", 1)
            self.torch("torch.FloatStorage")
            self.numbers("q", array.size)
            self.numbers("f", *array.flatten().tolist())


def torch7():
    """MC-CNN's fast net, one feature map and three layers, as its program saves it, with a table of options beside it."""
    convolution = lambda k, maps: ("nn.SpatialConvolution", {
        "nInputPlane": maps, "nOutputPlane": 2, "kW": 3, "kH": 3, "weight": ramp(k, 2, maps * 9).reshape(2, maps, 3, 3),
        "bias": ramp(k + 1, 2), "train": False, "output": torch.zeros(2)})
    net = ("nn.Sequential", {"modules": [convolution(0, 1), ("nn.ReLU", {"inplace": True}), convolution(2, 2),
                                         ("nn.Normalize2", {}), ("nn.StereoJoin1", {})]})
    for name, ascii in (("tiny_ascii.t7", True), ("tiny_binary.t7", False)):
        file = Torch7(ascii)
        file.write([net, {"a": "train_all", "fm": 2, "seen": None}])
        with open(path(name), "wb") as out:
            out.write(file.out.getvalue())


def main():
    torch.save(checkpoint(), path("legacy.tar"), _use_new_zipfile_serialization=False)
    torch.save(checkpoint(), path("archive.pth"))
    torch.save(state(), path("protocol4.pt"), pickle_protocol=4)
    save_file({k[7:]: v.detach().clone().contiguous() for k, v in state().items() if k != "module.empty"},
              path("tiny.safetensors"), metadata={"method": "tiny", "align-corners": "true"})
    torch.save(torch.nn.Linear(1, 1), path("whole_module.pt"))
    command = pickled_call(b"os", b"system", b"touch executed")
    with open(path("hostile_legacy.pt"), "wb") as file:
        file.write(legacy_of(command))
    with open(path("hostile_plain.pt"), "wb") as file:
        file.write(b"cos\nsystem\n(S'touch executed'\ntR.")
    archive("hostile_archive.pt", {"data.pkl": command, "byteorder": "little"})
    good = entries_of("archive.pth")
    small = {k: v for k, v in good.items() if k == "data.pkl" or k.startswith("data/")}
    archive("compressed.pth", small, zipfile.ZIP_DEFLATED)
    archive("big_endian.pth", {**small, "byteorder": "big"})
    archive("missing_storage.pth", {k: v for k, v in small.items() if k != "data/0"})
    surrounded()
    torch7()
    archive("short_storage.pth", {**small, "data/0": small["data/0"][:-4]})


if __name__ == "__main__":
    main()
