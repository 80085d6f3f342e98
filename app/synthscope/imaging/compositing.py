"""Putting generated voxels into a source: in the original dtype, inside the mask, nowhere else."""

from __future__ import annotations

from typing import Any

import numpy as np

from synthscope.errors import InputError
from synthscope.records.image import PixelArray
from synthscope.records.request import Region


def composite(source: np.ndarray, generated: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Take `generated` where `mask` is true and `source` elsewhere.

    Parameters
    ----------
    source, generated : ndarray
        Of one shape and one dtype: nothing is converted.
    mask : ndarray of bool
        Broadcastable to them.

    Raises
    ------
    InputError
        If shapes or dtypes differ.
    """
    if source.shape != generated.shape or source.dtype != generated.dtype:
        raise InputError(
            f"A result of {generated.shape} {generated.dtype} cannot be put into a source of "
            f"{source.shape} {source.dtype}; a generator must keep both."
        )
    result = source.copy()
    inside = np.broadcast_to(mask, source.shape)
    result[inside] = generated[inside]
    return result


class Patched:
    """A source in which one box is replaced, without a copy of the rest.

    Reading a part of it reads only that part of the source, so that a repaired stack of any size
    can be shown, hashed and written piece by piece.
    """

    def __init__(self, source: PixelArray, box: np.ndarray, region: Region) -> None:
        if box.shape != region.shape or box.dtype != source.dtype:
            raise InputError(
                f"A box of {box.shape} {box.dtype} does not fit {region.shape} of a {source.dtype} source."
            )
        self._source = source
        self._box = box
        self._region = region

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each axis."""
        return tuple(self._source.shape)

    @property
    def dtype(self) -> np.dtype:
        """Type of a voxel."""
        return np.dtype(self._source.dtype)

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)

    def __getitem__(self, key: Any) -> np.ndarray:
        """Read a part by whole numbers and slices."""
        bounds, keep = _as_slices(key, self.shape)
        part = np.array(self._source[bounds])
        spans = [
            range(max(s.start, a), min(s.stop, b))
            for s, a, b in zip(bounds, self._region.start, self._region.stop, strict=True)
        ]
        if all(len(span) for span in spans):
            into = tuple(slice(r.start - s.start, r.stop - s.start) for r, s in zip(spans, bounds, strict=True))
            from_ = tuple(slice(r.start - a, r.stop - a) for r, a in zip(spans, self._region.start, strict=True))
            part[into] = self._box[from_]
        read: np.ndarray = part[keep]
        return read

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        """Read it whole."""
        whole: np.ndarray = self[...]
        return whole if dtype is None else whole.astype(dtype)


def _as_slices(key: Any, shape: tuple[int, ...]) -> tuple[tuple[slice, ...], tuple[Any, ...]]:
    """Split a key into slices of step 1 to read, and the key to apply to what was read."""
    parts = list(key) if isinstance(key, tuple) else [key]
    if Ellipsis in parts:
        at = parts.index(Ellipsis)
        parts[at : at + 1] = [slice(None)] * (len(shape) - len(parts) + 1)
    parts += [slice(None)] * (len(shape) - len(parts))
    bounds: list[slice] = []
    keep: list[Any] = []
    for part, n in zip(parts, shape, strict=True):
        if isinstance(part, slice):
            start, stop, step = part.indices(n)
            if step < 1:
                raise IndexError(f"step {step} is not supported; use steps of at least 1")
            bounds.append(slice(start, max(start, stop)))
            keep.append(slice(None, None, step))
        else:
            position = int(part) + (n if part < 0 else 0)
            if not 0 <= position < n:
                raise IndexError(f"index {part} is outside an axis of {n}")
            bounds.append(slice(position, position + 1))
            keep.append(0)
    return tuple(bounds), tuple(keep)
