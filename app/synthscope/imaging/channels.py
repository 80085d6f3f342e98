"""One layout for measures: spatial axes first, then channels."""

from __future__ import annotations

import numpy as np

from synthscope.errors import InputError


def with_channels(image: np.ndarray, ndim: int) -> np.ndarray:
    """View an image as float64 (spatial..., C).

    Parameters
    ----------
    image : ndarray
        Of `ndim` axes, or one more: channels or colour samples, last.

    Raises
    ------
    InputError
        If it has another number of axes.
    """
    if image.ndim not in (ndim, ndim + 1):
        raise InputError(
            f"An image of shape {image.shape} has {image.ndim} axes; give {ndim}, or {ndim + 1} with channels last."
        )
    values = np.asarray(image, dtype=np.float64)
    return values if image.ndim == ndim + 1 else values[..., None]


def check_mask(image: np.ndarray, mask: np.ndarray) -> None:
    """Refuse a mask that is not of the image's spatial shape.

    Raises
    ------
    InputError
    """
    if image.shape[: mask.ndim] != mask.shape or image.ndim > mask.ndim + 1:
        raise InputError(
            f"A mask of shape {mask.shape} does not fit an image of shape {image.shape}; "
            "give one of its shape without channels."
        )
