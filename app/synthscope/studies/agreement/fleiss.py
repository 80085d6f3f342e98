"""Fleiss' kappa of a fixed number of raters, with its test against chance, over all and by category."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from synthscope.errors import InputError
from synthscope.studies.agreement.tables import Counts, checked_counts


@dataclass(frozen=True, eq=False)
class FleissKappa:
    """Kappa and its z against chance agreement; both also for each category against all others.

    Parameters
    ----------
    observed, expected : float
        Mean part of agreeing pairs, and what chance would give.
    by_category, z_by_category : ndarray, shape (K,)
        Not a number for categories that nobody, or everybody, used.
    """

    value: float
    z: float
    p_value: float
    observed: float
    expected: float
    categories: np.ndarray
    by_category: np.ndarray
    z_by_category: np.ndarray
    n: int
    raters: int


def fleiss_kappa(counts: Counts) -> FleissKappa:
    """Give Fleiss' kappa (Fleiss 1971, Psychological Bulletin 76:378) and its standard error under chance.

    The standard errors under the hypothesis of no agreement are those of Fleiss, Nee & Landis 1979.

    Parameters
    ----------
    counts : Counts
        Of the same number of raters for every case; who they are may change from case to case.

    Raises
    ------
    InputError
        If cases have unlike numbers of answers, or only one category was used.
    """
    table, by_case = checked_counts(counts).table, counts.raters
    if len(set(by_case.tolist())) > 1:
        raise InputError(
            f"Fleiss' kappa needs the same number of answers for every case and has {by_case.min():g} to "
            f"{by_case.max():g}; use its generalised form or Krippendorff's alpha."
        )
    cases, raters = len(table), int(by_case[0])
    share = table.sum(axis=0) / (cases * raters)
    other, both = 1 - share, share * (1 - share)
    if both.sum() < 1e-12:
        raise InputError("All answers are of one category; report the part of agreeing pairs, kappa is not defined.")
    observed = float((((table**2).sum(axis=1) - raters) / (raters * (raters - 1))).mean())
    expected = float((share**2).sum())
    value = (observed - expected) / (1 - expected)
    chance = np.sqrt(2 / (cases * raters * (raters - 1)))
    se = chance / both.sum() * np.sqrt(both.sum() ** 2 - (both * (other - share)).sum())
    apart = (table * (raters - table)).sum(axis=0)
    room = cases * raters * (raters - 1) * both
    by_category = 1 - np.divide(apart, room, out=np.full(len(share), np.nan), where=room > 0)
    z = float(value / se) if se > 0 else float("nan")
    return FleissKappa(
        value, z, float(2 * stats.norm.sf(abs(z))), observed, expected, counts.categories, by_category,
        by_category / chance, cases, raters,
    )  # fmt: skip
