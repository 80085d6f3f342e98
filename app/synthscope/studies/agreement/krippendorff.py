"""Krippendorff's alpha: any number of raters, missing answers, four levels of measurement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from synthscope.errors import InputError
from synthscope.studies.agreement.tables import Counts, counts_of
from synthscope.studies.resampling import coefficient_interval, each, jackknife

Measurement = Literal["nominal", "ordinal", "interval", "ratio"]
MEASUREMENTS: tuple[Measurement, ...] = ("nominal", "ordinal", "interval", "ratio")


@dataclass(frozen=True)
class Alpha:
    """Alpha with its jackknife interval over cases; `n` cases have two answers or more."""

    value: float
    low: float
    high: float
    se: float
    n: int


def krippendorff_alpha(
    ratings: np.ndarray,
    measurement: Measurement,
    *,
    level: float = 0.95,
) -> Alpha:
    """Give Krippendorff's alpha (Krippendorff 2011, Computing Krippendorff's alpha-reliability).

    Parameters
    ----------
    ratings : ndarray, shape (R, N)
        Raters in rows, cases in columns; a transposed table gives a wrong alpha without a sign of it. Not a number
        where there is no answer.
    measurement : {"nominal", "ordinal", "interval", "ratio"}

    Returns
    -------
    Alpha
        Not a number where all answers are the same. Its interval is over cases, see `coefficient_interval`.

    Raises
    ------
    InputError
        If no case has two answers, or a ratio is asked of values below zero.
    """
    counts = _paired(counts_of(ratings))
    if measurement == "ratio" and (counts.categories < 0).any():
        raise InputError(f"A ratio scale starts at 0, and {counts.categories[0]:g} was answered; use interval.")
    cases = len(counts.table)
    found = jackknife(lambda weights: weighted_alpha(counts, measurement, weights), each(cases))
    return Alpha(found.value, *coefficient_interval(found, level), found.se, cases)


def weighted_alpha(counts: Counts, measurement: Measurement, draws: np.ndarray) -> np.ndarray:
    """Give alpha of many draws of the cases.

    Parameters
    ----------
    counts : Counts
        Of cases with two answers or more.
    draws : ndarray, shape (B, N)
        How often each case was drawn.

    Returns
    -------
    ndarray, shape (B,)
    """
    table = counts.table
    share = 1 / (counts.raters - 1)
    margins = draws @ table
    fixed = None if measurement == "ordinal" else squared_distance(counts.categories, measurement, margins[0])
    found = np.full(len(draws), np.nan)
    if fixed is not None:
        observed = draws @ (((table @ fixed) * table).sum(axis=1) * share)
        expected = ((margins @ fixed) * margins).sum(axis=1)
        total = margins.sum(axis=1)
        np.divide((total - 1) * observed, expected, out=found, where=expected > 0)
        return np.asarray(1 - found)
    for i, (weight, margin) in enumerate(zip(draws, margins, strict=True)):
        distance = squared_distance(counts.categories, measurement, margin)
        coincidence = (table * (weight * share)[:, None]).T @ table
        expected = margin @ distance @ margin
        if expected > 0:
            found[i] = (margin.sum() - 1) * (coincidence * distance).sum() / expected
    return np.asarray(1 - found)


def squared_distance(values: np.ndarray, measurement: Measurement, margin: np.ndarray) -> np.ndarray:
    """Give the squared difference of every two values, shape (K, K) (Krippendorff 2011).

    Parameters
    ----------
    values : ndarray, shape (K,)
        In rising order.
    margin : ndarray, shape (K,)
        How often each was answered; only ordinal differences depend on it.
    """
    one, other = np.meshgrid(values, values, indexing="ij")
    if measurement == "nominal":
        return np.asarray(one != other, float)
    if measurement == "interval":
        return np.asarray((one - other) ** 2)
    if measurement == "ratio":
        total = one + other
        return np.asarray(np.divide(one - other, total, out=np.zeros_like(one), where=total != 0) ** 2)
    if measurement == "ordinal":
        middle = np.cumsum(margin) - margin / 2
        return np.asarray((middle[:, None] - middle[None, :]) ** 2)
    raise InputError(f"Measurement {measurement!r} is not known; use {', '.join(MEASUREMENTS)}.")


def _paired(counts: Counts) -> Counts:
    return Counts(counts.table[counts.raters >= 2], counts.categories)
