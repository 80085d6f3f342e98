"""Does a stack go on from slice to slice: steps between slices that were made, over those of the stack itself."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

from synthscope.imaging.channels import check_mask, with_channels

BLOCK = 16
"""Side (voxels) of the cubes of which each counts as one observation: steps nearby are alike."""
FEWEST = 2
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Ratio:
    """A ratio of mean steps with its 95 % interval; `blocks` is how many cubes the numerator is worth.

    Not a number where there are no such steps, or, for the interval, fewer than `FEWEST` cubes above or below. A cube
    of which little was made is worth little: n is (sum of sizes)^2 / sum of squared sizes (Kish 1965).
    """

    value: float
    low: float
    high: float
    blocks: float


@dataclass(frozen=True)
class SliceRatios:
    """Steps between slices over the same steps of the known stack: 1 is like the stack itself.

    Parameters
    ----------
    within : Ratio
        Steps between two voxels that were both made: below 1 the result changes too little from slice to slice.
    border : Ratio
        Steps from a known slice to one that was made: above 1 the join shows.
    lag : int
        The distance of the compared slices: 1, or the smallest at which the stack has two known ones.
    """

    within: Ratio
    border: Ratio
    lag: int


def slice_ratios(image: np.ndarray, mask: np.ndarray) -> SliceRatios:
    """Compare the changes from slice to slice where a stack was made with those where it is known.

    ``mean |u(z + lag) - u(z)|`` over the pairs of which both voxels, or one, were made, divided by that over the pairs
    of which both are known: the convention of `seams.seam_ratio`, along z alone. Between slices that were put in
    between known ones the stack itself has no neighbours; there `lag` is the distance of the known ones.

    The interval is that of a ratio of two ratio estimators over cubes of `BLOCK` voxels (Cochran 1977, Sampling
    Techniques, section 2.11, for each), on the logarithm, with Student's t: cubes count as independent, so that
    it is too narrow where structures are larger than a cube.

    Parameters
    ----------
    image : ndarray (Z, Y, X[, C])
        Steps are averaged over channels.
    mask : ndarray of bool (Z, Y, X)
        What was made.
    """
    check_mask(image, mask)
    mask = np.asarray(mask, bool)
    values = with_channels(image, mask.ndim)
    for lag in range(1, mask.shape[0]):
        known = ~mask[:-lag] & ~mask[lag:]
        if known.any():
            step = np.abs(values[lag:] - values[:-lag]).mean(axis=-1)
            below = _Mean.of(step, known)
            within = _Mean.of(step, mask[:-lag] & mask[lag:])
            border = _Mean.of(step, mask[:-lag] != mask[lag:])
            return SliceRatios(_ratio(within, below), _ratio(border, below), lag)
    nothing = Ratio(math.nan, math.nan, math.nan, 0)
    return SliceRatios(nothing, nothing, 1)


def layer_ratio(image: np.ndarray, factor: int) -> Ratio:
    """Say whether a stack of which each measured slice was made `factor` finer ones shows where those were cut.

    Steps across the borders of the measured slices over steps inside of them; 1 says that they do not show.

    Parameters
    ----------
    image : ndarray (Z, Y, X[, C])
        Its slices ``0 .. factor - 1`` were one measured slice, and so on.
    """
    values = with_channels(image, 3)
    step = np.abs(values[1:] - values[:-1]).mean(axis=-1)
    cut = (np.arange(1, values.shape[0]) % factor == 0)[:, None, None]
    across = np.broadcast_to(cut, step.shape)
    return _ratio(_Mean.of(step, across), _Mean.of(step, ~across))


@dataclass(frozen=True)
class _Mean:
    """A mean over voxels, the variance of that mean over cubes, and how many equal cubes its unequal ones are worth."""

    value: float
    variance: float
    blocks: float

    @classmethod
    def of(cls, step: np.ndarray, chosen: np.ndarray) -> _Mean:
        """Average the chosen steps."""
        if not chosen.any():
            return cls(math.nan, math.nan, 0)
        count, sums = _in_cubes(chosen), _in_cubes(np.where(chosen, step, 0))
        count, sums = count[count > 0], sums[count > 0]
        mean, n = float(sums.sum() / count.sum()), float(count.sum()) ** 2 / float((count**2).sum())
        spread = float(((sums - mean * count) ** 2).sum()) / float(count.sum()) ** 2
        return cls(mean, spread * n / (n - 1) if n >= FEWEST else math.nan, n)


def _in_cubes(values: np.ndarray) -> np.ndarray:
    """Sum over cubes of `BLOCK`."""
    for axis, n in enumerate(values.shape):
        values = np.add.reduceat(values, np.arange(0, n, BLOCK), axis=axis, dtype=float)
    return values


def _ratio(above: _Mean, below: _Mean) -> Ratio:
    if not above.blocks or not below.blocks:
        return Ratio(math.nan, math.nan, math.nan, above.blocks)
    if below.value == 0:
        return Ratio(1.0 if above.value == 0 else math.inf, math.nan, math.nan, above.blocks)
    value = above.value / below.value
    fewest = min(above.blocks, below.blocks)
    if fewest < FEWEST or above.value == 0:
        return Ratio(value, math.nan, math.nan, above.blocks)
    error = math.sqrt(above.variance / above.value**2 + below.variance / below.value**2)
    wide = math.exp(float(stats.t.ppf((1 + CONFIDENCE) / 2, fewest - 1)) * error)
    return Ratio(value, value / wide, value * wide, above.blocks)
