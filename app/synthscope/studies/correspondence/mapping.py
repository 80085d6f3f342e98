"""From a metric's values to ratings by the logistic curve of VQEG, and what is left."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from scipy.optimize import OptimizeWarning, curve_fit
from scipy.special import expit

from synthscope.errors import InputError, WorkError
from synthscope.studies.correspondence.correlations import check_items

FEWEST = 8
"""Four parameters are not fitted to fewer items."""
TRIALS = 20_000
CITATION = "VQEG 2000; ITU-T P.1401"


@dataclass(frozen=True)
class Mapping:
    """The monotone curve ``(b1 - b2) / (1 + exp(-(x - b3) / |b4|)) + b2``."""

    top: float
    bottom: float
    centre: float
    width: float

    def __call__(self, metric: np.ndarray) -> np.ndarray:
        """Give the rating that each value stands for; same shape."""
        return _curve(np.asarray(metric, float), self.top, self.bottom, self.centre, self.width)


def _curve(x: np.ndarray, top: float, bottom: float, centre: float, width: float) -> np.ndarray:
    return np.asarray((top - bottom) * expit((x - centre) / max(abs(width), 1e-12)) + bottom)


def fit_mapping(metric: np.ndarray, ratings: np.ndarray) -> Mapping:
    """Fit the curve by least squares.

    Parameters
    ----------
    metric, ratings : ndarray of float, shape (n,)
        Of at least 8 items; the metric higher for better.

    Raises
    ------
    InputError
        With fewer items: rank correlations are all that can be told.
    WorkError
        When the fit does not converge.
    """
    check_items(metric, ratings)
    if len(metric) < FEWEST:
        raise InputError(
            f"n = {len(metric)}: a curve of four parameters is fitted to {FEWEST} items or more; use rank correlations."
        )
    first = [float(ratings.max()), float(ratings.min()), float(metric.mean()), max(float(metric.std()) / 4, 1e-9)]
    try:
        with warnings.catch_warnings(), np.errstate(over="ignore", invalid="ignore"):
            warnings.simplefilter("ignore", OptimizeWarning)  # all of the covariance, which is not used
            found, _ = curve_fit(_curve, metric, ratings, p0=first, maxfev=TRIALS)
    except RuntimeError as error:
        raise WorkError("The logistic curve did not converge; report rank correlations alone.") from error
    return Mapping(*map(float, found))


def left_out_rmse(metric: np.ndarray, ratings: np.ndarray, groups: np.ndarray) -> float:
    """Give the root mean square error of ratings told by curves that were fitted without the group in question.

    Parameters
    ----------
    groups : ndarray, shape (n,)
        Model (or case) of each item.
    """
    metric, ratings, groups = np.asarray(metric, float), np.asarray(ratings, float), np.asarray(groups)
    left = np.empty(len(metric))
    for group in np.unique(groups):
        out = groups == group
        left[out] = ratings[out] - fit_mapping(metric[~out], ratings[~out])(metric[out])
    return float(np.sqrt(np.mean(left**2)))
