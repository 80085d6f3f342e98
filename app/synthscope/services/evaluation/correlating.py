"""Cell features of generated images beside those of their partners, as scores: Xing et al. 2024."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from synthscope.errors import InputError
from synthscope.metrics.protocol import Extractor
from synthscope.metrics.registry import find_extractor
from synthscope.metrics.structure.cells import CellFeature, cell_features
from synthscope.metrics.structure.feature_correlation import (
    LEAST,
    CorrelationReport,
    GroupCorrelation,
    feature_correlation,
)
from synthscope.records.evaluation import EvaluationRecipe, Score
from synthscope.records.events import Job, Progress
from synthscope.records.metric import Frame
from synthscope.services.evaluation.families import CORRELATION
from synthscope.services.evaluation.features import Implement
from synthscope.services.evaluation.fields import read_field
from synthscope.services.evaluation.pairs import Pairs, chosen_slices

EXTRACTOR = "cells"
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
Row = tuple[float, float, float]
"""Value and 95 % interval."""


def correlating_job(pairs: Pairs, frame: Frame, recipe: EvaluationRecipe, implement: Implement) -> Job[list[Score]]:
    """Correlate every cell feature over all pairs; give the median of each family, and of all.

    A pair is one row: the mean over its slices. Replicates are neighbours among the real images of one specimen.

    Raises
    ------
    InputError
        If there are fewer than four pairs.
    """
    if len(pairs.real) < LEAST:
        raise InputError(f"{len(pairs.real)} pairs show no correlation; give at least {LEAST}.")
    extractor: Extractor = implement(find_extractor(EXTRACTOR))
    real: list[np.ndarray] = []
    made: list[np.ndarray] = []
    for i, fields in enumerate(chosen_slices(pairs, recipe)):
        yield Progress(i, len(pairs.real), f"Cell features: {pairs.name}")
        for rows, image in ((real, pairs.real[i]), (made, pairs.generated[i])):
            rows.append(_row(extractor, [read_field(image, field) for field in fields], frame))
    features = cell_features(frame)
    a, b = np.stack(real), np.stack(made)
    specimens = pairs.specimens or tuple(str(i) for i in range(len(a)))
    first, second = _replicates(specimens)
    replicates = (a[first], a[second]) if len(first) >= LEAST else None
    report = feature_correlation(features, a, b, replicates)
    rng = np.random.default_rng([recipe.seed, 6])
    values = _rows(features, a, b, specimens, recipe.resamples, rng)
    ceilings = (
        _rows(features, *replicates, [specimens[i] for i in first], recipe.resamples, rng) if replicates else {}
    )
    return _scores(pairs.name, report, values, ceilings, len(first))


def _row(extractor: Extractor, slabs: Sequence[np.ndarray], frame: Frame) -> np.ndarray:
    """Average the features (D,) of all planes of an image."""
    planes = [slab[z : z + 1] for slab in slabs for z in range(len(slab))]
    rows = []
    for plane in planes:
        here = replace(frame, shape=(1, plane.shape[1], plane.shape[2]))
        rows.append(extractor.extract(plane[None], here)[0])
    return _told_mean(np.stack(rows))


def _told_mean(rows: np.ndarray) -> np.ndarray:
    told = np.isfinite(rows)
    count = told.sum(axis=0)
    mean: np.ndarray = np.where(told, rows, 0).sum(axis=0) / np.where(count > 0, count, np.nan)
    return mean


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
) -> Mapping[str, Row]:  # fmt: skip
    """Give the median of each family with its percentile interval; specimens are drawn, not pairs."""
    names, owner = np.unique(np.asarray(specimens), return_inverse=True)
    found = _medians(feature_correlation(features, a, b))
    nan = float("nan")
    if len(names) < FEWEST_UNITS:
        return {key: (value, nan, nan) for key, value in found.items()}
    members = [np.flatnonzero(owner == unit) for unit in range(len(names))]
    drawn: dict[str, list[float]] = {key: [] for key in found}
    for _ in range(draws):
        chosen = np.concatenate([members[unit] for unit in rng.integers(0, len(names), len(names))])
        if len(chosen) < LEAST:
            continue
        for key, value in _medians(feature_correlation(features, a[chosen], b[chosen])).items():
            drawn[key].append(value)
    return {key: (value, *_interval(drawn[key])) for key, value in found.items()}


def _interval(values: Sequence[float]) -> tuple[float, float]:
    told = [value for value in values if np.isfinite(value)]
    if not told:
        return float("nan"), float("nan")
    low, high = np.percentile(told, [2.5, 97.5])
    return float(low), float(high)


def _medians(report: CorrelationReport) -> dict[str, float]:
    return {"": report.value, **{_key(group): group.value for group in report.groups}}


def _key(group: GroupCorrelation) -> str:
    return f"{group.category}-{group.channel}" if group.channel else group.category


def _scores(
    subject: str, report: CorrelationReport, values: Mapping[str, Row], ceilings: Mapping[str, Row], count: int
) -> list[Score]:
    said = CEILING if ceilings else NO_CEILING.format(least=LEAST, count=count)
    nothing = (float("nan"),) * 3
    titles = {"": ("All features", sum(group.features for group in report.groups))}
    titles |= {_key(group): (_title(group), group.features) for group in report.groups}
    scores = []
    for key, (words, many) in titles.items():
        if np.isnan(values[key][0]):
            continue
        value, low, high = values[key]
        floor, floor_low, floor_high = ceilings.get(key, nothing)
        scores.append(
            Score(
                metric=f"{CORRELATION}:{key or 'all'}", subject=subject, title=f"{words} (median of {many})",
                group="paired", value=value, low=low, high=high, n=report.pairs, better="high",
                floor=floor, floor_low=floor_low, floor_high=floor_high, caveats=(said, *_few(low)),
                settings={"features": EXTRACTOR, "replicates": report.replicates, "summary": "median over features"},
            )
        )  # fmt: skip
    return scores


def _few(low: float) -> tuple[str, ...]:
    return ("There are fewer than three specimens: no interval.",) if np.isnan(low) else ()


def _title(group: GroupCorrelation) -> str:
    channel = f", channel {group.channel}" if group.channel and "-" not in group.channel else ""
    pair = f", channels {group.channel.replace('-', ' and ')}" if "-" in group.channel else ""
    return f"{group.category.capitalize()}{channel}{pair}"
