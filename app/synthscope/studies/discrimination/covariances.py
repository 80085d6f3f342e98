"""Covariances of readers' areas over cases: by jackknife, by DeLong, and unbiased; all pairs at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from synthscope.errors import InputError
from synthscope.studies.discrimination.scores import Areas, ReaderScores, areas_of

CovarianceMethod = Literal["jackknife", "delong", "unbiased"]
METHODS: tuple[CovarianceMethod, ...] = ("jackknife", "delong", "unbiased")
AT_ONCE = 4_000_000
"""Comparisons that are held at a time; their products, multiples of 1/4, add up exactly in single precision."""


@dataclass(frozen=True)
class Components:
    """Of the errors of readers' areas (Obuchowski & Rockette 1995): variance, and covariance of two areas.

    Parameters
    ----------
    cov1, cov2, cov3 : float
        Same reader and other arm; same arm and other reader; both other.
    """

    variance: float
    cov1: float
    cov2: float
    cov3: float


def covariances(data: ReaderScores, method: CovarianceMethod = "jackknife") -> np.ndarray:
    """Give the covariance of every two areas, shape (T, R, T, R).

    Parameters
    ----------
    method : {"jackknife", "delong", "unbiased"}
        Leaving out one case after the other; DeLong, DeLong & Clarke-Pearson 1988; Gallas 2006 (U-statistics). Only the
        jackknife knows images of one case to belong together.

    Raises
    ------
    InputError
        If the method is not known, or cases have several images and it is not the jackknife.
    """
    areas = areas_of(data)
    grouped = len(np.unique(data.units)) < len(data.units)
    if grouped and method != "jackknife":
        raise InputError(f"Several images come from one case, which {method!r} does not know; use 'jackknife'.")
    if method == "jackknife":
        found = _jackknife(data, areas)
    elif method == "delong":
        found = _delong(data, areas)
    elif method == "unbiased":
        found = _unbiased(data, areas)
    else:
        raise InputError(f"Covariances by {method!r} are not known; use {', '.join(METHODS)}.")
    return found.reshape(data.arms, data.readers, data.arms, data.readers)


def components(matrix: np.ndarray) -> Components:
    """Average a matrix (T, R, T, R) over the pairs of each kind; those of two arms are 0 where there is one."""
    t, r = matrix.shape[:2]
    same_arm = np.eye(t, dtype=bool)[:, None, :, None] & np.ones((1, r, 1, r), bool)
    same_reader = np.eye(r, dtype=bool)[None, :, None, :] & np.ones((t, 1, t, 1), bool)

    def mean(chosen: np.ndarray) -> float:
        return float(matrix[chosen].mean()) if chosen.any() else 0.0

    return Components(
        mean(same_arm & same_reader), mean(~same_arm & same_reader), mean(same_arm & ~same_reader),
        mean(~same_arm & ~same_reader),
    )  # fmt: skip


def jackknife_covariance(without: np.ndarray) -> np.ndarray:
    """Give the covariance of figures (F,) that are known without each case in turn, shape (F, U)."""
    count = without.shape[1]
    spread = without - without.mean(axis=1, keepdims=True)
    return np.asarray((count - 1) / count * spread @ spread.T)


def left_out(data: ReaderScores, areas: Areas) -> np.ndarray:
    """Give the areas without each case in turn, shape (T R, U).

    A case with images of both kinds takes the comparisons of its own images out twice; they are put back once.
    """
    count = int(data.units.max()) + 1
    sums, sizes = [], []
    for kind in (data.positive, ~data.positive):
        indicator = np.zeros((int(kind.sum()), count))
        indicator[np.arange(len(indicator)), data.units[kind]] = 1
        placed = (areas.deviations[:, kind] + areas.values[:, None]) * areas.there[:, kind]
        sums.append(placed @ indicator)
        sizes.append(areas.there[:, kind] @ indicator)
    whole = [size.sum(axis=1, keepdims=True) for size in sizes]
    total = areas.values[:, None] * whole[0] * whole[1] - sums[0] * whole[1] - sums[1] * whole[0] + _own(data, count)
    room = (whole[0] - sizes[0]) * (whole[1] - sizes[1])
    if (room <= 0).any():
        raise InputError("One case holds all images of a kind, so that nothing is left without it; show more cases.")
    return np.asarray(total / room)


def _own(data: ReaderScores, count: int) -> np.ndarray:
    """Comparisons within each case, shape (T R, U)."""
    found = np.zeros((len(data.rows), count))
    both = np.intersect1d(data.units[data.positive], data.units[~data.positive])
    for unit in both:
        mine = data.units == unit
        kernel = _kernel(data.rows[:, mine & data.positive], data.rows[:, mine & ~data.positive])
        found[:, unit] = kernel.sum(axis=(1, 2))
    return found


def _jackknife(data: ReaderScores, areas: Areas) -> np.ndarray:
    return jackknife_covariance(left_out(data, areas))


def _delong(data: ReaderScores, areas: Areas) -> np.ndarray:
    found = np.zeros((len(areas.values),) * 2)
    for kind in (data.positive, ~data.positive):
        spread, there = areas.deviations[:, kind], areas.there[:, kind]
        shared, sizes = there @ there.T, there.sum(axis=1)
        factor = np.divide(shared, shared - 1, out=np.zeros_like(shared), where=shared > 1)
        found += spread @ spread.T * factor / np.outer(sizes, sizes)
    return found


def _unbiased(data: ReaderScores, areas: Areas) -> np.ndarray:
    """Product of two areas less the mean product of comparisons that share no image."""
    kinds = (data.positive, ~data.positive)
    there = [areas.there[:, kind] for kind in kinds]
    sizes, shared = [x.sum(axis=1) for x in there], [x @ x.T for x in there]
    pairs = np.outer(sizes[0], sizes[0]) * np.outer(sizes[1], sizes[1])
    products = np.outer(areas.values, areas.values)
    apart, room = products * pairs, pairs.copy()
    for k, kind in enumerate(kinds):
        other = sizes[1 - k]
        placed = (areas.deviations[:, kind] + areas.values[:, None]) * there[k] * other[:, None]
        apart -= placed @ placed.T
        room -= shared[k] * np.outer(other, other)
    apart += _same_comparison(data)
    room += shared[0] * shared[1]
    return np.asarray(products - apart / room)


def _same_comparison(data: ReaderScores) -> np.ndarray:
    """Sum over all comparisons of the product of two rows' results, shape (T R, T R)."""
    positive, negative = data.rows[:, data.positive], data.rows[:, ~data.positive]
    step = max(1, AT_ONCE // max(1, len(positive) * negative.shape[1]))
    found = np.zeros((len(positive),) * 2)
    for start in range(0, positive.shape[1], step):
        kernel = _kernel(positive[:, start : start + step], negative).reshape(len(positive), -1)
        found += kernel @ kernel.T
    return found


def _kernel(positive: np.ndarray, negative: np.ndarray) -> np.ndarray:
    """1 where the positive is above the negative, 1/2 where they tie, 0 where one is missing; (T R, P, Q)."""
    one, other = positive[:, :, None], negative[:, None, :]
    return np.asarray((one > other) + 0.5 * (one == other), np.float32)
