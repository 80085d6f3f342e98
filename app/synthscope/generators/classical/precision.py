"""The precision of a texture: a Gaussian Markov field fitted to a power spectrum."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.fft import fft2
from scipy.optimize import minimize

MOST_ANISOTROPIC = 100.0
"""Bound of the weight of neighbours in other slices, and of its inverse."""
LEAST_STEP = 0.1
"""Edges are rougher than the spectrum says: slopes are not trusted to run on across them."""


@dataclass(frozen=True)
class Precision:
    """``own + step k + bend k**2`` with ``k`` the eigenvalues of the Laplacian; `axes` weighs its z, y, x."""

    own: float
    step: float
    bend: float
    axes: tuple[float, float, float]


def fit_precision(values: np.ndarray, known: np.ndarray, voxel_size: tuple[float, ...]) -> Precision:
    """Fit by Whittle's likelihood (1953) to the periodograms of all slices and channels.

    Parameters
    ----------
    values : ndarray (Z, Y, X, C)
    known : ndarray of bool (Z, Y, X)
    """
    power, k = mean_periodogram(values, known)
    z, y, x = _axis_weights(values, known, voxel_size)
    terms = np.stack([np.ones_like(k), k, k**2], axis=1)
    log_start = np.log([0.1, 0.5, 0.5]) - np.log(np.mean(power) + 1e-12)

    def cost(logs: np.ndarray) -> tuple[float, np.ndarray]:
        parts = terms * np.exp(logs)
        q = parts.sum(axis=1)
        value = np.mean(power * q - np.log(q))
        slope = (parts * (power - 1 / q)[:, None]).mean(axis=0)
        return float(value), slope

    found = minimize(cost, log_start, jac=True, method="L-BFGS-B", bounds=[(s - 15, s + 15) for s in log_start])
    own, step, bend = np.exp(found.x)
    step += LEAST_STEP * bend
    total = own + step + bend
    return Precision(float(own / total), float(step / total), float(bend / total), (z, y, x))


def _axis_weights(values: np.ndarray, known: np.ndarray, voxel_size: tuple[float, ...]) -> tuple[float, float, float]:
    """Weigh neighbours along z by how alike they are, compared with those in the plane.

    The weight is the mean squared step in the plane over that between slices: it sees the true
    resolution along z, which the distance of slices does not tell. In the plane distances count.
    """
    finest = min(voxel_size[1:])
    y, x = ((finest / step) ** 2 for step in voxel_size[1:])
    squares = [_mean_square_step(values, known, axis) for axis in range(3)]
    in_plane = max(squares[1:])
    z = in_plane / squares[0] if squares[0] > 0 and in_plane > 0 else 1.0
    return min(max(z, MOST_ANISOTROPIC**-1), MOST_ANISOTROPIC), y, x


def _mean_square_step(values: np.ndarray, known: np.ndarray, axis: int) -> float:
    before, after = [slice(None)] * 3, [slice(None)] * 3
    before[axis], after[axis] = slice(None, -1), slice(1, None)
    both = known[tuple(before)] & known[tuple(after)]
    steps = (values[tuple(after)] - values[tuple(before)])[both]
    return float(np.mean(steps**2)) if steps.size else 0.0


def mean_periodogram(values: np.ndarray, known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Average the periodograms (Hann window, mean removed) of all slices and channels.

    Returns
    -------
    power : ndarray (Y * X)
    k : ndarray (Y * X)
        Eigenvalue of the discrete Laplacian at each frequency.
    """
    rows, columns = known.shape[1:]
    hann = np.outer(np.hanning(rows + 2)[1:-1], np.hanning(columns + 2)[1:-1])
    ky, kx = (2 - 2 * np.cos(2 * np.pi * np.arange(n) / n) for n in (rows, columns))
    k = (ky[:, None] + kx[None, :]).ravel()
    spectra = [_periodogram(plane, hann * there) for plane, there in zip(values, known, strict=True) if there.any()]
    return np.mean(spectra, axis=0), k


def _periodogram(plane: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Give the mean power over the channels of a plane (Y, X, C), flat."""
    taper = weight[..., None]
    mean = (plane * taper).sum(axis=(0, 1)) / taper.sum()
    power = np.abs(fft2((plane - mean) * taper, axes=(0, 1))) ** 2
    return np.asarray(power.mean(axis=-1).ravel() / (weight**2).sum())
