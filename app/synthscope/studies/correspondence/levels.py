"""One metric beside the ratings, by model or by image: every figure with its interval, and when it means nothing."""

from __future__ import annotations

from typing import Literal

import numpy as np

from synthscope.errors import InputError, WorkError
from synthscope.records.study_ratings import Estimate
from synthscope.studies.correspondence.correlations import (
    Statistic,
    check_items,
    kendall,
    partial_spearman,
    pearson,
    permutation_p,
    spearman,
)
from synthscope.studies.correspondence.drawing import Centring, check_metric, interval
from synthscope.studies.correspondence.mapping import CITATION, Mapping, fit_mapping
from synthscope.studies.tables import RatingTable

Level = Literal["model", "image"]
FEW_MODELS = 10
"""Below it a correlation over models is printed with the sentence that it cannot be interpreted."""
RESAMPLES = 2000
STATISTICS: dict[str, tuple[str, Statistic]] = {
    "srcc": ("Spearman's rank correlation", spearman),
    "krcc": ("Kendall's tau-b", kendall),
    "plcc": ("Pearson's correlation", pearson),
}


def few_models(n: int) -> str:
    """Say that so few models carry no correlation."""
    return f"n = {n} models: a correlation cannot be interpreted."


def correspond(
    table: RatingTable, metric: np.ndarray, name: str, level: Level, rng: np.random.Generator, *,
    higher_is_better: bool = True, resamples: int = RESAMPLES, confidence: float = 0.95,
) -> tuple[Estimate, ...]:
    """Set one metric beside the ratings.

    Parameters
    ----------
    table : RatingTable
        Its items are models or images; higher ratings are better. By model, a cell is the mean of a rater's answers.
    metric : ndarray of float, shape (items,)
        In the order of ``table.items``.
    name : str
        Of the metric.
    level : "model" or "image"
    higher_is_better : bool
        The metric is turned round when False, so that a good metric always correlates positively.

    Returns
    -------
    tuple of Estimate
        ``srcc`` (with a permutation p), ``krcc``, ``plcc``; and from 8 items on ``plcc-mapped``, ``rmse`` and
        ``outlier-ratio`` after the logistic curve of VQEG. Intervals are percentiles over raters and items drawn
        together, moved to the value (see `drawing.interval`); the curve is held.

    Raises
    ------
    InputError
        When the metric does not fit the items, or something is not finite.
    """
    check_metric(table, np.asarray(metric))
    turned = np.asarray(metric, float) * (1 if higher_is_better else -1)
    ratings, subject, n = table.means, f"{name} by {level}", len(table.items)
    check_items(turned, ratings)
    caveats = (few_models(n),) if level == "model" and n < FEW_MODELS else ()
    words = f"{resamples} draws of raters and {level}s together, centred"
    rows = []
    for key, (title, statistic) in STATISTICS.items():
        low, high = interval(table, turned, statistic, rng, resamples, level=confidence)
        p_value = permutation_p(turned, ratings, rng, resamples) if key == "srcc" else float("nan")
        rows.append(
            Estimate(
                key, title, float(statistic(turned, ratings)), low, high, n, words, subject, p_value=p_value,
                level=confidence, random=("raters", f"{level}s"), caveats=caveats,
            )
        )  # fmt: skip
    return (*rows, *_mapped(table, turned, subject, words, rng, resamples, confidence, caveats))


def _mapped(
    table: RatingTable, metric: np.ndarray, subject: str, words: str, rng: np.random.Generator, resamples: int,
    confidence: float, caveats: tuple[str, ...],
) -> tuple[Estimate, ...]:
    try:
        mapping = fit_mapping(metric, table.means)
    except (InputError, WorkError) as error:
        reason = (*caveats, str(error))
        return tuple(
            Estimate(key, title, float("nan"), n=len(metric), subject=subject, caveats=reason, citation=CITATION)
            for key, title in (("plcc-mapped", "Pearson's correlation after the logistic curve"),)
        )

    def row(key: str, title: str, value: float, ends: tuple[float, float]) -> Estimate:
        return Estimate(
            key, title, value, *ends, len(metric), f"logistic curve of four parameters, held; {words}", subject,
            level=confidence, random=("raters", "items"), caveats=caveats, citation=CITATION,
        )  # fmt: skip

    mapped, ratings = mapping(metric), table.means

    def over(statistic: Statistic, centring: Centring) -> tuple[float, float]:
        return interval(table, mapped, statistic, rng, resamples, level=confidence, centring=centring)

    outside = outlier_ratio(table, mapping, metric)
    return (
        row("plcc-mapped", "Pearson's correlation after the logistic curve", float(pearson(mapped, ratings)),
            over(pearson, "correlation")),
        row("rmse", "Root mean square error after the logistic curve", float(rmse(mapped, ratings)),
            over(rmse, "positive")),
        row("outlier-ratio", "Part of the items beyond two standard errors", outside, (float("nan"),) * 2),
    )  # fmt: skip


def rmse(told: np.ndarray, ratings: np.ndarray) -> np.ndarray:
    """Give the root mean square difference of rows, shapes (..., n)."""
    return np.asarray(np.sqrt(((told - ratings) ** 2).mean(axis=-1)))


def outlier_ratio(table: RatingTable, mapping: Mapping, metric: np.ndarray) -> float:
    """Give the part of the items whose rating lies more than two standard errors from what the curve tells.

    Standard errors are those over raters; items of a single rater have none and are left out.
    """
    there = np.isfinite(table.values)
    count = there.sum(axis=0)
    left = np.where(there, table.values - table.means, 0.0)
    usable = count > 1
    variance = np.divide((left**2).sum(axis=0), count - 1, out=np.zeros(len(count)), where=usable)
    error = np.sqrt(variance / np.maximum(count, 1))
    if not usable.any():
        return float("nan")
    return float((np.abs(table.means - mapping(metric)) > 2 * error)[usable].mean())


def correspond_apart(
    table: RatingTable, metric: np.ndarray, nuisance: np.ndarray, name: str, level: Level, rng: np.random.Generator, *,
    higher_is_better: bool = True, resamples: int = 500, confidence: float = 0.95,
) -> Estimate:
    """Correlate a metric with the ratings after what trivial properties of the images explain of both.

    Parameters
    ----------
    nuisance : ndarray of float, shape (items, k)
        Mean, contrast, sharpness.

    Returns
    -------
    Estimate
        ``partial-srcc``, with p by Student's t and an interval over raters and items drawn together.
    """
    check_metric(table, np.asarray(metric))
    turned = np.asarray(metric, float) * (1 if higher_is_better else -1)
    extra = np.asarray(nuisance, float).reshape(len(turned), -1)
    value, p_value = partial_spearman(turned, table.means, extra)

    def statistic(places: np.ndarray, drawn: np.ndarray) -> np.ndarray:
        return np.array([
            partial_spearman(turned[p], ratings, extra[p])[0] for p, ratings in zip(places, drawn, strict=True)
        ])

    places = np.arange(len(turned))
    low, high = interval(table, places, statistic, rng, resamples, level=confidence)
    n = len(turned)
    return Estimate(
        "partial-srcc", "Rank correlation with trivial properties taken out", value, low, high, n,
        f"ranks; {extra.shape[1]} properties taken out; {resamples} draws of raters and {level}s together, centred",
        f"{name} by {level}", p_value=p_value, level=confidence, random=("raters", f"{level}s"),
        caveats=(few_models(n),) if level == "model" and n < FEW_MODELS else (),
    )  # fmt: skip
