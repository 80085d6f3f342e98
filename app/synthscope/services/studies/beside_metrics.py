"""Metrics as arrays that fit rated items, and the trivial properties of pictures that may explain both."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from synthscope.records.study_beside import Level, MetricValue
from synthscope.studies.tables import RatingTable

NUISANCES = ("mean grey value", "standard deviation", "sharpness (log10 of the variance of the Laplacian)")
FEWEST = 3
"""Items without which nothing can be correlated."""


@dataclass(frozen=True)
class Metric:
    """One metric at one level, turned so that higher is better."""

    id: str
    title: str
    values: Mapping[str, float]

    def beside(self, table: RatingTable) -> tuple[RatingTable, np.ndarray]:
        """Give the rated items of which there is a value, and the values, in one order."""
        places = np.array([i for i, item in enumerate(table.items) if item in self.values], int)
        return of_items(table, places), np.array([self.values[table.items[i]] for i in places])


def metrics_of(values: Sequence[MetricValue], level: Level) -> tuple[Metric, ...]:
    """Sort the values of a level by metric, in the order in which they come."""
    found: dict[str, tuple[str, dict[str, float]]] = {}
    for one in values:
        if one.level == level and one.subject and np.isfinite(one.value):
            turned = one.value if one.higher_is_better else -one.value
            found.setdefault(one.metric, (one.title, {}))[1][one.subject] = turned
    return tuple(Metric(name, title, own) for name, (title, own) in found.items())


def of_items(table: RatingTable, places: np.ndarray) -> RatingTable:
    """Give some items, and the raters who rated any of them."""
    part = table.of_items(places)
    stay = np.isfinite(part.values).any(axis=1)
    return RatingTable(part.values[stay], tuple(r for r, k in zip(part.raters, stay, strict=True) if k), part.items)


def nuisances(pictures: Callable[[str], np.ndarray], codes: Sequence[str]) -> np.ndarray:
    """Measure what is trivial of each picture: `NUISANCES`, shape (codes, 3)."""
    return np.array([_trivial(pictures(code)) for code in codes]).reshape(-1, len(NUISANCES))


def _trivial(picture: np.ndarray) -> tuple[float, float, float]:
    grey = np.asarray(picture, float).mean(axis=-1)
    edges = np.stack([ndimage.laplace(plane, mode="nearest") for plane in grey])
    return float(grey.mean()), float(grey.std()), float(np.log10(edges.var() + 1e-12))
