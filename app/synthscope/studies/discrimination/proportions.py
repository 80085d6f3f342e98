"""Parts of right answers: Wilson's interval, the pooled test and why not to use it, exact numbers of trials."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from synthscope.errors import InputError

MEASURED_TYPE_I = 0.337
"""Of the pooled test at 5 %: 8 raters, 120 images, logit deviations .35 and .6 (docs/study-statistics.md)."""
MOST_TRIALS = 2_000_000


def wilson_interval(right: float, trials: int, level: float = 0.95) -> tuple[float, float]:
    """Give Wilson's interval of a part (Newcombe 1998, Statistics in Medicine 17:857, method 3).

    For independent answers; answers of one rater, or to one image, are not.
    """
    if not 0 <= right <= trials or trials < 1:
        raise InputError(f"There are {right:g} right answers of {trials}; give counts from 0 to the number of trials.")
    z = float(stats.norm.ppf((1 + level) / 2))
    part, room = right / trials, 1 + z**2 / trials
    middle = (part + z**2 / (2 * trials)) / room
    reach = z / room * np.sqrt(part * (1 - part) / trials + z**2 / (4 * trials**2))
    return max(0.0, float(middle - reach)), min(1.0, float(middle + reach))


@dataclass(frozen=True)
class PooledTest:
    """Answers of all raters to all images as if they were independent, and how wrong that is here.

    Parameters
    ----------
    value, low, high, p_value : float
        Part of right answers, Wilson's interval, exact two-sided binomial test.
    design_effect : float
        Variance with raters and cases at random over the one that pooling assumes; 1 where pooling is right.
    effective : float
        How many independent answers those would be worth.
    warning : str
        To be shown wherever the test is.
    """

    value: float
    low: float
    high: float
    p_value: float
    n: int
    design_effect: float
    effective: float
    warning: str


def pooled_test(right: int, trials: int, variance: float, *, chance: float = 0.5, level: float = 0.95) -> PooledTest:
    """Test pooled counts against chance, with the warning that belongs to it.

    Parameters
    ----------
    variance : float
        Of the part of right answers, from the crossed analysis of the same answers (`crossed_mean`).
    """
    low, high = wilson_interval(right, trials, level)
    part = right / trials
    assumed = max(part * (1 - part), 0.25 / trials) / trials
    effect = max(variance, 0.0) / assumed
    warning = (
        f"This test takes {trials} answers as independent, which they are not: raters and images come in again. "
        f"With raters and cases at random the variance is {effect:.2g} times that. In simulated studies without a "
        f"difference it found one in {MEASURED_TYPE_I:.0%} instead of 5 %. Report the crossed test."
    )
    p_value = float(stats.binomtest(right, trials, chance).pvalue)
    return PooledTest(part, low, high, p_value, trials, effect, trials / max(effect, 1e-12), warning)


def design_effect(per_cluster: float, correlation: float) -> float:
    """Give ``1 + (m - 1) rho``: by how much m correlated answers widen a variance (Kish 1965)."""
    return 1 + (per_cluster - 1) * correlation


def trials_needed(correct: float, *, chance: float = 0.5, alpha: float = 0.05, power: float = 0.8) -> int:
    """Give the smallest number of independent trials whose exact one-sided binomial test has that power.

    The power of an exact test goes up and down with the number of trials; this is the first number that reaches it.

    Parameters
    ----------
    correct : float
        Part of right answers that is to be found, above chance.
    """
    if not chance < correct < 1:
        raise InputError(f"A part of {correct:g} right answers is not between chance ({chance:g}) and 1; give one.")
    guess = (stats.norm.isf(alpha) + stats.norm.ppf(power)) ** 2 * 0.25 / (correct - chance) ** 2
    top = int(4 * guess) + 64
    while top <= MOST_TRIALS:
        trials = np.arange(1, top)
        enough = np.flatnonzero(_exact_power(trials, correct, chance, alpha) >= power)
        if len(enough):
            return int(trials[enough[0]])
        top *= 2
    raise InputError(f"A part of {correct:g} is so near chance that {MOST_TRIALS} trials do not find it.")


def _exact_power(trials: np.ndarray, correct: float, chance: float, alpha: float) -> np.ndarray:
    critical = stats.binom.isf(alpha, trials, chance) + 1
    return np.asarray(stats.binom.sf(critical - 1, trials, correct))
