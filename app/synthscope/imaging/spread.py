"""How much candidates differ from each other: mean, standard deviation, disagreement about a phase."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from synthscope.errors import InputError, MaskError


@dataclass(frozen=True, eq=False)
class Spread:
    """Mean and standard deviation over `count` candidates.

    Both are float32, (Z, Y, X, C), in grey values; outside the mask `deviation` is 0 and `mean` is NaN.
    """

    mean: np.ndarray
    deviation: np.ndarray
    count: int


@dataclass(frozen=True, eq=False)
class Disagreement:
    """How candidates disagree about a thresholded phase.

    Parameters
    ----------
    fraction : ndarray (Z, Y, X, C) of float32
        Part of the candidates in which the voxel is at or above the threshold; NaN outside the mask.
    entropy : ndarray (Z, Y, X, C) of float32
        In bits: 0 where all agree, 1 where half do; 0 outside the mask.
    count : int
        Candidates.
    """

    fraction: np.ndarray
    entropy: np.ndarray
    count: int


def spread(candidates: Iterable[np.ndarray], mask: np.ndarray) -> Spread:
    """Give mean and sample standard deviation (N - 1) of candidates, one in memory at a time.

    Welford's update (Knuth, The Art of Computer Programming, vol. 2, 4.2.2), stable for large grey values.

    Parameters
    ----------
    candidates : iterable of ndarray (Z, Y, X, C)
        Of one shape; read once.
    mask : ndarray of bool (Z, Y, X)
        Voxels that were generated.

    Raises
    ------
    InputError
        If there are fewer than two candidates, or shapes differ.
    """
    count = 0
    mean = squares = np.zeros(0)
    shape: tuple[int, ...] = ()
    for candidate in candidates:
        values = _inside(candidate, mask, shape)
        count, shape = count + 1, candidate.shape
        if count == 1:
            mean, squares = values.copy(), np.zeros_like(values)
            continue
        away = values - mean
        mean += away / count
        squares += away * (values - mean)
    _check_count(count)
    deviation = np.sqrt(squares / (count - 1))
    return Spread(_filled(mean, mask, shape, np.nan), _filled(deviation, mask, shape, 0.0), count)


def disagreement(candidates: Iterable[np.ndarray], mask: np.ndarray, threshold: float) -> Disagreement:
    """Say how candidates disagree on which voxels belong to the phase at or above a threshold.

    Parameters as for `spread`; `threshold` is in grey values.
    """
    count = 0
    votes = np.zeros(0)
    shape: tuple[int, ...] = ()
    for candidate in candidates:
        above = (_inside(candidate, mask, shape) >= threshold).astype(np.float64)
        votes = above if count == 0 else votes + above
        count, shape = count + 1, candidate.shape
    _check_count(count)
    part = votes / count
    return Disagreement(_filled(part, mask, shape, np.nan), _filled(_entropy(part), mask, shape, 0.0), count)


def _entropy(part: np.ndarray) -> np.ndarray:
    """Binary entropy in bits."""
    rest = 1.0 - part
    logs = np.log2(np.where(part > 0, part, 1.0)), np.log2(np.where(rest > 0, rest, 1.0))
    bits: np.ndarray = -(part * logs[0] + rest * logs[1])
    positive: np.ndarray = np.abs(bits)  # no minus zero
    return positive


def _inside(candidate: np.ndarray, mask: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    if shape and candidate.shape != shape:
        raise InputError(f"Candidates have shapes {shape} and {candidate.shape}; give those of one run.")
    if candidate.shape[:-1] != mask.shape or mask.dtype != np.bool_:
        raise MaskError(
            f"A mask of shape {mask.shape} and type {mask.dtype} does not fit a candidate of {candidate.shape}."
        )
    values: np.ndarray = candidate[mask].astype(np.float64)
    return values


def _filled(values: np.ndarray, mask: np.ndarray, shape: tuple[int, ...], outside: float) -> np.ndarray:
    whole = np.full(shape, outside, dtype=np.float32)
    whole[mask] = values
    return whole


def _check_count(count: int) -> None:
    if count < 2:
        raise InputError(f"{count} candidate(s) show no spread; make at least two.")
