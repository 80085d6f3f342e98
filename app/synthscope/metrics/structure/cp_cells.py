"""Features of CellProfiler by `cp_measure` (extra ``cells``): measured of cells, compared family by family."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
from skimage.draw import disk

from synthscope.errors import Unavailable
from synthscope.metrics.structure.cells import CellFeature, cell_labels, family_of, family_title, told_mean
from synthscope.metrics.structure.quantities import QuantityDistances
from synthscope.records.metric import Frame, Layout

_LEFT_OUT = (
    "Center_", "BoundingBox", "Location_", "Orientation", "InertiaTensor_", "RadialDistribution_ZernikePhase",
)  # fmt: skip
"""Where a cell lies and how it is turned says nothing of what it is like."""
_CATEGORIES = {
    "Intensity": "intensity", "Texture": "texture", "Granularity": "granularity",
    "RadialDistribution": "radial", "Correlation": "correlation",
}  # fmt: skip
SAMPLE = 48
"""Pixels of the side of the disc by which the names of all features are learned."""


class CpCells:
    """Of each field the averages over its cells, by the features of `cp_measure`.

    Cells are those of `synthscope.metrics.structure.cells.cell_labels`; grey values are scaled by the limits of the
    real set and cut to 0 to 1, which `cp_measure` asks for. Costes' correlation, whose meaning depends on the bit
    depth, is left out.
    """

    def features(self, frame: Frame) -> tuple[CellFeature, ...]:
        """List what is measured, in the order of the columns.

        Raises
        ------
        Unavailable
            If `cp_measure` is not installed.
        """
        return tuple(_feature(name) for name in _kept(_names(frame.channels)))

    def layout(self, frame: Frame) -> Layout:
        """Name what is measured, and the families of it."""
        features = self.features(frame)
        titles = {feature.name: feature.title for feature in features}
        return Layout(tuple(titles), titles | {family_of(one): family_title(one) for one in features})

    def extract(self, fields: np.ndarray, frame: Frame) -> np.ndarray:
        """Give (N, D) features of fields (N, 1, Y, X, C); a field without cells is a row that is not a number."""
        names = _names(frame.channels)
        columns = [names.index(name) for name in _kept(names)]
        return np.stack([_averages(field[0], frame, len(names)) for field in fields])[:, columns]


class CpFamilyDistances:
    """Distance of every feature in standard deviations of real fields: the median of each family."""

    def measure(self, real: np.ndarray, generated: np.ndarray, layout: Layout) -> Mapping[str, float]:
        """Give one figure for each family; not a number where none of its features can be compared."""
        found = QuantityDistances().measure(real, generated, layout)
        families: dict[str, list[float]] = {}
        for name, value in found.items():
            told = families.setdefault(family_of(_feature(name)), [])
            if np.isfinite(value):
                told.append(value)
        return {family: float(np.median(told)) if told else float("nan") for family, told in families.items()}

    def each(self, real: np.ndarray, generated: np.ndarray, layout: Layout) -> np.ndarray:
        """Give the root mean square of a field's features in standard deviations from the real mean."""
        return QuantityDistances().each(real, generated, layout)


def _averages(field: np.ndarray, frame: Frame, count: int) -> np.ndarray:
    labels = cell_labels(field, frame)
    if not labels.any():
        return np.full(count, np.nan)
    scaled = np.clip(frame.scaled(field), 0, 1).astype(np.float32)
    return told_mean(_measured(scaled, labels)[0])


@lru_cache(maxsize=8)
def _names(channels: int) -> tuple[str, ...]:
    """Learn the names of all features from one disc."""
    labels = np.zeros((SAMPLE, SAMPLE), np.int32)
    labels[disk((SAMPLE // 2, SAMPLE // 2), SAMPLE // 4)] = 1
    rng = np.random.default_rng(0)
    return tuple(_measured(rng.random((SAMPLE, SAMPLE, channels), np.float32), labels)[1])


def _measured(scaled: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, Sequence[str]]:
    """Give the features (cells, D) of a picture (Y, X, C), and their names."""
    try:
        from cp_measure.featurizer import featurize, make_featurizer_config
    except ImportError as error:
        raise Unavailable(
            "cp_measure is not installed; install it with `pip install synthscope[cells]`, or use the extractor cells."
        ) from error
    config: Any = make_featurizer_config([f"c{c + 1}" for c in range(scaled.shape[-1])], correlation_costes=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it divides by zero where a cell tells nothing, and says so cell by cell
        values, names, _ = featurize(np.moveaxis(scaled, -1, 0)[None], labels[None, None], config)
    return np.asarray(values, float), names


def _kept(names: Sequence[str]) -> list[str]:
    return [name for name in names if not name.startswith(_LEFT_OUT) or "Eigenvalues" in name]


def _feature(name: str) -> CellFeature:
    """Read channel and category off a name such as ``Correlation_Pearson__c1__c2``."""
    stem, *channels = name.split("__")
    of = "-".join(sorted(channel.removeprefix("c") for channel in channels))
    category = _CATEGORIES.get(stem.split("_")[0], "texture" if channels else "shape")  # Haralick's have bare names
    if category == "correlation" and len(channels) == 1:  # of neighbouring pixels: one of Haralick's, too
        category = "texture"
    found = CellFeature(name, name, of, category)
    return replace(found, title=f"{stem.replace('_', ' ')}, channel {of}") if channels else found
