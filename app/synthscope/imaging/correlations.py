"""Two-point correlation of grey values and of phases, by distance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.fft import fft, ifft, irfft, next_fast_len, rfft

from synthscope.errors import InputError
from synthscope.imaging.channels import with_channels

SLAB = 16
"""Rows that are transformed along the first axis together."""


@dataclass(frozen=True, eq=False)
class Correlation:
    """Values by distance, which is in units of the voxel size and begins at 0."""

    distance: np.ndarray
    value: np.ndarray


def autocovariance(image: np.ndarray, voxel_size: tuple[float, ...] | None = None) -> Correlation:
    """Average the normalised autocovariance over directions: 1 at distance 0, 0 where nothing is alike.

    chi(r) = <(f(x) - m)(f(x + r) - m)> / <(f(x) - m)^2>, over the pairs that lie in the image (Torquato 2002,
    Random Heterogeneous Materials, section 2.1), with the mean m of each channel; channels are averaged before
    the division.

    Parameters
    ----------
    image : ndarray (Y, X[, C]) or (Z, Y, X[, C])
    voxel_size : tuple of float, optional
        One per spatial axis; without it every axis is spatial and the step is 1.

    Returns
    -------
    Correlation
        Up to half of the shortest axis. An image without contrast is nowhere alike: 0 but for distance 0.
    """
    size = voxel_size or (1.0,) * image.ndim
    values = with_channels(image, len(size))
    centred = values - values.mean(axis=tuple(range(len(size))))
    found = _by_distance(_pair_means(centred), centred.shape[:-1], size)
    variance = float(found.value[0])
    if variance <= 0:
        return Correlation(found.distance, (found.distance == 0).astype(float))
    return Correlation(found.distance, found.value / variance)


def two_point_probability(phase: np.ndarray, voxel_size: tuple[float, ...] | None = None) -> Correlation:
    """Give S2: the probability that both ends of a segment of that length lie in the phase.

    S2(r) = <I(x) I(x + r)> over the pairs that lie in the image (Torquato 2002, Eq. 2.19); S2(0) is the phase's
    fraction, and far apart S2 is its square where nothing is ordered.

    Parameters
    ----------
    phase : ndarray of bool (Y, X[, C]) or (Z, Y, X[, C])
    voxel_size : tuple of float, optional
        As for `autocovariance`.
    """
    size = voxel_size or (1.0,) * phase.ndim
    values = with_channels(phase, len(size))
    return _by_distance(_pair_means(values), values.shape[:-1], size)


def correlation_distances(shape: tuple[int, ...], voxel_size: tuple[float, ...] | None = None) -> np.ndarray:
    """Give the distances at which correlations of images of a shape (spatial...) are told."""
    reach = [n // 2 for n in shape]
    nothing = np.zeros([2 * r + 1 for r in reach[:-1]] + [reach[-1] + 1])
    return _by_distance(nothing, shape, voxel_size or (1.0,) * len(shape)).distance


def two_point_distance(a: np.ndarray, b: np.ndarray, voxel_size: tuple[float, ...] | None = None) -> float:
    """Give the root mean square difference of S2 over all distances: of two phases of one shape.

    Raises
    ------
    InputError
        If the shapes differ.
    """
    if a.shape != b.shape:
        raise InputError(f"Phases of {a.shape} and {b.shape} cannot be compared; crop both to one shape.")
    difference = two_point_probability(a, voxel_size).value - two_point_probability(b, voxel_size).value
    return float(np.sqrt(np.mean(difference**2)))


def _pair_means(values: np.ndarray) -> np.ndarray:
    """Average ``f(x) f(x + r)`` over the pairs of each displacement and over channels: (spatial...).

    Displacements go up to half of each axis, 0 first and negative ones last, but for the last axis, where none is
    negative: r and -r are alike. By padding with zeros up to that reach no pair is counted around the border; the
    number of pairs of each displacement is the product of what overlaps along each axis.
    """
    shape = values.shape[:-1]
    axes = range(len(shape))
    reach = [n // 2 for n in shape]
    padded = [next_fast_len(n + r, real=True) if n > 1 else 1 for n, r in zip(shape, reach, strict=True)]
    sums = np.zeros([2 * r + 1 for r in reach[:-1]] + [reach[-1] + 1])
    for channel in range(values.shape[-1]):
        found = _pair_sums(values[..., channel], padded, reach)
        sums += found / values.shape[-1]
    for axis, (n, r) in enumerate(zip(shape, reach, strict=True)):
        overlap = n - np.abs(_displacements(r, axis == axes[-1]))
        sums /= overlap.reshape([-1 if i == axis else 1 for i in axes])
    return sums


def _pair_sums(values: np.ndarray, padded: list[int], reach: list[int]) -> np.ndarray:
    """Sum ``f(x) f(x + r)`` over x by transforms along one axis after another, each of what is not zero only.

    Along the first axis power is taken and transformed back a slab at a time: the padded volume is never whole.
    """
    last = values.ndim - 1
    spectrum = rfft(values, n=padded[last], axis=last)
    for axis in range(1, last):
        spectrum = fft(spectrum, n=padded[axis], axis=axis)
    near = _displacements(reach[0], last == 0) % padded[0]
    if last == 0:
        sums: np.ndarray = irfft(spectrum.real**2 + spectrum.imag**2, n=padded[0])[near]
        return sums
    kept = np.empty((len(near), *spectrum.shape[1:]), complex)
    for start in range(0, spectrum.shape[1], SLAB):
        slab = fft(spectrum[:, start : start + SLAB], n=padded[0], axis=0)
        kept[:, start : start + SLAB] = ifft(slab.real**2 + slab.imag**2, axis=0)[near]
    for axis in range(1, last):
        kept = ifft(kept, axis=axis).take(_displacements(reach[axis], False) % padded[axis], axis=axis)
    back: np.ndarray = irfft(kept, n=padded[last], axis=last)
    return back[..., : reach[last] + 1]


def _displacements(reach: int, half: bool) -> np.ndarray:
    positive = np.arange(reach + 1)
    return positive if half else np.concatenate([positive, np.arange(-reach, 0)])


def _by_distance(means: np.ndarray, shape: tuple[int, ...], size: tuple[float, ...]) -> Correlation:
    """Average over shells one finest step wide, up to half of the shortest axis that is longer than one voxel."""
    wide = [i for i, n in enumerate(shape) if n > 1]
    if not wide:
        raise InputError("A correlation needs at least two voxels along an axis; this image has one voxel.")
    last = len(shape) - 1
    lags = [_displacements(n // 2, i == last) * step for i, (n, step) in enumerate(zip(shape, size, strict=True))]
    radius = np.sqrt(sum(lag**2 for lag in np.meshgrid(*lags, indexing="ij", sparse=True)))
    step = min(size[i] for i in wide)
    reach = min(shape[i] * size[i] for i in wide) / 2
    shell = np.rint(radius / step).astype(np.int64)
    count = max(int(reach / step), 1) + 1
    weight = np.broadcast_to(np.where(lags[-1] > 0, 2.0, 1.0), shell.shape)  # for those that are not negative
    inside = shell < count
    shell, weight = shell[inside], weight[inside]
    voxels = np.bincount(shell, weight, count)
    sums = np.bincount(shell, weight * means[inside], count)
    distances = np.bincount(shell, weight * radius[inside], count)
    there = voxels > 0
    return Correlation(distances[there] / voxels[there], sums[there] / voxels[there])
