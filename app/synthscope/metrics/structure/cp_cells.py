"""Features of CellProfiler for the report of correlated features, where `cp_measure` is installed (extra ``cells``)."""

from __future__ import annotations

import numpy as np

from synthscope.errors import Unavailable
from synthscope.metrics.structure.cells import CellFeature, cell_labels
from synthscope.records.metric import Frame

_PLACES = ("Center_", "BoundingBox", "Location_", "Orientation")
"""Where a cell lies and how it is turned says nothing of what it is like."""
_CATEGORIES = {
    "Intensity": "intensity", "Texture": "texture", "Granularity": "granularity",
    "RadialDistribution": "radial", "Correlation": "correlation",
}  # fmt: skip


def cp_features(fields: np.ndarray, frame: Frame) -> tuple[tuple[CellFeature, ...], np.ndarray]:
    """Average the features of `cp_measure` over the cells of each field.

    Cells are those of `synthscope.metrics.structure.cells.cell_labels`; grey values are scaled by the limits of the
    real set and cut to 0 to 1, which `cp_measure` asks for. Costes' correlation, whose meaning depends on the bit
    depth, is left out.

    Parameters
    ----------
    fields : ndarray (N, 1, Y, X, C)

    Returns
    -------
    tuple of CellFeature, ndarray of float64 (N, D)
        A field without cells is a row that is not a number.

    Raises
    ------
    Unavailable
        If `cp_measure` is not installed.
    """
    try:
        from cp_measure.featurizer import featurize, make_featurizer_config
    except ImportError as error:
        raise Unavailable(
            "cp_measure is not installed; install it with `pip install synthscope[cells]`, or use the extractor cells."
        ) from error
    config = make_featurizer_config([f"c{c + 1}" for c in range(frame.channels)], correlation_costes=False)
    rows: list[np.ndarray | None] = []
    names: list[str] = []
    for field in fields:
        labels = cell_labels(field[0], frame)
        if not labels.any():
            rows.append(None)
            continue
        scaled = np.clip(frame.scaled(field[0]), 0, 1).astype(np.float32)
        values, names, _ = featurize(np.moveaxis(scaled, -1, 0)[None], labels[None, None], config)
        rows.append(_average(np.asarray(values, float)))
    kept = [i for i, name in enumerate(names) if not name.startswith(_PLACES)]
    nothing = np.full(len(names), np.nan)
    table = np.stack([nothing if row is None else row for row in rows])
    return tuple(_feature(names[i]) for i in kept), table[:, kept]


def _average(values: np.ndarray) -> np.ndarray:
    known = np.isfinite(values)
    count = known.sum(axis=0)
    mean: np.ndarray = np.where(known, values, 0).sum(axis=0) / np.where(count > 0, count, np.nan)
    return mean


def _feature(name: str) -> CellFeature:
    """Read channel and category off a name such as ``Correlation_Pearson__c1__c2``."""
    stem, *channels = name.split("__")
    category = _CATEGORIES.get(
        stem.split("_")[0], "texture" if channels else "shape"
    )  # Haralick features have bare names
    return CellFeature(name, name, "-".join(channel.removeprefix("c") for channel in channels), category)
