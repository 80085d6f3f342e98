"""Images of which the metric says good and the experts bad, and the other way round."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from synthscope.studies.correspondence.correlations import check_items
from synthscope.studies.correspondence.drawing import check_metric
from synthscope.studies.tables import RatingTable


@dataclass(frozen=True)
class Disagreement:
    """One image on which metric and raters differ.

    Parameters
    ----------
    metric_place, human_place : float, in [0, 1]
        Part of the images that are worse by the metric, and by the mean rating; ties share.
    rating, error : float
        Mean rating, and its standard error over raters (not a number for one rater).
    raters : int
    """

    item: str
    metric: float
    rating: float
    error: float
    raters: int
    metric_place: float
    human_place: float

    @property
    def gap(self) -> float:
        """How much better the metric places it than the raters; negative where it is the other way round."""
        return self.metric_place - self.human_place


def disagreements(table: RatingTable, metric: np.ndarray, count: int = 20) -> tuple[tuple[Disagreement, ...], ...]:
    """List the images on which metric and raters differ most.

    Parameters
    ----------
    metric : ndarray of float, shape (items,)
        Higher for better.
    count : int
        Of images in each list, at most.

    Returns
    -------
    tuple of two tuples
        Metric good and experts bad; metric bad and experts good; the largest gap first.
    """
    metric = np.asarray(metric, float)
    check_metric(table, metric)
    check_items(metric, table.means)
    there = np.isfinite(table.values)
    raters = there.sum(axis=0)
    left = np.where(there, table.values - table.means, 0.0)
    variance = np.divide((left**2).sum(axis=0), raters - 1, out=np.full(len(raters), np.nan), where=raters > 1)
    places = [(rankdata(values) - 1) / (len(metric) - 1) for values in (metric, table.means)]
    rows = [
        Disagreement(
            item, float(metric[k]), float(table.means[k]), float(np.sqrt(variance[k] / raters[k])), int(raters[k]),
            float(places[0][k]), float(places[1][k]),
        )
        for k, item in enumerate(table.items)
    ]  # fmt: skip
    good = sorted((row for row in rows if row.gap > 0), key=lambda row: -row.gap)
    bad = sorted((row for row in rows if row.gap < 0), key=lambda row: row.gap)
    return tuple(good[:count]), tuple(bad[:count])
