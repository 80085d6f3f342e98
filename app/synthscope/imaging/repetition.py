"""Does an image repeat itself: the highest peak of its autocorrelation away from the origin."""

from __future__ import annotations

import numpy as np
from scipy.fft import next_fast_len

from synthscope.imaging.normalised_correlation import correlate, prepare_block, prepare_fields

OVERLAP = 0.3
"""Share of the image that has to lie on itself: fewer pixels fit by chance."""
LOBE = 0.2
"""The central lobe ends where the mean over directions first falls below this."""


def repetition(plane: np.ndarray) -> float:
    """Give the highest correlation of an image with itself, moved by more than its structures are wide.

    Parameters
    ----------
    plane : ndarray (Y, X[, C])

    Returns
    -------
    float
        1 for a texture that is tiled exactly; small for independent structures; 0 for an image without contrast,
        or one whose structures are as wide as itself.
    """
    field = np.asarray(plane, np.float64)
    field = field.reshape(1, *field.shape[:2], -1)
    size: tuple[int, int, int] = (1, field.shape[1], field.shape[2])
    start = (0, -(size[1] - 1) // 2, -(size[2] - 1) // 2)
    stop = (1, 1 - start[1], 1 - start[2])
    shape = [b - a + s - 1 for a, b, s in zip(start, stop, size, strict=True)]
    grid = (1, next_fast_len(shape[1]), next_fast_len(shape[2], real=True))
    block = prepare_block(field, start, stop, size, grid, OVERLAP)
    values = correlate(block, prepare_fields(field[None], grid))[0, 0]
    if not values.max(initial=0) > 0:
        return 0.0
    dy, dx = np.arange(start[1], stop[1])[:, None], np.arange(start[2], stop[2])
    radius = np.hypot(dy, dx).round().astype(int)
    profile = np.bincount(radius.ravel(), np.maximum(values, 0).ravel()) / np.maximum(np.bincount(radius.ravel()), 1)
    below = np.flatnonzero(profile < LOBE)
    if not len(below):
        return 0.0
    outside = values[radius > 2 * below[0]]
    return float(np.clip(outside.max(), 0, 1)) if len(outside) else 0.0
