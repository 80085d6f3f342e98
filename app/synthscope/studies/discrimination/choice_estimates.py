"""Forced choices and thresholds as rows of a report: part of right answers, d', side bias, equivalence, exposure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.special import ndtri

from synthscope.errors import InputError
from synthscope.records.study_ratings import Estimate
from synthscope.studies.discrimination.choice import choice_sensitivity, d_of_correct
from synthscope.studies.discrimination.crossed import crossed_mean
from synthscope.studies.discrimination.equivalence import equivalence
from synthscope.studies.discrimination.proportions import pooled_test
from synthscope.studies.discrimination.threshold import FEW_READERS, Threshold, mean_threshold
from synthscope.studies.discrimination.yes_no_estimates import (
    BOTH,
    crossed_row,
    equivalence_row,
    few_readers,
    pooled_row,
    within_bounds,
)


def choice_estimates(
    right: np.ndarray,
    raters: Sequence[str],
    *,
    places: int = 2,
    cases: np.ndarray | None = None,
    subject: str = "",
    margin: float = 0.05,
    alpha: float = 0.05,
    level: float = 0.95,
) -> tuple[Estimate, ...]:
    """Give what a forced choice says of one arm.

    Parameters
    ----------
    right : ndarray, shape (R, N)
        1 where the real image was chosen, 0 where not, not a number where there is no answer.
    raters : sequence of str
        Names of the rows.
    places : int
        Images side by side.
    cases : ndarray, shape (N,) or (N, K), optional
        Trials that have a case in common belong together; each is one of its own, if left out. Of several images
        side by side, the case of each of them.

    Returns
    -------
    tuple of Estimate
        ``correct`` (raters and cases at random, against chance), ``choice-d-prime``, ``correct-equivalence``,
        ``pooled-binomial`` with its warning, ``reader-choice-d-prime`` of each rater.
    """
    table = np.asarray(right, float)
    units = None if cases is None else np.unique(np.asarray(cases), return_inverse=True)[1].reshape(np.shape(cases))
    found, chance = crossed_mean(table, units, null=1 / places, level=level), 1 / places
    few = few_readers(len(raters))
    d_value, d_low, d_high = (_d(end, places, found.n) for end in (found.value, found.low, found.high))
    hits = round(float(np.nansum(table)))
    rows = [
        within_bounds(crossed_row("correct", "Part of right answers", found, subject, level, few)),
        Estimate("choice-d-prime", "Sensitivity d'", d_value, d_low, d_high, found.n,
                 f"of the part of right answers among {places}; its ends are carried over", subject, level=level,
                 random=BOTH, caveats=few, citation="Hacker & Ratcliff 1979"),
        equivalence_row("correct-equivalence", equivalence(found.value, found.se, margin, middle=chance, df=found.df,
                        alpha=alpha), found.n, subject, alpha),
        pooled_row(pooled_test(hits, found.n, found.variance, chance=chance, level=level), subject, level),
    ]  # fmt: skip
    of = f"{subject}, " if subject else ""
    for name, row in zip(raters, table, strict=True):
        own = row[np.isfinite(row)]
        if len(own):
            one = choice_sensitivity(float(own.sum()), len(own), places, level=level)
            rows.append(
                Estimate("reader-choice-d-prime", "d' of a rater", one.d, one.low, one.high, one.n,
                         f"{one.correct:.1%} right; Wilson's interval carried over", f"{of}{name}", level=level,
                         random=("cases",))
            )  # fmt: skip
    return tuple(rows)


def side_bias(chose_left: np.ndarray, real_left: np.ndarray) -> tuple[float, float]:
    """Give d' and the bias c of a choice between left and right (Macmillan & Creelman 2005, chapter 7).

    Parameters
    ----------
    chose_left, real_left : ndarray of bool, shape (n,)
        Whether the left image was chosen, and whether it is the real one.

    Returns
    -------
    d, c : float
        c, on the axis of the decision, is below 0 for a liking of the left.
    """
    chosen, real = np.asarray(chose_left, bool), np.asarray(real_left, bool)
    if chosen.shape != real.shape or real.all() or not real.any():
        raise InputError("A side bias needs trials with the real image on either side; balance the sides.")
    hit = ndtri((chosen[real].sum() + 0.5) / (real.sum() + 1))
    false = ndtri((chosen[~real].sum() + 0.5) / ((~real).sum() + 1))
    return float((hit - false) / np.sqrt(2)), float(-(hit + false) / 2)


def threshold_estimates(
    thresholds: Mapping[str, Threshold], *, subject: str = "", level: float = 0.95
) -> tuple[Estimate, ...]:
    """Give exposures that raters need to tell an arm from real images.

    Parameters
    ----------
    thresholds : mapping
        From a rater to the threshold of this arm.

    Returns
    -------
    tuple of Estimate
        ``threshold-ms`` (geometric mean; only where three raters have one), then ``reader-threshold-ms`` of each.
    """
    rows: list[Estimate] = []
    if sum(one.determined for one in thresholds.values()) >= FEW_READERS:
        mean = mean_threshold(tuple(thresholds.values()), level=level)
        left = mean.left_out
        caveats = (f"{left} raters have no threshold (always right, or guessing) and are left out.",) if left else ()
        rows.append(
            Estimate("threshold-ms", "Exposure threshold (ms)", mean.value, mean.low, mean.high, mean.readers,
                     "geometric mean of raters, Student's t", subject, df=float(mean.df), level=level,
                     random=("raters",), caveats=caveats)
        )  # fmt: skip
    of = f"{subject}, " if subject else ""
    for name, one in thresholds.items():
        caveats = () if one.determined else ("The answers set no limit on one side: always right, or guessing.",)
        value, low, high = (end if np.isfinite(end) else float("nan") for end in (one.value, one.low, one.high))
        rows.append(
            Estimate("reader-threshold-ms", "Exposure threshold of a rater (ms)", value, low, high, one.n,
                     f"{one.target:.0%} right; likelihood with the slope integrated out", f"{of}{name}", level=level,
                     random=("cases",), caveats=caveats, citation="Kaernbach 1991, 2001")
        )  # fmt: skip
    return tuple(rows)


def _d(correct: float, places: int, n: int) -> float:
    """Carry a part of right answers over to d', kept half an answer away from 0 and 1."""
    return d_of_correct(min(max(correct, 0.5 / n), 1 - 0.5 / n), places)
