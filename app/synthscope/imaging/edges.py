"""Edges of a picture: what a ControlNet is led by, and what is shown before a run."""

from __future__ import annotations

import numpy as np
from skimage.feature import canny


def edge_map(plane: np.ndarray, sigma: float, low: float, high: float) -> np.ndarray:
    """Find edges (Canny 1986, by scikit-image).

    Parameters
    ----------
    plane : ndarray (Y, X)
        Grey values of 0 to 1.
    sigma : float
        Standard deviation of the Gaussian that smooths before, in pixels; 0 for none.
    low, high : float
        Thresholds of the gradient's length (Sobel, at most 1 for a step from 0 to 1): an edge begins above `high` and
        is followed while it stays above `low`.

    Returns
    -------
    ndarray of bool (Y, X)
    """
    values = np.nan_to_num(np.asarray(plane, dtype=np.float64), nan=0.5)
    return np.asarray(canny(values, sigma=sigma, low_threshold=min(low, high), high_threshold=high), dtype=bool)
