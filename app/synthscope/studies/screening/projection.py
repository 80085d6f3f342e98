"""Bias and inconsistency of raters, and means that weigh them, by alternating projection (ITU-T P.910, annex E)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthscope.errors import InputError, WorkError
from synthscope.studies.tables import RatingTable, item_means

STILL = 1e-8
ROUNDS = 20_000
"""A turn takes no time, and with three raters of whom one is nearly always right thousands are needed."""
LEAST = 0.1
"""Of the median inconsistency: nobody counts as more consistent, or one rater could take all the weight."""
MOST = 0.9
"""Largest part of a rater in the means that the correction allows for."""
CITATION = "ITU-T P.910 (10/2023), annex E; Li et al. 2020"


@dataclass(frozen=True, eq=False)
class Projection:
    """Raters and items after the projection.

    Parameters
    ----------
    bias : ndarray of float, shape (raters,)
        How far a rater answers above the others; the mean is zero.
    inconsistency : ndarray of float, shape (raters,)
        Standard deviation of what bias and items do not explain.
    weights : ndarray of float, shape (raters,)
        Inverse squares of the inconsistency; they sum to 1.
    means : ndarray of float, shape (items,)
        Weighted, without the biases.
    errors : ndarray of float, shape (items,)
        Standard error of each mean: deviation of the item's residuals over the root of its raters.
    """

    raters: tuple[str, ...]
    items: tuple[str, ...]
    bias: np.ndarray
    inconsistency: np.ndarray
    weights: np.ndarray
    means: np.ndarray
    errors: np.ndarray


def project(table: RatingTable, *, corrected: bool = True) -> Projection:
    """Estimate bias, inconsistency and weighted means in turns until the means stand still.

    Parameters
    ----------
    table : RatingTable
    corrected : bool
        Whether a rater's residuals are freed of the part that the rater has in the means: their variance is divided
        by one less that part. P.910 does not (False gives its figures); then, with few raters, the most consistent
        one may pull the means closer and closer, until nobody else counts.

    Raises
    ------
    InputError
        When there are fewer than two raters or items, or a rater saw one item alone.
    WorkError
        When the turns do not end.
    """
    values = table.values
    there = np.isfinite(values)
    if min(values.shape) < 2 or (there.sum(axis=1) < 2).any():
        raise InputError(
            f"Bias and inconsistency need two raters and two items of each; there are {values.shape[0]} raters and "
            f"{values.shape[1]} items. Leave out raters with a single answer."
        )
    means = table.means
    bias, weights = np.nanmean(values - means, axis=1), np.ones(len(values))
    for _ in range(ROUNDS):
        left = values - means - bias[:, None]
        inconsistency, spread = np.nanstd(left, axis=1), np.nanstd(left, axis=0)
        if corrected:
            inconsistency = inconsistency / np.sqrt(1 - _parts(weights, there))
        weights = _weights(inconsistency)
        new = item_means(values - bias[:, None], weights)
        bias = np.nanmean(values - new, axis=1)
        change = float(np.linalg.norm(new - means))
        means = new
        if change < STILL:
            shift = bias.mean()
            return Projection(
                table.raters, table.items, bias - shift, inconsistency, weights / weights.sum(), means + shift,
                spread / np.sqrt(there.sum(axis=0)),
            )  # fmt: skip
    raise WorkError(f"Weights of raters did not settle in {ROUNDS} turns; report plain means, and say so.")


def _parts(weights: np.ndarray, there: np.ndarray) -> np.ndarray:
    """Give each rater's part in the means of the items that the rater saw, shape (raters,)."""
    share = there * weights[:, None] / (weights @ there)
    return np.asarray(np.minimum(share.sum(axis=1) / there.sum(axis=1), MOST))


def _weights(inconsistency: np.ndarray) -> np.ndarray:
    middle = float(np.median(inconsistency))
    if middle == 0:
        return np.ones(len(inconsistency))
    return np.asarray(1 / np.maximum(inconsistency, LEAST * middle) ** 2)
