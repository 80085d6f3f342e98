"""PNG, JPEG and BMP, read; 16-bit PNG keeps its 16 bits."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
from PIL import Image as Pillow

from synthscope.errors import FileError
from synthscope.io.lazy import need_memory
from synthscope.io.parsing import check_size, damaged, parsing
from synthscope.io.reading import Contents, Reading
from synthscope.io.units import dots_remark

_PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
_SAMPLES = {0: 1, 2: 3, 3: 3, 4: 2, 6: 4}
_CHANNELS = {2: ("grey", "alpha")}
_PILLOW_SAMPLES = {"1": 1, "L": 1, "P": 3, "RGB": 3, "RGBA": 4, "CMYK": 3, "YCbCr": 3, "LA": 2, "I;16": 1}


class Png:
    """PNG of 1 to 16 bits, grey, colour or palette."""

    name = "PNG"
    suffixes = (".png",)

    def recognises(self, path: Path, head: bytes) -> bool:  # noqa: ARG002 - the mark suffices
        """By its first eight bytes."""
        return head.startswith(_PNG_MAGIC)

    def examine(self, path: Path, reading: Reading) -> Contents:  # noqa: ARG002 - a PNG leaves nothing open
        """Read the header chunks."""
        width = height = depth = colour = 0
        samples, dots = 1, 0.0
        for kind, data in _png_chunks(path):
            if kind == b"IHDR":
                width, height, depth, colour = struct.unpack_from(">IIBB", data)
                samples = _SAMPLES[colour]
            elif kind == b"tRNS":
                samples += samples % 2
            elif kind == b"pHYs" and data[8:9] == b"\1":
                dots = round(int.from_bytes(data[:4], "big") * 0.0254, 1)
        if not width or not height or depth not in (1, 2, 4, 8, 16):
            raise damaged(path, self.name, "IHDR")
        dtype = np.dtype(np.uint16 if depth == 16 else np.uint8)
        return _contents(path, self.name, (height, width, samples), dtype, dots)


class Photo:
    """JPEG and BMP."""

    name = "JPEG"
    suffixes = (".jpg", ".jpeg", ".jpe", ".bmp", ".dib")

    def recognises(self, path: Path, head: bytes) -> bool:  # noqa: ARG002 - the mark suffices
        """By the first bytes of a JPEG, or the first and the reserved ones of a BMP."""
        return head.startswith(b"\xff\xd8\xff") or (head.startswith(b"BM") and head[6:10] == b"\0\0\0\0")

    def examine(self, path: Path, reading: Reading) -> Contents:  # noqa: ARG002 - a photo leaves nothing open
        """Read the header."""
        bomb = Pillow.DecompressionBombError
        with parsing(path, self.name, bomb), Pillow.open(path, formats=("JPEG", "BMP")) as photo:
            kind, mode, (width, height) = str(photo.format), photo.mode, photo.size
            density = photo.info.get("dpi", (0, 0)) if kind == "JPEG" else (0, 0)
        if mode not in _PILLOW_SAMPLES:
            raise FileError(f"{path.name} has pixels of kind {mode!r}; save it as PNG or TIFF.")
        shape = (height, width, _PILLOW_SAMPLES[mode])
        return _contents(path, kind, shape, np.dtype(np.uint8), float(density[0]))


def _contents(path: Path, kind: str, shape: tuple[int, ...], dtype: np.dtype, dots: float) -> Contents:
    nbytes = int(np.prod(shape, dtype=object)) * dtype.itemsize
    check_size(path, nbytes, path.stat().st_size, packed=True)
    samples = shape[-1]
    decode = _decode_png if kind == "PNG" else _decode_photo

    def load() -> np.ndarray:
        need_memory(nbytes, path.name)
        pixels = decode(path, samples)
        if pixels.size != int(np.prod(shape, dtype=object)) or pixels.dtype != dtype:
            raise damaged(path, kind, f"{pixels.shape} {pixels.dtype}")
        return pixels.reshape(shape[:2] if samples == 1 else shape)

    axes = {1: "yx", 2: "yxc"}.get(samples, "yxs")
    return Contents(
        kind,
        shape[:2] if samples == 1 else shape,
        dtype,
        load,
        axes,
        remarks=dots_remark(dots),
        channel_names=_CHANNELS.get(samples, ()),
    )


def _decode_png(path: Path, samples: int) -> np.ndarray:  # noqa: ARG001 - the decoder expands by itself
    with parsing(path, "PNG"):
        data = path.read_bytes()
        _check_sums(path, data)
        return np.asarray(imagecodecs.png_decode(data))


def _check_sums(path: Path, data: bytes) -> None:
    """Check each chunk's sum: the decoder would remark on damage on the standard error."""
    view, position = memoryview(data), 8
    while position + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, position)
        end = position + 8 + length
        if end + 4 > len(data) or zlib.crc32(view[position + 4 : end]) != struct.unpack_from(">I", data, end)[0]:
            raise damaged(path, "PNG", f"sum of chunk {kind!r}")
        if kind == b"IEND":
            return
        position = end + 4
    raise damaged(path, "PNG", "no end")


def _decode_photo(path: Path, samples: int) -> np.ndarray:
    with parsing(path, "JPEG or BMP"), Pillow.open(path, formats=("JPEG", "BMP")) as photo:
        wanted: Any = {1: "L", 3: "RGB", 4: "RGBA", 2: "LA"}[samples]
        return np.asarray(photo if photo.mode == wanted else photo.convert(wanted))


def _png_chunks(path: Path) -> Iterator[tuple[bytes, bytes]]:
    """Yield kind and the first bytes of the chunks before the pixels."""
    with path.open("rb") as file:
        file.seek(8)
        while True:
            heading = file.read(8)
            if len(heading) < 8:
                raise damaged(path, "PNG", "no pixels")
            length, kind = struct.unpack(">I4s", heading)
            if kind == b"IDAT":
                return
            data = file.read(min(length, 64))
            file.seek(length - len(data) + 4, 1)
            yield kind, data
