"""Filters at several scales, pixel by pixel: what a classical segmenter sees."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

SIGMAS = (0.7, 1.5, 3.0, 6.0)
"""Widths of the filters in pixels."""


def pixel_features(planes: np.ndarray) -> np.ndarray:
    """Give, for each pixel, smoothed value, gradient magnitude and both Hessian eigenvalues at each scale.

    Derivatives are central differences of the smoothed image, times sigma to the power of their order (Lindeberg 1998),
    slice by slice; borders are mirrored.

    Parameters
    ----------
    planes : ndarray (Z, Y, X, C)

    Returns
    -------
    ndarray of float32 (Z, Y, X, C * 16)
        Scale by scale: value, gradient, larger and smaller eigenvalue, each for all channels.
    """
    values = np.asarray(planes, np.float32)
    found = []
    for sigma in SIGMAS:
        smooth = ndimage.gaussian_filter(values, (0, sigma, sigma, 0))
        y, x = (sigma * ndimage.correlate1d(smooth, (-0.5, 0, 0.5), axis) for axis in (1, 2))
        yy, xx = (sigma**2 * ndimage.correlate1d(smooth, (1, -2, 1), axis) for axis in (1, 2))
        xy = sigma * ndimage.correlate1d(x, (-0.5, 0, 0.5), 1)
        middle, root = (yy + xx) / 2, np.hypot((yy - xx) / 2, xy)
        found += [smooth, np.hypot(y, x), middle + root, middle - root]
    return np.concatenate(found, axis=-1)
