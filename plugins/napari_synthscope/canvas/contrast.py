"""Contrast limits of a stack that may be larger than memory: from a few slices, the same for all."""

from __future__ import annotations

from typing import Any

import numpy as np

from synthscope.records.image import PixelArray

PERCENTILES = (0.1, 99.9)
SLICES = 7
SIDE = 512


def sample(pixels: PixelArray) -> np.ndarray:
    """Take evenly spread voxels from a few evenly spread slices.

    Parameters
    ----------
    pixels : PixelArray (..., rows, columns)
        Any dtype; may be lazy. At most `SLICES` slices are read.

    Returns
    -------
    ndarray (n,)
        At most ``SLICES * SIDE * SIDE`` finite values, in the original dtype.
    """
    lead = pixels.shape[:-2]
    count = int(np.prod(lead, dtype=np.int64)) if lead else 1
    chosen = np.unique(np.linspace(0, count - 1, min(SLICES, count)).round().astype(np.int64))
    steps = tuple(slice(None, None, max(1, n // SIDE)) for n in pixels.shape[-2:])
    planes = (
        [np.asarray(pixels[(*np.unravel_index(i, lead), *steps)]) for i in chosen]
        if lead
        else [np.asarray(pixels[steps])]
    )
    values = np.concatenate([plane.ravel() for plane in planes])
    return values[np.isfinite(values)] if values.dtype.kind in "fc" else values


def display_limits(pixels: PixelArray) -> tuple[float, float]:
    """Give the grey values that are shown black and white: 0.1 and 99.9 % of `sample`.

    A constant image gets limits one apart, a boolean one 0 and 1.
    """
    if np.dtype(pixels.dtype).kind == "b":
        return 0.0, 1.0
    values = sample(pixels)
    if values.size == 0:
        return 0.0, 1.0
    low, high = (float(v) for v in np.percentile(np.abs(values) if values.dtype.kind == "c" else values, PERCENTILES))
    return (low, high) if high > low else (low, low + 1.0)


def display_range(dtype: Any, limits: tuple[float, float]) -> tuple[float, float]:
    """Give the ends of the contrast slider: what the dtype can hold, or about twice the limits for floats.

    For 32- and 64-bit integers the whole range would make the slider useless, as for floats.
    """
    dtype = np.dtype(dtype)
    if dtype.kind in "iu" and dtype.itemsize <= 2:
        return float(np.iinfo(dtype).min), float(np.iinfo(dtype).max)
    if dtype.kind == "b":
        return 0.0, 1.0
    margin = (limits[1] - limits[0]) / 2
    return limits[0] - margin, limits[1] + margin
