"""Metrics of features for the pictures of a study: of every picture against the real ones, and of every arm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from synthscope.errors import InputError, Unavailable
from synthscope.metrics.protocol import ScoresEach
from synthscope.metrics.resampling import Sample
from synthscope.records.events import Job
from synthscope.records.metric import ExtractorSpec, Frame, Layout, MetricSpec
from synthscope.records.study_beside import MetricValue
from synthscope.records.study_ratings import NAN
from synthscope.services.evaluation.arms import make_arms
from synthscope.services.evaluation.evidence import far_from_real
from synthscope.services.evaluation.features import Measuring, features_job
from synthscope.services.evaluation.fields import Fields
from synthscope.services.evaluation.scoring import Draws, Measured, scores_of, title_of
from synthscope.services.studies.beside_pictures import Shown

BESIDE_IT = 8
"""Generated pictures that are measured along with a single real one, since some metrics ask for a set."""

@dataclass(frozen=True, eq=False)
class Setting:
    """What all metrics of sets are taken of.

    Parameters
    ----------
    real : Fields
        Pictures of the real arm, in the order of ``shown.real``.
    arms : tuple of Fields
        Of each generator, in the order of ``shown.arms``.
    quantities : mapping
        From a metric to the single quantities of each picture that were asked for.
    """

    shown: Shown
    real: Fields
    arms: tuple[Fields, ...]
    frame: Frame
    measuring: Measuring
    draws: Draws
    quantities: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class _Looked:
    """Features of all pictures by one extractor."""

    extractor: ExtractorSpec
    layout: Layout
    real: np.ndarray
    arms: tuple[np.ndarray, ...]
    codes: tuple[str, ...]

    def each(self, quantity: str, metric: object) -> np.ndarray:
        """Measure every picture, in the order of `codes`."""
        return _of_each(quantity, metric, self.real, np.concatenate(self.arms), self.layout)

    def name(self, spec: MetricSpec) -> str:
        """Give the id of a metric of these features."""
        return f"{spec.id}/{self.extractor.id}" if self.extractor.is_encoder else spec.id


def of_extractor_job(
    extractor: ExtractorSpec, specs: Sequence[MetricSpec], setting: Setting
) -> Job[list[MetricValue]]:
    """Take all metrics of one extractor; one that cannot be taken is a row that says why."""
    features: list[np.ndarray] = []
    try:
        for one in (setting.real, *setting.arms):
            made = yield from features_job(one, extractor, setting.frame, setting.measuring)
            features = [*features, made]
        layout = setting.measuring.implement(extractor).layout(setting.frame)
    except (InputError, Unavailable) as error:
        return [_left_out(spec, error.sentence) for spec in specs]
    codes = [one.code for own in (setting.shown.real, *setting.shown.arms.values()) for one in own]
    looked = _Looked(extractor, layout, features[0], tuple(features[1:]), tuple(codes))
    found: list[MetricValue] = []
    if extractor.is_encoder:
        title = f"Distance to the nearest real picture, {extractor.title}"
        found += _named(f"nearest/{extractor.id}", title, codes, looked.each("", None))
    for spec in specs:
        if spec.against == "training":
            found.append(_left_out(spec, "a study knows no training images; evaluate the model for it."))
            continue
        for take in (_of_pictures, _of_arms):
            try:
                found += take(spec, looked, setting)
            except (InputError, Unavailable) as error:
                found.append(_left_out(spec, error.sentence))
    return found


def _of_pictures(spec: MetricSpec, looked: _Looked, setting: Setting) -> list[MetricValue]:
    """Give how far each picture is from the real ones: by the metric as a whole, and by each named quantity."""
    metric, found, layout = setting.measuring.implement(spec), [], looked.layout
    if isinstance(metric, ScoresEach):
        found += _named(looked.name(spec), f"{spec.title}, each picture", looked.codes, looked.each("", metric))
    for quantity in setting.quantities.get(spec.id, ()):
        if quantity not in {*layout.names, *(curve.name for curve in layout.curves)}:
            raise InputError(f"there is no quantity {quantity!r}; choose one of {', '.join(layout.names)}.")
        title = f"{title_of(spec, quantity, layout)}, deviation from real"
        found += _named(f"{looked.name(spec)}:{quantity}", title, looked.codes, looked.each(quantity, metric))
    return found


def _of_arms(spec: MetricSpec, looked: _Looked, setting: Setting) -> list[MetricValue]:
    """Score every arm as an evaluation does: against one half of the real pictures, in equal numbers."""
    if spec.better == "none":
        return []
    arms = make_arms(setting.real, setting.arms, None, setting.draws.seed)

    def sample(fields: Fields, whole: np.ndarray) -> Sample:
        return Sample(whole[[one.image for one in fields.fields]], fields.units)

    measured = Measured(
        looked.extractor, looked.layout, sample(arms.real, looked.real), sample(arms.reference, looked.real),
        tuple(
            (arm.fields.name, arm.role, sample(arm.fields, own))
            for arm, own in zip(arms.judged, looked.arms, strict=True)
        ),
    )  # fmt: skip
    letters = ", ".join(sorted({one.letter for one in setting.shown.real}))
    found: dict[tuple[str, str], MetricValue] = {}
    judge, store = setting.measuring.implement(spec), setting.measuring.store
    for score in scores_of(spec, judge, measured, setting.frame, setting.draws, store):
        metric = looked.name(spec) + score.metric.removeprefix(spec.id)
        title = score.title + (f", {looked.extractor.title}" if looked.extractor.is_encoder else "")
        for subject, ends in (
            (score.subject, (score.value, score.low, score.high)),
            (letters, (score.floor, score.floor_low, score.floor_high)),
        ):
            value, low, high, higher, words = _turned(spec, *ends)
            found[metric, subject] = MetricValue(metric, title + words, "arm", subject, value, low, high, higher)
    return list(found.values())


def _of_each(quantity: str, metric: object, real: np.ndarray, made: np.ndarray, layout: Layout) -> np.ndarray:
    """Measure each real picture against the other real ones, and each generated one against all of them.

    Not numbers for a metric whose value of one picture changes with the pictures beside it.
    """
    nothing = np.full(len(real) + len(made), NAN)
    try:
        values = far_from_real(quantity, metric, real, made, layout)
    except InputError:
        return nothing  # a metric of sets that cannot look at so few: arms alone have it, or say why
    part = max(BESIDE_IT, len(made) // 2)
    alone = far_from_real(quantity, metric, real, made[:part], layout)
    if len(made) > part and not np.allclose(alone, values[:part], equal_nan=True, rtol=1e-6, atol=1e-9):
        return nothing
    own = [
        far_from_real(
            quantity, metric, np.delete(real, i, axis=0), np.concatenate([made[:BESIDE_IT], real[i : i + 1]]), layout
        )[-1]
        for i in range(len(real))
    ]
    return np.concatenate([np.array(own, float), values])


def _turned(spec: MetricSpec, value: float, low: float, high: float) -> tuple[float, float, float, bool, str]:
    """Give a figure that is best at 1 as its distance from there; its interval does not go along."""
    if spec.better != "one":
        return value, low, high, spec.better == "high", ""
    return abs(value - 1), NAN, NAN, False, ", distance from 1"


def _named(metric: str, title: str, codes: Sequence[str], values: np.ndarray) -> list[MetricValue]:
    return [
        MetricValue(metric, title, "image", code, float(value), higher_is_better=False)
        for code, value in zip(codes, values, strict=True)
        if np.isfinite(value)
    ]


def _left_out(spec: MetricSpec, why: str) -> MetricValue:
    return MetricValue(spec.id, spec.title, "arm", "", NAN, why=f"{spec.title} was left out: {why}")
