"""Scores of sets: every figure of a metric for every arm, with its interval, its floor and its caveats."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from synthscope.metrics.protocol import SetMetric
from synthscope.metrics.resampling import Range, Sample, floors, intervals, p_value
from synthscope.records.evaluation import Role, Score
from synthscope.records.metric import ExtractorSpec, Frame, Layout, MetricSpec


@dataclass(frozen=True, eq=False)
class Measured:
    """Features of all arms by one extractor."""

    spec: ExtractorSpec
    layout: Layout
    real: Sample
    reference: Sample
    judged: tuple[tuple[str, Role, Sample], ...]


@dataclass(frozen=True)
class Draws:
    """How often it is drawn, and from which seed."""

    count: int
    seed: int

    def rng(self, *stream: int) -> np.random.Generator:
        """Give the random numbers of one purpose: the same ones whatever else is measured."""
        return np.random.default_rng([self.seed, *stream])


def scores_of(spec: MetricSpec, metric: SetMetric, measured: Measured, frame: Frame, draws: Draws) -> Iterator[Score]:
    """Judge every arm by one metric; controls get no interval of their own, the floor tells what chance does."""
    layout = measured.layout
    nothing = Range(np.nan, np.nan, np.nan)
    floor = floors(metric, measured.real, len(measured.reference), layout, draws.rng(2))
    for name, role, sample in measured.judged:
        if role == "generated":
            found = intervals(metric, measured.reference, sample, layout, draws.rng(3), draws.count)
            probability = p_value(metric, measured.reference, sample, draws.rng(4), draws.count)
        else:
            values = metric.measure(measured.reference.features, sample.features, layout)
            found = {key: Range(value, np.nan, np.nan) for key, value in values.items()}
            probability = np.nan
        for quantity, value in found.items():
            real = floor.get(quantity, nothing)
            yield Score(
                metric=f"{spec.id}:{quantity}" if quantity else spec.id,
                subject=name,
                title=title_of(spec, quantity, layout),
                group=spec.group,
                value=value.value,
                low=value.low,
                high=value.high,
                n=len(sample),
                floor=real.value,
                floor_low=real.low,
                floor_high=real.high,
                p_value=probability,
                better=spec.better,
                unit=spec.unit,
                encoder=measured.spec.id if measured.spec.is_encoder else "",
                role=role,
                caveats=caveats(spec, measured, sample) if role == "generated" else (),
                settings=settings_of(measured.spec, frame),
            )


def title_of(spec: MetricSpec, quantity: str, layout: Layout) -> str:
    """Give the words of a figure: those of the quantity where it is one of several."""
    if not quantity:
        return spec.title
    curves = {curve.name: curve.title for curve in layout.curves}
    return curves.get(quantity) or layout.titles.get(quantity, quantity)


def settings_of(spec: ExtractorSpec, frame: Frame) -> Mapping[str, object]:
    """Say what a number depends on beside the two sets."""
    ranges = ", ".join(f"{low:.6g} to {high:.6g}" for low, high in frame.limits)
    return {
        "features": f"{spec.id} {spec.version}",
        "field": list(frame.shape),
        "resize": spec.resize,
        "map": f"{ranges} become 0 to 1: fixed on the real set, the same for every set",
    }


def caveats(spec: MetricSpec, measured: Measured, sample: Sample) -> tuple[str, ...]:
    """Say what a reader must know of a number."""
    found = []
    count = min(len(sample), len(measured.reference))
    if spec.trusted_from and count < spec.trusted_from:
        found.append(
            f"{spec.title} is biased below {spec.trusted_from} images, and there are {count}: compare it with its "
            "floor only, never with a number from elsewhere."
        )
    for words, one in (("real", measured.reference), ("judged", sample)):
        units = len(np.unique(one.units))
        if units < 3:
            found.append(f"The {words} set has {units} specimen(s): there is no interval over them.")
    return tuple(found)
