"""Axes of an array in another order, without reading it."""

from __future__ import annotations

from typing import Any

import numpy as np

from synthscope.records.image import PixelArray


def transposed(array: PixelArray, axes: str, wanted: str) -> Any:
    """Give a view of an array with its axes in another order.

    Parameters
    ----------
    array : PixelArray
        One axis per letter of `axes`; numpy, dask and zarr arrays, or any other lazy one.
    axes, wanted : str
        The same letters in two orders.

    Returns
    -------
    PixelArray
        `array` itself when the orders are equal, and for a view of ours whose transposing this undoes.
    """
    if axes == wanted:
        return array
    order = tuple(axes.index(letter) for letter in wanted)
    if isinstance(array, Transposed):
        order = tuple(array.order[i] for i in order)
        array = array.base
    if order == tuple(range(len(order))):
        return array
    own = getattr(array, "transpose", None)
    return own(order) if own is not None else Transposed(array, order)


class Transposed:
    """A lazy array with its axes in another order; voxels are read when indexed."""

    def __init__(self, base: PixelArray, order: tuple[int, ...]) -> None:
        self.base = base
        self.order = order

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each axis."""
        return tuple(self.base.shape[i] for i in self.order)

    @property
    def dtype(self) -> np.dtype:
        """Type of a voxel."""
        return np.dtype(self.base.dtype)

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.order)

    def __getitem__(self, key: Any) -> np.ndarray:
        full = _full_key(key, self.ndim)
        inner: list[Any] = [slice(None)] * self.ndim
        for axis, item in zip(self.order, full, strict=True):
            inner[axis] = item
        found = np.asarray(self.base[tuple(inner)])
        kept = [axis for axis, item in zip(self.order, full, strict=True) if isinstance(item, slice)]
        return found.transpose([sorted(kept).index(axis) for axis in kept])

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return np.asarray(self[(slice(None),) * self.ndim], dtype=dtype)


def _full_key(key: Any, ndim: int) -> tuple[Any, ...]:
    """Write out an index of integers, slices and at most one ellipsis, one item per axis."""
    items = key if isinstance(key, tuple) else (key,)
    if Ellipsis in items:
        where = items.index(Ellipsis)
        missing = ndim - (len(items) - 1)
        items = (*items[:where], *[slice(None)] * missing, *items[where + 1 :])
    return (*items, *[slice(None)] * (ndim - len(items)))
