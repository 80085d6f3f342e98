"""Marks of upsampling and tiling: power at lattice frequencies, steps along the lines of a grid."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from math import gcd

import numpy as np
from scipy.fft import fft2
from scipy.ndimage import median_filter

from synthscope.imaging.masks.proposals import MAD_TO_SIGMA

FACTORS = (2, 4, 8)
HALF = 6
"""Half the side (frequencies) of the neighbourhood that a frequency is compared with: 13 x 13."""
SHORTEST = 8
"""Shortest period (pixels) of the grids that are searched for."""
FEWEST = 2
"""Lines that a grid has at least."""
SMOOTH = 11


@dataclass(frozen=True)
class Grid:
    """The clearest periodic grid: lines every `period` pixels from `offset`, across `axis` (0: rows, 1: columns).

    Parameters
    ----------
    score : float
        How far the steps across its lines deviate, in robust standard deviations of such a mean; the largest of some
        thousands of grids, so that 3 to 5 mean nothing: compare with real images.
    ratio : float
        Steps across its lines over those beside them: above 1 seams show, below 1 they were blurred.
    """

    score: float
    ratio: float
    period: int
    offset: int
    axis: int


def periodic_power(planes: np.ndarray) -> np.ndarray:
    """Give the power spectrum of the periodic component, averaged over slices and channels.

    The jump from edge to edge, which a plain transform spreads along both axes, is taken out without a window (Moisan
    2011): lattice frequencies stay one frequency wide.

    Parameters
    ----------
    planes : ndarray (Z, Y, X, C)

    Returns
    -------
    ndarray of float64 (Y, X)
    """
    u = np.moveaxis(np.asarray(planes, np.float64), -1, 1).reshape(-1, *planes.shape[1:3])
    u = u - u.mean(axis=(1, 2), keepdims=True)
    border = np.zeros_like(u)
    border[:, 0] += u[:, -1] - u[:, 0]
    border[:, -1] += u[:, 0] - u[:, -1]
    border[:, :, 0] += u[:, :, -1] - u[:, :, 0]
    border[:, :, -1] += u[:, :, 0] - u[:, :, -1]
    cosines = [np.cos(2 * np.pi * np.arange(n) / n) for n in u.shape[1:]]
    denominator = 2 * (cosines[0][:, None] + cosines[1] - 2)
    denominator[0, 0] = 1
    smooth = fft2(border) / denominator
    smooth[:, 0, 0] = 0
    power: np.ndarray = (np.abs(fft2(u) - smooth) ** 2).mean(axis=0) / np.prod(u.shape[1:])
    return power


def lattice_score(power: np.ndarray, factor: int) -> float:
    """Say how far power at the lattice frequencies of a factor stands out, in robust standard deviations.

    Of each frequency (i / s, j / s) that belongs to no smaller factor: its log power less the median of the 13 x 13
    around it, over their scaled median absolute deviation. The largest of them, since a pattern shows at few; or their
    median, where that is further from 0: repeated pixels take power from all (Durall et al. 2020).

    Parameters
    ----------
    power : ndarray (Y, X)
        From `periodic_power`.
    factor : int
        s; sides that it does not divide blur the lattice.

    Returns
    -------
    float
        Above 0: a pattern of that period; below 0: missing power; 0 for an image without contrast.
    """
    mean = float(power.mean())
    if mean <= 0:
        return 0.0
    logs = np.log(power + 1e-12 * mean)
    places = [(i, j) for i in range(factor) for j in range(factor) if gcd(gcd(i, factor), j) == 1]
    scores = _standing_out(logs, np.array(places) / factor)
    highest, usual = float(scores.max()), float(np.median(scores))
    return highest if highest >= abs(usual) else usual


def _standing_out(logs: np.ndarray, frequencies: np.ndarray) -> np.ndarray:
    """Robust z of each frequency (N, 2), in cycles per pixel, against those around it."""
    at = np.rint(frequencies * logs.shape).astype(int)
    reach = np.arange(-HALF, HALF + 1)
    rows, columns = ((at[:, axis, None] + reach) % logs.shape[axis] for axis in (0, 1))
    around = logs[rows[:, :, None], columns[:, None, :]].reshape(len(at), -1)
    middle = around.shape[1] // 2
    others = np.delete(around, middle, axis=1)
    usual = np.median(others, axis=1)
    spread = MAD_TO_SIGMA * np.median(np.abs(others - usual[:, None]), axis=1)
    scores: np.ndarray = np.divide(around[:, middle] - usual, spread, out=np.zeros(len(at)), where=spread > 0)
    return scores


def clearest_grid(planes: np.ndarray) -> Grid:
    """Search all periodic grids for the one across whose lines steps deviate most.

    The mean absolute step across each row and column line is divided by the median of the lines around it; a
    grid's score is the mean of the logarithms over its lines.

    Parameters
    ----------
    planes : ndarray (Z, Y, X, C)
        Sides of 16 or more.
    """
    best = Grid(0.0, 1.0, 0, 0, 0)
    for axis in (0, 1):
        relative = _relative_steps(planes, axis)
        spread = MAD_TO_SIGMA * float(np.median(np.abs(relative)))
        if spread <= 0:
            continue
        places = np.arange(len(relative))
        for period in range(SHORTEST, len(relative) // FEWEST + 1):
            counts = np.bincount(places % period)
            means = np.bincount(places % period, relative) / counts
            scores = np.where(counts >= FEWEST, np.abs(means) * np.sqrt(counts) / spread, 0)
            offset = int(scores.argmax())
            if scores[offset] > best.score:
                best = Grid(float(scores[offset]), float(np.exp(means[offset])), period, offset + 1, axis)
    return best


def step_ratio(planes: np.ndarray, rows: Collection[int], columns: Collection[int]) -> float:
    """Divide the steps across known lines by those across the lines beside them.

    The geometric mean over all lines, each beside the median of the eleven around it: 1 where nothing shows, above 1
    for seams, below 1 where lines were blurred.

    Parameters
    ----------
    planes : ndarray (Z, Y, X, C)
    rows, columns : collection of int
        A line at n lies between n - 1 and n.

    Returns
    -------
    float
        Not a number without lines, or for an image without contrast.
    """
    found = [
        _relative_steps(planes, axis)[np.asarray(lines, int) - 1]
        for axis, lines in enumerate((rows, columns))
        if len(lines)
    ]
    if not found or not np.ptp(planes):
        return float("nan")
    return float(np.exp(np.concatenate(found).mean()))


def _relative_steps(planes: np.ndarray, axis: int) -> np.ndarray:
    """Log of the mean step across each line, less that of the lines around it."""
    step = np.abs(np.diff(np.asarray(planes, np.float64), axis=1 + axis)).mean(axis=(0, 2 - axis, 3))
    logs = np.log(np.maximum(step, 1e-6 * max(float(step.mean()), 1e-300)))
    relative: np.ndarray = logs - median_filter(logs, SMOOTH, mode="nearest")
    return relative
