"""Hashes of pixels: what an image is, and that nothing outside a mask changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import numpy as np

from synthscope.errors import MaskError
from synthscope.records.image import PixelArray

SLAB_BYTES = 32 * 2**20
BLOCKS, BLOCK_SIDE = 128, 128
"""What a sampled hash looks at."""


def slabs(shape: tuple[int, ...], itemsize: int, slab_bytes: int = SLAB_BYTES) -> Iterator[tuple[slice, ...]]:
    """Cut an array into pieces of at most about `slab_bytes`, in C order.

    Yields
    ------
    tuple of slice
        One index per piece; concatenated in order, the pieces are the array's C-order voxels.
    """
    inner = int(np.prod(shape[1:], dtype=np.int64)) * itemsize
    if len(shape) > 1 and inner > slab_bytes:
        for i in range(shape[0]):
            for rest in slabs(shape[1:], itemsize, slab_bytes):
                yield (slice(i, i + 1), *rest)
        return
    step = max(1, slab_bytes // max(inner, 1))
    for start in range(0, shape[0], step):
        yield (slice(start, min(start + step, shape[0])), *(slice(0, n) for n in shape[1:]))


def pixel_hash(pixels: PixelArray, mask: PixelArray | None = None) -> str:
    """Hash dtype, shape and voxels: SHA-256 (hex).

    Parameters
    ----------
    pixels : PixelArray
        Any array, also a lazy one; it is read in pieces.
    mask : PixelArray of bool, optional
        Of as many axes as `pixels`, each as long or 1. Where it is true, voxels count as zero, so that
        two images have the same hash exactly when they agree outside the mask.

    Raises
    ------
    MaskError
        If the mask does not fit.
    """
    dtype = np.dtype(pixels.dtype).newbyteorder("<")
    shape = tuple(int(n) for n in pixels.shape)
    if mask is not None:
        _check_fits(mask.shape, shape)
    digest = hashlib.sha256(f"{dtype.str}{shape}".encode())
    for index in slabs(shape, dtype.itemsize):
        piece = np.ascontiguousarray(pixels[index], dtype=dtype)
        if mask is not None:
            hidden = np.asarray(mask[_matching(index, mask.shape)], dtype=bool)
            piece = np.where(hidden, dtype.type(0), piece).astype(dtype, copy=False)
        digest.update(piece.tobytes())
    return digest.hexdigest()


def sampled_hash(pixels: PixelArray, *, blocks: int = BLOCKS, side: int = BLOCK_SIDE) -> str:
    """Hash dtype, shape and evenly spread blocks: SHA-256 (hex), in the same time for an image of any size.

    It tells images apart, not whether one was changed: what lies between the blocks is not looked at.

    Parameters
    ----------
    blocks : int
        How many; their places follow the additive recurrence of Roberts 2018 (the R-sequence), which leaves no
        large part of an image without one whatever its shape.
    side : int
        Of a block along the two longest axes; along the others it is one voxel.
    """
    dtype = np.dtype(pixels.dtype).newbyteorder("<")
    shape = tuple(int(n) for n in pixels.shape)
    long = sorted(range(len(shape)), key=lambda axis: shape[axis])[-2:]
    sides = [min(n, side) if axis in long else 1 for axis, n in enumerate(shape)]
    step = _recurrence(len(shape))
    digest = hashlib.sha256(f"{dtype.str}{shape}{blocks}{side}".encode())
    for number in range(blocks):
        place = (0.5 + step * number) % 1
        first = [int(p * (n - b + 1)) for p, n, b in zip(place, shape, sides, strict=True)]
        index = tuple(slice(a, a + b) for a, b in zip(first, sides, strict=True))
        digest.update(np.ascontiguousarray(pixels[index], dtype=dtype).tobytes())
    return digest.hexdigest()


def _recurrence(dimensions: int) -> np.ndarray:
    """Give the steps 1 / g, 1 / g^2, ... with g the root of g^(d + 1) = g + 1."""
    root = 2.0
    for _ in range(64):
        root = (1 + root) ** (1 / (dimensions + 1))
    return np.asarray(root ** -np.arange(1, dimensions + 1, dtype=np.float64))


def _check_fits(mask_shape: tuple[int, ...], shape: tuple[int, ...]) -> None:
    fits = len(mask_shape) == len(shape) and all(m in (1, n) for m, n in zip(mask_shape, shape, strict=True))
    if not fits:
        raise MaskError(f"The mask has shape {tuple(mask_shape)}, the image {shape}; draw it on this image.")


def _matching(index: tuple[slice, ...], mask_shape: tuple[int, ...]) -> tuple[slice, ...]:
    return tuple(slice(0, 1) if m == 1 else s for s, m in zip(index, mask_shape, strict=True))
