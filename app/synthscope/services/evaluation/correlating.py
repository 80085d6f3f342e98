"""Cell features of generated images beside those of their partners, as scores: Xing et al. 2024."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from synthscope.errors import InputError
from synthscope.imaging.fields import Field
from synthscope.metrics.resampling import Range
from synthscope.metrics.structure.cells import CellExtractor, CellFeature, family_of, family_title, told_mean
from synthscope.metrics.structure.feature_correlation import (
    LEAST,
    CorrelationReport,
    GroupCorrelation,
    feature_correlation,
)
from synthscope.records.evaluation import EvaluationRecipe, Role, Score
from synthscope.records.events import Job
from synthscope.records.metric import ExtractorSpec, Frame
from synthscope.records.request import Region
from synthscope.services.evaluation.controls import Place, damaged_job
from synthscope.services.evaluation.families import CORRELATION, CP_CORRELATION
from synthscope.services.evaluation.features import Measuring, features_job
from synthscope.services.evaluation.fields import Fields
from synthscope.services.evaluation.informing import verdict_beside_partners
from synthscope.services.evaluation.pairs import Pairs, chosen_slices
from synthscope.services.evaluation.scoring import CONTROL_DRAWS, NOTHING, settings_of
from synthscope.services.evaluation.statistics import REPLICATES, statistics_of

FAMILY_OF = {"cells": CORRELATION, "cp-cells": CP_CORRELATION}
"""Extractors whose features are correlated, and what their scores are called."""
DRAWN = "bootstrap, specimens of pairs drawn with replacement"
FEWEST_UNITS = 3
"""Specimens (or pairs) that an interval over them takes."""
CEILING = (
    "The value of real against real is the ceiling: the correlation that a second real image of the same specimen "
    "reaches (its replicate)."
)
NO_CEILING = (
    "There is no ceiling: it takes {least} real images with a second one of the same specimen, and there are {count}. "
    "Put the images of one well or specimen into a sub-folder."
)


@dataclass(frozen=True, eq=False)
class Planes:
    """Single planes of what is correlated: of the real images, and of a set of as many partners.

    Parameters
    ----------
    fields : Fields
        Planes of all images, in their order.
    owners : ndarray of int
        Which image each plane is of.
    """

    fields: Fields
    owners: np.ndarray


@dataclass(frozen=True, eq=False)
class Partnered:
    """Real images, their generated partners, and partners that were made from them by a known damage.

    Parameters
    ----------
    specimens : tuple of str
        Of each real image.
    """

    real: Planes
    generated: tuple[Planes, ...]
    controls: tuple[Planes, ...]
    specimens: tuple[str, ...]


def partnered_job(every: Sequence[Pairs], recipe: EvaluationRecipe, place: Place | None) -> Job[Partnered]:
    """Choose the planes that are correlated, and make the controls of them.

    Parameters
    ----------
    every : sequence of Pairs
        One for each generated set, all with the same real images.
    place : Place, optional
        Where controls are made; without it there are none.

    Raises
    ------
    InputError
        If there are fewer than four pairs.
    """
    first = every[0]
    if len(first.real) < LEAST:
        raise InputError(f"{len(first.real)} pairs show no correlation; give at least {LEAST}.")
    slabs = [slab for slabs in chosen_slices(first, recipe) for slab in slabs]
    planes = tuple(plane for slab in slabs for plane in _planes_of(slab))
    owners = np.asarray([plane.image for plane in planes])
    real = Fields("partners", first.real, first.real_inputs, planes)
    damaged: tuple[Fields, ...] = ()
    if place is not None:
        damaged = yield from damaged_job(real, place)
    return Partnered(
        Planes(real, owners),
        tuple(Planes(Fields(pairs.name, pairs.generated, pairs.inputs, planes), owners) for pairs in every),
        tuple(Planes(fields, owners) for fields in damaged),
        first.specimens or tuple(str(i) for i in range(len(first.real))),
    )


def correlating_job(
    partnered: Partnered, spec: ExtractorSpec, frame: Frame, recipe: EvaluationRecipe, measuring: Measuring
) -> Job[list[Score]]:
    """Correlate every cell feature over all pairs; give the median of each family, and of all.

    A pair is one row: the mean over its planes. Replicates are neighbours among the real images of one specimen.
    Partners that were damaged are correlated too: by these the figure is judged.

    Parameters
    ----------
    spec : ExtractorSpec
        Of a `synthscope.metrics.structure.cells.CellExtractor`.
    """
    extractor: CellExtractor = measuring.implement(spec)
    features = extractor.features(frame)
    real = yield from _table(partnered.real, spec, frame, measuring)
    first, second = _replicates(partnered.specimens)
    replicates = (real[first], real[second]) if len(first) >= LEAST else None
    rng = np.random.default_rng([recipe.seed, 6])
    ceilings: Mapping[str, Range] = {}
    if replicates:
        ceilings = _rows(features, *replicates, [partnered.specimens[i] for i in first], recipe.resamples, rng)
    reports, values, drawn = {}, {}, {}
    for planes in (*partnered.generated, *partnered.controls):
        made = yield from _table(planes, spec, frame, measuring)
        name, control = planes.fields.name, planes in partnered.controls
        drawn[name] = min(recipe.resamples, CONTROL_DRAWS) if control else recipe.resamples
        values[name] = _rows(features, real, made, partnered.specimens, drawn[name], rng)
        reports[name] = feature_correlation(features, real, made, replicates)
    controls = [planes.fields.name for planes in partnered.controls]
    tried = {name: values[name] for name in controls}
    scores = []
    for name, report in reports.items():
        found = _Found(name, "control" if name in controls else "generated", report, values[name], drawn[name])
        scores += _scores(found, spec, frame, ceilings, tried, len(first))
    return scores


def _planes_of(slab: Field) -> list[Field]:
    """Divide a slab into its planes."""
    (z, y, x), (stop, bottom, right) = slab.region.start, slab.region.stop
    return [replace(slab, region=Region((i, y, x), (i + 1, bottom, right))) for i in range(z, stop)]


def _table(planes: Planes, spec: ExtractorSpec, frame: Frame, measuring: Measuring) -> Job[np.ndarray]:
    """Measure the mean (pairs, D) of the planes of each image."""
    rows = []
    for owner in range(int(planes.owners.max()) + 1):
        own = planes.fields.part(np.flatnonzero(planes.owners == owner))
        pixels = own.read(0)
        here = replace(frame, shape=(1, pixels.shape[1], pixels.shape[2]))
        features = yield from features_job(own, spec, here, measuring)
        rows.append(told_mean(features))
    return np.stack(rows)


def _replicates(specimens: Sequence[str]) -> tuple[list[int], list[int]]:
    """Give the indices of real images and of the next one of the same specimen."""
    first, second = [], []
    latest: dict[str, int] = {}
    for i, name in enumerate(specimens):
        if name in latest:
            first.append(latest[name])
            second.append(i)
        latest[name] = i
    return first, second


def _rows(
    features: Sequence[CellFeature], a: np.ndarray, b: np.ndarray, specimens: Sequence[str], draws: int,
    rng: np.random.Generator,
) -> Mapping[str, Range]:  # fmt: skip
    """Give the median of each family with its percentile interval; specimens are drawn, not pairs."""
    names, owner = np.unique(np.asarray(specimens), return_inverse=True)
    found = _medians(feature_correlation(features, a, b))
    nan = float("nan")
    if len(names) < FEWEST_UNITS:
        return {key: Range(value, nan, nan) for key, value in found.items()}
    members = [np.flatnonzero(owner == unit) for unit in range(len(names))]
    drawn: dict[str, list[float]] = {key: [] for key in found}
    for _ in range(draws):
        chosen = np.concatenate([members[unit] for unit in rng.integers(0, len(names), len(names))])
        if len(chosen) < LEAST:
            continue
        for key, value in _medians(feature_correlation(features, a[chosen], b[chosen])).items():
            drawn[key].append(value)
    return {key: Range(value, *_interval(drawn[key])) for key, value in found.items()}


def _interval(values: Sequence[float]) -> tuple[float, float]:
    told = [value for value in values if np.isfinite(value)]
    if not told:
        return float("nan"), float("nan")
    low, high = np.percentile(told, [2.5, 97.5])
    return float(low), float(high)


def _medians(report: CorrelationReport) -> dict[str, float]:
    return {"": report.value, **{_key(group): group.value for group in report.groups}}


def _key(group: GroupCorrelation) -> str:
    return family_of(CellFeature("", "", group.channel, group.category))


@dataclass(frozen=True)
class _Found:
    """The correlations of one set with the real images."""

    subject: str
    role: Role
    report: CorrelationReport
    values: Mapping[str, Range]
    draws: int


def _scores(
    found: _Found, spec: ExtractorSpec, frame: Frame, ceilings: Mapping[str, Range],
    tried: Mapping[str, Mapping[str, Range]], count: int,
) -> list[Score]:  # fmt: skip
    said = CEILING if ceilings else NO_CEILING.format(least=LEAST, count=count)
    titles = {"": ("All features", sum(group.features for group in found.report.groups))}
    titles |= {_key(group): (_title(group), group.features) for group in found.report.groups}
    scores = []
    for key, (words, many) in titles.items():
        value = found.values[key]
        if np.isnan(value.value):
            continue
        floor = ceilings.get(key, NOTHING)
        informative, why = verdict_beside_partners({name: own[key] for name, own in tried.items()}, floor)
        scores.append(
            Score(
                metric=f"{FAMILY_OF[spec.id]}:{key or 'all'}", subject=found.subject,
                title=f"{words} (median of {many})", group="paired", role=found.role,
                value=value.value, low=value.low, high=value.high, n=found.report.pairs, better="high",
                floor=floor.value, floor_low=floor.low, floor_high=floor.high, informative=informative, why=why,
                caveats=(said, *_few(value.low)) if found.role == "generated" else (),
                settings={
                    **settings_of(spec, frame), "field": "whole planes", "replicates": found.report.replicates,
                    "summary": "median over features",
                    **statistics_of(value, DRAWN, found.draws, floor, REPLICATES),
                },
            )
        )  # fmt: skip
    return scores


def _few(low: float) -> tuple[str, ...]:
    return ("There are fewer than three specimens: no interval.",) if np.isnan(low) else ()


def _title(group: GroupCorrelation) -> str:
    return family_title(CellFeature("", "", group.channel, group.category))
