"""Intraclass correlations: six forms, by the names of McGraw and Wong, with intervals from F."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import stats

from synthscope.errors import InputError
from synthscope.studies.agreement.tables import checked_complete

Form = Literal["ICC(1,1)", "ICC(A,1)", "ICC(C,1)", "ICC(1,k)", "ICC(A,k)", "ICC(C,k)"]
FORMS: tuple[Form, ...] = ("ICC(1,1)", "ICC(A,1)", "ICC(C,1)", "ICC(1,k)", "ICC(A,k)", "ICC(C,k)")
SHROUT_FLEISS: Mapping[Form, str] = {
    "ICC(1,1)": "ICC(1,1)", "ICC(A,1)": "ICC(2,1)", "ICC(C,1)": "ICC(3,1)",
    "ICC(1,k)": "ICC(1,k)", "ICC(A,k)": "ICC(2,k)", "ICC(C,k)": "ICC(3,k)",
}  # fmt: skip
"""The names of Shrout & Fleiss 1979, which older programs print."""


@dataclass(frozen=True)
class IntraclassCorrelation:
    """One form, with its interval and the F test of no correlation.

    Parameters
    ----------
    form : str
        1: each case has raters of its own. A: the same raters, absolute agreement. C: the same raters, consistency
        (raters may use other parts of the scale). 1 or k: of one rater's answer, or of the mean of all.
    df1, df2 : float
        Of `f`.
    """

    form: Form
    value: float
    low: float
    high: float
    f: float
    df1: float
    df2: float
    p_value: float
    n: int
    raters: int


@dataclass(frozen=True)
class MeanSquares:
    """Of a table of cases and raters: between cases, between raters, within cases, and what is left."""

    cases: float
    raters: float
    within: float
    error: float
    n: int
    k: int


def mean_squares(ratings: np.ndarray) -> MeanSquares:
    """Take a complete table (R, N) apart (two-way analysis of variance without replication)."""
    table = checked_complete(ratings, "An intraclass correlation").T
    n, k = table.shape
    by_case, by_rater, mean = table.mean(axis=1, keepdims=True), table.mean(axis=0, keepdims=True), table.mean()
    cases = k * float(((by_case - mean) ** 2).sum()) / (n - 1)
    raters = n * float(((by_rater - mean) ** 2).sum()) / (k - 1)
    within = float(((table - by_case) ** 2).sum()) / (n * (k - 1))
    error = float(((table - by_case - by_rater + mean) ** 2).sum()) / ((n - 1) * (k - 1))
    return MeanSquares(cases, raters, within, error, n, k)


def intraclass_correlation(ratings: np.ndarray, form: Form, *, level: float = 0.95) -> IntraclassCorrelation:
    """Give an intraclass correlation (Shrout & Fleiss 1979; intervals of McGraw & Wong 1996, Table 7).

    Parameters
    ----------
    ratings : ndarray, shape (R, N)
        Raters in rows, cases in columns; complete.
    form : str
        One of `FORMS`.

    Raises
    ------
    InputError
        If an answer is missing, the form is not known or all answers are the same.
    """
    if form not in FORMS:
        raise InputError(f"{form!r} is no form of an intraclass correlation; use one of {', '.join(FORMS)}.")
    squares = mean_squares(ratings)
    if squares.within + squares.cases < 1e-300:
        raise InputError("All answers are the same, so that no correlation is defined; report the part that agrees.")
    one, df2 = (squares.within, squares.n * (squares.k - 1)) if "(1" in form else _error_of(squares)
    df1 = squares.n - 1
    f = squares.cases / one if one > 0 else float("inf")
    value, low, high = _absolute(squares, level) if "(A" in form else _by_ratio(squares, f, df2, level)
    if form.endswith("k)"):
        value, low, high = (_stepped_up(x, squares.k) for x in (value, low, high))
    p_value = float(stats.f.sf(f, df1, df2))
    return IntraclassCorrelation(form, value, low, high, f, df1, df2, p_value, squares.n, squares.k)


def intraclass_correlations(ratings: np.ndarray, *, level: float = 0.95) -> tuple[IntraclassCorrelation, ...]:
    """Give all six forms in the order of `FORMS`."""
    return tuple(intraclass_correlation(ratings, form, level=level) for form in FORMS)


def _error_of(squares: MeanSquares) -> tuple[float, int]:
    return squares.error, (squares.n - 1) * (squares.k - 1)


def _by_ratio(squares: MeanSquares, f: float, df2: int, level: float) -> tuple[float, float, float]:
    """Forms 1 and C are functions of F alone: (F - 1) / (F + k - 1)."""
    tail, df1, k = (1 - level) / 2, squares.n - 1, squares.k
    ends = (f, f / float(stats.f.isf(tail, df1, df2)), f * float(stats.f.isf(tail, df2, df1)))
    value, low, high = ((x - 1) / (x + k - 1) if np.isfinite(x) else 1.0 for x in ends)
    return value, low, high


def _absolute(squares: MeanSquares, level: float) -> tuple[float, float, float]:
    """Form A: the interval takes Satterthwaite's degrees of freedom (McGraw & Wong 1996, Table 7, case 2)."""
    n, k, tail = squares.n, squares.k, (1 - level) / 2
    case, rater, error = squares.cases, squares.raters, squares.error
    value = (case - error) / (case + (k - 1) * error + k * (rater - error) / n)
    if value >= 1:
        return 1.0, 1.0, 1.0
    a = k * value / (n * (1 - value))
    b = 1 + k * value * (n - 1) / (n * (1 - value))
    parts = (a * rater) ** 2 / (k - 1) + (b * error) ** 2 / ((n - 1) * (k - 1))
    v = (a * rater + b * error) ** 2 / parts if parts > 0 else float((n - 1) * (k - 1))
    upper, lower = float(stats.f.isf(tail, n - 1, v)), float(stats.f.isf(tail, v, n - 1))
    rest = k * rater + (k * n - k - n) * error
    low = n * (case - upper * error) / (upper * rest + n * case)
    high = n * (lower * case - error) / (rest + n * lower * case)
    return value, low, high


def _stepped_up(value: float, k: int) -> float:
    """Spearman-Brown: from one rater's answer to the mean of k."""
    room = 1 + (k - 1) * value
    return k * value / room if room > 0 else float("-inf")
