"""Where the axis of rotation is, seen from the ring artefacts themselves."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import fft, ndimage

from synthscope.imaging.masks.proposals import Plane, blank_surround, checked_shape, clipped

_SLICES = 8  # evenly chosen; the axis is the same in all
_WINDOW = 7  # pixels; what is wider than a ring is taken away
_REACH = 10  # pixels around each guess that are searched
_ANGLES = 192  # divides into quarters
_SMALLEST = 8  # pixels; no ring is looked for in images with less room around the centre


def estimate_centre(pixels: Any) -> tuple[float, float]:
    """Estimate the centre of ring artefacts, in pixels.

    Rings are the same at opposite ends of a diameter, so the image folded with itself peaks at twice
    the centre. That guess, the middle of the image and the middle of a round field of view are
    refined by the place where averages over circles deviate most.

    Parameters
    ----------
    pixels : array (Y, X) or (Z, Y, X)
        One channel; of a stack eight slices are read.

    Returns
    -------
    tuple of float
        Row and column. Without any rings it is a place near the middle that means nothing.

    Raises
    ------
    MaskError
        If the image has a shape that cannot be searched.
    """
    shape = checked_shape(pixels)
    depth = shape[0] if len(shape) == 3 else 1
    chosen = np.unique(np.linspace(0, depth - 1, min(depth, _SLICES)).astype(int))
    planes = [_residual(pixels[z] if len(shape) == 3 else pixels) for z in chosen]
    residuals = [plane[0] for plane in planes]
    middle = ((shape[-2] - 1) / 2, (shape[-1] - 1) / 2)
    guesses = {middle, planes[0][1], _fold(residuals, middle)}
    best = max((_searched(residuals, guess, 1.0, _REACH) for guess in guesses), key=lambda found: found[1])
    return _searched(residuals, best[0], 0.25, 4)[0]


def _residual(plane: Any) -> tuple[Plane, tuple[float, float]]:
    """Give the high-pass of a slice and the middle of its field of view."""
    values = np.nan_to_num(np.asarray(plane).astype(np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    blank = blank_surround(values, _WINDOW)
    residual = values - ndimage.median_filter(values, _WINDOW, mode="nearest")
    seen = np.argwhere(~blank) if not blank.all() else np.argwhere(blank)
    low, high = seen.min(axis=0), seen.max(axis=0)
    return clipped(residual, ~blank, 1.5), (float(low[0] + high[0]) / 2, float(low[1] + high[1]) / 2)


def _fold(residuals: list[Plane], middle: tuple[float, float]) -> tuple[float, float]:
    """Find the centre of point symmetry within an eighth of the image around its middle."""
    shape = residuals[0].shape
    size = [fft.next_fast_len(2 * n, real=True) for n in shape]
    folded = np.zeros(size, dtype=np.float64)
    for residual in residuals:
        spectrum = fft.rfft2(residual, s=size)
        folded += fft.irfft2(spectrum * spectrum, s=size)
    box = tuple(slice(max(int(2 * c) - n // 4, 0), int(2 * c) + n // 4 + 1) for c, n in zip(middle, shape, strict=True))
    peak = np.unravel_index(int(np.argmax(folded[box])), folded[box].shape)
    return (float(peak[0] + box[0].start) / 2, float(peak[1] + box[1].start) / 2)


def _searched(
    residuals: list[Plane], guess: tuple[float, float], step: float, reach: int
) -> tuple[tuple[float, float], float]:
    """Try a grid of `reach` steps on each side of a guess."""
    offsets = step * np.arange(-reach, reach + 1)
    tried = [(guess[0] + dy, guess[1] + dx) for dy in offsets for dx in offsets]
    scores = [sum(_ringness(residual, centre) for residual in residuals[:2]) for centre in tried]
    best = int(np.argmax(scores))
    return tried[best], scores[best]


def _ringness(residual: Plane, centre: tuple[float, float]) -> float:
    """Sum the fourth powers of the means over circles and their quarters: a few clear rings count most.

    Each mean is scaled by the root of its length, so that a texture gives every circle the same share.
    """
    angle = np.arange(_ANGLES) * (2 * np.pi / _ANGLES)
    reach = int(min(min(c, n - 1 - c) for c, n in zip(centre, residual.shape, strict=True)))
    if reach < _SMALLEST:
        return 0.0
    radius = np.arange(_SMALLEST // 2, reach)[:, None]
    y = np.round(centre[0] + radius * np.sin(angle)).astype(np.intp)
    x = np.round(centre[1] + radius * np.cos(angle)).astype(np.intp)
    quarters = residual[y, x].reshape(len(radius), 4, -1).mean(axis=2) * np.sqrt(radius / 4)
    circles = quarters.sum(axis=1) / 2
    return float(np.sum(circles**4) + np.sum(quarters**4) / 4) / len(radius)
