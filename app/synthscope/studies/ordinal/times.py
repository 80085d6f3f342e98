"""Answer times: which are left out, and how arm, correctness and practice change the rest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from synthscope.errors import InputError
from synthscope.records.study_ratings import Estimate
from synthscope.studies.ordinal.categories import arm_columns
from synthscope.studies.ordinal.crossing import RandomTerm
from synthscope.studies.ordinal.linear_mixed import LinearFit, fit_linear_mixed

FASTEST = 200.0
MADS = 3.0
NORMAL_MAD = 1.482602218505602
"""Median absolute deviations times this are standard deviations of a normal distribution: 1 / Phi^-1(3/4)."""


@dataclass(frozen=True, eq=False)
class CleanTimes:
    """Which answers are kept, and how many were left out for which reason.

    Parameters
    ----------
    kept : ndarray of bool, shape (n,)
    missing, fast, far : int
        Without a time; below the fastest; further from the rater's median than the limit.
    """

    kept: np.ndarray
    missing: int
    fast: int
    far: int


def clean_times(times: np.ndarray, raters: np.ndarray, *, fastest: float = FASTEST, mads: float = MADS) -> CleanTimes:
    """Leave out anticipations, and times far from the rater's own median on the logarithmic scale.

    Parameters
    ----------
    times : ndarray of float, shape (n,)
        Milliseconds; not a number where there is none.
    raters : ndarray, shape (n,)
    fastest : float
        Milliseconds below which nobody has seen the image.
    mads : float
        Median absolute deviations, scaled to standard deviations of a normal distribution (Leys et al. 2013).
    """
    times = np.asarray(times, float)
    _, who = np.unique(np.asarray(raters), return_inverse=True)
    there = np.isfinite(times) & (times > 0)
    slow = there & (times >= fastest)
    logs = np.log(np.where(slow, times, 1.0))
    kept = slow.copy()
    for rater in range(who.max() + 1 if len(who) else 0):
        mine = slow & (who == rater)
        if mine.any():
            away = np.abs(logs[mine] - np.median(logs[mine]))
            kept[mine] = away <= mads * NORMAL_MAD * np.median(away) if np.median(away) > 0 else True
    return CleanTimes(kept, int((~there).sum()), int((there & ~slow).sum()), int((slow & ~kept).sum()))


@dataclass(frozen=True, eq=False)
class TimeModel:
    """Of log answer times: the fit, its slopes as ratios, and what was left out."""

    fit: LinearFit
    estimates: tuple[Estimate, ...]
    clean: CleanTimes


def fit_times(
    times: np.ndarray, arms: np.ndarray, correct: np.ndarray, ordinals: np.ndarray, raters: np.ndarray,
    cases: np.ndarray, *, fastest: float = FASTEST, mads: float = MADS, level: float = 0.95,
) -> TimeModel:
    """Fit ``log time ~ arm * correct + trial`` with raters and cases at random.

    Parameters
    ----------
    times : ndarray of float, shape (n,)
        Milliseconds.
    arms, raters, cases : ndarray, shape (n,)
    correct : ndarray of bool, shape (n,)
        Leave every answer True where there is no truth: the column then drops out.
    ordinals : ndarray, shape (n,)
        Count the trials of each rater.

    Returns
    -------
    TimeModel
        Its estimates are ``time-ratio`` by subject: 0.8 means 20 % faster than the base arm (or than wrong answers,
        or than one standard deviation of trials before). Fast and right is the mark of an overt artefact.
    """
    clean = clean_times(times, raters, fastest=fastest, mads=mads)
    kept = clean.kept
    if kept.sum() < 3:
        raise InputError(f"{int(kept.sum())} answer times are left after cleaning; a model of times needs more.")
    design, names = _columns(np.asarray(arms)[kept], np.asarray(correct)[kept], np.asarray(ordinals)[kept])
    terms = [RandomTerm("rater", np.asarray(raters)[kept]), RandomTerm("case", np.asarray(cases)[kept])]
    fit = fit_linear_mixed(np.log(np.asarray(times, float)[kept]), design, names, terms)
    words = (
        f"linear mixed model of log times, restricted likelihood, random rater and case; {clean.fast} answers under "
        f"{fastest:g} ms and {clean.far} beyond {mads:g} median absolute deviations left out"
    )
    return TimeModel(fit, tuple(_ratio(fit, k, words, level) for k in range(1, len(names))), clean)


def _columns(arms: np.ndarray, correct: np.ndarray, ordinals: np.ndarray) -> tuple[np.ndarray, tuple[str, ...]]:
    others, names = arm_columns([str(arm) for arm in arms])
    right = correct.astype(float)
    trial = (ordinals - ordinals.mean()) / (ordinals.std() or 1.0)
    columns = [("constant", np.ones(len(right))), *zip(names, others.T, strict=True), ("trial", trial)]
    both = ((f"{name} and correct", column * right) for name, column in zip(names, others.T, strict=True))
    columns += [("correct", right), *both]
    chosen: list[tuple[str, np.ndarray]] = []
    for name, column in columns:
        wider = np.column_stack([*(c for _, c in chosen), column])
        if np.linalg.matrix_rank(wider) == wider.shape[1]:
            chosen.append((name, column))
    return np.column_stack([c for _, c in chosen]), tuple(name for name, _ in chosen)


def _ratio(fit: LinearFit, k: int, words: str, level: float) -> Estimate:
    value, se = float(fit.slopes[k]), float(fit.errors[k])
    reach = se * float(norm.ppf((1 + level) / 2))
    low, middle, high = np.exp([value - reach, value, value + reach])
    return Estimate(
        "time-ratio", "Ratio of answer times", float(middle), float(low), float(high), fit.n, words, fit.names[k],
        se=se, statistic=value / se, p_value=float(2 * norm.sf(abs(value) / se)), level=level,
        random=("raters", "cases"),
    )  # fmt: skip
