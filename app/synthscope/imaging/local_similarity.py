"""Structural similarity point by point, in planes and in volumes, at one scale and at several."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from synthscope.errors import InputError

SIGMA = 1.5
RADIUS = 5
WINDOW = 2 * RADIUS + 1
"""Pixels of the Gaussian window of Wang et al. 2004."""
K1, K2 = 0.01, 0.03
SCALE_WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
"""Of the five scales, the finest first: Wang, Simoncelli & Bovik 2003, section 3.2."""
REFERENCE_SIDE = 256
"""Shorter side that the authors' program averages larger pictures down to."""


@dataclass(frozen=True, eq=False)
class SimilarityMaps:
    """Similarity at every point, and its part without luminance: contrast and structure; both at most 1."""

    whole: np.ndarray
    structure: np.ndarray


def similarity_maps(reference: np.ndarray, image: np.ndarray, data_range: float) -> SimilarityMaps:
    """Give the structural similarity at every point, windows reaching over the border by reflection.

    Wang et al. 2004, Eq. 13, with a Gaussian window (sigma 1.5, 11 wide) along every axis and population statistics.
    Four filters do: of the sum and the difference of both images, and of their squares.

    Parameters
    ----------
    reference, image : ndarray (Y, X) or (Z, Y, X)
        Of one shape.
    data_range : float
        Of the reference.
    """
    a, b = np.asarray(reference, np.float64), np.asarray(image, np.float64)
    c1, c2 = (K1 * data_range) ** 2, (K2 * data_range) ** 2
    middle = a.mean()  # grey values far from zero would lose digits in their squares
    total, apart = a + b, a - b
    total -= 2 * middle
    mean_total, mean_apart = _blurred(total), _blurred(apart)
    variances, covariance = _half_sums(_spread(total, mean_total), _spread(apart, mean_apart))
    mean_total += 2 * middle
    squares, product = _half_sums(np.square(mean_total, out=mean_total), np.square(mean_apart, out=mean_apart))
    variances += c2
    covariance += c2
    squares += c1
    product += c1
    structure = np.divide(covariance, variances, out=covariance)
    product /= squares
    product *= structure
    return SimilarityMaps(product, structure)


def multiscale_similarity(
    reference: np.ndarray, image: np.ndarray, data_range: float, mask: np.ndarray | None = None
) -> float:
    """Give the similarity over scales: the product of structure at each and of luminance at the coarsest.

    Wang, Simoncelli & Bovik 2003, Eq. 7: images are halved by averaging; a mean structure below zero counts as zero.
    Where an image is too small for five scales as many are taken as fit (`scales_that_fit`), with the weights of
    the finest ones, made to add up to 1: such a value cannot be compared with one over five scales.

    Parameters
    ----------
    reference, image : ndarray (Y, X) or (Z, Y, X)
        Of one shape.
    data_range : float
        Of the reference.
    mask : ndarray of bool, optional
        Points that count, of the same shape; at coarser scales they count by the part that is marked. Without one,
        points whose window lies within the image count.

    Raises
    ------
    InputError
        If not even one window fits.
    """
    scales = scales_that_fit(reference.shape)
    if not scales:
        raise InputError(
            f"Multi-scale similarity needs {WINDOW} voxels along every axis, and the image has {reference.shape}."
        )
    weights = np.asarray(SCALE_WEIGHTS[:scales])
    if scales < len(SCALE_WEIGHTS):
        weights = weights / weights.sum()  # the five published ones add up to 1.0001, and stay as they are
    a, b = np.asarray(reference, np.float64), np.asarray(image, np.float64)
    part = None if mask is None else np.asarray(mask, np.float64)
    found = 1.0
    for scale, weight in enumerate(weights):
        maps = similarity_maps(a, b, data_range)
        here = average(maps.whole if scale == scales - 1 else maps.structure, part)
        found *= max(here, 0.0) ** weight
        a, b = averaged(a, 2), averaged(b, 2)
        part = None if part is None else averaged(part, 2)
    return float(found)


def scales_that_fit(shape: tuple[int, ...]) -> int:
    """Give how many scales, at most five, leave room for a window along every axis."""
    return sum(min(shape) // 2**scale >= WINDOW for scale in range(len(SCALE_WEIGHTS)))


def average(values: np.ndarray, part: np.ndarray | None = None) -> float:
    """Give the mean over points by the part of each that counts; without one, over whole windows.

    Not a number where nothing counts.
    """
    if part is None:
        return float(values[(slice(RADIUS, -RADIUS),) * values.ndim].mean())
    total = part.sum()
    return float((values * part).sum() / total) if total > 0 else math.nan


def averaged(pixels: np.ndarray, factor: int) -> np.ndarray:
    """Average blocks of `factor` voxels along every axis; what is left over at the end is left out."""
    sides = [size // factor for size in pixels.shape]
    trimmed = pixels[tuple(slice(0, side * factor) for side in sides)]
    blocks = trimmed.reshape([n for side in sides for n in (side, factor)])
    means: np.ndarray = blocks.mean(axis=tuple(range(1, 2 * pixels.ndim, 2)))
    return means


def viewing_factor(shape: tuple[int, ...]) -> int:
    """Give by what the authors' program averages a picture before it looks: its shorter side becomes some 256 pixels.

    ``ssim.m`` of Wang et al.; as it was, values of pictures of different sizes are of different scales.
    """
    return max(1, math.floor(min(shape) / REFERENCE_SIDE + 0.5))


def _spread(pixels: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """Give the local variance of pixels, which are squared in place."""
    spread = _blurred(np.square(pixels, out=pixels))
    spread -= mean * mean
    return spread


def _half_sums(total: np.ndarray, apart: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give (total + apart) / 2 and (total - apart) / 2.

    Of variances of the sum and of the difference of two images: the sum of their variances, twice their covariance; of
    squared means: the sum of their squares, twice their product.
    """
    both, between = total + apart, np.subtract(total, apart, out=total)
    both *= 0.5
    between *= 0.5
    return both, between


def _blurred(pixels: np.ndarray) -> np.ndarray:
    blurred: np.ndarray = ndimage.gaussian_filter(pixels, SIGMA, radius=RADIUS, mode="reflect")
    return blurred
