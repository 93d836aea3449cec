#!/usr/bin/env python3
"""Writes Tests/ImageFilesTests/Fixtures: one small picture in many formats, depths and orientations, by Pillow and OpenCV.

Run from the project's root; needs numpy, pillow and opencv-python. The picture has 6 × 4 pixels:
red 10 + 40 x, green 20 + 60 y, blue 5 + 20 x + 10 y; gray 10 + 40 x + 8 y; of 16 bits 257 times that.
Files with loss are larger: each pixel of the picture is a square of 16 × 16.
"""
import os
import struct
import sys

import cv2
import numpy as np
from PIL import Image, TiffImagePlugin

out = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../ImageFilesTests/Fixtures")
os.makedirs(out, exist_ok=True)
os.chdir(out)

y, x = np.mgrid[0:4, 0:6]
rgb = np.stack([10 + 40 * x, 20 + 60 * y, 5 + 20 * x + 10 * y], -1).astype(np.uint8)
gray = (10 + 40 * x + 8 * y).astype(np.uint8)
rgb16, gray16 = rgb.astype(np.uint16) * 257, gray.astype(np.uint16) * 257
large = rgb.repeat(16, 0).repeat(16, 1)


def stored(a, orientation):
    """The array that is seen as `a` when it is turned as the orientation says."""
    back = {1: a, 2: a[:, ::-1], 3: a[::-1, ::-1], 4: a[::-1], 5: a.swapaxes(0, 1), 6: np.rot90(a, 1),
            7: a[::-1, ::-1].swapaxes(0, 1), 8: np.rot90(a, -1)}
    return np.ascontiguousarray(back[orientation])


def tiff(name, array, **options):
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    for tag, value in options.pop("tags", {}).items():
        tags[tag] = value
    Image.fromarray(array).save(name, tiffinfo=tags, **options)


def exif(orientation):
    block = Image.Exif()
    block[0x112] = orientation
    return block.tobytes()


# TIFF: packings, depths, tiles, planes, palette, white is zero.
for packing in ("raw", "tiff_lzw", "tiff_adobe_deflate", "packbits"):
    tiff(f"rgb_{packing}.tif", rgb, compression=packing)
tiff("gray.tif", gray)
cv2.imwrite("gray16.tif", gray16)
cv2.imwrite("rgb16.tif", rgb16[..., ::-1])
Image.fromarray(rgb).quantize(24).save("palette.tif")
Image.fromarray(large).save("ycbcr.tif", compression="jpeg", quality=98)


def directory(name, entries, data, order="<"):
    """A TIFF by hand: little or big endian, the data at byte 8, then the directory (tag, type, count, value)."""
    head = (b"II" if order == "<" else b"MM") + struct.pack(order + "HI", 42, 8 + len(data) + len(data) % 2)
    body = struct.pack(order + "H", len(entries))
    for tag, kind, count, value in sorted(entries):
        packed = struct.pack(order + ("HH" if kind == 3 else "I"), *([value, 0] if kind == 3 else [value]))
        body += struct.pack(order + "HHI", tag, kind, count) + packed
    open(name, "wb").write(head + data + b"\0" * (len(data) % 2) + body + struct.pack(order + "I", 0))


def plain(bits, count, photometric=1, kind=1):
    return [(256, 3, 1, 6), (257, 3, 1, 4), (258, 3, 1, bits), (259, 3, 1, 1), (262, 3, 1, photometric),
            (273, 4, 1, 8), (277, 3, 1, 1), (278, 3, 1, 4), (279, 4, 1, count), (339, 3, 1, kind)]


directory("white_is_zero.tif", plain(8, 24, photometric=0), (255 - gray).tobytes())
directory("big_endian16.tif", plain(16, 48), gray16.astype(">u2").tobytes(), order=">")
bits = "".join(format(int(v) * 16, "012b") for v in gray.ravel())
directory("gray12.tif", plain(12, 36), bytes(int(bits[k:k + 8], 2) for k in range(0, len(bits), 8)))
tile = np.zeros((16, 16), np.uint8)
tile[:4, :6] = gray
entries = [e for e in plain(8, 24) if e[0] not in (273, 278, 279)]
directory("tiled.tif", entries + [(322, 3, 1, 16), (323, 3, 1, 16), (324, 4, 1, 8), (325, 4, 1, 256)], tile.tobytes())
# Three planes: offsets and counts of their strips stand before the directory.
planes = rgb.transpose(2, 0, 1).tobytes()
extra = struct.pack("<3I", 8, 32, 56) + struct.pack("<3I", 24, 24, 24) + struct.pack("<3H", 8, 8, 8)
entries = [e for e in plain(8, 24, photometric=2) if e[0] not in (258, 273, 277, 279)]
head = b"II" + struct.pack("<HI", 42, 8 + len(planes) + len(extra))
entries += [(277, 3, 1, 3), (284, 3, 1, 2)]
table = [(t, k, c, struct.pack("<HH", v, 0) if k == 3 else struct.pack("<I", v)) for t, k, c, v in entries]
at = 8 + len(planes)
table += [(273, 4, 3, struct.pack("<I", at)), (279, 4, 3, struct.pack("<I", at + 12)), (258, 3, 3, struct.pack("<I", at + 24))]
body = struct.pack("<H", len(table)) + b"".join(struct.pack("<HHI", t, k, c) + v for t, k, c, v in sorted(table))
open("planes.tif", "wb").write(head + planes + extra + body + struct.pack("<I", 0))

# Maps in TIFF: disparity x + y / 4, of 32 bits with a hole, and as OpenCV's matchers give it.
disparity = (x + y / 4 + 1).astype(np.float32)
hole = disparity.copy()
hole[1, 2] = -999
tiff("map32.tif", hole, tags={42113: "-999"})
directory("map64.tif", plain(64, 192, kind=3), disparity.astype("<f8").tobytes())
directory("map16real.tif", plain(16, 48, kind=3), disparity.astype("<f2").tobytes())
directory("map16signed.tif", plain(16, 48, kind=2), (disparity * 16).astype("<i2").tobytes())

# Archives of NumPy: one map, packed; several, one of them called disparity; two that nobody can choose from; and a flow.
np.savez_compressed("map.npz", disparity)
np.savez("maps.npz", confidence=disparity * 0 + 1, disparity=np.asfortranarray(disparity), names=np.arange(3))
np.savez("unclear.npz", first=disparity, second=disparity)
with open("map.flo", "wb") as file:
    file.write(b"PIEH" + struct.pack("<ii", 6, 4) + np.dstack([-disparity, disparity * 0]).astype("<f4").tobytes())

# Orientations: every one in JPEG, PNG, WebP and TIFF.
for k in range(1, 9):
    a = Image.fromarray(stored(rgb, k))
    a.save(f"orientation{k}.png", exif=exif(k))
    a.save(f"orientation{k}.webp", lossless=True, exif=exif(k))
    tiff(f"orientation{k}.tif", stored(rgb, k), tags={274: k}, compression="raw")
    Image.fromarray(stored(large, k)).save(f"orientation{k}.jpg", quality=95, exif=exif(k))

# WebP with loss and with alpha; BMP; JPEG of inks, with and without Adobe's marker.
Image.fromarray(large).save("lossy.webp", quality=95)
Image.fromarray(np.dstack([rgb, gray])).save("alpha.webp", lossless=True, exact=True)
Image.fromarray(rgb).save("rgb.bmp")
Image.fromarray(gray).save("gray.bmp")
Image.fromarray(rgb).quantize(24).save("palette.bmp")
Image.fromarray(gray > 127).save("bits.bmp")
cv2.imwrite("alpha.bmp", np.dstack([rgb[..., ::-1], gray]))
inks = Image.fromarray(np.dstack([255 - large, np.zeros_like(large[..., 0])]), "CMYK")
inks.save("inks.jpg", quality=95)
adobe = open("inks.jpg", "rb").read()
marker = adobe.find(b"\xff\xee")
open("inks_plain.jpg", "wb").write(adobe[:marker] + adobe[marker + 2 + struct.unpack(">H", adobe[marker + 2:marker + 4])[0]:])
print(len(os.listdir(".")), "files,", sum(os.path.getsize(f) for f in os.listdir(".")), "bytes in", out, file=sys.stderr)
