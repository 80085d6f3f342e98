"""Figures of images beside their declared partners: by part of the mask, summarised over pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from synthscope.errors import InputError
from synthscope.imaging.fields import Field
from synthscope.metrics.paired.parts import by_channel, by_part
from synthscope.metrics.paired.summary import DRAWS, PairSummary, summarise
from synthscope.metrics.protocol import PairedMetric, TellsSettings
from synthscope.metrics.resampling import Range
from synthscope.records.evaluation import Band, EvaluationRecipe, Evidence, ImageSet, Score
from synthscope.records.events import Job, Progress
from synthscope.records.image import Image
from synthscope.records.metric import Frame, MetricSpec
from synthscope.records.request import Input, Region
from synthscope.services.evaluation.evidence import SHOWN, Album
from synthscope.services.evaluation.features import weights_of
from synthscope.services.evaluation.fields import Fields, middle_slice, moment_count, open_set, read_field
from synthscope.services.evaluation.statistics import STRANGERS, statistics_of
from synthscope.services.masking import check_mask_values
from synthscope.services.sources import open_input
from synthscope.services.training_blocks import block_shape

DRAWN = "bootstrap of the median, specimens drawn with replacement"
UNRELATED = "The value of real against real is that of real images beside a real image that is not their partner."
WHOLE, CHANNEL = "", "channel-"
"""What the parts are called that no mask tells: all of a pair, and, with its number, one channel."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """One generated set with its partners, opened."""

    name: str
    real: tuple[Image, ...]
    generated: tuple[Image, ...]
    masks: tuple[Image, ...]
    specimens: tuple[str, ...]
    real_inputs: tuple[Input, ...]
    inputs: tuple[Input, ...]


def open_pairs(recipe: EvaluationRecipe, one: ImageSet, project: Path | None) -> Pairs:
    """Open a set and its partners.

    Raises
    ------
    InputError
        If partners, or a mask, have other shapes, or a mask is a grey image.
    """
    real, generated = open_set(recipe.real, project), open_set(one, project)
    masks = tuple(open_input(mask, project) for mask in recipe.masks)
    for a, b in zip(real, generated, strict=True):
        if _whole(a) != _whole(b):
            raise InputError(
                f"{b.name} is {_whole(b)} and its partner {a.name} is {_whole(a)}; partners are of one size."
            )
    for a, mask in zip(real, masks, strict=False):
        if block_shape(mask)[1:] != block_shape(a)[1:] or block_shape(mask)[0] not in (1, block_shape(a)[0]):
            raise InputError(
                f"Mask {mask.name} is {block_shape(mask)} and its image {a.name} {block_shape(a)}; "
                "draw it on that image."
            )
        if moment_count(mask) not in (1, moment_count(a)):
            raise InputError(
                f"Mask {mask.name} has {moment_count(mask)} time points and its image {a.name} {moment_count(a)}; "
                "draw one for each, or one for all."
            )
        check_mask_values(read_field(mask, middle_slice(mask))[..., 0], f"The mask {mask.name!r}")
    return Pairs(one.name, real, generated, masks, recipe.real.specimens, recipe.real.images, one.images)


def _whole(image: Image) -> tuple[int, ...]:
    """Give (Z, Y, X), and before it the time points where there are several."""
    count = moment_count(image)
    return (*((count,) if count > 1 else ()), *block_shape(image))


@dataclass(frozen=True, eq=False)
class Beside:
    """What one metric says of a set beside its partners: scores, the pairs behind them, curves over slices."""

    scores: tuple[Score, ...]
    evidence: tuple[Evidence, ...]
    bands: tuple[Band, ...]


def paired_job(
    pairs: Pairs, spec: MetricSpec, metric: PairedMetric, frame: Frame, recipe: EvaluationRecipe, album: Album
) -> Job[Beside]:
    """Measure every pair, and real images beside one another for comparison.

    What is measured of a pair is slices, or as many slices together as fields have, of every moment: all of them, or,
    where there are many, evenly spaced ones. No more is read at a time. Images of several channels are measured in
    each channel too, by all that is no network.

    Raises
    ------
    InputError
        If there are fewer pairs than the metric needs, or it cannot look at them.
    """
    if len(pairs.real) < spec.least:
        raise InputError(f"There are {len(pairs.real)} pairs, and {spec.least} are the least that it takes; give more.")
    slices = chosen_slices(pairs, recipe)
    values: list[BySlice] = []
    others: list[BySlice] = []
    for i, fields in enumerate(slices):
        yield Progress(i, len(slices), f"{spec.title}: {pairs.name}")
        look = _Look(metric, frame, pairs.masks[i : i + 1], fields, channels=not spec.is_network)
        values.append(look.by_slice(pairs.real[i], pairs.generated[i]))
        other = _stranger(pairs, i)
        nothing = {part: [float("nan")] * len(fields) for part in values[-1]}
        others.append(nothing if other is None else look.by_slice(pairs.real[i], pairs.real[other]))
    rng = np.random.default_rng([recipe.seed, 5])
    scores, evidence = [], []
    for part in values[0]:
        found, beside = ([_mean(one[part]) for one in rows] for rows in (values, others))
        if np.isnan(found).all():
            continue
        told = _settings(spec, metric, part, frame, recipe)
        scores.append(_score(spec, part, pairs, _summary(found, pairs, rng), _summary(beside, pairs, rng), told))
        evidence.append(_evidence(spec, part, pairs, found, slices, album))
    sets = ((recipe.real.name, others), (pairs.name, values))
    bands = [band for name, rows in sets for band in _bands(spec, name, slices, rows)]
    return Beside(tuple(scores), tuple(evidence), tuple(bands))


def _stranger(pairs: Pairs, i: int) -> int | None:
    """Find the next real image of the same size that is of another specimen; None where there is none."""
    count, specimens = len(pairs.real), pairs.specimens
    after = ((i + step) % count for step in range(1, count))
    return next(
        (
            j for j in after
            if _whole(pairs.real[j]) == _whole(pairs.real[i]) and not (specimens and specimens[j] == specimens[i])
        ),
        None,
    )  # fmt: skip


def chosen_slices(pairs: Pairs, recipe: EvaluationRecipe) -> list[list[Field]]:
    """Choose what is measured of each pair: slices, or slabs as deep as fields, spread over all moments."""
    most = max(1, recipe.most // len(pairs.real))
    chosen = []
    for i, image in enumerate(pairs.real):
        depth, rows, columns = block_shape(image)
        thick = min(recipe.depth, depth)
        layers = depth // thick
        places = np.unique(np.linspace(0, moment_count(image) * layers - 1, most).round().astype(int))
        margin = (depth - layers * thick) // 2
        starts = [(int(n) // layers, margin + int(n) % layers * thick) for n in places]
        chosen.append([Field(i, t, Region((z, 0, 0), (z + thick, rows, columns)), i) for t, z in starts])
    return chosen


BySlice = Mapping[str, Sequence[float]]
"""Figures of one pair in each of its slices, by part."""


@dataclass(frozen=True, eq=False)
class _Look:
    """By what a pair is looked at, and where."""

    metric: PairedMetric
    frame: Frame
    masks: Sequence[Image]
    fields: Sequence[Field]
    channels: bool

    def by_slice(self, real: Image, generated: Image) -> BySlice:
        """Measure a pair in every slice."""
        found: dict[str, list[float]] = {}
        for field in self.fields:
            a, b = read_field(real, field), read_field(generated, field)
            here = replace(self.frame, shape=(a.shape[0], a.shape[1], a.shape[2]))
            mask = _mask(self.masks[0], field) if self.masks else None
            parts: dict[str, float] = {}
            if mask is None:
                parts[WHOLE] = self.metric.measure(a, b, None, here)
            else:
                parts |= {str(part): value for part, value in by_part(self.metric, a, b, mask, here).items()}
            if self.channels and a.shape[-1] > 1:
                empty = mask is not None and not mask.any()
                values = [float("nan")] * a.shape[-1] if empty else by_channel(self.metric, a, b, mask, here)
                parts |= {f"{CHANNEL}{c + 1}": value for c, value in enumerate(values)}
            for part, value in parts.items():
                found.setdefault(part, []).append(value)
        return found


def _bands(
    spec: MetricSpec, subject: str, slices: Sequence[Sequence[Field]], rows: Sequence[BySlice]
) -> list[Band]:
    """Give the figure by slice, mean and spread over pairs, where all pairs are stacks of the same slices."""
    places = [[(field.moment, field.region.start[0]) for field in fields] for fields in slices]
    part = WHOLE if WHOLE in rows[0] else "inside"
    if len(places[0]) < 2 or places.count(places[0]) < len(places) or {moment for moment, _ in places[0]} != {0}:
        return []
    table = np.asarray([one[part] for one in rows])
    if not np.isfinite(table).all():
        return []
    words = f"{spec.title} by slice" + (f", {_words(part)}" if part else "")
    return [
        Band(
            extractor="partners", name=spec.id, title=words, subject=subject,
            x=tuple(float(z) for _, z in places[0]), mean=tuple(table.mean(axis=0).tolist()),
            spread=tuple(table.std(axis=0).tolist()), x_title="Slice", y_title=spec.unit,
        )
    ]  # fmt: skip


def _mask(mask: Image, field: Field) -> np.ndarray:
    """Read what lies in a field of a mask: one of a single slice, or moment, holds for all."""
    region = field.region
    if block_shape(mask)[0] == 1:
        region = Region((0, *region.start[1:]), (1, *region.stop[1:]))
    moment = field.moment if moment_count(mask) > 1 else 0
    inside: np.ndarray = read_field(mask, replace(field, region=region, moment=moment))[..., 0] != 0
    return np.broadcast_to(inside, field.region.shape)


def _mean(values: Sequence[float]) -> float:
    known = [value for value in values if not np.isnan(value)]
    return float(np.mean(known)) if known else float("nan")


def _summary(values: list[float], pairs: Pairs, rng: np.random.Generator) -> PairSummary | None:
    if np.isnan(values).all():
        return None
    specimens = pairs.specimens if len(pairs.specimens) == len(values) else None
    return summarise(np.asarray(values), rng, specimens)


def _settings(
    spec: MetricSpec, metric: PairedMetric, part: str, frame: Frame, recipe: EvaluationRecipe
) -> Mapping[str, object]:
    """Say what a figure depends on: that of one channel on what is fixed for it."""
    if part.startswith(CHANNEL):
        frame = frame.of_channel(int(part.removeprefix(CHANNEL)) - 1)
    return {
        "features": f"{spec.id} {spec.version}",
        "weights": weights_of(spec),
        "field": f"whole planes, {recipe.depth} together",
        "resize": "none",
        "map": "none: grey values as they are",
        **(metric.settings(frame) if isinstance(metric, TellsSettings) else {}),
    }


def _score(
    spec: MetricSpec, part: str, pairs: Pairs, found: PairSummary | None, other: PairSummary | None,
    told: Mapping[str, object],
) -> Score:  # fmt: skip
    assert found is not None
    nan = float("nan")
    floor = (nan, nan, nan) if other is None else (other.median, other.low, other.high)
    said = statistics_of(Range(found.median, found.low, found.high), DRAWN, DRAWS, Range(*floor), STRANGERS)
    words = f"{spec.title}, {_words(part)}" if part else spec.title
    few = ("There are fewer than three specimens: no interval.",) if np.isnan(found.low) else ()
    return Score(
        metric=f"{spec.id}:{part}" if part else spec.id, subject=pairs.name, title=words, group="paired",
        value=found.median, low=found.low, high=found.high, n=found.pairs, better=spec.better, unit=spec.unit,
        spread=found.deviation, caveats=(*few, *((UNRELATED,) if other else ())),
        settings={"summary": "median over pairs", "quartiles": [found.first_quartile, found.third_quartile],
                  "mean": found.mean, **told, **said}, floor=floor[0], floor_low=floor[1], floor_high=floor[2],
    )  # fmt: skip


def _words(part: str) -> str:
    known = {"inside": "inside the mask", "outside": "outside the mask", "border": "at the border"}
    return known.get(part) or f"channel {part.removeprefix(CHANNEL)}"


def _evidence(
    spec: MetricSpec, part: str, pairs: Pairs, values: list[float], slices: list[list[Field]], album: Album
) -> Evidence:
    """Show the pairs, the worst first, each beside its partner."""
    middles = tuple(fields[len(fields) // 2] for fields in slices)
    arm = Fields(f"{pairs.name} (whole)", pairs.generated, pairs.inputs, middles)
    beside = Fields("partners", pairs.real, pairs.real_inputs, middles)
    sign = 1 if spec.better == "high" else -1
    order = [int(i) for i in np.argsort(np.nan_to_num(sign * np.asarray(values), nan=np.inf), kind="stable")[:SHOWN]]
    return Evidence(
        metric=f"{spec.id}:{part}" if part else spec.id,
        subject=pairs.name,
        values=tuple(values[i] for i in order),
        spots=tuple(album.add(arm, i) for i in order),
        nearest=tuple(album.add(beside, i) for i in order),
        beside="its declared partner",
    )
