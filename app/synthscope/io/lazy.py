"""Pixels that stay in their file until they are looked at."""

from __future__ import annotations

import bz2
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import psutil

from synthscope.errors import OutOfMemory
from synthscope.io.faults import size_in_words
from synthscope.records.image import PixelArray

if TYPE_CHECKING:
    import dask.array as da

EAGER = 64 * 2**20
"""Images up to this many bytes are read at once: they need no open file afterwards."""

_STEP = 2**20


class Decompressor(Protocol):
    """What zlib's and bz2's decompressors have in common."""

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        """Decompress at most `max_length` bytes."""
        ...


class LazyArray:
    """An array that `read` fills by boxes: what dask needs to hold it.

    Parameters
    ----------
    shape, dtype
        Of the whole array.
    read : callable
        ``(slices) -> ndarray`` for one slice per axis.
    """

    def __init__(self, shape: tuple[int, ...], dtype: np.dtype, read: Callable[[tuple[slice, ...]], Any]) -> None:
        self.shape = shape
        self.dtype = dtype
        self.ndim = len(shape)
        self._read = read

    def __getitem__(self, key: Any) -> np.ndarray:
        keys = key if isinstance(key, tuple) else (key,)
        whole = keys + (slice(None),) * (self.ndim - len(keys))
        return np.asarray(self._read(whole))


def as_dask(source: Any, chunks: tuple[int, ...]) -> da.Array:
    """Hold a sliceable object as a dask array."""
    import dask.array as da  # takes its time, and most files are read at once

    return da.from_array(source, chunks=chunks, name=False, asarray=True, meta=np.empty(0, source.dtype))


def in_native_order(pixels: Any) -> Any:
    """Turn the bytes of foreign processors round; arrays elsewhere in the house are native."""
    dtype = np.dtype(pixels.dtype)
    if dtype.isnative:
        return pixels
    held = pixels if hasattr(pixels, "dask") else as_dask(pixels, slab_chunks(pixels.shape, dtype.itemsize))
    return held.astype(dtype.newbyteorder("="))


def settled(pixels: Any) -> PixelArray:
    """Read a small image into memory; leave a large one where it is."""
    nbytes = int(np.prod(pixels.shape, dtype=object)) * np.dtype(pixels.dtype).itemsize
    pixels = in_native_order(pixels)
    if nbytes > EAGER:
        return pixels  # type: ignore[no-any-return]
    return np.array(pixels, order="C")


def slab_chunks(shape: tuple[int, ...], itemsize: int, limit: int = 32 * 2**20) -> tuple[int, ...]:
    """Give chunks of at most `limit` bytes (or one row) that are contiguous in C order."""
    chunks = list(shape)
    for axis in range(len(shape)):
        below = int(np.prod(chunks[axis + 1 :], dtype=object)) * itemsize
        chunks[axis] = max(1, min(shape[axis], limit // max(below, 1)))
        if chunks[axis] * below <= limit and chunks[axis] > 1:
            break
    return tuple(chunks)


def need_memory(nbytes: int, name: str) -> None:
    """Refuse to decode what does not fit into memory.

    Raises
    ------
    OutOfMemory
        If less than that is free.
    """
    free = int(psutil.virtual_memory().available)
    if nbytes > 0.8 * free:
        raise OutOfMemory(
            f"{name} takes {size_in_words(nbytes)} of memory and {size_in_words(free)} are free; its compression "
            "allows no reading in parts: save it as OME-Zarr or uncompressed TIFF first."
        )


def unpacked(path: Path, offset: int, nbytes: int, packing: str) -> bytearray:
    """Decompress exactly `nbytes` of a stream, never more: a bomb stays small.

    Parameters
    ----------
    path : Path
        The file.
    offset : int
        Where in it the stream begins.
    nbytes : int
        How much to decompress.
    packing : {"gzip", "bzip2"}
        How it is compressed.

    Raises
    ------
    EOFError
        If the stream ends before.
    """
    need_memory(nbytes, path.name)
    out = bytearray()
    machine = _decompressor(packing)
    with path.open("rb") as file:
        file.seek(offset)
        while len(out) < nbytes:
            data = getattr(machine, "unconsumed_tail", b"") or file.read(_STEP)
            piece = machine.decompress(data, min(nbytes - len(out), 16 * _STEP))
            if not data and not piece:
                raise EOFError(f"{len(out)} of {nbytes} bytes are there")
            out += piece
    return out


def _decompressor(packing: str) -> Decompressor:
    return zlib.decompressobj(wbits=47) if packing == "gzip" else bz2.BZ2Decompressor()
