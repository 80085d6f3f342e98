"""How often two raters give the same answer, and how common each answer is: what stands beside every kappa."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthscope.studies.agreement.chance import PairAgreement, pair_agreement
from synthscope.studies.agreement.tables import Counts
from synthscope.studies.resampling import RESAMPLES, bootstrap, each, percentile_interval


@dataclass(frozen=True, eq=False)
class PercentAgreement:
    """Part of agreeing pairs of answers to one case, with its bootstrap interval over cases.

    Parameters
    ----------
    prevalence : ndarray, shape (K,)
        Mean part of each category; kappa is small where one is near 1, however often raters agree.
    n : int
        Cases with two answers or more.
    """

    value: float
    low: float
    high: float
    categories: np.ndarray
    prevalence: np.ndarray
    n: int

    @property
    def prevailing(self) -> float:
        """Part of the most common category."""
        return float(self.prevalence.max())


def percent_agreement(
    counts: Counts, rng: np.random.Generator, *, resamples: int = RESAMPLES, level: float = 0.95
) -> PercentAgreement:
    """Give the part of agreeing pairs, a mean over cases; answers may be missing."""
    parts = pair_agreement(counts)
    drawn = bootstrap(lambda draws: observed_agreement(parts, draws), each(len(parts.paired)), rng, resamples)
    used = int(parts.paired.sum())
    low, high = percentile_interval(drawn, used, level)
    value = float(observed_agreement(parts, np.ones((1, len(parts.paired))))[0])
    return PercentAgreement(value, low, high, counts.categories, parts.shares.mean(axis=0), used)


def observed_agreement(parts: PairAgreement, draws: np.ndarray) -> np.ndarray:
    """Give the part of agreeing pairs of many draws (B, N) of the cases, shape (B,)."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(draws @ parts.agreement / (draws @ parts.paired))
