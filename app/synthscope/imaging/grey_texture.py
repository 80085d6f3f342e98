"""Texture of grey values: noise, co-occurrence, local patterns, granularity; in planes, whose slices are pooled."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy import ndimage
from skimage.feature import local_binary_pattern

from synthscope.imaging.quantiles import rounded_quantiles

LEVELS = 16
"""Grey levels of co-occurrence."""
PATTERNS = 10
"""Uniform local binary patterns of 8 neighbours: 9 by their number of brighter neighbours, and all others."""
_STEPS = ((0, 1), (1, 0), (1, 1), (1, -1))
_NORMAL_MEDIAN = 0.6744897501960817  # of the absolute value of a standard normal number


def noise_level(image: np.ndarray) -> float:
    """Estimate the standard deviation of white noise from the finest diagonal Haar coefficients.

    Median absolute coefficient over 0.6745 (Donoho & Johnstone 1994, Biometrika 81, 425): edges are few among
    them, so that structure hardly counts.

    Parameters
    ----------
    image : ndarray (..., Y, X)
        At least 2 x 2. Of whole numbers, the median is that of grouped data: it moves with less than a step.
    """
    values = np.asarray(image, float)
    rows, columns = (n // 2 * 2 for n in values.shape[-2:])
    even = values[..., :rows, :columns]
    diagonal = (even[..., ::2, ::2] - even[..., 1::2, ::2] - even[..., ::2, 1::2] + even[..., 1::2, 1::2]) / 2
    step = 0.5 if np.asarray(image).dtype.kind in "iu" else 0.0  # of halves of sums of whole numbers
    return float(rounded_quantiles(np.abs(diagonal), [0.5], step, lowest=0.0)[0] / _NORMAL_MEDIAN)


def co_occurrence(scaled: np.ndarray) -> Mapping[str, float]:
    """Summarise which grey values lie side by side (Haralick 1973), over the four directions of neighbours.

    Parameters
    ----------
    scaled : ndarray (..., Y, X)
        Of 0 to 1, in `LEVELS` levels; values beyond are cut.

    Returns
    -------
    mapping
        ``contrast``, ``homogeneity``, ``correlation`` (not a number without contrast) and ``entropy`` (bits).
    """
    levels = np.clip(np.asarray(scaled) * LEVELS, 0, LEVELS - 1).astype(np.int64)
    table = np.zeros((LEVELS, LEVELS))
    for down, right in _STEPS:
        rows, columns = levels.shape[-2:]
        first = levels[..., : rows - down, max(0, -right) : columns - max(0, right)]
        second = levels[..., down:, max(0, right) : columns - max(0, -right)]
        counts = np.bincount((first * LEVELS + second).ravel(), minlength=LEVELS**2).reshape(LEVELS, LEVELS)
        table += (counts + counts.T) / max(2 * first.size, 1)
    share = table / table.sum()
    i, j = np.indices(share.shape)
    mean = (share * i).sum()
    variance = (share * (i - mean) ** 2).sum()
    covariance = (share * (i - mean) * (j - mean)).sum()
    known = share[share > 0]
    return {
        "contrast": float((share * (i - j) ** 2).sum()),
        "homogeneity": float((share / (1 + (i - j) ** 2)).sum()),
        "correlation": float(covariance / variance) if variance > 1e-12 else float("nan"),
        "entropy": float(-(known * np.log2(known)).sum()),
    }


def binary_patterns(scaled: np.ndarray) -> np.ndarray:
    """Give the share of each uniform local binary pattern (Ojala et al. 2002) of 8 neighbours.

    Parameters
    ----------
    scaled : ndarray (..., Y, X)
        Of 0 to 1, told apart to 1 / 65535.

    Returns
    -------
    ndarray (PATTERNS,)
    """
    whole = np.rint(np.clip(np.asarray(scaled), 0, 1) * 65535).astype(np.uint16)
    planes = whole.reshape(-1, *whole.shape[-2:])
    counts = np.zeros(PATTERNS)
    for plane in planes:
        codes = local_binary_pattern(plane, 8, 1, "uniform").astype(np.int64)
        counts += np.bincount(codes.ravel(), minlength=PATTERNS)
    shares: np.ndarray = counts / counts.sum()
    return shares


def granularity(scaled: np.ndarray, sizes: tuple[int, ...]) -> np.ndarray:
    """Give the part of the signal that is lost at each of successive openings by squares.

    The pattern spectrum (Maragos 1989; the granularity of CellProfiler): bright things of about a size are lost
    where the opening becomes wider than they are.

    Parameters
    ----------
    scaled : ndarray (..., Y, X)
        0 is no signal; values below count as 0.
    sizes : tuple of int
        Odd sides of the squares, in pixels, rising.

    Returns
    -------
    ndarray (len(sizes),)
        Not a number without any signal.
    """
    values = np.maximum(np.asarray(scaled, float), 0)
    total = values.sum()
    if total <= 0:
        return np.full(len(sizes), np.nan)
    flat = (1,) * (values.ndim - 2)
    left = [total, *(ndimage.grey_opening(values, (*flat, size, size)).sum() for size in sizes)]
    lost: np.ndarray = -np.diff(left) / total
    return lost
