"""One contrast range for several images, from a bounded sample."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from synthscope.errors import InputError
from synthscope.records.image import PixelArray

BUDGET = 1 << 22
"""Voxels that are looked at in all; images with no more are looked at whole."""

PLANES = 16  # of a large stack, at least this many planes are looked at
COLOURS = 4  # a last axis this short holds colour samples
LOW, HIGH = 0.1, 99.9


def contrast_limits(
    arrays: Sequence[PixelArray], *, low: float = LOW, high: float = HIGH, budget: int = BUDGET
) -> tuple[float, float]:
    """Give one contrast range that fits all images.

    Parameters
    ----------
    arrays : sequence of array
        Images of any shape and type; may be lazy, planes are read one at a time.
    low, high : float
        Percentiles of the values of all images together.
    budget : int
        Voxels that are looked at in all.

    Returns
    -------
    tuple of float
        Always ``low < high``. Values that are not finite are left out. Where almost all voxels are
        alike (the percentiles coincide) the range is that of the sample; where all are, it is widened.

    Raises
    ------
    InputError
        If there are no images, or the percentiles are not in order.
    """
    if not arrays:
        raise InputError("There are no images to find a contrast range for; give at least one.")
    if not 0 <= low < high <= 100:
        raise InputError(f"Percentiles {low:g} and {high:g} are not in order; give 0 <= low < high <= 100.")
    share = max(1, budget // len(arrays))
    values = np.concatenate([_finite(sample(array, share)) for array in arrays])
    if values.size == 0:
        return (0.0, 1.0)
    first, last = (float(v) for v in np.percentile(values, [low, high]))
    if not first < last:
        first, last = float(values.min()), float(values.max())
    return (first, last) if first < last else _widened(first)


def sample(array: PixelArray, budget: int = BUDGET) -> np.ndarray:
    """Give values of an array, evenly spread over it: all of them if there are no more than `budget`.

    Large arrays are read plane by plane (the last two axes, three where the last one holds colour
    samples; a single plane in bands of rows), so that a stack of many gigabytes costs one plane of memory.

    Parameters
    ----------
    array : array of one or more axes
        May be lazy.
    budget : int
        At most this many values.

    Returns
    -------
    ndarray (N,)
        Of the array's dtype; always the same ones.
    """
    size = math.prod(array.shape)
    if size <= budget:
        return np.asarray(array[...]).reshape(-1)
    trailing = 3 if array.ndim >= 3 and array.shape[-1] <= COLOURS else 2
    parts = list(_bands(array, budget) if array.ndim <= trailing else _planes(array, budget, trailing))
    return np.concatenate(parts)


def _planes(array: PixelArray, budget: int, trailing: int) -> Iterator[np.ndarray]:
    """Yield evenly spread planes, thinned out evenly."""
    leading = tuple(array.shape[:-trailing])
    total, plane = math.prod(leading), math.prod(array.shape[-trailing:])
    count = min(total, max(PLANES, budget // plane), budget)
    thin = _thinning(plane, budget // count)
    for flat in np.linspace(0, total - 1, count).round().astype(int):
        index = tuple(int(i) for i in np.unravel_index(flat, leading))
        yield np.asarray(array[index]).reshape(-1)[::thin]


def _bands(array: PixelArray, budget: int) -> Iterator[np.ndarray]:
    """Yield evenly spread bands of rows."""
    rows, row = array.shape[0], math.prod(array.shape[1:])
    count = min(PLANES, rows, budget)
    tall = max(1, budget // (count * row))
    thin = _thinning(tall * row, budget // count)
    for start in np.linspace(0, max(0, rows - tall), count).round().astype(int):
        yield np.asarray(array[int(start) : int(start) + tall]).reshape(-1)[::thin]


def _thinning(size: int, wanted: int) -> int:
    """Give a step that leaves at most `wanted`, odd so that it does not walk down the columns."""
    step = -(-size // max(1, wanted))
    return step if step == 1 else step | 1


def _finite(values: np.ndarray) -> np.ndarray:
    values = values.astype(np.float64)
    finite: np.ndarray = values[np.isfinite(values)]
    return finite


def _widened(value: float) -> tuple[float, float]:
    pad = max(0.5, 1e-3 * abs(value))
    return (value - pad, value + pad)
