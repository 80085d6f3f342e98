"""Does a rater give the same answer twice: kappa, correlation, spread and limits of agreement of repeated trials."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy import stats

from synthscope.errors import InputError
from synthscope.studies.agreement.chance import corrected
from synthscope.studies.agreement.weights import Weights, weight_matrix
from synthscope.studies.resampling import RESAMPLES, Units, bootstrap, each, jackknife, percentile_interval, units_of


@dataclass(frozen=True)
class Interval:
    """A value and the ends of its bootstrap interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Limits:
    """Between which differences 95 % of repeats lie (Bland & Altman 1999), with the interval of each limit.

    Parameters
    ----------
    bias : float
        Mean of second minus first.
    """

    bias: float
    lower: float
    lower_low: float
    lower_high: float
    upper: float
    upper_low: float
    upper_high: float


@dataclass(frozen=True)
class Repeatability:
    """Of pairs of answers to the same trial.

    Parameters
    ----------
    same : Interval
        Part of pairs with the same answer twice.
    kappa, icc : Interval
        (Weighted) kappa and ICC(1,1); not numbers where all answers are the same.
    within_sd : Interval
        See `within_deviation`. Standard deviation of one rater's answers to one case, in steps of the scale: root of
        half the mean squared difference (Bland & Altman 1996).
    """

    same: Interval
    kappa: Interval
    icc: Interval
    within_sd: Interval
    limits: Limits
    n: int


def repeatability(
    first: np.ndarray,
    second: np.ndarray,
    rng: np.random.Generator,
    *,
    cases: np.ndarray | None = None,
    categories: Sequence[float] | None = None,
    weights: Weights = "quadratic",
    resamples: int = RESAMPLES,
    level: float = 0.95,
) -> Repeatability:
    """Compare answers with those to the same trials shown again.

    Parameters
    ----------
    first, second : ndarray, shape (n,)
        Pairs without both answers are left out.
    cases : ndarray, shape (n,), optional
        Pairs of one case are drawn together. Several raters' pairs may be given; each then counts as often as it is.

    Raises
    ------
    InputError
        If fewer than three pairs are whole, or shapes do not fit.
    """
    if np.shape(first) != np.shape(second) or np.ndim(first) != 1:
        raise InputError(f"Answers {np.shape(first)} and repeats {np.shape(second)} do not pair; give one of each.")
    pairs = np.stack([np.asarray(first, float), np.asarray(second, float)], axis=1)
    whole = np.isfinite(pairs).all(axis=1)
    pairs = pairs[whole]
    if len(pairs) < 3:
        raise InputError(f"{len(pairs)} trials were answered twice; repeatability needs 3 at least, so repeat more.")
    units = each(len(pairs)) if cases is None else units_of(np.asarray(cases)[whole])
    known = np.unique(pairs) if categories is None else np.unique(np.asarray(categories, float))
    first_is, second_is = (_indicators(column, known) for column in pairs.T)
    weight = weight_matrix(len(known), weights)

    def statistics(draws: np.ndarray) -> np.ndarray:
        parts = [
            _mean(draws, pairs[:, 0] == pairs[:, 1]),
            _kappa(draws, first_is, second_is, weight),
            _correlation(draws, pairs),
        ]
        return np.stack(parts, axis=1)

    values = statistics(np.ones((1, len(pairs))))[0]
    drawn = bootstrap(statistics, units, rng, resamples)
    same, kappa, icc = (
        Interval(float(value), *percentile_interval(column, units.count, level))
        for value, column in zip(values, drawn.T, strict=True)
    )
    spread = within_deviation(pairs[:, 1] - pairs[:, 0], units, level=level)
    limits = limits_of_agreement(pairs[:, 0], pairs[:, 1], level=level)
    return Repeatability(same, kappa, icc, spread, limits, len(pairs))


def within_deviation(difference: np.ndarray, units: Units, *, level: float = 0.95) -> Interval:
    """Give the root of half the mean squared difference, with an interval that is symmetric in its logarithm.

    The error of the logarithm is that of the jackknife over units, or that of normal differences,
    ``1 / sqrt(2 n)``, where that is larger: few squared differences seldom hold their largest ones, so that the
    jackknife alone is too small; Student's t.

    Parameters
    ----------
    difference : ndarray, shape (n,)
        Second less first answer.
    units : Units
        Pairs that are drawn together.
    """
    squares = np.asarray(difference, float) ** 2 / 2
    value = float(np.sqrt(squares.mean()))
    if value == 0:
        return Interval(value, value, value)
    found = jackknife(partial(_half_log, squares), units)
    if not np.isfinite(found.se):
        return Interval(value, float("nan"), float("nan"))
    error = max(found.se, 1 / float(np.sqrt(2 * len(squares))))
    reach = float(np.exp(error * stats.t.ppf((1 + level) / 2, found.df)))
    return Interval(value, value / reach, value * reach)


def limits_of_agreement(first: np.ndarray, second: np.ndarray, *, level: float = 0.95) -> Limits:
    """Give Bland & Altman's 95 % limits: mean difference plus and minus 1.96 standard deviations.

    The standard error of a limit is that of Bland & Altman 1999: ``s sqrt(1/n + 1.96^2 / (2 (n - 1)))``;
    its interval takes Student's t.

    Parameters
    ----------
    first, second : ndarray, shape (n,)
    level : float
        Of the intervals of the limits; the limits themselves always hold 95 %.
    """
    difference = np.asarray(second, float) - np.asarray(first, float)
    n = len(difference)
    if n < 3:
        raise InputError(f"Limits of agreement need 3 pairs at least and have {n}; repeat more trials.")
    bias, sd = float(difference.mean()), float(difference.std(ddof=1))
    far = float(stats.norm.ppf(0.975))
    reach = sd * float(np.sqrt(1 / n + far**2 / (2 * (n - 1)))) * float(stats.t.ppf((1 + level) / 2, n - 1))
    lower, upper = bias - far * sd, bias + far * sd
    return Limits(bias, lower, lower - reach, lower + reach, upper, upper - reach, upper + reach)


def _mean(draws: np.ndarray, of: np.ndarray) -> np.ndarray:
    return np.asarray(draws @ of / draws.sum(axis=1))


def _half_log(squares: np.ndarray, draws: np.ndarray) -> np.ndarray:
    """Give the logarithm of the root of the mean of draws; not finite where all of a draw are zero."""
    with np.errstate(divide="ignore"):
        return np.asarray(0.5 * np.log(_mean(draws, squares)))


def _indicators(answers: np.ndarray, known: np.ndarray) -> np.ndarray:
    if not np.isin(answers, known).all():
        raise InputError(f"The answer {answers[~np.isin(answers, known)][0]:g} is none of the categories; add it.")
    return np.asarray(answers[:, None] == known[None, :], float)


def _kappa(draws: np.ndarray, first: np.ndarray, second: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Weighted kappa of draws (B, n) of pairs, given as indicators (n, K) of their categories."""
    observed = _mean(draws, ((first @ weight) * second).sum(axis=1))
    total = draws.sum(axis=1, keepdims=True)
    expected = ((draws @ first / total @ weight) * (draws @ second / total)).sum(axis=1)
    return corrected(observed, expected)


def _correlation(draws: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    """ICC(1,1) of draws (B, n) of pairs (n, 2): mean squares between and within (Shrout & Fleiss 1979)."""
    middle = pairs.mean(axis=1) - pairs.mean()
    total = draws.sum(axis=1)
    within = _mean(draws, (pairs[:, 0] - pairs[:, 1]) ** 2) / 2
    between = 2 * (draws @ middle**2 - (draws @ middle) ** 2 / total) / (total - 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(between + within > 1e-12, (between - within) / (between + within), np.nan)
