"""Pixels in pieces of bounded size, in the order of a file."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from typing import Any

import numpy as np

SLAB = 64 * 2**20
"""Bytes of pixels in memory at a time, where one plane is not larger."""


def ordered_slabs(
    pixels: Any, axes: str, order: str, *, multiple: int = 1, limit: int = SLAB
) -> Iterator[tuple[tuple[slice, ...], np.ndarray]]:
    """Yield an array slab by slab, along its slowest axes in the order of the file.

    Parameters
    ----------
    pixels : PixelArray
        Of axes `axes`.
    order : str
        The axes in the order they are stored, slowest first; planes begin at ``y``.
    multiple : int
        Slabs begin at multiples of so many planes: the depth of a chunk.
    limit : int
        Bytes of a slab, if it holds more than `multiple` planes.

    Yields
    ------
    box : tuple of slice
        Where the slab lies, for each axis before ``y``.
    slab : ndarray
        Planes (n, y, x[, s]), C-contiguous, little-endian; booleans as 0 and 1 of 8 bits.
    """
    sizes = dict(zip(axes, pixels.shape, strict=True))
    outer, inner = order[: order.index("y")], order[order.index("y") :]
    plane = math.prod(sizes[a] for a in inner) * np.dtype(pixels.dtype).itemsize
    thick = multiple * max(1, limit // max(1, plane * multiple))
    for box in _boxes([sizes[a] for a in outer], thick):
        at = dict(zip(outer, box, strict=True))
        piece = np.asarray(pixels[tuple(at.get(a, slice(None)) for a in axes)])
        turned = piece.transpose([axes.index(a) for a in order])
        yield box, _stored(turned.reshape((-1, *(sizes[a] for a in inner))))


def _stored(pixels: np.ndarray) -> np.ndarray:
    """Give pixels as they lie in a file: C order, little-endian, booleans as 8 bits."""
    plain = pixels.astype(np.uint8) if pixels.dtype == np.bool_ else pixels
    return np.ascontiguousarray(plain, plain.dtype.newbyteorder("<"))


def _boxes(lengths: list[int], thick: int) -> Iterator[tuple[slice, ...]]:
    """Split the outer axes: the last one in runs of `thick`, the others one by one."""
    if not lengths:
        yield ()
        return
    for before in itertools.product(*map(range, lengths[:-1])):
        for start in range(0, lengths[-1], thick):
            yield (*(slice(i, i + 1) for i in before), slice(start, min(start + thick, lengths[-1])))
