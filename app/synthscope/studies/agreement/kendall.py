"""Kendall's coefficient of concordance: do raters put the cases into the same order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from synthscope.errors import InputError
from synthscope.studies.agreement.tables import checked_complete


@dataclass(frozen=True)
class Concordance:
    """Kendall's W, from 0 (no common order) to 1 (the same order), and Friedman's test of it."""

    value: float
    chi2: float
    df: int
    p_value: float
    mean_correlation: float
    n: int
    raters: int


def kendall_w(ratings: np.ndarray) -> Concordance:
    """Give Kendall's W, corrected for ties (Kendall & Gibbons 1990, Rank Correlation Methods, chapter 6).

    Parameters
    ----------
    ratings : ndarray, shape (R, N)
        Complete; only the order within each rater counts.

    Returns
    -------
    Concordance
        `mean_correlation` is Spearman's, over all pairs of raters: (R W - 1) / (R - 1).

    Raises
    ------
    InputError
        If an answer is missing, or every rater gave one answer to all cases.
    """
    table = checked_complete(ratings, "Kendall's W")
    raters, n = table.shape
    ranks = stats.rankdata(table, axis=1)
    ties = sum(float((count**3 - count).sum()) for count in (np.unique(row, return_counts=True)[1] for row in table))
    spread = float(((ranks.sum(axis=0) - raters * (n + 1) / 2) ** 2).sum())
    room = raters**2 * (n**3 - n) - raters * ties
    if room <= 0:
        raise InputError("Every rater gave one answer to all cases, so that there is no order to compare; leave W out.")
    value = 12 * spread / room
    chi2 = raters * (n - 1) * value
    mean_correlation = (raters * value - 1) / (raters - 1)
    return Concordance(value, chi2, n - 1, float(stats.chi2.sf(chi2, n - 1)), mean_correlation, n, raters)
