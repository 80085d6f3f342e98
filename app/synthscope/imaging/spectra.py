"""Power spectra by frequency and by direction, and how far two images lie apart in them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.fft import fft2, fftfreq, fftn

from synthscope.errors import InputError
from synthscope.imaging.channels import with_channels

FLOOR = 1e-12
"""Power added before logarithms, relative to the larger mean power of the two."""


@dataclass(frozen=True, eq=False)
class Spectrum:
    """Mean power (units squared) at each frequency (cycles per unit of voxel size)."""

    frequency: np.ndarray
    power: np.ndarray


def radial_spectrum(image: np.ndarray, voxel_size: tuple[float, ...] | None = None) -> Spectrum:
    """Average the power spectrum over directions.

    The mean is removed, a Hann window applied to every axis, ``|FFT|**2`` divided by the window's
    power, averaged over channels and over shells of equal width up to the lowest Nyquist frequency.

    Parameters
    ----------
    image : ndarray (Y, X[, C]) or (Z, Y, X[, C])
    voxel_size : tuple of float, optional
        One per spatial axis; without it every axis is spatial and the step is 1.
    """
    power, frequencies = _power(image, voxel_size)
    radius = np.sqrt(sum(f**2 for f in np.meshgrid(*frequencies, indexing="ij")))
    highest = min(float(np.abs(f).max()) for f in frequencies if len(f) > 1)
    count = max(min(len(f) for f in frequencies if len(f) > 1) // 2, 1)
    shell = np.ceil(radius / highest * count - 1e-9).astype(int)
    inside = (shell >= 1) & (shell <= count)
    sums = np.bincount(shell[inside], power[inside], count + 1)[1:]
    voxels = np.bincount(shell[inside], minlength=count + 1)[1:]
    centre = np.bincount(shell[inside], radius[inside], count + 1)[1:]
    there = voxels > 0
    return Spectrum(centre[there] / voxels[there], sums[there] / voxels[there])


def spectrum_distance(a: np.ndarray, b: np.ndarray, voxel_size: tuple[float, ...] | None = None) -> float:
    """Give the root mean square difference of log10 radial power: 0.3 is about a factor of two.

    Parameters
    ----------
    a, b : ndarray
        Images of one shape, as for `radial_spectrum`.

    Raises
    ------
    InputError
        If the shapes differ.
    """
    _same_shape(a, b)
    return log_distance(radial_spectrum(a, voxel_size).power, radial_spectrum(b, voxel_size).power)


def directional_spectrum(
    image: np.ndarray, voxel_size: tuple[float, ...] | None = None, *, sectors: int = 12
) -> Spectrum:
    """Average the in-plane power spectrum over sectors of direction.

    Returns
    -------
    Spectrum
        `frequency` holds the direction of each sector's middle in degrees from the x axis (0 to 180),
        `power` the mean of power times frequency over it: octaves weigh alike. Slices of a stack
        and channels are averaged.
    """
    size = voxel_size or (1.0,) * image.ndim
    values = with_channels(image, len(size))
    planes = values.reshape(-1, *values.shape[-3:])
    taper = _hann(planes.shape[1:3])[..., None]
    centred = (planes - planes.mean(axis=(1, 2), keepdims=True)) * taper
    power = (np.abs(fft2(centred, axes=(1, 2))) ** 2).mean(axis=(0, 3)) / (taper**2).sum()
    fy, fx = np.meshgrid(*(fftfreq(n, s) for n, s in zip(planes.shape[1:3], size[-2:], strict=True)), indexing="ij")
    radius = np.hypot(fy, fx)
    inside = (radius > 0) & (radius <= min(0.5 / size[-1], 0.5 / size[-2]))
    sector = np.floor(np.mod(np.arctan2(fy, fx), np.pi) / np.pi * sectors + 0.5).astype(int) % sectors
    sums = np.bincount(sector[inside], (power * radius)[inside], sectors)
    weights = np.bincount(sector[inside], minlength=sectors)
    return Spectrum(np.arange(sectors) * 180 / sectors, sums / np.maximum(weights, 1))


def directional_distance(a: np.ndarray, b: np.ndarray, voxel_size: tuple[float, ...] | None = None) -> float:
    """Give the root mean square difference of log10 directional power."""
    _same_shape(a, b)
    return log_distance(directional_spectrum(a, voxel_size).power, directional_spectrum(b, voxel_size).power)


def roll_off(power: np.ndarray, share: float = 0.95, voxel_size: tuple[float, ...] | None = None) -> float:
    """Give the frequency below which a share of the power lies: blur lowers it.

    Parameters
    ----------
    power : ndarray (Y, X) or (Z, Y, X)
        At the frequencies of a plain transform; the mean does not count.
    share : float
        Between 0 and 1.
    voxel_size : tuple of float, optional
        One per axis; 1 without it.

    Returns
    -------
    float
        Cycles per unit; 0 where there is no power.
    """
    size = voxel_size or (1.0,) * power.ndim
    steps = [fftfreq(n, s) for n, s in zip(power.shape, size, strict=True)]
    radius = np.sqrt(sum(f**2 for f in np.meshgrid(*steps, indexing="ij", sparse=True))).ravel()
    order = np.argsort(radius, kind="stable")[1:]
    total = np.cumsum(power.ravel()[order])
    if total[-1] <= 0:
        return 0.0
    return float(radius[order[np.searchsorted(total, share * total[-1])]])


def image_roll_off(image: np.ndarray, voxel_size: tuple[float, ...] | None = None, share: float = 0.95) -> float:
    """Give `roll_off` of an image, whose mean is removed and whose ends are tapered as for `radial_spectrum`."""
    power, _ = _power(image, voxel_size)
    return roll_off(power, share, voxel_size)


def _power(image: np.ndarray, voxel_size: tuple[float, ...] | None) -> tuple[np.ndarray, tuple[np.ndarray, ...]]:
    size = voxel_size or (1.0,) * image.ndim
    values = with_channels(image, len(size))
    shape = values.shape[:-1]
    if max(shape) < 2:
        raise InputError(f"A spectrum needs at least two voxels along an axis; {shape} has none such.")
    axes = tuple(range(len(shape)))
    taper = _hann(shape)[..., None]
    centred = (values - values.mean(axis=axes)) * taper
    power = (np.abs(fftn(centred, axes=axes)) ** 2).mean(axis=-1) / (taper**2).sum()
    return power, tuple(fftfreq(n, s) for n, s in zip(shape, size, strict=True))


def _hann(shape: tuple[int, ...]) -> np.ndarray:
    window = np.ones(shape)
    for axis, n in enumerate(shape):
        if n > 1:
            window *= np.hanning(n + 2)[1:-1].reshape([-1 if a == axis else 1 for a in range(len(shape))])
    return window


def _same_shape(a: np.ndarray, b: np.ndarray) -> None:
    if a.shape != b.shape:
        raise InputError(f"Spectra of {a.shape} and {b.shape} cannot be compared; crop both to one shape.")


def log_distance(a: np.ndarray, b: np.ndarray) -> float:
    """Give the root mean square difference of log10 of two rows of power, above a floor below which all is noise."""
    floor = FLOOR * max(float(a.mean()), float(b.mean()), np.finfo(float).tiny)
    return float(np.sqrt(np.mean((np.log10(a + floor) - np.log10(b + floor)) ** 2)))
