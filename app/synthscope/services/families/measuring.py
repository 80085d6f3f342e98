"""What is measured of one set of images beside the held-out part, each with its interval."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from synthscope.imaging.copy_search import search_job
from synthscope.metrics.protocol import SetMetric
from synthscope.metrics.registry import find_extractor, find_metric
from synthscope.metrics.resampling import Sample, intervals
from synthscope.metrics.trust.copies import threshold_of
from synthscope.records.events import Job, Progress
from synthscope.records.families import FamiliesRecipe, Measure
from synthscope.records.metric import ExtractorSpec, Layout
from synthscope.services.evaluation.features import BATCH, Implement, extract, unfit
from synthscope.services.families.grounds import Grounds, RealSet
from synthscope.services.families.rulers import RULERS

OF_FEATURES = {"kernel_distance": "kid", "diversity_ratio": "diversity"}
"""Measures of an encoder's features, by the ids of their metrics."""
NEVER_BELOW_ZERO = {*RULERS, "diversity_ratio"}
"""Measures whose intervals end at 0."""
SHRUNK = 16
"""Copies are first looked for among averages over squares, so that a field is as many squares wide."""
NOTHING = Layout()


@dataclass(frozen=True, eq=False)
class Bench:
    """Where sets are measured: what they are compared with, and by what.

    Parameters
    ----------
    grounds : Grounds
    implement : callable
        Makes the implementation of an extractor or a metric.
    """

    recipe: FamiliesRecipe
    grounds: Grounds
    implement: Implement

    @property
    def encoder(self) -> ExtractorSpec:
        """What takes features."""
        return find_extractor(self.recipe.encoder)

    def problem(self) -> str:
        """Say why the encoder cannot look at these images; empty where it can."""
        reason = unfit(self.encoder, self.grounds.frame)
        return f"{self.encoder.title} {reason}" if reason else ""


@dataclass(frozen=True)
class Nearest:
    """How near the images of a set lie to training patches: the best correlation of each."""

    values: tuple[float, ...]

    def beyond(self, honest: Nearest) -> tuple[int, float]:
        """Count those that lie nearer than held-out fields would, and give the correlation from which on that is so."""
        threshold = threshold_of(np.array(honest.values)).value
        return int((np.array(self.values) >= threshold).sum()), float(threshold)


def measures_job(bench: Bench, images: np.ndarray, units: np.ndarray | None = None) -> Job[dict[str, Measure]]:
    """Measure images (N, Y, X, C) against the held-out part.

    Parameters
    ----------
    units : ndarray of int (N,), optional
        The block of space of each image; made images are each by themselves.

    Returns
    -------
    dict
        Of `Measure`, by the names of `synthscope.records.families.MEASURES`.
    """
    own = RealSet(images, np.arange(len(images)) if units is None else units)
    found = {}
    for done, (name, ruler) in enumerate(RULERS.items()):
        yield Progress(done, len(RULERS) + 1, "Measuring")
        real, made = (ruler.of(one.pixels, bench.grounds.frame) for one in (bench.grounds.held_out, own))
        found[name] = _measured(bench, name, ruler.metric, (real, made), own)
    if bench.problem():
        return found
    real = yield from _features_job(bench, bench.grounds.held_out.pixels)
    made = yield from _features_job(bench, own.pixels)
    for name, metric in OF_FEATURES.items():
        found[name] = _measured(bench, name, bench.implement(find_metric(metric)), (real, made), own)
    return found


def nearest_job(bench: Bench, images: np.ndarray) -> Job[Nearest]:
    """Look for each image (N, Y, X, C) in the training part, over every shift and eight symmetries."""
    blocks = bench.grounds.searched
    shrink = max(1, images.shape[1] // SHRUNK)
    matches = yield from search_job(images[:, None], blocks, shrink=shrink)
    return Nearest(tuple(match.value for match in matches))


def _measured(
    bench: Bench, name: str, metric: SetMetric, features: tuple[np.ndarray, np.ndarray], own: RealSet
) -> Measure:
    real, made = (
        Sample(rows, one.units) for rows, one in zip(features, (bench.grounds.held_out, own), strict=True)
    )
    stream = [*RULERS, *OF_FEATURES].index(name)
    rng = np.random.default_rng([bench.recipe.seed, 7, stream])
    layout = NOTHING if name in RULERS else _layout(bench)
    found = intervals(metric, real, made, layout, rng, bench.recipe.resamples)[""]
    low, high = (max(end, 0.0) if name in NEVER_BELOW_ZERO else end for end in (found.low, found.high))
    return Measure(float(found.value), float(low), float(high))


def _layout(bench: Bench) -> Layout:
    layout: Layout = bench.implement(bench.encoder).layout(bench.grounds.frame)
    return layout


def _features_job(bench: Bench, images: np.ndarray) -> Job[np.ndarray]:
    spec, frame = bench.encoder, bench.grounds.frame
    rows: list[Any] = []
    for start in range(0, len(images), BATCH):
        yield Progress(start, len(images), f"{spec.title}: features")
        batch = images[start : start + BATCH, None]
        rows.append(extract(spec, batch, frame, bench.implement, bench.recipe.device))
    return np.concatenate(rows)


def as_measures(values: Mapping[str, float]) -> dict[str, Measure]:
    """Give plain numbers as measures without an interval."""
    return {name: Measure(value) for name, value in values.items()}
