"""Drawing cases and raters anew: bootstrap weights by unit and stratum, and intervals from what they give."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy import stats

from synthscope.errors import InputError

RESAMPLES = 2000
AT_ONCE = 4_000_000
"""Weights that are held at a time."""
GROUPS = 400
"""That are left out one at a time, at most."""
LEAST_DEFINED = 0.9
"""Below this part of draws with a value there is no interval."""


@dataclass(frozen=True, eq=False)
class Units:
    """What is drawn together, such as all images of one specimen.

    Parameters
    ----------
    of : ndarray of int, shape (N,)
        Number of the unit of each item, from 0 on.
    strata : ndarray of int, shape (U,)
        Units are drawn within their stratum, so that its number stays.
    """

    of: np.ndarray
    strata: np.ndarray

    @property
    def count(self) -> int:
        """How many units there are."""
        return len(self.strata)

    @property
    def smallest(self) -> int:
        """Units of the smallest stratum."""
        return int(np.bincount(self.strata).min())


def each(count: int) -> Units:
    """Make every item a unit of its own, in one stratum."""
    return Units(np.arange(count), np.zeros(count, int))


def units_of(cases: np.ndarray, classes: np.ndarray | None = None) -> Units:
    """Make one unit of all items of a case, and one stratum of all cases that have items of the same classes.

    Parameters
    ----------
    cases : ndarray, shape (N,)
    classes : ndarray, shape (N,), optional
        Such as whether an item is real.
    """
    _, of = np.unique(np.asarray(cases), return_inverse=True)
    if classes is None:
        return Units(of, np.zeros(of.max(initial=-1) + 1, int))
    _, kind = np.unique(np.asarray(classes), return_inverse=True)
    has = np.zeros((of.max(initial=-1) + 1, kind.max(initial=-1) + 1), bool)
    has[of, kind] = True
    _, strata = np.unique(has, axis=0, return_inverse=True)
    return Units(of, np.ravel(strata))


def draws(units: Units, rng: np.random.Generator, resamples: int = RESAMPLES) -> Iterator[np.ndarray]:
    """Give how often each item was drawn, a part of the resamples at a time.

    Yields
    ------
    ndarray of float, shape (part, N)
        Rows add up to N where all units are of one size.
    """
    step = max(1, AT_ONCE // max(len(units.of), 1))
    for start in range(0, resamples, step):
        part = min(step, resamples - start)
        found = np.zeros((part, units.count))
        for stratum in np.unique(units.strata):
            members = np.flatnonzero(units.strata == stratum)
            found[:, members] = rng.multinomial(len(members), np.full(len(members), 1 / len(members)), size=part)
        yield found[:, units.of]


def bootstrap(
    statistic: Callable[[np.ndarray], np.ndarray],
    units: Units,
    rng: np.random.Generator,
    resamples: int = RESAMPLES,
) -> np.ndarray:
    """Take a statistic of many draws.

    Parameters
    ----------
    statistic : callable
        From weights (B, N) of the items to values (B,) or (B, S).

    Returns
    -------
    ndarray, shape (resamples,) or (resamples, S)
    """
    return np.concatenate([np.asarray(statistic(weights)) for weights in draws(units, rng, resamples)])


def percentile_interval(values: np.ndarray, units: int, level: float = 0.95) -> tuple[float, float]:
    """Give the ends of a bootstrap interval: percentiles, widened for a small number of units.

    Hesterberg 2015, The American Statistician 69:371, section 5.3: the tail is that of Student's t, so that the
    interval of a mean of few units is as wide as it should be.

    Parameters
    ----------
    values : ndarray, shape (B,)
        Draws without a value (not a number) are left out, if there are few.
    units : int
        How many units were drawn; the smaller number where raters and cases were.

    Returns
    -------
    low, high : float
        Not numbers for fewer than two units, or where a tenth of the draws has no value.
    """
    defined = values[np.isfinite(values)]
    if units < 2 or len(defined) < max(2, LEAST_DEFINED * len(values)):
        return float("nan"), float("nan")
    tail = float(stats.norm.cdf(np.sqrt(units / (units - 1)) * stats.t.ppf((1 - level) / 2, units - 1)))
    low, high = np.quantile(defined, (tail, 1 - tail))
    return float(low), float(high)


@dataclass(frozen=True)
class Jackknifed:
    """A statistic, and what leaving out a group of units at a time tells of it.

    Parameters
    ----------
    corrected : float
        The statistic without its bias of first order (Quenouille 1956).
    se : float
        Standard error (Tukey 1958).
    df : int
        Groups less one.
    """

    value: float
    corrected: float
    se: float
    df: int


def jackknife(statistic: Callable[[np.ndarray], np.ndarray], units: Units) -> Jackknifed:
    """Leave out one unit at a time, or one of `GROUPS` groups of units where there are more.

    Efron & Tibshirani 1993, An Introduction to the Bootstrap, chapter 11.

    Parameters
    ----------
    statistic : callable
        From weights (B, N) of the items to values (B,).

    Returns
    -------
    Jackknifed
        Without a standard error for fewer than three units, or where the statistic is not defined without one.
    """
    count = min(units.count, GROUPS)
    group = (np.arange(units.count) % count)[units.of] if units.count else units.of
    step, found = max(1, AT_ONCE // max(len(units.of), 1)), []
    for start in range(0, count, step):
        left = np.arange(start, min(start + step, count))
        found.append(np.asarray(statistic((group[None, :] != left[:, None]).astype(float))))
    value, nan = float(np.asarray(statistic(np.ones((1, len(units.of)))))[0]), float("nan")
    without = np.concatenate(found) if found else np.zeros(0)
    if count < 3 or not np.isfinite([*without, value]).all():
        return Jackknifed(value, nan, nan, max(count - 1, 0))
    middle = float(without.mean())
    se = float(np.sqrt((count - 1) / count * ((without - middle) ** 2).sum()))
    return Jackknifed(value, count * value - (count - 1) * middle, se, count - 1)


def coefficient_interval(found: Jackknifed, level: float = 0.95) -> tuple[float, float]:
    """Give the ends of the interval of a coefficient between -1 and 1: Fisher's z, corrected for bias, Student's t.

    Returns
    -------
    low, high : float
        Both the value where it does not vary, or is 1; not numbers without a standard error.
    """
    if not np.isfinite(found.se):
        return float("nan"), float("nan")
    if found.se == 0 or abs(found.value) >= 1:
        return found.value, found.value
    edge = 1 - 1e-6
    reach = found.se / (1 - found.value**2) * float(stats.t.ppf((1 + level) / 2, found.df))
    middle = float(np.arctanh(np.clip(found.corrected, -edge, edge)))
    return float(np.tanh(middle - reach)), float(np.tanh(middle + reach))


def check_level(level: float) -> None:
    """Refuse what is no level of an interval."""
    if not 0 < level < 1:
        raise InputError(f"The level of an interval is between 0 and 1, not {level:g}; use 0.95.")
