"""Writes the checkpoints beside this file: `python make_checkpoints.py` (PyTorch, numpy, safetensors).

Element i of tensor number k (in C order) is (i - 3) / 8 + k, so that a test can say what it expects without these files.
Hostile files name things that must not be run; nothing here runs them either.
"""
import io
import os
import pickle
import zipfile
from collections import OrderedDict

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
    archive("short_storage.pth", {**small, "data/0": small["data/0"][:-4]})


if __name__ == "__main__":
    main()
