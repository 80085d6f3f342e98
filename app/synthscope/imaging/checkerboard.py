"""Checkerboards: power at and next to the finest frequencies of the pixel grid, where upsampling leaves its mark."""

from __future__ import annotations

import numpy as np
from scipy.fft import fft2, fftfreq

from synthscope.errors import InputError

REACH = 1 / 16
"""Cycles per pixel around a Nyquist frequency that count: a checkerboard is brighter here and darker there."""
LEAST_BINS = 2
"""At least so many bins around it: the taper spreads one frequency over as many."""
LEAST_SIDE = 16
FAINT = 1e-4
"""What is weaker than a hundredth of the real images' spread, as a part of their variance, is not seen."""


def nyquist_power(images: np.ndarray) -> np.ndarray:
    """Give the variance that lies at and next to the Nyquist frequencies of rows, of columns and of both.

    Each image is freed of its mean and tapered by a Hann window, so that its ends leave no power there. A
    transposed convolution whose kernel its stride does not divide leaves a pattern of the period of the stride
    (Odena et al. 2016); that of the last layer, of 2 pixels, lies at these frequencies.

    Parameters
    ----------
    images : ndarray (N, Y, X, C)
        Of sides of at least 16.

    Returns
    -------
    ndarray (C,)
        Mean over the images, in units squared: for a checkerboard of +a and -a, or stripes of such, it is a².

    Raises
    ------
    InputError
        If they are smaller.
    """
    power, near = _tapered_power(images)
    found: np.ndarray = power[near].sum(axis=0) / near.size
    return found


def checkerboard_ratio(made: np.ndarray, real: np.ndarray) -> float:
    """Divide the power of images at the finest frequencies by that of real ones: about 1 for two of one kind.

    Parameters
    ----------
    made, real : ndarray (N, Y, X, C), (M, Y, X, C)
        Of sides of at least 16.

    Returns
    -------
    float
        The largest over the channels. To both powers `FAINT` of the real images' variance is added: a pattern
        that nobody could see is none. Not a number where real images have no variance.

    Raises
    ------
    InputError
        If images are smaller.
    """
    power, near = _tapered_power(real)
    below = power[near].sum(axis=0) / near.size + (faint := FAINT * power.mean(axis=(0, 1)))
    if not (below > 0).all():
        return float("nan")
    return float(((nyquist_power(made) + faint) / below).max())


def _tapered_power(images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give the mean power (Y, X, C), whose mean is the variance, and which of its bins count: (Y, X)."""
    if images.ndim != 4 or min(images.shape[1:3]) < LEAST_SIDE:
        raise InputError(
            f"Images of {images.shape[1:3]} pixels are too small to look for checkerboards; give sides of {LEAST_SIDE}."
        )
    sides = images.shape[1:3]
    taper = np.outer(*(np.hanning(n + 2)[1:-1] for n in sides))[..., None]
    centred = (images - images.mean(axis=(1, 2), keepdims=True)) * taper
    power = (np.abs(fft2(centred, axes=(1, 2))) ** 2).mean(axis=0) / (taper**2).sum()
    rows, columns = (np.abs(fftfreq(n)) for n in sides)
    fine_rows, fine_columns = (0.5 - f <= _reach(len(f)) for f in (rows, columns))
    flat_rows, flat_columns = (f <= _reach(len(f)) for f in (rows, columns))
    near = np.outer(fine_rows, fine_columns | flat_columns) | np.outer(flat_rows, fine_columns)
    return power, near


def _reach(side: int) -> float:
    return max(REACH, LEAST_BINS / side) + 1e-9
