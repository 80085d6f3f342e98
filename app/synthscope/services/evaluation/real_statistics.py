"""Figures of the real set and its controls by content: what no generated set plays a part in is taken once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from synthscope.metrics.protocol import SetMetric, TakesPrompt
from synthscope.metrics.resampling import SPLITS, TRIES, Range, Sample
from synthscope.records.documents import digest
from synthscope.records.metric import Layout, MetricSpec
from synthscope.services.evaluation.feature_store import FeatureStore

VERSION = "1"
"""Of how floors and intervals are taken from figures (`synthscope.metrics.resampling`)."""
_COLUMNS = ("name", "ends")


@dataclass(frozen=True)
class RealStatistics:
    """Floors of a metric and its figures of controls, kept by all that they depend on.

    Parameters
    ----------
    store : FeatureStore, optional
        Without one everything is taken anew.
    """

    metric: SetMetric
    spec: MetricSpec
    layout: Layout
    store: FeatureStore | None = None

    def figures(
        self, way: str, samples: tuple[Sample, ...], numbers: tuple[int, ...], take: Callable[[], Mapping[str, Range]]
    ) -> Mapping[str, Range]:
        """Give what `take` gives, and take it only where it was not yet.

        Parameters
        ----------
        way : str
            What is taken: a floor or an interval.
        samples : tuple of Sample
            All rows that it is taken from.
        numbers : tuple of int
            Draws, seeds and rows that it depends on.
        """
        if self.store is None or isinstance(self.metric, TakesPrompt):  # these depend on words, and cost nothing
            return take()
        key = self._key(way, samples, numbers)
        rows = self.store.get(key)
        if rows is None or not _are_figures(rows):
            rows = _rows(take())
            self.store.put(key, rows)
        return {str(row["name"]): Range(*(float(end) for end in row["ends"])) for row in rows}

    def _key(self, way: str, samples: tuple[Sample, ...], numbers: tuple[int, ...]) -> str:
        kind = type(self.metric)
        metric = (self.spec.id, self.spec.version, kind.__module__, kind.__qualname__)
        hashes = tuple(sample.sha256 for sample in samples)
        return digest(("real statistics", VERSION, SPLITS, TRIES, way, metric, self.layout, hashes, numbers))


def _rows(figures: Mapping[str, Range]) -> np.ndarray:
    """Lay figures in rows: a name and three numbers."""
    longest = max([1, *map(len, figures)])
    told = [(name, (one.value, one.low, one.high)) for name, one in figures.items()]
    return np.array(told, dtype=[("name", f"<U{longest}"), ("ends", "<f8", (3,))])


def _are_figures(rows: np.ndarray) -> bool:
    return rows.ndim == 1 and rows.dtype.names == _COLUMNS and rows["ends"].shape[1:] == (3,)
