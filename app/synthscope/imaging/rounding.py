"""Computed values back in a source's own type: rounded, kept within a range."""

from __future__ import annotations

import numpy as np

Limits = tuple[tuple[float, float], ...]
"""Lowest and highest value of each channel."""


def restore(values: np.ndarray, dtype: np.dtype, limits: Limits | None) -> np.ndarray:
    """Round (whole-number types), clip to `limits` and to the type, and convert.

    Parameters
    ----------
    values : ndarray of float64 (..., C)
    limits : tuple of (float, float), optional
        One pair per channel, or a single one for all; without it only the type limits.

    Returns
    -------
    ndarray of `dtype`, of the shape of `values`
    """
    bounds = np.array([(-np.inf, np.inf)] if limits is None else limits, dtype=np.float64)
    low, high = bounds[:, 0], bounds[:, 1]
    if dtype.kind == "f":
        return np.asarray(np.clip(values, low, high).astype(dtype))
    kind = np.iinfo(dtype)
    return np.asarray(np.clip(np.rint(values), np.maximum(low, kind.min), np.minimum(high, kind.max)).astype(dtype))
