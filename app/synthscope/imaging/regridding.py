"""Larger grids around and between known voxels: for extending an image and for slices that were never taken."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.special import ndtr

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


def point_spread(coarse: int, factor: int, sigma: float) -> np.ndarray:
    """Give what ``coarse`` pixels in a row see of pixels ``factor`` times finer through a Gaussian.

    Parameters
    ----------
    sigma : float
        Standard deviation of the Gaussian, in fine pixels.

    Returns
    -------
    ndarray of float64 (coarse, coarse * factor)
        Each row is the Gaussian about the centre of its coarse pixel, integrated over fine pixels, cut off at four
        standard deviations, mirrored at the ends of the image (its border pixels twice), and of sum 1.
    """
    fine = coarse * factor
    reach = int(np.ceil(4 * sigma + factor / 2))
    centres = np.arange(coarse) * factor + (factor - 1) / 2
    places = np.floor(centres)[:, None].astype(int) + np.arange(-reach, reach + 1)
    edges = (np.concatenate([places, places[:, -1:] + 1], axis=1) - 0.5 - centres[:, None]) / sigma
    weights = np.diff(ndtr(np.clip(edges, -4, 4)), axis=1)
    mirrored = places % (2 * fine)
    matrix = np.zeros((coarse, fine))
    rows = np.broadcast_to(np.arange(coarse)[:, None], places.shape)
    np.add.at(matrix, (rows, np.minimum(mirrored, 2 * fine - 1 - mirrored)), weights)
    return np.asarray(matrix / matrix.sum(axis=1, keepdims=True))


def seen_through(pixels: np.ndarray, factors: tuple[int, ...], sigmas: tuple[float, ...]) -> np.ndarray:
    """Look at pixels as an instrument does whose pixels are ``factors`` times as large: float64.

    Parameters
    ----------
    sigmas : tuple of float
        Per axis, as in `point_spread`; 0 takes the mean over each coarse pixel instead.
    """
    seen = averaged(pixels, tuple(f if sigma == 0 else 1 for f, sigma in zip(factors, sigmas, strict=True)))
    for axis, (factor, sigma) in enumerate(zip(factors, sigmas, strict=True)):
        if sigma > 0:
            matrix = point_spread(pixels.shape[axis] // factor, factor, sigma)
            seen = np.moveaxis(np.tensordot(matrix, seen, axes=(1, axis)), 0, axis)
    return seen
