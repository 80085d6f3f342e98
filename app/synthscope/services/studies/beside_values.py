"""Metrics of the very pictures that raters saw: of each by itself, beside its reference, and of arms."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from synthscope.errors import InputError, SynthscopeError
from synthscope.io.opening import open_image
from synthscope.io.writing import write_image
from synthscope.metrics.registry import list_extractors, list_metrics
from synthscope.records.evaluation import EvaluationRecipe, ImageSet, Report
from synthscope.records.events import Job, Progress
from synthscope.records.image import Image
from synthscope.records.metric import Domain, ExtractorSpec, Frame, MetricSpec
from synthscope.records.space import Space
from synthscope.records.study_beside import MetricValue
from synthscope.records.study_key import StimulusKey
from synthscope.records.study_pack import PackManifest
from synthscope.services.evaluation.evaluating import Means, begin_evaluation, evaluate_job
from synthscope.services.evaluation.feature_store import FeatureStore
from synthscope.services.evaluation.features import Measuring, features_job, unfit
from synthscope.services.evaluation.fields import Fields, cut_set, open_set
from synthscope.services.evaluation.framing import make_frame
from synthscope.services.reporting.document import read_report
from synthscope.services.sources import reference
from synthscope.services.weights import is_installed

Picture = Callable[[str], np.ndarray]
RESAMPLES = 200
"""Of the arms' evaluation."""
ENCODERS = ("oriented-filters", "materials")
SKIPPED = frozenset({"random-pyramid", "inception", "dinov2", "clip"})
"""Extractors that are no measure of a single picture here, or need weights by others."""


@dataclass(frozen=True)
class Valued:
    """Values of metrics, and sentences on what could not be measured."""

    values: tuple[MetricValue, ...]
    notes: tuple[str, ...]


def metric_values_job(
    picture: Picture, stimuli: Sequence[StimulusKey], manifest: PackManifest, means: Means, domain: Domain = "any"
) -> Job[Valued]:
    """Measure the pictures of a study.

    Of each synthetic picture: how far it lies from the nearest real one by each encoder, and how far its quantities
    depart from those of the real pictures, in their standard deviations. Beside a reference: every paired metric. Of
    each arm: the report card's figures.

    Parameters
    ----------
    picture : callable
        From a code to uint8 (Z, Y, X, C).
    stimuli : sequence of StimulusKey
        Of the opened key.
    domain : str
        Whose quantities are measured beside those of every image.

    Yields
    ------
    Progress

    Raises
    ------
    InputError
        If there is no real or no synthetic picture.
    """
    shown = [one for one in stimuli if one.arm and one.code in manifest.codes]
    if not any(one.is_real for one in shown) or all(one.is_real for one in shown):
        raise InputError("Metrics stand beside ratings of real and synthetic pictures; this study showed one kind.")
    notes: list[str] = []
    values = yield from _paired_job(picture, manifest, means, notes)
    with tempfile.TemporaryDirectory() as folder:
        sets = _written(picture, shown, Path(folder))
        values += yield from _single_job(sets, manifest.shape, means, domain, notes)
        values += yield from _arms_job(sets, manifest.shape, Path(folder), means, domain, notes)
    return Valued(tuple(values), tuple(notes))


def references_of(manifest: PackManifest) -> dict[str, str]:
    """Give the reference that each picture was shown beside."""
    trials = (trial for slot in manifest.slots for trial in slot.trials if trial.reference)
    return {code: trial.reference for trial in trials for code in trial.places if code != trial.reference}


def _written(picture: Picture, shown: Sequence[StimulusKey], folder: Path) -> dict[str, ImageSet]:
    """Write the pictures as images, a set for each arm under its letter; the real ones under ``real``."""
    found: dict[str, list[tuple[str, Path]]] = {}
    for one in sorted(shown, key=lambda each: each.code):
        name = "real" if one.is_real else one.letter
        place = folder / name
        place.mkdir(exist_ok=True)
        path = place / f"{one.code}.ome.tif"
        pixels = picture(one.code)
        axes = "".join(axis for axis, length in zip("zyxc", pixels.shape, strict=True) if axis in "yx" or length > 1)
        shape = tuple(n for axis, n in zip("zyxc", pixels.shape, strict=True) if axis in "yx" or n > 1)
        write_image(path, Image(pixels.reshape(shape), Space(axes)))
        found.setdefault(name, []).append((one.case, path))
    return {
        name: ImageSet(name, tuple(reference(open_image(path)) for _, path in each), tuple(case for case, _ in each))
        for name, each in found.items()
    }


def _single_job(
    sets: Mapping[str, ImageSet], shape: tuple[int, ...], means: Means, domain: Domain, notes: list[str]
) -> Job[list[MetricValue]]:
    size = (shape[0], shape[1], shape[2])
    fields = {name: _whole(one, size) for name, one in sets.items()}
    frame = make_frame(fields["real"], size)
    measuring = Measuring(means.implement, FeatureStore.of_user(), means.pool)
    values: list[MetricValue] = []
    for spec in _extractors(frame, domain):
        try:
            features = {}
            for name, arm in fields.items():
                features[name] = yield from features_job(arm, spec, frame, measuring)
        except SynthscopeError as error:
            notes.append(f"{spec.title}: {error.sentence}")
            continue
        values += _distances(spec, features, fields)
    return values


def _whole(one: ImageSet, size: tuple[int, int, int]) -> Fields:
    found, _ = cut_set(one, open_set(one, None), size, len(one.images))
    return found


def _extractors(frame: Frame, domain: Domain) -> Iterator[ExtractorSpec]:
    for row in list_extractors():
        spec = row.spec
        if spec is None or spec.id in SKIPPED or spec.weights or unfit(spec, frame):
            continue
        if not spec.domains or domain in spec.domains:
            yield spec


def _distances(
    spec: ExtractorSpec, features: Mapping[str, np.ndarray], fields: Mapping[str, Fields]
) -> Iterator[MetricValue]:
    """Give each synthetic picture its distance from the real ones, in standard deviations of the real features."""
    real = features["real"]
    usable = np.isfinite(real).all(axis=0) & (np.nanstd(real, axis=0) > 0)
    if not usable.any():
        return
    middle, spread = real[:, usable].mean(axis=0), real[:, usable].std(axis=0)
    scaled = (real[:, usable] - middle) / spread
    for name, rows in features.items():
        if name == "real":
            continue
        own = (rows[:, usable] - middle) / spread
        near = spec.is_encoder
        away = _nearest(own, scaled) if near else np.sqrt(np.nanmean(own**2, axis=1))
        metric = f"{'nearest-real' if near else 'departure'}:{spec.id}"
        title = f"Nearness to a real picture ({spec.title})" if near else f"Departure from real: {spec.title}"
        for field, value in zip(fields[name].fields, away, strict=True):
            code = fields[name].inputs[field.image].name.partition(".")[0]
            yield MetricValue(metric, title, "image", code, float(value), higher_is_better=False)


def _nearest(own: np.ndarray, real: np.ndarray) -> np.ndarray:
    squared = (own**2).sum(axis=1)[:, None] + (real**2).sum(axis=1) - 2 * own @ real.T
    return np.asarray(np.sqrt(np.maximum(squared, 0).min(axis=1) / own.shape[1]))


def _arms_job(
    sets: Mapping[str, ImageSet], shape: tuple[int, ...], folder: Path, means: Means, domain: Domain, notes: list[str]
) -> Job[list[MetricValue]]:
    generated = tuple(one for name, one in sorted(sets.items()) if name != "real")
    recipe = EvaluationRecipe(
        sets["real"], generated, domain=domain, encoders=ENCODERS, side=shape[1], depth=shape[0],
        resamples=RESAMPLES, controls=False,
        most=max(len(one.images) for one in sets.values()),
    )  # fmt: skip
    place = folder / "evaluation"
    try:
        begin_evaluation(place, recipe)
        yield from evaluate_job(place, means)
    except SynthscopeError as error:
        notes.append(f"Figures of arms: {error.sentence}")
        return []
    return list(_scores(read_report(place), {one.name for one in generated}))


def _scores(report: Report, letters: set[str]) -> Iterator[MetricValue]:
    specs = {row.spec.id: row.spec for row in list_metrics() if row.spec is not None}
    for score in report.scores:
        spec = specs.get(score.metric.partition(":")[0])
        if spec is None or score.subject not in letters or not np.isfinite(score.value) or spec.better == "one":
            continue
        encoder = str(score.settings.get("features", "")).partition(" ")[0] if spec.extractor == "encoder" else ""
        name = f"{score.metric}, {encoder}" if encoder else score.metric
        yield MetricValue(
            name, f"{score.title}{f' ({encoder})' if encoder else ''}", "arm", score.subject, score.value, score.low,
            score.high, higher_is_better=spec.better == "high",
        )  # fmt: skip


def _paired_job(picture: Picture, manifest: PackManifest, means: Means, notes: list[str]) -> Job[list[MetricValue]]:
    beside, values = references_of(manifest), []
    if not beside:
        return []
    frame = _frame_of([picture(code) for code in sorted(set(beside.values()))])
    for spec in _paired(manifest.shape, notes):
        metric = means.implement(spec)
        for number, (code, other) in enumerate(sorted(beside.items())):
            yield Progress(number, len(beside), spec.title)
            try:
                value = float(metric.measure(picture(other), picture(code), None, frame))
            except SynthscopeError as error:
                notes.append(f"{spec.title}: {error.sentence}")
                break
            good = spec.better == "high"
            values.append(MetricValue(spec.id, spec.title, "image", code, value, higher_is_better=good))
    return values


def _paired(shape: tuple[int, ...], notes: list[str]) -> Iterator[MetricSpec]:
    for row in list_metrics():
        spec = row.spec
        if spec is None or spec.group != "paired" or spec.id.endswith("-3d") != (shape[0] > 1):
            continue
        if spec.weights and not is_installed(spec.weights):
            notes.append(f"{spec.title} needs weights that are not here: synthscope models fetch {spec.weights}.")
            continue
        yield spec


def _frame_of(pictures: Sequence[np.ndarray]) -> Frame:
    """Give the frame of paired metrics: pictures are uint8, whose range is that of the screen."""
    shape, channels = pictures[0].shape[:3], pictures[0].shape[3]
    nothing = (float("nan"),) * channels
    return Frame(
        shape=(shape[0], shape[1], shape[2]), channels=channels, limits=((0.0, 255.0),) * channels, thresholds=nothing,
        data_range=255.0, fractions=nothing, separations=nothing,
    )  # fmt: skip
