"""Select voxels by their value: a range, automatic thresholds, a phase."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synthscope.errors import ParameterError
from synthscope.imaging.masks.grids import Mask
from synthscope.records.image import PixelArray

_BINS = 1024  # fine enough for 16-bit data, and the search over it takes milliseconds
_SAMPLE = 1 << 22  # voxels that a histogram is made from; four million settle every threshold
MOST_PHASES = 6


@dataclass(frozen=True)
class Phases:
    """The materials that a histogram falls into.

    Parameters
    ----------
    thresholds : tuple of float
        Rising. Phase k holds the values above threshold k - 1 and up to threshold k.
    fractions : tuple of float
        Share of the voxels in each phase, one more than thresholds.
    """

    thresholds: tuple[float, ...]
    fractions: tuple[float, ...]

    @property
    def count(self) -> int:
        """Number of phases."""
        return len(self.thresholds) + 1

    def at(self, value: float) -> int:
        """Give the number of the phase, from 0, that a value belongs to: what was clicked on."""
        return int(np.searchsorted(self.thresholds, value, side="left"))

    def limits(self, phase: int) -> tuple[float, float]:
        """Give the open lower and the closed upper limit of a phase; infinite at the ends.

        Raises
        ------
        ParameterError
            If there is no such phase.
        """
        if not 0 <= phase < self.count:
            raise ParameterError(
                f"Phase {phase} is not there; choose one from 0 to {self.count - 1}.",
                problems={"phase": f"Choose one from 0 to {self.count - 1}."},
            )
        edges = (-math.inf, *self.thresholds, math.inf)
        return edges[phase], edges[phase + 1]


def threshold_range(pixels: NDArray, low: float | None = None, high: float | None = None) -> Mask:
    """Select the voxels with ``low <= value <= high``.

    Parameters
    ----------
    pixels : ndarray (Y, X) or (Z, Y, X)
        One channel, of any real dtype. NaN is never selected.
    low, high : float, optional
        In grey values; None leaves that side open.

    Raises
    ------
    ParameterError
        If `low` is above `high`, or one of them is NaN.
    """
    floor = -math.inf if low is None else float(low)
    ceiling = math.inf if high is None else float(high)
    if not floor <= ceiling:
        raise ParameterError(
            f"The range {floor:g} to {ceiling:g} holds no value; give a lower end that is not above the upper.",
            problems={"low": "Give a value that is not above the upper end."},
        )
    pixels = np.asarray(pixels)
    if pixels.dtype.kind in "iub":
        return _integer_range(pixels, floor, ceiling)
    # compared in float64: a limit beyond the range of a narrow float must not overflow
    inside: Mask = (pixels >= np.float64(floor)) & (pixels <= np.float64(ceiling))
    return inside


def otsu_threshold(pixels: PixelArray) -> float:
    """Find the threshold between two phases (Otsu 1979): the darker one holds values up to it."""
    return find_phases(pixels, 2).thresholds[0]


def two_phases(pixels: np.ndarray, threshold: float) -> tuple[float, float]:
    """Say what a threshold tells apart.

    Returns
    -------
    tuple of float
        Part of the values above the threshold, and part of the variance that lies between both phases
        (the separability of Otsu 1979, Eq. 12): 0 to 1.
    """
    values = np.asarray(pixels, float)
    bright = values > threshold
    part = float(bright.mean())
    variance = float(values.var())
    if not 0 < part < 1 or variance <= 0:
        return part, 0.0
    apart = float(values[bright].mean() - values[~bright].mean())
    return part, part * (1 - part) * apart**2 / variance


def widest_apart(pixels: np.ndarray, threshold: float) -> float:
    """Move a threshold to the middle of the gap in which it lies: the phases stay what they are.

    Where few values or none lie between two phases, as in an image that was segmented before, a threshold at the end
    of the gap gives way to any smoothing; in its middle it does not.
    """
    values = np.asarray(pixels, float)
    bright = values > threshold
    if bright.all() or not bright.any():
        return threshold
    return (float(values[~bright].max()) + float(values[bright].min())) / 2


def find_phases(pixels: PixelArray, count: int = 2) -> Phases:
    """Divide the histogram into phases of least variance within (Otsu 1979; Liao et al. 2001).

    The exact optimum over a histogram with one bin per grey value (or 1024 bins where there are
    more), found by dynamic programming. Of large stacks an even grid of about four million voxels is
    read.

    Parameters
    ----------
    pixels : array (Y, X) or (Z, Y, X)
        One channel; may be lazy. Values that are not finite are left out.
    count : int
        Number of phases, 2 to 6.

    Raises
    ------
    ParameterError
        If `count` is out of range, or the image has fewer distinct values than phases.
    """
    if not 2 <= count <= MOST_PHASES:
        raise ParameterError(
            f"{count} phases were asked for; give 2 to {MOST_PHASES}.",
            problems={"count": f"Give 2 to {MOST_PHASES}."},
        )
    counts, edges = _histogram(_sample(pixels))
    used = np.flatnonzero(counts)
    if used.size < count:
        raise ParameterError(
            f"The image has {used.size} distinct grey values, too few for {count} phases; ask for fewer.",
            problems={"count": "Ask for fewer phases."},
        )
    cuts = _best_cuts(counts[used].astype(np.float64), used.astype(np.float64), count)
    shares = np.split(counts[used], cuts)
    fractions = tuple(float(share.sum() / counts.sum()) for share in shares)
    return Phases(tuple(float(edges[used[cut - 1]]) for cut in cuts), fractions)


def phase_mask(pixels: NDArray, phases: Phases, phase: int) -> Mask:
    """Select the voxels of one phase.

    Raises
    ------
    ParameterError
        If there is no such phase.
    """
    low, high = phases.limits(phase)
    pixels = np.asarray(pixels)
    if pixels.dtype.kind == "f" and pixels.dtype.itemsize < 8:
        pixels = pixels.astype(np.float64)
    inside: Mask = (pixels > low) & (pixels <= high)
    return inside


def _integer_range(pixels: NDArray, floor: float, ceiling: float) -> Mask:
    """Compare in the dtype itself: float64 cannot tell large 64-bit values apart, and is eight times wider."""
    kind = np.dtype(np.uint8) if pixels.dtype.kind == "b" else pixels.dtype
    limits = np.iinfo(kind)
    low = limits.min if floor <= limits.min else math.ceil(min(floor, 2.0**70))
    high = limits.max if ceiling >= limits.max else math.floor(max(ceiling, -(2.0**70)))
    if low > high or low > limits.max or high < limits.min:
        return np.zeros(pixels.shape, dtype=bool)
    values = pixels.view(kind) if pixels.dtype.kind == "b" else pixels
    inside: Mask = (values >= kind.type(low)) & (values <= kind.type(high))
    return inside


def _sample(pixels: PixelArray) -> NDArray:
    """Read an even grid of voxels and keep the finite ones."""
    stride = max(1, math.ceil((math.prod(pixels.shape) / _SAMPLE) ** (1 / len(pixels.shape))))
    values = np.asarray(pixels[(slice(None, None, stride),) * len(pixels.shape)]).ravel()
    return values[np.isfinite(values)] if values.dtype.kind == "f" else values


def _histogram(values: NDArray) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Count values per bin; `edges` holds the highest value of each bin."""
    if values.size == 0:
        return np.zeros(0, dtype=np.int64), np.zeros(0)
    low, high = values.min(), values.max()
    if values.dtype.kind in "iub" and int(high) - int(low) < _BINS:
        shifted = values.astype(np.int64) - int(low)
        return np.bincount(shifted), np.arange(int(low), int(high) + 1, dtype=np.float64)
    counts, edges = np.histogram(values.astype(np.float64), bins=_BINS, range=(float(low), float(high)))
    return counts.astype(np.int64), edges[1:]


def _best_cuts(weights: NDArray[np.float64], values: NDArray[np.float64], count: int) -> list[int]:
    """Cut a histogram into `count` runs of greatest variance between them.

    That variance is, but for a constant, the sum over the runs of (sum w v)^2 / sum w, which adds up
    run by run: best[k][j] = max over i < j of best[k-1][i] + gain(i, j).
    """
    mass = np.concatenate([[0.0], np.cumsum(weights)])
    moment = np.concatenate([[0.0], np.cumsum(weights * (values - values.mean()))])
    n = weights.size
    width = mass[None, :] - mass[:, None]
    forward = np.triu(np.ones((n + 1, n + 1), dtype=bool), 1)
    gain = np.full((n + 1, n + 1), -np.inf)
    gain[forward] = ((moment[None, :] - moment[:, None])[forward] ** 2) / width[forward]
    best, choices = gain[0], []
    for _ in range(count - 1):
        total = best[:, None] + gain
        choices.append(np.argmax(total, axis=0))
        best = np.max(total, axis=0)
    cuts, end = [], n
    for choice in reversed(choices):
        end = int(choice[end])
        cuts.append(end)
    return cuts[::-1]
