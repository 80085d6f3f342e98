"""Scores, odds and ranks as estimates: intervals that hold for all ranks at once, and those of drawn raters."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.stats import rankdata
from scipy.stats import t as student

from synthscope.errors import InputError
from synthscope.records.study_ratings import Estimate
from synthscope.studies.ranking.bradley_terry import Preferences

DRAWS = 20_000
"""Of the largest standardised difference under the fit's covariance."""
TITLES = {"side": "Pull to the left side", "tie": "Readiness to say no difference"}
CITATION = "Klein, Wright & Wieczorek 2020, JRSS A 183:589"


def score_estimates(fit: Preferences, base: str = "", *, level: float = 0.95) -> tuple[Estimate, ...]:
    """Give the score of each item, and the extras.

    Parameters
    ----------
    base : str
        Scores are given less that of this item; empty: about their mean.

    Returns
    -------
    tuple of Estimate
        ``preference`` for each item, then the extras by their names. Intervals are Student's t with the
        degrees of freedom of the fit, or Wald's without raters.
    """
    values, errors = fit.scores, np.sqrt(np.diag(fit.score_covariance))
    if base:
        values, errors = fit.against(base)
    title = "Preference score" + (f" against {base}" if base else " about the mean")
    rows = [
        _row(fit, "preference", title, item, (float(v), float(e)), level)
        for item, v, e in zip(fit.items, values, errors, strict=True)
        if item != base
    ]
    rows += [_row(fit, name, TITLES.get(name, f"Effect of {name}"), "", fit.term(name), level) for name in fit.names]
    return tuple(rows)


def _row(
    fit: Preferences, name: str, title: str, subject: str, found: tuple[float, float], level: float
) -> Estimate:
    value, se = found
    reach = se * float(student.ppf((1 + level) / 2, fit.df))
    p_value = float(2 * student.sf(abs(value) / se, fit.df)) if se > 0 else np.nan
    return Estimate(
        name, title, value, value - reach, value + reach, fit.n, fit.method, subject, se=se, df=fit.df,
        statistic=value / se if se > 0 else np.nan, p_value=p_value, level=level,
        random=fit.random, caveats=fit.caveats,
    )  # fmt: skip


def rank_estimates(fit: Preferences, rng: np.random.Generator, *, level: float = 0.95) -> tuple[Estimate, ...]:
    """Give the rank of each item, 1 for the best, with intervals that hold for all items at once.

    An item's best rank is one more than the items that are better beyond doubt; its worst leaves out those that are
    worse beyond doubt. Doubt is the quantile of the largest standardised difference over all pairs.
    """
    k = len(fit.items)
    difference = fit.scores[:, None] - fit.scores[None]
    cover = fit.score_covariance
    error = np.sqrt(np.maximum(np.diag(cover)[:, None] + np.diag(cover)[None] - 2 * cover, 0))
    beyond = difference > simultaneous_quantile(fit, rng, level) * error
    best, worst = 1 + beyond.sum(axis=0), k - beyond.sum(axis=1)
    rank = rankdata(-fit.scores, method="min")
    return tuple(
        Estimate(
            "rank", "Rank", float(rank[i]), float(best[i]), float(worst[i]), fit.n,
            f"{fit.method}; ranks from simultaneous intervals of all differences", fit.items[i], level=level,
            random=fit.random, caveats=fit.caveats, citation=CITATION,
        )
        for i in range(k)
    )  # fmt: skip


def simultaneous_quantile(fit: Preferences, rng: np.random.Generator, level: float, draws: int = DRAWS) -> float:
    """Give the quantile of the largest standardised difference between any two scores, by drawing from the fit."""
    values, vectors = np.linalg.eigh(fit.score_covariance)
    root = vectors * np.sqrt(np.maximum(values, 0))
    moved = rng.standard_normal((draws, len(values))) @ root.T
    if np.isfinite(fit.df):
        moved /= np.sqrt(rng.chisquare(fit.df, (draws, 1)) / fit.df)
    cover = fit.score_covariance
    one, two = np.triu_indices(len(values), 1)
    error = np.sqrt(np.diag(cover)[one] + np.diag(cover)[two] - 2 * cover[one, two])
    ratio = np.abs(moved[:, one] - moved[:, two]) / np.where(error > 0, error, np.inf)
    return float(np.quantile(ratio.max(axis=1), level))


def drawn_estimates(
    fit: Preferences, draws: np.ndarray, *, level: float = 0.95
) -> tuple[tuple[Estimate, ...], tuple[Estimate, ...]]:
    """Give scores and ranks with percentile intervals over drawn raters; see `drawing.resample_raters`.

    Parameters
    ----------
    draws : ndarray of float, shape (count, k)

    Returns
    -------
    tuple
        Of the ``preference`` and of the ``rank`` estimates.
    """
    if draws.ndim != 2 or draws.shape[1] != len(fit.items):
        raise InputError(f"Draws of shape {draws.shape} do not fit {len(fit.items)} items; use resample_raters.")
    tail = [(1 - level) / 2, (1 + level) / 2]
    scores = np.quantile(draws, tail, axis=0)
    places = np.quantile(rankdata(-draws, axis=1, method="min"), tail, axis=0, method="nearest")
    words = f"{fit.method}; percentiles over {len(draws)} draws of raters"
    rank = rankdata(-fit.scores, method="min")
    first = Estimate("preference", "Preference score about the mean", 0.0, n=fit.n, method=words, level=level,
                     random=("raters",), caveats=fit.caveats)  # fmt: skip

    def row(name: str, title: str, i: int, value: float, ends: np.ndarray) -> Estimate:
        return replace(
            first, name=name, title=title, subject=fit.items[i], value=float(value), low=float(ends[0]),
            high=float(ends[1]),
        )  # fmt: skip

    found = tuple(row("preference", first.title, i, v, scores[:, i]) for i, v in enumerate(fit.scores))
    return found, tuple(row("rank", "Rank", i, v, places[:, i]) for i, v in enumerate(rank))
