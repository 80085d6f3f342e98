"""What a figure is worth: its interval over specimens, the same figure for real against real, a permutation test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import islice

import numpy as np

from synthscope.metrics.protocol import MeasuresBySpecimen, Resamples, SetMetric, Tests
from synthscope.records.metric import Layout

LEVEL = 95.0
SPLITS = 20
"""Divisions of the real set that a floor is taken over."""
TRIES = 20
"""Divisions that are tried for each that is taken: units are of different sizes, so that one part may be short."""
FEW_UNITS = 3
"""Below so many specimens in either set there is no interval."""


BOOTSTRAP = "bootstrap, specimens of both sets drawn with replacement"
OWN_WAY = "a way of the metric's own, specimens drawn with replacement"


@dataclass(frozen=True)
class Range:
    """A value and the ends of its interval; not numbers where there is none."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Sample:
    """Features (N, D) of a set, and the unit (N,) of each row."""

    features: np.ndarray
    units: np.ndarray

    def __len__(self) -> int:
        return len(self.features)

    @cached_property
    def sha256(self) -> str:
        """Hash of all values with their types and shapes (hex)."""
        digest = sha256()
        for array in (self.features, self.units):
            plain = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
            digest.update(f"{plain.dtype.str}{plain.shape}".encode() + plain.tobytes())
        return digest.hexdigest()

    def of(self, rows: np.ndarray) -> Sample:
        """Give some of the rows."""
        return Sample(self.features[rows], self.units[rows])


def way_of(metric: SetMetric) -> str:
    """Say how the intervals of a metric come about."""
    return str(getattr(metric, "way", OWN_WAY)) if isinstance(metric, Resamples) else BOOTSTRAP


def measured(metric: SetMetric, real: Sample, generated: Sample, layout: Layout) -> Mapping[str, float]:
    """Give the figures of a metric, told the units where it needs to know them."""
    if isinstance(metric, MeasuresBySpecimen):
        units = (real.units, generated.units)
        return metric.measure_by_specimen(real.features, generated.features, layout, units)
    return metric.measure(real.features, generated.features, layout)


def intervals(
    metric: SetMetric, real: Sample, generated: Sample, layout: Layout, rng: np.random.Generator, count: int
) -> dict[str, Range]:
    """Give every figure of a metric with its 95 % interval over units.

    Units are drawn with replacement in both sets (cluster bootstrap; Davison & Hinkley 1997, section 3.8) unless the
    metric has a way of its own. A distance between drawn sets is larger than between the sets themselves, as rows
    come twice: the percentiles are moved by the difference between their median and the value.
    """
    values = measured(metric, real, generated, layout)
    if min(len(np.unique(real.units)), len(np.unique(generated.units))) < FEW_UNITS:
        return {name: Range(value, np.nan, np.nan) for name, value in values.items()}
    if isinstance(metric, Resamples):
        units = (real.units, generated.units)
        draws = metric.resample(real.features, generated.features, layout, units, rng, count)
    else:
        draws = _bootstrap(metric, real, generated, layout, rng, count)
    return {name: _around(value, draws.get(name, np.empty(0))) for name, value in values.items()}


def floors(
    metric: SetMetric, real: Sample, count: int, layout: Layout, rng: np.random.Generator, splits: int = SPLITS
) -> dict[str, Range]:
    """Give every figure for real against real: two parts of `count` rows each, that share no unit.

    Returns
    -------
    dict
        Median over divisions, and the range that 95 % of them lie in; empty where the real set cannot be divided so.
    """
    found: dict[str, list[float]] = {}
    tried = (divided(real.units, count, rng) for _ in range(splits * TRIES))
    for first, second in islice(filter(None, tried), splits):
        a, b = real.of(first), real.of(second)
        for name, value in measured(metric, a, b, layout).items():
            found.setdefault(name, []).append(value)
    return {name: _median(np.asarray(values)) for name, values in found.items()}


def divided(units: np.ndarray, count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray] | None:
    """Divide rows in two parts of `count` that share no unit; None where that cannot be.

    Units are taken in a random order, each by the part that has fewer rows so far.
    """
    parts: tuple[list[int], list[int]] = ([], [])
    for unit in rng.permutation(np.unique(units)):
        rows = np.flatnonzero(units == unit)
        min(parts, key=len).extend(rows.tolist())
    if min(map(len, parts)) < count:
        return None
    first, second = (np.sort(rng.permutation(part)[:count]) for part in parts)
    return first, second


def p_value(metric: SetMetric, real: Sample, generated: Sample, rng: np.random.Generator, count: int) -> float:
    """Give the p-value of "both sets are of one kind" where the metric has a test; not a number where it has none."""
    if not isinstance(metric, Tests) or min(len(np.unique(s.units)) for s in (real, generated)) < FEW_UNITS:
        return float("nan")
    return metric.p_value(real.features, generated.features, (real.units, generated.units), rng, count)


def draw_units(units: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw as many units as there are, with replacement, and give their rows."""
    names, index = np.unique(units, return_inverse=True)
    rows = [np.flatnonzero(index == i) for i in range(len(names))]
    return np.concatenate([rows[i] for i in rng.integers(0, len(names), len(names))])


def _bootstrap(
    metric: SetMetric, real: Sample, generated: Sample, layout: Layout, rng: np.random.Generator, count: int
) -> Mapping[str, np.ndarray]:
    draws: dict[str, list[float]] = {}
    for _ in range(count):
        a, b = (sample.of(draw_units(sample.units, rng)) for sample in (real, generated))
        for name, value in metric.measure(a.features, b.features, layout).items():
            draws.setdefault(name, []).append(value)
    return {name: np.asarray(values) for name, values in draws.items()}


def _around(value: float, draws: np.ndarray) -> Range:
    known = draws[np.isfinite(draws)]
    if not np.isfinite(value) or len(known) < max(len(draws) // 2, 2):
        return Range(value, float("nan"), float("nan"))
    low, middle, high = np.percentile(known, [50 - LEVEL / 2, 50, 50 + LEVEL / 2])
    return Range(value, float(value + low - middle), float(value + high - middle))


def _median(values: np.ndarray) -> Range:
    known = values[np.isfinite(values)]
    if not len(known):
        return Range(float("nan"), float("nan"), float("nan"))
    low, middle, high = np.percentile(known, [50 - LEVEL / 2, 50, 50 + LEVEL / 2])
    return Range(float(middle), float(low), float(high))
