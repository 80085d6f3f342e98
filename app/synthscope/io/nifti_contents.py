"""What is in a NIfTI-1 or NIfTI-2 file, plain or gzipped."""

from __future__ import annotations

import io
import math
import zlib
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
from nibabel.spatialimages import HeaderDataError, ImageDataError

from synthscope.io.lazy import as_dask, slab_chunks, unpacked
from synthscope.io.parsing import check_size, damaged, parsing
from synthscope.io.reading import Contents
from synthscope.io.units import known_steps, time_unit_of, unit_of

_GZIP = b"\x1f\x8b"
_HEADER = 544
_LETTERS = "xyztc"


def examined(path: Path) -> Contents:
    """Read the header."""
    with path.open("rb") as file:
        start = file.read(2**16)
    packed = start.startswith(_GZIP)
    head = zlib.decompressobj(wbits=47).decompress(start, _HEADER) if packed else start[:_HEADER]
    with parsing(path, "NIfTI", HeaderDataError, ImageDataError):
        return _contents(path, _header(path, head), packed)


def _header(path: Path, head: bytes) -> Any:
    if head[4:8] == b"n+2\0":
        return nibabel.Nifti2Header.from_fileobj(io.BytesIO(head), check=False)
    if head[344:348] == b"n+1\0":
        return nibabel.Nifti1Header.from_fileobj(io.BytesIO(head[:348] + b"\0" * 4), check=False)
    raise damaged(path, "NIfTI", "no mark")


def _contents(path: Path, header: Any, packed: bool) -> Contents:
    shape = tuple(int(n) for n in header.get_data_shape())
    dtype = header.get_data_dtype()
    samples = len(dtype.names or ())
    plain = np.dtype((np.uint8, (samples,))) if samples in (3, 4) else dtype
    if not shape or min(shape) < 1 or len(shape) > 5 or plain.base.kind not in "iuf" or plain.base.itemsize > 8:
        raise damaged(path, "NIfTI", f"{shape} {dtype}")
    nbytes = math.prod(shape) * plain.itemsize
    offset = max(int(header.get_data_offset()), 348)
    stored = path.stat().st_size - (0 if packed else offset)
    check_size(path, nbytes, stored, packed=packed)
    slope, intercept = header.get_slope_inter()
    scaled = slope is not None and (slope, intercept or 0) != (1, 0) and not samples
    letters = _LETTERS[: len(shape)][::-1]

    def load() -> Any:
        with parsing(path, "NIfTI"):
            pixels = _stored(path, shape[::-1] + ((samples,) if samples else ()), plain.base, offset, packed)
        return _scaled(pixels, float(slope), float(intercept or 0)) if scaled else pixels

    return Contents(
        "NIfTI",
        shape[::-1] + ((samples,) if samples else ()),
        np.dtype(np.float64) if scaled else plain.base.newbyteorder("="),
        load,
        (letters if len(shape) >= 2 else "") + ("s" if samples else ""),
        **_placed(header, letters),
    )


def _stored(path: Path, shape: tuple[int, ...], dtype: np.dtype, offset: int, packed: bool) -> Any:
    if not packed:
        return np.memmap(path, dtype, "r", offset, shape)
    nbytes = math.prod(shape) * dtype.itemsize
    return np.frombuffer(unpacked(path, 0, offset + nbytes, "gzip"), dtype, offset=offset).reshape(shape)


def _scaled(pixels: Any, slope: float, intercept: float) -> Any:
    """Undo the scaling: what the file says the values are, as float64."""
    return as_dask(pixels, slab_chunks(pixels.shape, 8)).astype(np.float64) * slope + intercept


def _placed(header: Any, letters: str) -> dict[str, Any]:
    zooms = [float(z) for z in header.get_zooms()][::-1]
    space_unit, time_unit = header.get_xyzt_units()
    affine = np.asarray(header.get_best_affine(), float)
    origin = {}
    for i, letter in enumerate("xyz"):
        length = float(np.linalg.norm(affine[:3, i]))
        if letter in letters and length > 0 and np.isfinite(affine).all():
            origin[letter] = float(affine[:3, 3] @ affine[:3, i] / length)
    steps = {a: z for a, z in zip(letters, zooms, strict=True) if a in "tzyx"}
    unit = "" if space_unit == "unknown" else unit_of(space_unit)
    return {
        "steps": known_steps(steps),
        "origin": origin,
        "unit": unit,
        "time_unit": {"sec": "second", "msec": "millisecond", "usec": "microsecond"}.get(time_unit) or time_unit_of(""),
    }
