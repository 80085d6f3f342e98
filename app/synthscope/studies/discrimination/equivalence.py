"""Is it as good as chance: two one-sided tests inside a margin, and how many answers they need."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from synthscope.errors import InputError


@dataclass(frozen=True)
class Equivalence:
    """Two one-sided tests (Schuirmann 1987) of lying within `margin` of `middle`.

    Parameters
    ----------
    low, high : float
        Interval at 1 - 2 alpha: inside the margins exactly where the test succeeds.
    p_value : float
        The larger of the two.
    equivalent : bool
        Whether it is below alpha. Where it is not, nothing is shown: neither a difference nor its absence.
    """

    value: float
    low: float
    high: float
    margin: float
    middle: float
    p_lower: float
    p_upper: float
    p_value: float
    equivalent: bool


def equivalence(
    value: float, se: float, margin: float, *, middle: float = 0.5, df: float = float("inf"), alpha: float = 0.05
) -> Equivalence:
    """Test an estimate with its standard error, such as an area under the curve or a part with crossed variance.

    Parameters
    ----------
    df : float
        Degrees of freedom of Student's t; infinite for the normal distribution.
    margin : float
        Fixed before the study; see `AnalysisPlan.margin`.
    """
    _check(margin, alpha)
    if not se >= 0:
        raise InputError(f"A standard error of {se:g} cannot be tested with; it needs two raters and cases at least.")
    spread = max(se, 1e-300)
    p_lower = float(stats.t.sf((value - middle + margin) / spread, df))
    p_upper = float(stats.t.cdf((value - middle - margin) / spread, df))
    reach = se * float(stats.t.isf(alpha, df))
    return _made(value, value - reach, value + reach, margin, middle, p_lower, p_upper, alpha)


def exact_equivalence(
    right: int, trials: int, margin: float, *, middle: float = 0.5, alpha: float = 0.05
) -> Equivalence:
    """Test counts of independent answers by two exact binomial tests.

    Its interval is that of Clopper & Pearson at 1 - 2 alpha.
    """
    _check(margin, alpha)
    if not 0 <= right <= trials or trials < 1:
        raise InputError(f"There are {right} right answers of {trials}; give counts from 0 to the number of trials.")
    p_lower = float(stats.binom.sf(right - 1, trials, middle - margin))
    p_upper = float(stats.binom.cdf(right, trials, middle + margin))
    ends = stats.binomtest(right, trials).proportion_ci(1 - 2 * alpha, method="exact")
    return _made(right / trials, ends.low, ends.high, margin, middle, p_lower, p_upper, alpha)


def equivalence_trials(margin: float, *, alpha: float = 0.05, power: float = 0.8, effect: float = 1.0) -> int:
    """Give how many answers show a part of 1/2 to be within `margin`, by the normal approximation at no difference.

    ``(z_alpha + z_beta/2)^2 / 4 / margin^2`` (Chow, Shao & Wang 2008), times the design effect of
    answers that are not independent: 857 for five points, 215 for ten.

    Parameters
    ----------
    effect : float
        See `design_effect`.
    """
    _check(margin, alpha)
    z = float(stats.norm.isf(alpha) + stats.norm.isf((1 - power) / 2))
    return int(np.ceil(effect * z**2 / 4 / margin**2))


def exact_equivalence_power(trials: int, margin: float, *, correct: float = 0.5, alpha: float = 0.05) -> float:
    """Give the power of `exact_equivalence` where the part of right answers is `correct`."""
    right = np.arange(trials + 1)
    inside = (stats.binom.sf(right - 1, trials, 0.5 - margin) < alpha) & (
        stats.binom.cdf(right, trials, 0.5 + margin) < alpha
    )
    return float(stats.binom.pmf(right[inside], trials, correct).sum())


def exact_equivalence_trials(margin: float, *, alpha: float = 0.05, power: float = 0.8) -> int:
    """Give the smallest number of independent answers from which the exact test has that power, and keeps it.

    The power goes up and down with the number, so that a smaller one may do by luck; above this one all do, as far as
    a fifth above it.
    """
    middle = equivalence_trials(margin, alpha=alpha, power=power)
    tried = range(max(2, int(0.6 * middle)), int(1.5 * middle) + 20)
    enough = [exact_equivalence_power(n, margin, alpha=alpha) >= power for n in tried]
    return tried[len(enough) - 1 - enough[::-1].index(False) + 1]


def _made(
    value: float, low: float, high: float, margin: float, middle: float, p_lower: float, p_upper: float, alpha: float
) -> Equivalence:
    p_value = max(p_lower, p_upper)
    return Equivalence(
        value, float(low), float(high), margin, middle, p_lower, p_upper, p_value, bool(p_value < alpha)
    )


def _check(margin: float, alpha: float) -> None:
    if not 0 < margin < 0.5:
        raise InputError(f"A margin of {margin:g} is not between 0 and 0.5; use 0.05 or 0.1.")
    if not 0 < alpha < 0.5:
        raise InputError(f"A level of {alpha:g} is not between 0 and 0.5; use 0.05.")
