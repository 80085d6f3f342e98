"""Probability that a latent value falls between two thresholds, with three derivatives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import expit, log_expit, log_ndtr

Link = Literal["logit", "probit"]
LINKS: tuple[Link, ...] = ("logit", "probit")
FAR = 40.0
"""Beyond it a threshold is as good as infinite: the density there is below 1e-17."""


@dataclass(frozen=True, eq=False)
class Interval:
    """Log of ``F(upper) - F(lower)`` and its derivatives; all arrays have the shape of `upper`.

    `u` stands for the upper end and `l` for the lower: ``uu`` is the second derivative in the upper end alone.
    """

    value: np.ndarray
    u: np.ndarray
    l: np.ndarray  # noqa: E741 - the symbol of the formulas
    uu: np.ndarray
    ul: np.ndarray
    ll: np.ndarray
    uuu: np.ndarray
    uul: np.ndarray
    ull: np.ndarray
    lll: np.ndarray

    @property
    def slope(self) -> np.ndarray:
        """In the linear predictor, which moves both ends down."""
        return np.asarray(-(self.u + self.l))

    @property
    def weight(self) -> np.ndarray:
        """Minus the second derivative in the linear predictor; positive for both links."""
        return np.asarray(-(self.uu + 2 * self.ul + self.ll))

    @property
    def weight_upper(self) -> np.ndarray:
        """Of the weight, its derivative in the upper end."""
        return np.asarray(-(self.uuu + 2 * self.uul + self.ull))

    @property
    def weight_lower(self) -> np.ndarray:
        """Of the weight, its derivative in the lower end."""
        return np.asarray(-(self.uul + 2 * self.ull + self.lll))


def interval(upper: np.ndarray, lower: np.ndarray, link: Link) -> Interval:
    """Give the log probability between two thresholds and its derivatives.

    Parameters
    ----------
    upper, lower : ndarray of float
        Of one shape, ``upper > lower``; infinite at the ends of the scale.
    link : "logit" or "probit"
        Distribution of the latent value: logistic or normal.
    """
    return _logit(upper, lower) if link == "logit" else _probit(upper, lower)


def _logit(upper: np.ndarray, lower: np.ndarray) -> Interval:
    """Use ``F(u) - F(l) = F(u) F(-l) (1 - exp(l - u))``, which does not cancel."""
    gap = np.minimum(upper - lower, 700.0)
    f, g = expit(upper), expit(lower)
    e = 1 / np.expm1(gap)
    e1, e2 = -e * (1 + e), e * (1 + e) * (1 + 2 * e)
    f2, g2 = f * (1 - f), g * (1 - g)
    value = log_expit(upper) + log_expit(-lower) + np.log(-np.expm1(-gap))
    return Interval(
        value, u=1 - f + e, l=-g - e, uu=-f2 + e1, ul=-e1, ll=-g2 + e1,
        uuu=-f2 * (1 - 2 * f) + e2, uul=-e2, ull=e2, lll=-g2 * (1 - 2 * g) - e2,
    )  # fmt: skip


def _probit(upper: np.ndarray, lower: np.ndarray) -> Interval:
    """Work in the tail in which the difference of two logarithms keeps its digits."""
    u, l = np.clip(upper, -FAR, FAR), np.clip(lower, -FAR, FAR)  # noqa: E741 - the symbols of the formulas
    flip = u + l > 0
    top, low = np.where(flip, -l, u), np.where(flip, -u, l)
    above = log_ndtr(top)
    value = above + np.log(-np.expm1(np.minimum(log_ndtr(low) - above, -1e-300)))
    a, b = np.exp(-(u**2) / 2 - value) / np.sqrt(2 * np.pi), np.exp(-(l**2) / 2 - value) / np.sqrt(2 * np.pi)
    aa, ab, bb = -u * a - a**2, a * b, l * b - b**2
    return Interval(
        value, u=a, l=-b, uu=aa, ul=ab, ll=bb,
        uuu=-a - (u + 2 * a) * aa, uul=-(u + 2 * a) * ab, ull=ab * (2 * b - l), lll=b - (l - 2 * b) * bb,
    )  # fmt: skip
