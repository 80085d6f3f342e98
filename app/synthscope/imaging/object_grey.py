"""Grey values of labelled things: how bright, how even, how spread from middle to rim, how channels go along."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

RINGS = 4
"""Of equal width, from the middle to the rim."""


def means_and_deviations(values: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give the mean and the standard deviation of a channel (Y, X) in each of labels 1, 2, ... (Y, X)."""
    count = np.maximum(np.bincount(labels.ravel()), 1)
    mean = np.bincount(labels.ravel(), values.ravel()) / count
    away = values - mean[labels]
    deviation = np.sqrt(np.bincount(labels.ravel(), (away**2).ravel()) / count)
    return mean[1:], deviation[1:]


def rings(labels: np.ndarray) -> np.ndarray:
    """Say how deep the pixels of each thing lie: 0 in the middle to `RINGS` - 1 at the rim; -1 outside.

    Parameters
    ----------
    labels : ndarray of int (Y, X)
        Things that touch have a rim there as well.
    """
    depth = np.zeros(labels.shape)
    for number, box in enumerate(ndimage.find_objects(labels), start=1):
        if box is not None:
            inside = np.pad(labels[box] == number, 1)
            distance = ndimage.distance_transform_edt(inside)[1:-1, 1:-1]
            depth[box][inside[1:-1, 1:-1]] = (distance / distance.max())[inside[1:-1, 1:-1]]
    ring = np.clip(np.floor((1 - depth) * RINGS), 0, RINGS - 1).astype(int)
    return np.where(labels > 0, ring, -1)


def radial_distribution(values: np.ndarray, ring: np.ndarray) -> np.ndarray:
    """Give the mean of a channel in each ring over its mean in all, pooled over things (RINGS,).

    Not a number where a ring is empty, or where there is nothing.
    """
    inside = ring >= 0
    count = np.bincount(ring[inside], minlength=RINGS)
    sums = np.bincount(ring[inside], values[inside], RINGS)
    mean = sums.sum() / count.sum() if count.sum() else 0.0
    if mean == 0:
        return np.full(RINGS, np.nan)
    parts: np.ndarray = sums / np.where(count > 0, count, np.nan) / mean
    return parts


def correlation_within(a: np.ndarray, b: np.ndarray, inside: np.ndarray) -> float:
    """Give Pearson's correlation of two channels over the pixels inside things; not a number without contrast."""
    first, second = a[inside].astype(float), b[inside].astype(float)
    if len(first) < 3 or first.std() < 1e-12 or second.std() < 1e-12:
        return float("nan")
    return float(np.corrcoef(first, second)[0, 1])
