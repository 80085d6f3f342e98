"""MSE, PSNR and SSIM of an image and its true partner, with an explicit data range."""

from __future__ import annotations

import math

import numpy as np

from synthscope.errors import InputError, MaskError
from synthscope.imaging.local_similarity import (
    WINDOW,
    average,
    averaged,
    multiscale_similarity,
    similarity_maps,
    viewing_factor,
)
from synthscope.records.image import PixelArray


def data_range_of(reference: np.ndarray, mask: np.ndarray | None = None) -> float:
    """Give the data range of a reference: largest minus smallest value.

    It is never taken from the dtype: a 16-bit image that uses 4000 of 65536 values would look almost
    perfect beside anything.

    Parameters
    ----------
    reference : ndarray
        The real image.
    mask : ndarray of bool, optional
        Voxels to look at; of the shape of `reference`, or of its axes but the last.

    Raises
    ------
    InputError
        If the reference is empty, constant or not finite.
    """
    values = np.asarray(reference)
    values = values[mask] if mask is not None else values
    if values.size == 0:
        raise InputError("The reference has no voxels to take a data range from; give a larger region.")
    low, high = float(values.min()), float(values.max())
    if not (math.isfinite(low) and math.isfinite(high)):
        raise InputError("The reference has values that are not finite; mask them out.")
    if low == high:
        raise InputError(f"The reference is {low:g} everywhere and has no data range; give one.")
    return high - low


def mse(reference: np.ndarray, image: np.ndarray, mask: np.ndarray | None = None) -> float:
    """Give the mean squared error.

    Parameters
    ----------
    reference, image : ndarray
        Of one shape and dtype.
    mask : ndarray of bool, optional
        Voxels that count; of the shape of `reference`, or of its axes but the last.

    Raises
    ------
    InputError
        If shapes or dtypes differ, or there is nothing to compare.
    """
    _check(reference, image, mask)
    total, count = _squares(np.asarray(reference), np.asarray(image), mask)
    return total / count


def psnr(reference: np.ndarray, image: np.ndarray, *, data_range: float, mask: np.ndarray | None = None) -> float:
    """Give the peak signal-to-noise ratio in dB: ``10 log10(data_range**2 / mse)``; infinite for equal images.

    Parameters as for `mse`; `data_range` is that of the reference, see `data_range_of`.
    """
    _check_range(data_range)
    error = mse(reference, image, mask)
    return math.inf if error == 0 else 10.0 * math.log10(data_range**2 / error)


def nrmse(reference: np.ndarray, image: np.ndarray, *, data_range: float, mask: np.ndarray | None = None) -> float:
    """Give the root of the mean squared error as a part of the data range. Parameters as for `psnr`."""
    _check_range(data_range)
    return math.sqrt(mse(reference, image, mask)) / data_range


def ssim(
    reference: np.ndarray,
    image: np.ndarray,
    *,
    data_range: float,
    mask: np.ndarray | None = None,
    as_viewed: bool = False,
) -> float:
    """Give the mean structural similarity of two planes, or of two volumes with windows of three dimensions.

    Wang et al. 2004 with its Gaussian window (sigma 1.5) and population statistics. Without a mask the
    border of 5 pixels is left out, as in the authors' code; with one, windows reach over its edge and
    over the border by reflection, and what counts is where their centre lies.

    Parameters
    ----------
    reference, image : ndarray (Y, X) or (Z, Y, X)
        Of one shape and dtype, at least 11 pixels on each side.
    data_range : float
        Of the reference, see `data_range_of`.
    mask : ndarray of bool, of that shape, optional
        Pixels that count.
    as_viewed : bool
        Average pictures down to a shorter side of some 256 pixels first, as the authors' ``ssim.m`` does: values
        that were published with that program are found again. Otherwise pixels are compared as they are.

    Raises
    ------
    InputError
        If shapes or dtypes differ, or a side is too small.
    """
    _check(reference, image, mask)
    _check_range(data_range)
    _check_windows(reference.shape)
    part = None if mask is None else np.asarray(mask, np.float64)
    a, b = np.asarray(reference, np.float64), np.asarray(image, np.float64)
    factor = viewing_factor(a.shape) if as_viewed else 1
    if factor > 1:
        a, b = averaged(a, factor), averaged(b, factor)
        part = None if part is None else averaged(part, factor)
    return average(similarity_maps(a, b, data_range).whole, part)


def ms_ssim(reference: np.ndarray, image: np.ndarray, *, data_range: float, mask: np.ndarray | None = None) -> float:
    """Give the multi-scale structural similarity, as `multiscale_similarity` says. Parameters as for `ssim`."""
    _check(reference, image, mask)
    _check_range(data_range)
    _check_windows(reference.shape)
    return multiscale_similarity(reference, image, data_range, mask)


def _squares(a: np.ndarray, b: np.ndarray, mask: np.ndarray | None) -> tuple[float, int]:
    """Give the sum of squared differences and their number."""
    a, b = (a, b) if mask is None else (a[mask], b[mask])
    difference = a.astype(np.float64) - b.astype(np.float64)
    if not np.all(np.isfinite(difference)):
        raise InputError("Values that are not finite cannot be compared; mask them out.")
    return float(np.sum(difference * difference)), difference.size


def _check_range(data_range: float) -> None:
    if not (math.isfinite(data_range) and data_range > 0):
        raise InputError(f"Data range is {data_range:g}; give a positive one, as of the reference.")


def _check_windows(shape: tuple[int, ...]) -> None:
    if len(shape) not in (2, 3) or min(shape) < WINDOW:
        least = " × ".join([str(WINDOW)] * (3 if len(shape) == 3 else 2))
        raise InputError(f"SSIM needs images of at least {least} pixels, not {shape}; give larger ones.")


def _check(reference: PixelArray, image: PixelArray, mask: np.ndarray | None) -> None:
    if tuple(reference.shape) != tuple(image.shape):
        raise InputError(
            f"Shapes {tuple(reference.shape)} and {tuple(image.shape)} differ; compare images of one shape."
        )
    if reference.dtype != image.dtype:
        raise InputError(f"Types {reference.dtype} and {image.dtype} differ; convert neither, compare alike.")
    if mask is None and 0 in reference.shape:
        raise InputError(f"Images of shape {tuple(reference.shape)} are empty; there is nothing to compare.")
    if mask is not None:
        _check_mask(tuple(reference.shape), mask)


def _check_mask(shape: tuple[int, ...], mask: np.ndarray) -> None:
    if mask.shape not in (shape, shape[:-1]) or mask.dtype != np.bool_:
        raise MaskError(f"A mask of shape {mask.shape} and type {mask.dtype} does not fit an image of {shape}.")
    if not mask.any():
        raise MaskError("The mask is empty; draw what is to be compared.")
