"""Cohen's kappa of two raters, plain and weighted, with its standard errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from synthscope.errors import InputError
from synthscope.studies.agreement.tables import checked
from synthscope.studies.agreement.weights import Weights, weight_matrix


@dataclass(frozen=True)
class CohenKappa:
    """Kappa of two raters.

    Parameters
    ----------
    se, low, high : float
        Asymptotic standard error and the interval from it.
    se_chance, z, p_value : float
        Standard error where there is no agreement, and the test against it.
    observed, expected : float
        (Weighted) part of agreeing answers, and what chance would give.
    """

    value: float
    se: float
    low: float
    high: float
    se_chance: float
    z: float
    p_value: float
    observed: float
    expected: float
    n: int


def confusion(
    first: np.ndarray, second: np.ndarray, categories: Sequence[float] | np.ndarray | None = None
) -> np.ndarray:
    """Count pairs of answers, shape (K, K): the first rater's in rows, the second's in columns.

    Cases that one of them has not answered are left out.

    Parameters
    ----------
    first, second : ndarray, shape (N,)
    categories : sequence, optional
        All that could be answered; those that were used, if left out.
    """
    both = checked(np.stack([np.asarray(first, float), np.asarray(second, float)]), cases=1)
    both = both[:, np.isfinite(both).all(axis=0)]
    if not both.size:
        raise InputError("No case was answered by both raters; kappa needs cases that both have seen.")
    known = np.unique(both) if categories is None else np.unique(np.asarray(categories, float))
    if not np.isin(both, known).all():
        strange = both[~np.isin(both, known)][0]
        raise InputError(f"The answer {strange:g} is none of the categories; add it to them.")
    found = np.zeros((len(known), len(known)))
    np.add.at(found, tuple(np.searchsorted(known, both)), 1)
    return found


def cohen_kappa(table: np.ndarray, weights: Weights = "none", *, level: float = 0.95) -> CohenKappa:
    """Give Cohen's kappa (Cohen 1960, 1968) of a table of two raters' answers.

    Standard errors: Fleiss, Cohen & Everitt 1969, Psychological Bulletin 72:323.

    Parameters
    ----------
    table : ndarray, shape (K, K)
        Counts; see `confusion`.
    weights : {"none", "linear", "quadratic"}
        By the distance of ranks.

    Raises
    ------
    InputError
        If the table is not square, holds negative counts or none at all.
    """
    counts = np.asarray(table, float)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or (counts < 0).any() or counts.sum() <= 0:
        raise InputError(f"A table of {counts.shape} is no table of two raters; give counts (K, K) of both's answers.")
    n, share = counts.sum(), counts / counts.sum()
    weight = weight_matrix(len(counts), weights)
    row, column = share.sum(axis=1), share.sum(axis=0)
    chance = np.outer(row, column)
    observed, expected = float((weight * share).sum()), float((weight * chance).sum())
    if 1 - expected < 1e-12:
        nan = float("nan")
        return CohenKappa(nan, nan, nan, nan, nan, nan, nan, observed, expected, int(n))
    value = (observed - expected) / (1 - expected)
    mean = (weight @ column)[:, None] + (row @ weight)[None, :]
    spread = (share * (weight - mean * (1 - value)) ** 2).sum() - (value - expected * (1 - value)) ** 2
    null = (chance * (weight - mean) ** 2).sum() - expected**2
    se, se_chance = (float(np.sqrt(max(v, 0.0) / n) / (1 - expected)) for v in (spread, null))
    z = value / se_chance if se_chance > 0 else float("nan")
    reach = se * float(stats.norm.ppf((1 + level) / 2))
    low, high = max(value - reach, -1.0), min(value + reach, 1.0)
    p_value = float(2 * stats.norm.sf(abs(z)))
    return CohenKappa(value, se, low, high, se_chance, z, p_value, observed, expected, int(n))
