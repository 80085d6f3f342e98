"""Graded confidence as rows and curves of a report: each rater's area, the arms' means, and their differences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from synthscope.records.study_ratings import Curve, Estimate
from synthscope.studies.discrimination.covariances import CovarianceMethod
from synthscope.studies.discrimination.equivalence import equivalence
from synthscope.studies.discrimination.mrmc import (
    ArmTest,
    Generalises,
    ReaderStudy,
    arm_mean,
    arm_variances,
    compare_arms,
    reader_study,
    variances,
)
from synthscope.studies.discrimination.multiplicity import holm
from synthscope.studies.discrimination.roc import area_under_curve, roc_curve
from synthscope.studies.discrimination.scores import ReaderScores
from synthscope.studies.discrimination.yes_no_estimates import equivalence_row, few_readers, mean_row, within_bounds

CITATION = "Obuchowski & Rockette 1995; Hillis 2007, Statistics in Medicine 26:596"
RANDOM: dict[Generalises, tuple[str, ...]] = {
    "readers and cases": ("raters", "cases"), "cases": ("cases",), "readers": ("raters",),
}  # fmt: skip

VARIANCES = {
    "reader": "Variance of raters", "reader_arm": "Variance of raters by arm", "case": "Variance of cases",
    "case_arm": "Variance of cases by arm", "case_reader": "Variance of cases by rater",
    "error": "Variance that is left",
}  # fmt: skip


def area_estimates(
    data: ReaderScores,
    arms: Sequence[str],
    raters: Sequence[str],
    *,
    method: CovarianceMethod = "jackknife",
    generalises: Generalises = "readers and cases",
    margin: float = 0.05,
    alpha: float = 0.05,
    level: float = 0.95,
) -> tuple[Estimate, ...]:
    """Give areas under the curves of raters and arms.

    Parameters
    ----------
    data : ReaderScores
        Scores (T, R, N); see `reader_scores`.
    arms, raters : sequence of str
        Names of the first two axes.

    Returns
    -------
    tuple of Estimate
        Of each arm ``auc`` (mean of raters, against 0.5) and ``auc-equivalence``; of each rater ``reader-auc``. With
        two arms or more: ``auc-arms`` (all alike), ``auc-difference`` of each pair with p-values by Holm's method.
        Last the components of variance ``variance-...`` that a next study is sized from.
    """
    study = reader_study(data, method)
    rows: list[Estimate] = []
    for t, arm in enumerate(arms):
        rows += _of_arm(data, study, t, arm, raters, margin, alpha, level)
    if data.arms > 1:
        rows += _of_test(data, compare_arms(study, generalises, level=level), arms, method, level)
    rows += _of_variances(data, study)
    return tuple(rows)


def reader_area(scores: np.ndarray, positive: np.ndarray, subject: str, level: float) -> Estimate:
    """Give the row of one reader's area, from scores (N,) and which images are synthetic; for other cases alone."""
    one = area_under_curve(scores, positive, level=level)
    return Estimate(
        "reader-auc", "Area of a rater", one.value, one.low, one.high, one.positives + one.negatives,
        "Mann-Whitney, ties half; DeLong's error on the logit scale", subject, se=one.se, statistic=one.statistic,
        p_value=one.p_value, level=level, random=("cases",),
        citation="DeLong, DeLong & Clarke-Pearson 1988, Biometrics 44:837",
    )  # fmt: skip


def roc_curves(data: ReaderScores, arms: Sequence[str], raters: Sequence[str]) -> tuple[Curve, ...]:
    """Give every rater's ROC curve in every arm, for a figure."""
    found = []
    for t, arm in enumerate(arms):
        for r, rater in enumerate(raters):
            false, true = roc_curve(data.scores[t, r], data.positive)
            curve = Curve(
                "roc", "ROC curve", tuple(false.tolist()), tuple(true.tolist()), "False-positive rate",
                "True-positive rate", f"{arm}, {rater}",
            )  # fmt: skip
            found.append(curve)
    return tuple(found)


def _of_arm(
    data: ReaderScores, study: ReaderStudy, t: int, arm: str, raters: Sequence[str], margin: float, alpha: float,
    level: float,
) -> list[Estimate]:  # fmt: skip
    mean, few = arm_mean(study, t, level=level), few_readers(data.readers)
    n = int(np.isfinite(data.scores[t]).sum())
    same = equivalence(mean.value, mean.se, margin, df=mean.df, alpha=alpha)
    rows = [
        within_bounds(mean_row("auc", "Area under the curve", mean, n, arm, level, few)),
        equivalence_row("auc-equivalence", same, n, arm, alpha),
    ]
    own = (reader_area(data.scores[t, r], data.positive, f"{arm}, {rater}", level) for r, rater in enumerate(raters))
    return [*rows, *own]


def _of_test(
    data: ReaderScores, test: ArmTest, arms: Sequence[str], method: CovarianceMethod, level: float
) -> list[Estimate]:
    words = f"covariances by {method}, {test.generalises} at random"
    base = Estimate(
        "auc-arms", "All arms alike", float("nan"), n=data.answers, method=words, df=test.df2,
        statistic=test.statistic, p_value=test.p_value, level=level, random=RANDOM[test.generalises],
        caveats=few_readers(data.readers), citation=CITATION,
    )  # fmt: skip
    adjusted = holm(np.array([one.p_value for one in test.differences]))
    pairs = [
        replace(
            base, name="auc-difference", title="Difference of areas", value=one.value, low=one.low, high=one.high,
            method=f"{words}; p-value by Holm's method over {len(test.differences)} pairs", se=one.se, df=one.df,
            statistic=one.statistic, p_value=float(p), subject=f"{arms[one.first]} against {arms[one.second]}",
        )
        for one, p in zip(test.differences, adjusted, strict=True)
    ]  # fmt: skip
    return [base, *pairs]


def _of_variances(data: ReaderScores, study: ReaderStudy) -> list[Estimate]:
    cases = len(np.unique(data.units))
    found = variances(study, cases) if data.arms > 1 else arm_variances(study, cases)
    return [
        Estimate(f"variance-{name.replace('_', '-')}", VARIANCES[name], value, n=cases,
                 method="of areas, or of pseudovalues where cases take part",
                 citation="Hillis et al. 2005, Statistics in Medicine 24:1579")
        for name, value in vars(found).items()
    ]  # fmt: skip
