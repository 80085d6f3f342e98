"""Sums along all straight segments of a slice, by doubling their length (Götz and Druck 1996; Brady 1998)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def segment_sums(values: NDArray[np.float32], levels: int) -> NDArray[np.float32]:
    """Sum along segments that go down 2^levels rows while they move 0 to 2^levels - 1 columns right.

    A segment of slope s over 2L rows is one of slope s // 2 over L rows and another that begins
    ceil(s / 2) columns further right; so all of them cost N log N additions.

    Parameters
    ----------
    values : float32 ndarray (Y, X)
        Y a multiple of 2^levels. Beyond the right side everything is zero.
    levels : int

    Returns
    -------
    float32 ndarray (Y / 2^levels, 2^levels, X)
        By strip of rows, slope and column of the upper end.
    """
    sums = values[:, None, :]
    for _ in range(levels):
        upper, lower = sums[0::2], sums[1::2]
        slopes = 2 * upper.shape[1]
        doubled = np.empty((upper.shape[0], slopes, values.shape[1]), dtype=np.float32)
        for slope in range(slopes):
            half, shift = slope // 2, (slope + 1) // 2
            doubled[:, slope] = upper[:, half]
            if shift < values.shape[1]:
                doubled[:, slope, : values.shape[1] - shift] += lower[:, half, shift:]
        sums = doubled
    return sums


def segment_columns(slope: int, levels: int) -> NDArray[np.intp]:
    """Give how far right a segment is in each of its 2^levels rows; the path that `segment_sums` adds up."""
    if levels == 0:
        return np.zeros(1, dtype=np.intp)
    half = segment_columns(slope // 2, levels - 1)
    return np.concatenate([half, half + (slope + 1) // 2])
