"""Correlations of a metric with ratings: by rank and by value, of many draws at once, with permutation tests."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from math import factorial

import numpy as np
from scipy.stats import kendalltau, rankdata
from scipy.stats import t as student

from synthscope.errors import InputError

Statistic = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""From metric and ratings, both (draws, n), to one number for each draw."""
EXACT = 7
"""Up to so many items all orders are tried."""
FEWEST = 3
SIGNS = 1_000_000
"""Signs of differences that are held at a time; longer rows are correlated one by one."""


def pearson(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Correlate rows, shapes (..., n); not a number where a row does not vary."""
    a, b = one - one.mean(axis=-1, keepdims=True), other - other.mean(axis=-1, keepdims=True)
    scale = np.sqrt((a * a).sum(axis=-1) * (b * b).sum(axis=-1))
    size = np.maximum(np.abs(one).max(axis=-1), 1e-300) * np.maximum(np.abs(other).max(axis=-1), 1e-300)
    varies = scale > 1e-14 * size * one.shape[-1]
    return np.asarray(np.divide((a * b).sum(axis=-1), scale, out=np.full(np.shape(scale), np.nan), where=varies))


def spearman(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Correlate ranks of rows, shapes (..., n); ties share their mean rank."""
    return pearson(rankdata(one, axis=-1), rankdata(other, axis=-1))


def kendall(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Give Kendall's tau-b of rows, shapes (..., n)."""
    rows, peers = np.atleast_2d(np.asarray(one, float)), np.atleast_2d(np.asarray(other, float))
    step = SIGNS // max(rows.shape[1] ** 2, 1)
    if step:
        parts = [_of_signs(rows[i : i + step], peers[i : i + step]) for i in range(0, len(rows), step)]
        found = np.concatenate(parts) if parts else np.empty(0)
    else:
        found = np.array([kendalltau(a, b).statistic for a, b in zip(rows, peers, strict=True)])
    return found if np.ndim(one) > 1 else np.asarray(found[0])


def _of_signs(rows: np.ndarray, peers: np.ndarray) -> np.ndarray:
    """Give tau-b of many short rows at once, by the signs of all differences."""
    a, b = (np.sign(one[:, :, None] - one[:, None, :]) for one in (rows, peers))
    scale = np.sqrt((a * a).sum(axis=(1, 2)) * (b * b).sum(axis=(1, 2)))
    return np.asarray(np.divide((a * b).sum(axis=(1, 2)), scale, out=np.full(len(scale), np.nan), where=scale > 0))


def permutation_p(one: np.ndarray, other: np.ndarray, rng: np.random.Generator, draws: int = 2000) -> float:
    """Give the two-sided p of Spearman's correlation if the order had nothing to do with the ratings.

    All orders are tried up to 7 items; beyond, `draws` random ones, the observed order among them.
    """
    check_items(one, other)
    n, ranks = len(one), rankdata(other)
    seen = abs(float(spearman(one, other)))
    if not np.isfinite(seen):
        return float("nan")
    if n <= EXACT:
        orders = ranks[np.array(list(permutations(range(n))))]
        found = np.abs(spearman(np.broadcast_to(one, orders.shape), orders))
        return float((found >= seen - 1e-12).sum() / factorial(n))
    at_least, step = 0, max(1, 2_000_000 // n)
    for start in range(0, draws, step):
        shuffled = rng.permuted(np.tile(ranks, (min(step, draws - start), 1)), axis=1)
        found = np.abs(pearson(np.broadcast_to(rankdata(one), shuffled.shape), shuffled))
        at_least += int((found >= seen - 1e-12).sum())
    return (at_least + 1) / (draws + 1)


def check_items(metric: np.ndarray, ratings: np.ndarray) -> None:
    """Refuse what cannot be correlated."""
    if len(metric) != len(ratings):
        raise InputError(f"A metric of {len(metric)} items cannot stand beside ratings of {len(ratings)}.")
    if len(metric) < FEWEST:
        raise InputError(f"{len(metric)} items have no correlation; at least {FEWEST} are needed.")
    if not (np.isfinite(metric).all() and np.isfinite(ratings).all()):
        raise InputError("A metric or a mean rating is not finite; leave those items out.")


def partial_spearman(metric: np.ndarray, ratings: np.ndarray, nuisance: np.ndarray) -> tuple[float, float]:
    """Correlate ranks with those of trivial properties taken out.

    Parameters
    ----------
    metric, ratings : ndarray of float, shape (n,)
    nuisance : ndarray of float, shape (n, k)
        Such as mean, contrast and sharpness of the image.

    Returns
    -------
    tuple of float
        The correlation and its p, by Student's t with n - 2 - k degrees of freedom.
    """
    check_items(metric, ratings)
    extra = np.asarray(nuisance, float).reshape(len(metric), -1)
    ranks = rankdata(np.column_stack([metric, ratings, extra]), axis=0)
    plain = np.column_stack([np.ones(len(metric)), ranks[:, 2:]])
    free = len(metric) - 1 - plain.shape[1]
    if free < 1:
        raise InputError(f"{len(metric)} items cannot carry {plain.shape[1] - 1} nuisances; use fewer.")
    basis = np.linalg.qr(plain)[0]
    one, other = (r - basis @ (basis.T @ r) for r in (ranks[:, 0], ranks[:, 1]))
    found = float(pearson(one, other))
    if not abs(found) < 1:
        return found, 0.0 if abs(found) == 1 else float("nan")
    return found, float(2 * student.sf(abs(found) * np.sqrt(free / (1 - found**2)), free))
