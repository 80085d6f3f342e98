"""Agreement of raters as rows of a report: every coefficient that fits the scale, with what stands beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np

from synthscope.errors import InputError
from synthscope.records.study_ratings import Estimate
from synthscope.studies.agreement.chance import Coefficient, chance_corrected, jackknifed_interval
from synthscope.studies.agreement.icc import Form, intraclass_correlation
from synthscope.studies.agreement.kendall import kendall_w
from synthscope.studies.agreement.krippendorff import krippendorff_alpha
from synthscope.studies.agreement.percent import percent_agreement
from synthscope.studies.agreement.repeats import Limits, repeatability
from synthscope.studies.agreement.tables import Counts, complete, counts_of
from synthscope.studies.agreement.weights import Weights
from synthscope.studies.resampling import RESAMPLES

Scale = Literal["nominal", "ordinal", "interval"]
PREVAILS = 0.8
"""Part of the most common answer from which kappa is said to mislead (Feinstein & Cicchetti 1990)."""
FEW_CASES = 20
"""Below it bootstrap intervals over cases are said to be rough."""
CASES = ("cases",)
JACKKNIFE = "jackknife over cases, corrected for bias, on Fisher's z with Student's t"
COEFFICIENTS: tuple[tuple[str, str, Coefficient, str], ...] = (
    ("kappa", "Fleiss' kappa", "fleiss", "Fleiss 1971, Psychological Bulletin 76:378"),
    ("ac", "Gwet's AC", "gwet", "Gwet 2008, British Journal of Mathematical and Statistical Psychology 61:29"),
    ("free-marginal-kappa", "Free-marginal kappa", "brennan-prediger", "Brennan & Prediger 1981, EPM 41:687"),
)
INTERVAL_FORMS: tuple[Form, ...] = ("ICC(A,1)", "ICC(A,k)", "ICC(C,1)")


def agreement_estimates(
    ratings: np.ndarray,
    scale: Scale,
    rng: np.random.Generator,
    *,
    categories: Sequence[float] | None = None,
    subject: str = "",
    resamples: int = RESAMPLES,
    level: float = 0.95,
) -> tuple[Estimate, ...]:
    """Give what raters agree on, for a scale of that kind.

    Parameters
    ----------
    ratings : ndarray, shape (R, N)
        Raters in rows, cases in columns; not a number where there is no answer.
    scale : {"nominal", "ordinal", "interval"}
        Kinds without order; steps with an order (quadratic weights and Kendall's W are added); numbers.
    categories : sequence, optional
        All that could be answered. Not used for numbers.

    Returns
    -------
    tuple of Estimate
        ``percent-agreement`` and ``prevalence`` (of the most common answer) always come first: no coefficient can be
        read without them. Then ``kappa``, ``ac``, ``free-marginal-kappa``, ``alpha``, and by the scale ``kendall-w``
        and the intraclass correlations. Coefficients that are not defined for these answers are left out.
    """
    table = np.asarray(ratings, float)
    rows: list[Estimate] = []
    if scale != "interval":
        counts = counts_of(table, categories)
        rows += _coefficients(counts, scale, rng, resamples, level)
    rows.append(_alpha(table, scale, level))
    if scale != "nominal":
        rows += _of_complete(table, scale, level)
    return tuple(_about(row, subject) for row in rows)


def repeat_estimates(
    first: np.ndarray,
    second: np.ndarray,
    rng: np.random.Generator,
    *,
    cases: np.ndarray | None = None,
    categories: Sequence[float] | None = None,
    weights: Weights = "quadratic",
    subject: str = "",
    resamples: int = RESAMPLES,
    level: float = 0.95,
) -> tuple[Estimate, ...]:
    """Give how well answers are repeated; see `repeatability` for what is taken and given.

    Returns
    -------
    tuple of Estimate
        ``same-answer``, ``repeat-kappa``, ``repeat-icc``, ``within-sd``, ``repeat-bias`` (with the 95 % limits of
        agreement as its ends).
    """
    found = repeatability(
        first, second, rng, cases=cases, categories=categories, weights=weights, resamples=resamples, level=level
    )
    drawn = f"bootstrap of cases, {resamples} draws"
    kinds = (
        ("same-answer", "Same answer twice", found.same, "part of repeated trials", ""),
        ("repeat-kappa", "Kappa of repeats", found.kappa, f"weights: {weights}", "Cohen 1968"),
        ("repeat-icc", "ICC(1,1) of repeats", found.icc, "one-way random effects", "Shrout & Fleiss 1979"),
    )
    rows = [
        Estimate(
            name, title, one.value, one.low, one.high, found.n, f"{words}; {drawn}", subject, level=level, random=CASES,
            citation=citation,
        )
        for name, title, one, words, citation in kinds
        if np.isfinite(one.value)
    ]  # fmt: skip
    spread = found.within_sd
    rows.append(
        Estimate("within-sd", "Deviation within cases", spread.value, spread.low, spread.high, found.n,
                 "in steps of the scale; jackknife over cases of its logarithm, Student's t", subject, level=level,
                 random=CASES, citation="Bland & Altman 1996")
    )  # fmt: skip
    return (*rows, _limits(found.limits, found.n, subject))


def _coefficients(
    counts: Counts, scale: Scale, rng: np.random.Generator, resamples: int, level: float
) -> list[Estimate]:
    plain = percent_agreement(counts, rng, resamples=resamples, level=level)
    method = f"mean over cases of agreeing pairs of raters; bootstrap of cases, {resamples} draws"
    rows = [
        Estimate("percent-agreement", "Agreement", plain.value, plain.low, plain.high, plain.n, method, level=level,
                 random=CASES, caveats=_few(plain.n)),
        Estimate("prevalence", "Most common answer", plain.prevailing, n=plain.n, method="mean part over cases",
                 level=level),
    ]  # fmt: skip
    if len(counts.categories) < 2:
        return rows
    weights: Weights = "quadratic" if scale == "ordinal" else "none"
    for name, title, coefficient, citation in COEFFICIENTS:
        found = chance_corrected(counts, coefficient, weights, level=level)
        if np.isfinite(found.value):
            paradox = name == "kappa" and plain.prevailing >= PREVAILS
            low, high, words = found.low, found.high, "linearised standard error over cases, Student's t"
            if coefficient == "fleiss":
                low, high = jackknifed_interval(counts, coefficient, weights, level=level)
                words = JACKKNIFE
            row = Estimate(
                name, f"{title}{'1' if name == 'ac' and weights == 'none' else '2' if name == 'ac' else ''}",
                found.value, low, high, found.n, f"weights: {weights}; {words}", se=found.se, df=float(found.df),
                level=level, random=CASES,
                caveats=(_paradox(plain.prevailing, plain.value),) if paradox else (), citation=citation,
            )  # fmt: skip
            rows.append(row)
    return rows


def _paradox(prevailing: float, agreement: float) -> str:
    return (
        f"One answer makes up {prevailing:.0%} of all, which makes kappa small although raters agree in "
        f"{agreement:.0%} of pairs; read Gwet's coefficient beside it."
    )


def _few(n: int) -> tuple[str, ...]:
    return (f"{n} cases are few: the interval is rough.",) if n < FEW_CASES else ()


def _alpha(table: np.ndarray, scale: Scale, level: float) -> Estimate:
    found = krippendorff_alpha(table, scale, level=level)
    caveats = _few(found.n) if np.isfinite(found.value) else ("All answers are the same; alpha is not defined.",)
    return Estimate(
        "alpha", f"Krippendorff's alpha ({scale})", found.value, found.low, found.high, found.n,
        JACKKNIFE, se=found.se, level=level, random=CASES, caveats=caveats,
        citation="Krippendorff 2011, Computing Krippendorff's alpha-reliability",
    )  # fmt: skip


def _of_complete(table: np.ndarray, scale: Scale, level: float) -> list[Estimate]:
    whole = complete(table)
    left = table.shape[1] - whole.shape[1]
    caveats = (f"{left} cases without every rater's answer are left out.",) if left else ()
    if whole.shape[1] < 3 or np.ptp(whole) == 0:
        return []
    rows = []
    try:
        order = kendall_w(whole)
    except InputError:
        return []
    rows.append(
        Estimate("kendall-w", "Kendall's W", order.value, n=order.n, method="corrected for ties; Friedman's test",
                 df=float(order.df), statistic=order.chi2, p_value=order.p_value, level=level, caveats=caveats,
                 citation="Kendall & Gibbons 1990, chapter 6")
    )  # fmt: skip
    for form in INTERVAL_FORMS if scale == "interval" else ():
        one = intraclass_correlation(whole, form, level=level)
        raters = CASES if "(C" in form else ("raters", "cases")
        rows.append(
            Estimate(form.lower().replace("(", "-").replace(",", "-").replace(")", ""), form, one.value, one.low,
                     one.high, one.n, "two-way model, interval from F", df=float(one.df1), statistic=one.f,
                     p_value=one.p_value, level=level, random=raters, caveats=caveats,
                     citation="McGraw & Wong 1996, Psychological Methods 1:30")
        )  # fmt: skip
    return rows


def _limits(limits: Limits, n: int, subject: str) -> Estimate:
    words = (
        f"mean of second minus first answer; the ends are the limits of agreement of 95 % of repeats, themselves known "
        f"to {limits.lower_low:.2f} ... {limits.lower_high:.2f} and {limits.upper_low:.2f} ... {limits.upper_high:.2f}"
    )
    return Estimate(
        "repeat-bias", "Difference of repeats", limits.bias, limits.lower, limits.upper, n, words, subject,
        citation="Bland & Altman 1999, Statistical Methods in Medical Research 8:135",
    )  # fmt: skip


def _about(row: Estimate, subject: str) -> Estimate:
    return row if not subject else replace(row, subject=subject)
