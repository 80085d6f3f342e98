"""Larger grids around and between known voxels: for extending an image and for slices that were never taken."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from synthscope.records.image import PixelArray


def framed(pixels: PixelArray, axes: str, margins: Mapping[str, tuple[int, int]]) -> np.ndarray:
    """Put an array into a larger one of zeros.

    Parameters
    ----------
    axes : str
        One letter per axis of `pixels`.
    margins : mapping
        (before, after) in voxels, by axis letter.

    Returns
    -------
    ndarray
        Of the same dtype.
    """
    width = [margins.get(letter, (0, 0)) for letter in axes]
    return np.pad(np.asarray(pixels[...]), width)


def frame(shape: tuple[int, ...], axes: str, margins: Mapping[str, tuple[int, int]]) -> np.ndarray:
    """Mark what `framed` adds to an array of `shape`: bool, True where nothing is known."""
    return ~framed(np.ones(shape, bool), axes, margins)


def interleaved(pixels: PixelArray, axis: int, factor: int) -> np.ndarray:
    """Leave room for ``factor - 1`` slices between each two: n become ``(n - 1) * factor + 1``, new ones zero."""
    known = np.asarray(pixels[...])
    shape = list(known.shape)
    shape[axis] = (shape[axis] - 1) * factor + 1
    result = np.zeros(shape, known.dtype)
    result[(slice(None),) * axis + (slice(None, None, factor),)] = known
    return result


def between(shape: tuple[int, ...], axis: int, factor: int) -> np.ndarray:
    """Mark what `interleaved` adds: bool, True in the new slices."""
    return ~interleaved(np.ones(shape, bool), axis, factor)


def averaged(pixels: np.ndarray, factors: tuple[int, ...]) -> np.ndarray:
    """Average blocks of ``factors`` voxels, one factor per axis, each dividing its side: float64."""
    split = [part for n, factor in zip(pixels.shape, factors, strict=True) for part in (n // factor, factor)]
    inner = tuple(range(1, 2 * pixels.ndim, 2))
    means: np.ndarray = np.asarray(pixels, np.float64).reshape(split).mean(axis=inner)
    return means
