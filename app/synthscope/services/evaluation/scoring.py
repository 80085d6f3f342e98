"""Scores of sets: every figure of a metric for every arm, with its interval, its floor and its caveats."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from synthscope.errors import InputError
from synthscope.metrics.protocol import HasExpectation, SetMetric, TakesPrompt
from synthscope.metrics.resampling import Range, Sample, floors, intervals, p_value, way_of
from synthscope.metrics.structure.quantities import TOLD
from synthscope.records.evaluation import Role, Score
from synthscope.records.metric import ExtractorSpec, Frame, Layout, MetricSpec
from synthscope.services.evaluation.controls import MEMORISED
from synthscope.services.evaluation.feature_store import FeatureStore
from synthscope.services.evaluation.features import version_of, weights_of
from synthscope.services.evaluation.informing import nearness, verdict
from synthscope.services.evaluation.real_statistics import RealStatistics
from synthscope.services.evaluation.statistics import DIVIDED, HELD_OUT, statistics_of

NOTHING = Range(np.nan, np.nan, np.nan)
CONTROL_DRAWS = 100
UNTOLD = {"tortuosity": " Where no way leads from end to end there is none: more slices or larger fields help."}


@dataclass(frozen=True, eq=False)
class Measured:
    """Features of all arms by one extractor.

    Parameters
    ----------
    real : Sample
        The whole real set, whose one half is
    reference : Sample
        what the arms are compared with.
    training : Sample, optional
        As many fields of the training images.
    memorised : Sample, optional
        What a memoriser of these would hand out: the control of what is held against them.
    """

    spec: ExtractorSpec
    layout: Layout
    real: Sample
    reference: Sample
    judged: tuple[tuple[str, Role, Sample], ...]
    training: Sample | None = None
    memorised: Sample | None = None

    @property
    def encoder(self) -> str:
        """Name the encoder; empty where features are measured without a choice."""
        return self.spec.id if self.spec.is_encoder else ""

    def held_against(self, spec: MetricSpec) -> tuple[tuple[str, Role, Sample], ...]:
        """Give all that a metric judges: a memoriser of the training images, too, where it is held against these."""
        if spec.against != "training" or self.memorised is None:
            return self.judged
        return (*self.judged, (MEMORISED, "control", self.memorised))


@dataclass(frozen=True)
class Draws:
    """How often it is drawn, and from which seed."""

    count: int
    seed: int

    def rng(self, *stream: int) -> np.random.Generator:
        """Give the random numbers of one purpose: the same ones whatever else is measured."""
        return np.random.default_rng([self.seed, *stream])


def scores_of(
    spec: MetricSpec, metric: SetMetric, measured: Measured, frame: Frame, draws: Draws,
    store: FeatureStore | None = None,
) -> Iterator[Score]:  # fmt: skip
    """Judge every arm by one metric, and the metric by the controls.

    Parameters
    ----------
    store : FeatureStore, optional
        Where floors and the figures of controls are kept, which no generated set plays a part in.

    Raises
    ------
    InputError
        If a set has fewer fields than the metric needs.
    """
    against = measured.training if spec.against == "training" else measured.reference
    if against is None:
        return
    judged = measured.held_against(spec)
    _check_enough(spec, (against, *(sample for _, _, sample in judged)))
    kept = RealStatistics(metric, spec, measured.layout, store)
    floor = _floor(kept, measured, against, draws)
    found = {name: _interval(kept, against, sample, role, draws) for name, role, sample in judged}
    controls = {name for name, role, _ in judged if role == "control"}
    told = {**settings_of(measured.spec, frame), **_words_of(metric)}
    beside = HELD_OUT if spec.against == "training" else DIVIDED
    for name, role, sample in judged:
        generated = role == "generated"
        probability = p_value(metric, against, sample, draws.rng(4), draws.count) if generated else np.nan
        for quantity, value in found[name].items():
            real = floor.get(quantity, NOTHING)
            tried = {one: found[one][quantity] for one in controls if quantity in found[one]}
            informative, why = verdict(spec, tried, real)
            yield Score(
                metric=f"{spec.id}:{quantity}" if quantity else spec.id,
                subject=name,
                title=title_of(spec, quantity, measured.layout),
                group=spec.group,
                value=value.value,
                low=_within(value.low, spec),
                high=_within(value.high, spec),
                n=len(sample),
                floor=real.value,
                floor_low=real.low,
                floor_high=real.high,
                p_value=probability,
                better=spec.better,
                unit=spec.unit,
                encoder=measured.encoder,
                role=role,
                informative=informative,
                why=why,
                caveats=(
                    *caveats(spec, measured, sample), *untold(quantity, measured, sample),
                    *_of_words(metric, value.value), *_of_kind(metric, against, sample),
                    *_of_nearness(spec, value, real),
                ) if generated else (),
                settings={**told, **statistics_of(value, way_of(metric), _count(role, draws), real, beside)},
                spread=metric.spread(sample.features) if isinstance(metric, TakesPrompt) else np.nan,
            )  # fmt: skip


def _check_enough(spec: MetricSpec, samples: Sequence[Sample]) -> None:
    fewest = min(map(len, samples))
    if fewest < spec.least:
        raise InputError(
            f"A set has {fewest} fields, and {spec.least} are the least that it takes; give more images or choose "
            "smaller fields."
        )


def _floor(kept: RealStatistics, measured: Measured, against: Sample, draws: Draws) -> Mapping[str, Range]:
    """Give every figure for real against real; against the training images it is that of held-out real."""
    if kept.spec.against == "training":
        return _interval(kept, against, measured.reference, "control", draws, 2)

    def take() -> Mapping[str, Range]:
        return floors(kept.metric, measured.real, len(against), measured.layout, draws.rng(2))

    return kept.figures("floor", (measured.real,), (len(against), draws.seed), take)


def _interval(
    kept: RealStatistics, against: Sample, sample: Sample, role: Role, draws: Draws, stream: int = 3
) -> Mapping[str, Range]:
    """Give every figure of a sample with its interval; those of controls are kept."""
    count = _count(role, draws)

    def take() -> Mapping[str, Range]:
        return intervals(kept.metric, against, sample, kept.layout, draws.rng(stream), count)

    if role == "generated":
        return take()
    return kept.figures("interval", (against, sample), (count, draws.seed, stream), take)


def _within(end: float, spec: MetricSpec) -> float:
    """Cut the end of an interval where no value can lie beyond."""
    return end if np.isnan(end) else min(max(end, spec.bounds[0]), spec.bounds[1])


def _count(role: Role, draws: Draws) -> int:
    """Draw less often for controls: their intervals only tell a ranking from noise."""
    return draws.count if role == "generated" else min(draws.count, CONTROL_DRAWS)


def title_of(spec: MetricSpec, quantity: str, layout: Layout) -> str:
    """Give the words of a figure: those of the quantity where it is one of several."""
    if not quantity:
        return spec.title
    curves = {curve.name: curve.title for curve in layout.curves}
    return curves.get(quantity) or layout.titles.get(quantity, quantity)


def settings_of(spec: ExtractorSpec, frame: Frame) -> Mapping[str, object]:
    """Say what a number depends on beside the two sets."""
    return {
        "features": version_of(spec),
        "weights": weights_of(spec),
        "field": list(frame.shape),
        "resize": spec.resize,
        "map": f"{frame.limits_words} become 0 to 1: fixed on the real set, the same for every set",
    }


def _words_of(metric: SetMetric) -> Mapping[str, str]:
    return metric.settings() if isinstance(metric, TakesPrompt) else {}


def _of_words(metric: SetMetric, value: float) -> tuple[str, ...]:
    """Say what a score by a prompt means nothing without."""
    return (metric.remark(value),) if isinstance(metric, TakesPrompt) else ()


def _of_kind(metric: SetMetric, against: Sample, sample: Sample) -> tuple[str, ...]:
    """Say what two sets of one kind have on average, where that is known."""
    if not isinstance(metric, HasExpectation):
        return ()
    expected = metric.expected(len(against), len(sample))
    return (f"Two sets of one kind have {expected:.3g} on average, for {len(against)} and {len(sample)} fields.",)


def _of_nearness(spec: MetricSpec, value: Range, floor: Range) -> tuple[str, ...]:
    """Say what a figure that is held against the training images means."""
    return (nearness(spec.title.partition(",")[0], value, floor, floor.value),) if spec.against == "training" else ()


def untold(quantity: str, measured: Measured, sample: Sample) -> tuple[str, ...]:
    """Say of how many fields a named quantity is told, where it is not of all, and why there may be no number."""
    if quantity not in measured.layout.names:
        return ()
    column = measured.layout.names.index(quantity)
    told = [int(np.isfinite(one.features[:, column]).sum()) for one in (measured.reference, sample)]
    if told == [len(measured.reference), len(sample)]:
        return ()
    enough = all(n > TOLD * len(one) for n, one in zip(told, (measured.reference, sample), strict=True))
    end = "it is taken over these" if enough else "there is no number where half of a set or more do not"
    reason = UNTOLD.get(quantity.partition("-")[0], "")
    counts = f"{told[0]} of {len(measured.reference)} real and {told[1]} of {len(sample)} judged fields"
    return (f"{counts} tell it; {end}.{reason}",)


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
