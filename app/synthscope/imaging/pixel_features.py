"""Filters at several scales, pixel by pixel: what a classical segmenter sees."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

SIGMAS = (0.7, 1.5, 3.0, 6.0)
"""Widths of the filters in pixels."""
PER_SCALE = 4


def pixel_features(planes: np.ndarray) -> np.ndarray:
    """Give, for each pixel, smoothed value, gradient magnitude and both Hessian eigenvalues at each scale.

    Derivatives are of Gaussians, times sigma to the power of their order (Lindeberg 1998), slice by slice; borders
    are mirrored.

    Parameters
    ----------
    planes : ndarray (Z, Y, X, C)

    Returns
    -------
    ndarray of float32 (Z, Y, X, C * 16)
    """
    found = []
    values = np.asarray(planes, np.float32)
    for sigma in SIGMAS:
        width = (0, sigma, sigma, 0)

        def smoothed(y: int, x: int, width: tuple[float, ...] = width, sigma: float = sigma) -> np.ndarray:
            part: np.ndarray = ndimage.gaussian_filter(values, width, order=(0, y, x, 0)) * sigma ** (y + x)
            return part

        middle, difference = (smoothed(2, 0) + smoothed(0, 2)) / 2, (smoothed(2, 0) - smoothed(0, 2)) / 2
        root = np.hypot(difference, smoothed(1, 1))
        found += [smoothed(0, 0), np.hypot(smoothed(1, 0), smoothed(0, 1)), middle + root, middle - root]
    return np.concatenate(found, axis=-1)
