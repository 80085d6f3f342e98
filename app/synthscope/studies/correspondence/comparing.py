"""Whether one metric stands nearer to the ratings than another: paired draws, and Steiger's test beside them."""

from __future__ import annotations

import numpy as np
from scipy.stats import norm

from synthscope.errors import InputError
from synthscope.records.study_ratings import Estimate
from synthscope.studies.correspondence.correlations import check_items, spearman
from synthscope.studies.correspondence.drawing import check_metric, draws
from synthscope.studies.correspondence.levels import FEW_MODELS, Level, few_models
from synthscope.studies.tables import RatingTable


def compare_metrics(
    table: RatingTable, one: np.ndarray, other: np.ndarray, names: tuple[str, str], level: Level,
    rng: np.random.Generator, *, resamples: int = 2000, confidence: float = 0.95,
) -> tuple[Estimate, Estimate]:
    """Give the difference of two metrics' rank correlations with the ratings.

    Parameters
    ----------
    one, other : ndarray of float, shape (items,)
        Both turned so that higher is better.

    Returns
    -------
    tuple of Estimate
        ``srcc-difference`` over paired draws of raters and items, its p twice the smaller part of draws beyond zero;
        and ``steiger`` as a check, which takes the ratings as fixed: believe the first where they differ.
    """
    for metric in (one, other):
        check_metric(table, np.asarray(metric))
        check_items(np.asarray(metric, float), table.means)
    one, other = np.asarray(one, float), np.asarray(other, float)
    found = [
        spearman(one[places], drawn) - spearman(other[places], drawn) for places, drawn in draws(table, rng, resamples)
    ]
    values = np.concatenate(found)
    values = values[np.isfinite(values)]
    if not len(values):
        raise InputError("No draw of raters and items has a correlation; there are too few items or ratings.")
    low, high = np.quantile(values, [(1 - confidence) / 2, (1 + confidence) / 2])
    beyond = min((values <= 0).sum(), (values >= 0).sum())
    n, subject = len(table.items), f"{names[0]} against {names[1]} by {level}"
    difference = float(spearman(one, table.means) - spearman(other, table.means))
    caveats = (few_models(n),) if level == "model" and n < FEW_MODELS else ()
    z, p_value = steiger(
        float(spearman(one, table.means)), float(spearman(other, table.means)), float(spearman(one, other)), n
    )
    return (
        Estimate(
            "srcc-difference", "Difference of rank correlations", difference, float(low), float(high), n,
            f"{resamples} paired draws of raters and {level}s together", subject, level=confidence, caveats=caveats,
            p_value=min(1.0, 2 * float(beyond + 1) / (len(values) + 1)), random=("raters", f"{level}s"),
        ),
        Estimate(
            "steiger", "Steiger's z of the difference", z, n=n, method="ranks; mean ratings taken as fixed",
            subject=subject, statistic=z, p_value=p_value, caveats=caveats, random=(f"{level}s",),
            citation="Steiger 1980, Psychological Bulletin 87:245, equation 14",
        ),
    )  # fmt: skip


def steiger(one: float, other: float, between: float, n: int) -> tuple[float, float]:
    """Test two correlations with one variable in common (Steiger 1980, equations 3, 7 and 14).

    Parameters
    ----------
    one, other : float
        Of either metric with the ratings.
    between : float
        Of the metrics with each other.
    n : int

    Returns
    -------
    tuple of float
        z and its two-sided p; not numbers for fewer than four items or a perfect correlation.
    """
    if n < 4 or max(abs(one), abs(other)) >= 1 or not np.isfinite([one, other, between]).all():
        return float("nan"), float("nan")
    mean = (one + other) / 2
    spread = between * (1 - 2 * mean**2) - mean**2 * (1 - 2 * mean**2 - between**2) / 2
    shared = spread / (1 - mean**2) ** 2
    if shared >= 1:
        return float("nan"), float("nan")
    z = (np.arctanh(one) - np.arctanh(other)) * np.sqrt((n - 3) / (2 - 2 * shared))
    return float(z), float(2 * norm.sf(abs(z)))


