"""Yes or no: sensitivity d', criterion, likelihood ratio and A' from hits and false alarms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from synthscope.errors import InputError


@dataclass(frozen=True, eq=False)
class Detection:
    """What hits and false alarms say; every field has the shape of the counts.

    Parameters
    ----------
    hit_rate, false_alarm_rate : ndarray
        With the log-linear correction, so that neither is 0 or 1.
    d, se, low, high : ndarray
        Sensitivity, its standard error for these cases and this rater, and its interval. 0: cannot tell apart.
    criterion : ndarray
        c: below 0 a rater says "yes" too often.
    beta : ndarray
        Likelihood ratio at the criterion.
    a : ndarray
        A', from 0 to 1, 0.5 for chance: of a single point of the curve, without normal distributions.
    """

    hit_rate: np.ndarray
    false_alarm_rate: np.ndarray
    d: np.ndarray
    se: np.ndarray
    low: np.ndarray
    high: np.ndarray
    criterion: np.ndarray
    beta: np.ndarray
    a: np.ndarray


def detection(
    hits: np.ndarray | float,
    signals: np.ndarray | float,
    false_alarms: np.ndarray | float,
    noises: np.ndarray | float,
    *,
    level: float = 0.95,
) -> Detection:
    """Give the measures of a yes-no task (Stanislaw & Todorov 1999, Behavior Research Methods 31:137).

    Rates take the log-linear correction, ``(hits + 0.5) / (signals + 1)`` (Hautus 1995), whether or not one of them
    is extreme. The variance of d' is Gourevitch & Galanter's (1967).

    Parameters
    ----------
    hits, false_alarms : array-like of float
        How often "yes" was answered where it was right, and where it was not; shapes broadcast.
    signals, noises : array-like of float
        Of how many.

    Raises
    ------
    InputError
        If there are more hits than signals, a count is negative, or there is nothing to count.
    """
    hits, signals, false_alarms, noises = np.broadcast_arrays(
        *(np.asarray(v, float) for v in (hits, signals, false_alarms, noises))
    )
    for name, part, whole in (("hits", hits, signals), ("false alarms", false_alarms, noises)):
        _check(name, part, whole)
    h, f = (hits + 0.5) / (signals + 1), (false_alarms + 0.5) / (noises + 1)
    z_h, z_f = stats.norm.ppf(h), stats.norm.ppf(f)
    d = z_h - z_f
    variance = h * (1 - h) / (signals * stats.norm.pdf(z_h) ** 2) + f * (1 - f) / (noises * stats.norm.pdf(z_f) ** 2)
    se = np.sqrt(variance)
    reach = se * float(stats.norm.ppf((1 + level) / 2))
    beta = np.exp((z_f**2 - z_h**2) / 2)
    return Detection(h, f, d, se, d - reach, d + reach, -(z_h + z_f) / 2, beta, a_prime(h, f))


def from_rates(hit_rate: float, false_alarm_rate: float) -> tuple[float, float, float, float]:
    """Give d', c, beta and A' of rates between 0 and 1, without a correction."""
    for name, rate in (("hit rate", hit_rate), ("false-alarm rate", false_alarm_rate)):
        if not 0 < rate < 1:
            raise InputError(f"A {name} of {rate:g} has no finite d'; give counts, which are corrected.")
    z_h, z_f = float(stats.norm.ppf(hit_rate)), float(stats.norm.ppf(false_alarm_rate))
    a = float(a_prime(np.asarray(hit_rate), np.asarray(false_alarm_rate)))
    return z_h - z_f, -(z_h + z_f) / 2, float(np.exp((z_f**2 - z_h**2) / 2)), a


def a_prime(hit_rate: np.ndarray, false_alarm_rate: np.ndarray) -> np.ndarray:
    """Give A' (Pollack & Norman 1964; below chance as Aaronson & Watts 1987), of one shape with the rates."""
    above = hit_rate >= false_alarm_rate
    high, low = np.maximum(hit_rate, false_alarm_rate), np.minimum(hit_rate, false_alarm_rate)
    room = 4 * high * (1 - low)
    bulge = np.divide((high - low) * (1 + high - low), room, out=np.zeros_like(high, float), where=room > 0)
    return np.asarray(np.where(above, 0.5 + bulge, 0.5 - bulge))


def _check(name: str, part: np.ndarray, whole: np.ndarray) -> None:
    if (whole < 1).any():
        raise InputError(f"There is nothing to count {name} of; show real and synthetic images to every rater.")
    if (part < 0).any() or (part > whole).any():
        raise InputError(f"There are {part.max():g} {name} of {whole.min():g}; give counts from 0 to the whole number.")
