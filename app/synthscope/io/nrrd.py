"""NRRD, attached and detached, read."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import nrrd
import numpy as np

from synthscope.errors import FileError
from synthscope.io.lazy import unpacked
from synthscope.io.parsing import check_size, damaged, parsing
from synthscope.io.reading import UNKNOWN, Contents, Reading
from synthscope.io.units import known_steps, unit_of

_TYPES = {
    "int8": ("signed char", "int8", "int8_t"),
    "uint8": ("uchar", "unsigned char", "uint8", "uint8_t"),
    "int16": ("short", "short int", "signed short", "signed short int", "int16", "int16_t"),
    "uint16": ("ushort", "unsigned short", "unsigned short int", "uint16", "uint16_t"),
    "int32": ("int", "signed int", "int32", "int32_t"),
    "uint32": ("uint", "unsigned int", "uint32", "uint32_t"),
    "int64": ("longlong", "long long", "long long int", "signed long long", "signed long long int", "int64", "int64_t"),
    "uint64": ("ulonglong", "unsigned long long", "unsigned long long int", "uint64", "uint64_t"),
    "float32": ("float",),
    "float64": ("double",),
}
_DTYPES = {word: name for name, words in _TYPES.items() for word in words}
_PACKINGS = {"raw": "", "gz": "gzip", "gzip": "gzip", "bz2": "bzip2", "bzip2": "bzip2"}
_KINDS = {"rgb-color": "s", "rgba-color": "s", "3-color": "s", "4-color": "s", "time": "t", "list": "c", "vector": "c"}
_MILLIMETRE_SPACES = ("left", "right", "scanner", "lps", "ras", "las")


class Nrrd:
    """NRRD: a text header, then (or elsewhere) the voxels."""

    name = "NRRD"
    suffixes = (".nrrd", ".nhdr")

    def recognises(self, path: Path, head: bytes) -> bool:  # noqa: ARG002 - the mark suffices
        """By its first seven bytes."""
        return head.startswith(b"NRRD000")

    def examine(self, path: Path, reading: Reading) -> Contents:  # noqa: ARG002 - an NRRD leaves nothing open
        """Read the header."""
        with parsing(path, self.name, nrrd.NRRDError), path.open("rb") as file:
            header = nrrd.read_header(file)
            offset = file.tell()
        shape = tuple(int(n) for n in reversed(header["sizes"]))
        if header["type"] not in _DTYPES or min(shape) < 1 or len(shape) != int(header["dimension"]):
            raise damaged(path, self.name, f"{header['type']} {shape}")
        dtype = np.dtype(_DTYPES[header["type"]]).newbyteorder(">" if header.get("endian") == "big" else "<")
        source, offset = _source(path, header, offset)
        packing = _packing(path, header)
        nbytes = math.prod(shape) * dtype.itemsize
        if not packing and int(header.get("byte skip", header.get("byteskip", 0))) == -1:
            offset = source.stat().st_size - nbytes
        check_size(path, nbytes, source.stat().st_size - offset, packed=bool(packing))

        def load() -> Any:
            with parsing(path, self.name):
                if not packing:
                    return np.memmap(source, dtype, "r", offset, shape)
                return np.frombuffer(unpacked(source, offset, nbytes, packing), dtype).reshape(shape)

        axes = _axes(header, len(shape))
        last = axes.replace("s", "") + "s" * axes.count("s")  # colours run fastest in most files, not in all
        order = [axes.index(a) for a in last] if "s" in axes else list(range(len(shape)))
        steps, origin, unit = _placed(header, axes)
        return Contents(
            self.name,
            tuple(shape[i] for i in order),
            dtype.newbyteorder("="),
            lambda: load().transpose(order),
            "".join(axes[i] for i in order),
            steps=steps,
            origin=origin,
            unit=unit,
        )


def _source(path: Path, header: Any, offset: int) -> tuple[Path, int]:
    """Find the voxels: behind the header, or in a file beside it."""
    name = header.get("data file", header.get("datafile"))
    source = path
    if name is not None:
        source, offset = path.parent / str(name), 0
        inside = source.resolve().is_relative_to(path.parent.resolve())
        if not inside or not source.is_file():
            raise FileError(f"{path.name} refers to voxels in {name!r}, which is not beside it; put it there.")
    for _ in range(min(int(header.get("line skip", header.get("lineskip", 0))), 10_000)):
        offset = _after_line(source, offset)
    return source, offset + max(0, int(header.get("byte skip", header.get("byteskip", 0))))


def _after_line(source: Path, offset: int) -> int:
    with source.open("rb") as file:
        file.seek(offset)
        file.readline(2**20)
        return file.tell()


def _packing(path: Path, header: Any) -> str:
    encoding = str(header.get("encoding", "")).casefold()
    if encoding not in _PACKINGS:
        raise FileError(f"{path.name} has voxels in encoding {encoding[:30]!r}; save it as raw or gzip.")
    return _PACKINGS[encoding]


def _axes(header: Any, ndim: int) -> str:
    """Name the axes, slowest first, as far as kinds and directions say."""
    kinds = [str(k).casefold() for k in reversed(header.get("kinds", []))]
    if len(kinds) != ndim:
        directions = header.get("space directions")
        spatial = directions is not None and ndim == 3
        return "zyx" if spatial else ""
    letters = [_KINDS.get(kind, "") for kind in kinds]
    spatial_axes = [
        i
        for i, (letter, kind) in enumerate(zip(letters, kinds, strict=True))
        if not letter and kind in ("domain", "space")
    ]
    if len(spatial_axes) in (2, 3):
        for i, letter in zip(spatial_axes, "zyx"[3 - len(spatial_axes) :], strict=True):
            letters[i] = letter
    return "".join(letter or UNKNOWN for letter in letters)


def _placed(header: Any, axes: str) -> tuple[dict[str, float], dict[str, float], str]:
    """Give step and origin by letter, and the unit; oblique axes are measured along themselves."""
    letters = axes or "zyx"
    directions, spacings = header.get("space directions"), header.get("spacings")
    steps: dict[str, object] = {}
    origin: dict[str, float] = {}
    if directions is not None and len(directions) == len(letters):
        for letter, vector in zip(letters, reversed([np.asarray(d, float) for d in directions]), strict=True):
            length = float(np.linalg.norm(vector)) if vector.size and np.isfinite(vector).all() else 0.0
            steps[letter] = length
            start = np.asarray(header.get("space origin", ()), float)
            if length and start.shape == vector.shape and np.isfinite(start).all():
                origin[letter] = float(start @ vector / length)
    elif spacings is not None and len(spacings) == len(letters):
        steps = dict(zip(letters, reversed(list(spacings)), strict=True))
    return known_steps({k: v for k, v in steps.items() if k in "tzyx"}), origin, _unit(header)


def _unit(header: Any) -> str:
    units = {unit_of(u) for u in (*header.get("space units", ()), *header.get("units", ()))} - {""}
    if len(units) == 1:
        return units.pop()
    anatomical = str(header.get("space", "")).casefold().startswith(_MILLIMETRE_SPACES)
    return "mm" if anatomical else ""
