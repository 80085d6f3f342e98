"""The precision of a texture: a Gaussian Markov field fitted to a power spectrum."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.fft import fft2
from scipy.optimize import minimize


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
    finest = min(voxel_size[1:])
    z, y, x = ((finest / step) ** 2 for step in voxel_size)
    terms = np.stack([np.ones_like(k), k, k**2], axis=1)
    log_start = np.log([0.1, 0.5, 0.5]) - np.log(np.mean(power))

    def cost(logs: np.ndarray) -> tuple[float, np.ndarray]:
        parts = terms * np.exp(logs)
        q = parts.sum(axis=1)
        value = np.mean(power * q - np.log(q))
        slope = (parts * (power - 1 / q)[:, None]).mean(axis=0)
        return float(value), slope

    found = minimize(cost, log_start, jac=True, method="L-BFGS-B", bounds=[(s - 15, s + 15) for s in log_start])
    own, step, bend = np.exp(found.x)
    total = own + step + bend
    return Precision(own / total, step / total, bend / total, (z, y, x))


def mean_periodogram(values: np.ndarray, known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    rows, columns = known.shape[1:]
    hann = np.outer(np.hanning(rows + 2)[1:-1], np.hanning(columns + 2)[1:-1])
    ky, kx = (2 - 2 * np.cos(2 * np.pi * np.arange(n) / n) for n in (rows, columns))
    k = (ky[:, None] + kx[None, :]).ravel()
    power = np.zeros(k.shape)
    for z in range(len(values)):
        window = hann * known[z]
        centred = (values[z] - (values[z] * window[..., None]).sum((0, 1)) / max(window.sum(), 1e-9)) * window[..., None]
        power += (np.abs(fft2(centred, axes=(0, 1))) ** 2).mean(-1).ravel() / max((window**2).sum(), 1e-9)
    return power / len(values), k
