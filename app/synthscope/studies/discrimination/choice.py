"""Forced choice: sensitivity d' from the part of right answers, for every task of choosing and comparing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import optimize, stats
from scipy.special import ndtr, ndtri

from synthscope.errors import InputError

NODES = 201
_X, _W = np.polynomial.hermite_e.hermegauss(NODES)
_W = _W / np.sqrt(2 * np.pi)
_LINE, _LINE_W = np.polynomial.legendre.leggauss(NODES)
_HALF_X = 5 * (_LINE + 1)
_HALF_W = 5 * _LINE_W * 2 * stats.norm.pdf(_HALF_X)
"""Nodes and weights of twice the half normal integral: an integrand of the size of x has a kink at 0."""
LARGEST = 12.0
"""Sensitivities are looked for up to here; above it every answer is right."""
Strategy = Literal["difference", "independent"]


@dataclass(frozen=True)
class ChoiceSensitivity:
    """Part of right answers and d' of a forced choice, each with its interval for these trials.

    Parameters
    ----------
    d, low, high : float
        From the Wilson interval of the part of right answers, whose ends are carried over.
    """

    correct: float
    d: float
    low: float
    high: float
    n: int


def correct_of(d: np.ndarray | float, places: int = 2) -> np.ndarray:
    """Give the part of right answers of an unbiased chooser among `places` (Hacker & Ratcliff 1979).

    ``Pc = integral of phi(x - d') Phi(x)^(m - 1) dx``; for two places ``Phi(d' / sqrt 2)``.

    Returns
    -------
    ndarray, of the shape of d
    """
    _check_places(places)
    d = np.asarray(d, float)
    if places == 2:
        return np.asarray(ndtr(d / np.sqrt(2)))
    return np.asarray((ndtr(_X + d[..., None]) ** (places - 1)) @ _W)


def d_of_correct(correct: float, places: int = 2) -> float:
    """Give d' of a part of right answers among `places`; below 0 where it is below chance.

    Raises
    ------
    InputError
        If it is not between 0 and 1: give `choice_sensitivity` counts instead, which it corrects.
    """
    _check_places(places)
    _check_rate("part of right answers", correct)
    if places == 2:
        return float(np.sqrt(2) * ndtri(correct))
    return _root(lambda d: float(correct_of(d, places)) - correct, -LARGEST)


def choice_sensitivity(right: float, trials: int, places: int = 2, *, level: float = 0.95) -> ChoiceSensitivity:
    """Give d' of counts of a forced choice.

    The value takes ``(right + 1 / places) / (trials + 1)``, the log-linear correction towards chance (Hautus 1995), so
    that all right is finite too; its interval is that of Wilson for the part of right answers.
    """
    if not 0 <= right <= trials or trials < 1:
        raise InputError(f"There are {right:g} right answers of {trials}; give counts from 0 to the number of trials.")
    ends = stats.binomtest(round(right), trials).proportion_ci(level, method="wilson")
    kept = [min(max(end, 1e-9), 1 - 1e-9) for end in (ends.low, ends.high)]
    low, high = (d_of_correct(float(end), places) for end in kept)
    value = d_of_correct((right + 1 / places) / (trials + 1), places)
    return ChoiceSensitivity(right / trials, value, low, high, trials)


def d_of_abx(hit_rate: float, false_alarm_rate: float, strategy: Strategy = "difference") -> float:
    """Give d' of ABX: is X the same as A or as B (Macmillan & Creelman 2005, chapter 9).

    Parameters
    ----------
    hit_rate, false_alarm_rate : float
        Part of "A" where X is A, and where it is B.
    strategy : {"difference", "independent"}
        Whether a rater compares X with both in turn, or judges each image on its own.
    """
    best = _unbiased(hit_rate, false_alarm_rate)
    second = np.sqrt(6) if strategy == "difference" else 2.0

    def correct(d: float) -> float:
        one, other = d / np.sqrt(2), d / second
        return float(ndtr(one) * ndtr(other) + ndtr(-one) * ndtr(-other))

    return _root(lambda d: correct(d) - best, 0.0) if best > 0.5 else 0.0


def d_of_oddity(correct: float) -> float:
    """Give d' of the odd one among three (Frijters 1979, BJMSP 32:229).

    Chance is 1/3; at or below it d' is 0.
    """
    _check_rate("part of right answers", correct)

    def part(d: float) -> float:
        x, shift = _HALF_X * np.sqrt(3), d * np.sqrt(2 / 3)
        return float(_HALF_W @ (ndtr(-x + shift) + ndtr(-x - shift)))

    return _root(lambda d: part(d) - correct, 0.0) if correct > 1 / 3 else 0.0


def d_of_same_different(hit_rate: float, false_alarm_rate: float, strategy: Strategy = "difference") -> float:
    """Give d' of same or different (Macmillan & Creelman 2005, chapter 9).

    Parameters
    ----------
    hit_rate, false_alarm_rate : float
        Part of "different" for pairs that differ, and for pairs that do not.
    """
    best = _unbiased(hit_rate, false_alarm_rate)
    if hit_rate <= false_alarm_rate:
        return 0.0
    if strategy == "independent":
        return float(2 * ndtri((1 + np.sqrt(2 * best - 1)) / 2))
    criterion = -np.sqrt(2) * float(ndtri(false_alarm_rate / 2))

    def hits(d: float) -> float:
        return float(ndtr((d - criterion) / np.sqrt(2)) + ndtr((-d - criterion) / np.sqrt(2)))

    return _root(lambda d: hits(d) - hit_rate, 0.0)


def _unbiased(hit_rate: float, false_alarm_rate: float) -> float:
    _check_rate("hit rate", hit_rate)
    _check_rate("false-alarm rate", false_alarm_rate)
    return float(ndtr((ndtri(hit_rate) - ndtri(false_alarm_rate)) / 2))


def _root(function: Callable[[float], float], start: float) -> float:
    if function(LARGEST) < 0:
        return LARGEST
    return float(optimize.brentq(function, start, LARGEST, xtol=1e-10))


def _check_rate(name: str, rate: float) -> None:
    if not 0 < rate < 1:
        raise InputError(f"A {name} of {rate:g} has no finite d'; correct it first, such as (k + 0.5) / (n + 1).")


def _check_places(places: int) -> None:
    if places < 2:
        raise InputError(f"A forced choice has 2 places at least, not {places}.")
