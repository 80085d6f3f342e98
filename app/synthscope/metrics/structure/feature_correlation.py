"""How features of synthetic images go along with those of their real partners, beside what a real replicate reaches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from synthscope.errors import InputError
from synthscope.metrics.structure.cells import CellFeature

LEAST = 4
"""Pairs that a correlation needs."""


@dataclass(frozen=True)
class FeatureCorrelation:
    """One feature over all pairs.

    Parameters
    ----------
    name, channel, category : str
    n : int
        Pairs in which both tell it.
    value : float
        Pearson's correlation of real and synthetic; not a number where one of them does not vary.
    low, high : float
        95 % interval by Fisher's transformation, for pairs that are independent.
    ceiling : float
        The same of real and its replicate; not a number without replicates.
    """

    name: str
    channel: str
    category: str
    n: int
    value: float
    low: float
    high: float
    ceiling: float


@dataclass(frozen=True)
class GroupCorrelation:
    """The features of one channel and category: medians over those that are told.

    Parameters
    ----------
    channel, category : str
    features : int
        How many are told.
    value, ceiling : float
    above : float
        Part of the features whose correlation reaches that of the replicate; not a number without replicates.
    """

    channel: str
    category: str
    features: int
    value: float
    ceiling: float
    above: float


@dataclass(frozen=True)
class CorrelationReport:
    """All features, their groups, and the medians over all.

    Parameters
    ----------
    pairs, replicates : int
    """

    pairs: int
    replicates: int
    value: float
    ceiling: float
    features: tuple[FeatureCorrelation, ...]
    groups: tuple[GroupCorrelation, ...]


def feature_correlation(
    features: Sequence[CellFeature],
    real: np.ndarray,
    synthetic: np.ndarray,
    replicates: tuple[np.ndarray, np.ndarray] | None = None,
) -> CorrelationReport:
    """Correlate every feature of real fields with that of their synthetic partners.

    The comparison of Xing et al. 2024 (fluorescence predicted from brightfield): what counts is not 1 but the
    replicate ceiling, the correlation that a second real image of the same condition reaches.

    Parameters
    ----------
    features : sequence of CellFeature
        What the D columns are.
    real, synthetic : ndarray of float64 (N, D)
        Row by row of one partner each; not a number where it cannot be told.
    replicates : pair of ndarray (M, D), optional
        Features of real fields and of their real replicates, row by row.

    Raises
    ------
    InputError
        If rows or columns do not fit, or there are fewer than four pairs.
    """
    _check(len(features), real, synthetic, "real and synthetic")
    if replicates is not None:
        _check(len(features), *replicates, "real and replicate")
    rows = []
    for column, feature in enumerate(features):
        n, value = pearson(real[:, column], synthetic[:, column])
        ceiling = np.nan if replicates is None else pearson(replicates[0][:, column], replicates[1][:, column])[1]
        low, high = fisher_interval(value, n)
        rows.append(FeatureCorrelation(feature.name, feature.channel, feature.category, n, value, low, high, ceiling))
    kinds = dict.fromkeys((feature.channel, feature.category) for feature in features)
    groups = tuple(_group(channel, category, rows) for channel, category in kinds)
    count = 0 if replicates is None else len(replicates[0])
    return CorrelationReport(
        len(real), count, _median([r.value for r in rows]), _median([r.ceiling for r in rows]), tuple(rows), groups
    )


def pearson(a: np.ndarray, b: np.ndarray) -> tuple[int, float]:
    """Give the number of pairs that are told and their correlation; not a number below `LEAST` or without spread."""
    told = np.isfinite(a) & np.isfinite(b)
    x, y = a[told], b[told]
    if len(x) < LEAST:
        return len(x), float("nan")
    x, y = x - x.mean(), y - y.mean()
    scale = float(np.sqrt((x @ x) * (y @ y)))
    rounding = 1e-12 * max(float(np.abs(a[told]).max() * np.abs(b[told]).max()), np.finfo(float).tiny)
    if scale <= rounding * len(x):
        return len(x), float("nan")
    return len(x), float(np.clip(x @ y / scale, -1, 1))


def fisher_interval(value: float, n: int) -> tuple[float, float]:
    """Give the 95 % interval of a correlation of n pairs: tanh(atanh(r) +- 1.96 / sqrt(n - 3)) (Fisher 1921)."""
    if not np.isfinite(value) or n < LEAST:
        return float("nan"), float("nan")
    middle = np.arctanh(np.clip(value, -1 + 1e-15, 1 - 1e-15))
    half = 1.959963984540054 / np.sqrt(n - 3)
    return float(np.tanh(middle - half)), float(np.tanh(middle + half))


def _group(channel: str, category: str, rows: Sequence[FeatureCorrelation]) -> GroupCorrelation:
    members = [r for r in rows if (r.channel, r.category) == (channel, category)]
    told = [r.value for r in members if np.isfinite(r.value)]
    both = [r for r in members if np.isfinite(r.value) and np.isfinite(r.ceiling)]
    above = float(np.mean([r.value >= r.ceiling for r in both])) if both else float("nan")
    return GroupCorrelation(channel, category, len(told), _median(told), _median([r.ceiling for r in members]), above)


def _median(values: Sequence[float]) -> float:
    told = [value for value in values if np.isfinite(value)]
    return float(np.median(told)) if told else float("nan")


def _check(columns: int, a: np.ndarray, b: np.ndarray, words: str) -> None:
    if a.shape != b.shape or a.ndim != 2 or a.shape[1] != columns:
        raise InputError(
            f"Features of {words} are {a.shape} and {b.shape}; give {columns} columns and a row for each pair."
        )
    if len(a) < LEAST:
        raise InputError(f"{len(a)} pairs of {words} show no correlation; give at least {LEAST}.")
