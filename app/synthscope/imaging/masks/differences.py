"""The mask in a map of differences: what stands out from the mean of its slice."""

from __future__ import annotations

import numpy as np

from synthscope.imaging.masks.grids import Mask


def marked(differences: np.ndarray, threshold: float) -> Mask:
    """Mark what differs by more than so many times the mean of its slice (Couairon et al. 2023, step 1).

    The paper takes extreme values away, rescales to 0 to 1 and cuts at 0.5; with extremes cut at three times the
    mean, as is usual, that is a threshold of 1.5.

    Parameters
    ----------
    differences : ndarray of float (..., Y, X)
        At least 0.
    threshold : float
        In means of a slice; 0 marks all that differs at all.

    Returns
    -------
    ndarray of bool, of the same shape
    """
    found: Mask = differences > threshold * _means(differences)
    return found


def strongest(differences: np.ndarray) -> float:
    """Give how many times the mean of its slice the place has that stands out most; 0 where nothing differs."""
    means = _means(differences)
    ratios = np.divide(differences, means, out=np.zeros(differences.shape), where=means > 0)
    return float(ratios.max(initial=0.0))


def _means(differences: np.ndarray) -> np.ndarray:
    means: np.ndarray = differences.mean(axis=(-2, -1), keepdims=True, dtype=np.float64)
    return means
