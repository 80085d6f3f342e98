"""Probabilities of left, right and tie, given how much better the left image is: logistic and normal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import log_expit, log_ndtr, ndtr

from synthscope.studies.ranking.comparisons import LEFT, TIE

Link = Literal["logit", "probit"]
FIRST_TIE = {"logit": 0.0, "probit": 0.3}
"""Where the tie parameter starts: the log of Davidson's nu, and Glenn and David's threshold."""
TINY = 1e-290


@dataclass(frozen=True, eq=False)
class Outcome:
    """Log probability of each choice, with derivatives in the difference `d` and the tie parameter `t`."""

    value: np.ndarray
    d: np.ndarray
    t: np.ndarray
    dd: np.ndarray
    dt: np.ndarray
    tt: np.ndarray


def outcome(difference: np.ndarray, tie: float | None, choice: np.ndarray, link: Link) -> Outcome:
    """Give the log probability of choices.

    Parameters
    ----------
    difference : ndarray of float, shape (n,)
        Score of the left image less that of the right, with side and covariates.
    tie : float or None
        None where ties cannot be answered. Logit: the logarithm of nu in
        ``P(tie) = nu / (exp(d/2) + exp(-d/2) + nu)`` (Davidson 1970). Probit: the threshold below which no
        difference is seen (Glenn & David 1960).
    choice : ndarray of int, shape (n,)
    link : "logit" or "probit"
        Bradley-Terry, or Thurstone's Case V.
    """
    if tie is None:
        return _two(difference, choice, link)
    return _davidson(difference, tie, choice) if link == "logit" else _glenn_david(difference, tie, choice)


def _two(difference: np.ndarray, choice: np.ndarray, link: Link) -> Outcome:
    sign = np.where(choice == LEFT, 1.0, -1.0)
    x, none = sign * difference, np.zeros_like(difference)
    if link == "logit":
        value = log_expit(x)
        away = -np.expm1(value)
        return Outcome(value, sign * away, none, -away * (1 - away), none, none)
    value = log_ndtr(x)
    ratio = np.exp(-(x**2) / 2 - value) / np.sqrt(2 * np.pi)
    return Outcome(value, sign * ratio, none, -ratio * (x + ratio), none, none)


def _davidson(difference: np.ndarray, tie: float, choice: np.ndarray) -> Outcome:
    """Three utilities: d/2, -d/2 and log nu."""
    half = difference / 2
    logs = np.stack([half, -half, np.full_like(half, tie)])
    total = np.logaddexp.reduce(logs, axis=0)
    left, right, tied = np.exp(logs - total)
    lean = (left - right) / 2
    mine_d = np.where(choice == TIE, 0.0, np.where(choice == LEFT, 0.5, -0.5))
    mine_t = (choice == TIE).astype(float)
    value = np.where(choice == TIE, tie, 2 * mine_d * half) - total
    spread = (left + right) / 4 - lean**2
    return Outcome(value, mine_d - lean, mine_t - tied, -spread, lean * tied, -tied * (1 - tied))


def _glenn_david(difference: np.ndarray, tie: float, choice: np.ndarray) -> Outcome:
    """Left above the threshold, right below its mirror image, tie between them."""
    low, high = difference - tie, difference + tie
    f, g = (np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi) for x in (low, high))
    p = np.select([choice == TIE, choice == LEFT], [ndtr(high) - ndtr(low), ndtr(low)], ndtr(-high))
    p = np.maximum(p, TINY)
    pick = [choice == TIE, choice == LEFT]
    p_d, p_t = np.select(pick, [g - f, f], -g), np.select(pick, [g + f, -f], -g)
    p_dd = np.select(pick, [low * f - high * g, -low * f], high * g)
    p_dt = np.select(pick, [-low * f - high * g, low * f], high * g)
    a, b = p_d / p, p_t / p
    return Outcome(np.log(p), a, b, p_dd / p - a * a, p_dt / p - a * b, p_dd / p - b * b)
