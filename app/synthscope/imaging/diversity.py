"""How much the images of a set differ from each other, pixel by pixel: whatever is the same in all is no diversity."""

from __future__ import annotations

import numpy as np

from synthscope.errors import InputError


def unshared_part(images: np.ndarray) -> float:
    """Give the part of the variance of images that they do not share: 1 for independent ones, 0 for equal ones.

    The variance from image to image at each pixel (unbiased) over that of all pixels of all images. Where all have
    one pattern of variance p and each its own of variance q, it is q / (p + q), whatever the contrast.

    Parameters
    ----------
    images : ndarray (N, Y, X, C)
        At least two.

    Returns
    -------
    float
        The mean over channels; about 0 to 1, and more for images of few pixels by chance. Not a number where no
        channel has any variance.

    Raises
    ------
    InputError
        If there are fewer.
    """
    if len(images) < 2:
        raise InputError(f"{len(images)} images do not differ from each other; give at least two.")
    values = np.asarray(images, np.float64)
    between = values.var(axis=0, ddof=1).mean(axis=(0, 1))
    whole = between + (values.mean(axis=0).var(axis=(0, 1)) - between / len(values)).clip(0)
    there = whole > 0
    return float((between[there] / whole[there]).mean()) if there.any() else float("nan")
