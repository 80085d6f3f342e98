"""Arms against each other: latent difference, odds ratio and probability of superiority, with intervals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations

import numpy as np
from scipy.special import ndtr
from scipy.stats import t as student

from synthscope.records.study_ratings import Estimate
from synthscope.studies.ordinal.cumulative import OrdinalFit
from synthscope.studies.ordinal.links import Link

CITATION = "Agresti & Kateri 2017, Biometrics 73:214"
NEAR_ZERO = 1e-3
"""Below it the closed form of the logistic superiority cancels, and its series is used."""


def superiority(difference: np.ndarray | float, link: Link) -> np.ndarray:
    """Give the probability that one latent value exceeds another that lies `difference` lower.

    Two values of the same case and rater, with independent logistic or normal errors. For the logistic it is
    ``e^d (e^d - d - 1) / (e^d - 1)^2``; for the normal ``Phi(d / sqrt 2)``.

    Returns
    -------
    ndarray, in [0, 1]; 0.5 where the difference is zero
    """
    d = np.asarray(difference, float)
    if link == "probit":
        return np.asarray(ndtr(d / np.sqrt(2)))
    size = np.minimum(np.abs(d), 700.0)
    safe = np.maximum(size, NEAR_ZERO)
    shrink = np.exp(-safe)
    above = np.where(size < NEAR_ZERO, 0.5 + size / 6, (1 - shrink * (safe + 1)) / (1 - shrink) ** 2)
    return np.asarray(np.where(d >= 0, above, 1 - above))


def contrasts(fit: OrdinalFit, arms: Sequence[str], base: str, *, level: float = 0.95) -> tuple[Estimate, ...]:
    """Compare every arm with every other.

    Parameters
    ----------
    fit : OrdinalFit
        With a column for each arm but the base; see `arm_columns`.
    arms : sequence of str
        Names of the columns to compare.
    base : str
        The arm without a column.

    Returns
    -------
    tuple of Estimate
        For each pair ``a`` and ``b``, subject ``a against b``: ``latent-difference`` (b - a on the scale of the
        link), ``odds-ratio`` of a higher rating of a (logit only) and ``superiority``, the probability that a rating
        of a is above one of b on the latent scale. Intervals are Wald's with Student's t at `fit.df`.
    """
    everyone = [*arms, base]
    found = []
    for one, other in combinations(everyone, 2):
        weight = np.zeros(len(fit.slopes))
        for name, sign in ((one, 1.0), (other, -1.0)):
            if name != base:
                weight[fit.index(name)] = sign
        found += _estimates(fit, weight, f"{one} against {other}", level)
    return tuple(found)


def _estimates(fit: OrdinalFit, weight: np.ndarray, subject: str, level: float) -> list[Estimate]:
    value, se = float(weight @ fit.slopes), float(np.sqrt(weight @ fit.slope_covariance @ weight))
    reach = se * float(student.ppf((1 + level) / 2, fit.df))
    p_value = float(2 * student.sf(abs(value) / se, fit.df))

    def through(name: str, title: str, change: Callable[[float], float], error: float, citation: str = "") -> Estimate:
        return Estimate(
            name, title, change(value), change(value - reach), change(value + reach), fit.n, fit.method, subject,
            se=error, df=fit.df, statistic=value / se, p_value=p_value, level=level, random=fit.random,
            caveats=fit.caveats, citation=citation,
        )  # fmt: skip

    rows = [through("latent-difference", f"Difference on the latent scale ({fit.link})", float, se)]
    if fit.link == "logit":
        rows.append(through("odds-ratio", "Odds ratio of a higher rating", lambda d: float(np.exp(d)), np.nan))
    title = "Probability of superiority"
    rows.append(through("superiority", title, lambda d: float(superiority(d, fit.link)), np.nan, CITATION))
    return rows


def slope_estimates(fit: OrdinalFit, titles: dict[str, str], *, level: float = 0.95) -> tuple[Estimate, ...]:
    """Give single slopes as estimates.

    Parameters
    ----------
    titles : dict
        From the name of a column to the words of its row.
    """
    quantile = float(student.ppf((1 + level) / 2, fit.df))
    rows = []
    for name, title in titles.items():
        value, se = fit.slope(name), float(fit.errors[fit.index(name)])
        row = Estimate(
            name, title, value, value - quantile * se, value + quantile * se, fit.n, fit.method, se=se, df=fit.df,
            statistic=value / se, p_value=float(2 * student.sf(abs(value) / se, fit.df)), level=level,
            random=fit.random, caveats=fit.caveats,
        )  # fmt: skip
        rows.append(row)
    return tuple(rows)
