"""Seams at the windows that images were made in: where their own records tell these, and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from synthscope.errors import DocumentError, Unavailable
from synthscope.generators.registry import find_spec
from synthscope.imaging.fields import Field
from synthscope.imaging.lattices import step_ratio
from synthscope.imaging.regions import block_axes
from synthscope.metrics.resampling import BOOTSTRAP, Sample, intervals
from synthscope.records.documents import from_json
from synthscope.records.evaluation import Evidence, Score
from synthscope.records.events import Job, Progress
from synthscope.records.generator import Joints, Whole
from synthscope.records.image import Image
from synthscope.records.metric import Frame, Layout
from synthscope.records.request import Request
from synthscope.records.run import Provenance
from synthscope.services.evaluation.arms import Arms
from synthscope.services.evaluation.evidence import SHOWN, Album
from synthscope.services.evaluation.fields import Fields
from synthscope.services.evaluation.scoring import Draws
from synthscope.services.evaluation.statistics import SAME_PLACES, statistics_of
from synthscope.services.provenance import provenance_of
from synthscope.services.training_blocks import block_shape

WINDOW_SEAMS = "window-seams"
TITLE = "Seams at the windows it was made in: steps across their borders over those beside"
LEAST = 4
"""Fields that a border crosses."""
NOWHERE: Joints = ((), ())


class Steps:
    """Geometric mean of step ratios, given as their logarithms (N, 1)."""

    def measure(self, _real: np.ndarray, generated: np.ndarray, _layout: Layout) -> Mapping[str, float]:
        """Give the one figure."""
        return {"": float(np.exp(generated.mean()))}


@dataclass(frozen=True, eq=False)
class _Crossed:
    """Fields that borders cross: which, their ratios, and those of real fields at the same places."""

    fields: Fields
    rows: list[int]
    made: Sample
    real: Sample


def joints_of(image: Image) -> Joints:
    """Give rows and columns at which the windows of an image meet, as its own record tells; none where it does not.

    It does for an image that a generator of this version made as a whole, new or varied, and that is still of that
    size.
    """
    try:
        provenance = provenance_of(image)
        recipe = provenance.recipe
        spec = find_spec(recipe.generator)
        parameters: Any = from_json(spec.parameters, dict(recipe.parameters))
    except (DocumentError, Unavailable):
        return NOWHERE
    if recipe.generator_version != spec.version or not _is_whole(image, provenance):
        return NOWHERE
    return spec.joints(Whole(recipe.request.task, block_shape(image), _example(recipe.request)), parameters)


def window_seams_job(
    arms: Arms, frame: Frame, draws: Draws, album: Album
) -> Job[tuple[list[Score], list[Evidence], list[str]]]:
    """Measure the steps at the windows of every generated set, and those of real fields at the same places.

    Returns
    -------
    scores, evidence
        Of sets whose records tell windows.
    remarks : list of str
        A sentence for each set whose fields are crossed too seldom.
    """
    scores, evidence, remarks = [], [], []
    for arm in (arm.fields for arm in arms.judged if arm.role == "generated"):
        joints = [joints_of(image) for image in arm.images]
        if not any(any(one) for one in joints):
            continue
        crossed = yield from _crossed_job(arm, arms.reference, joints, frame)
        if len(crossed.rows) < LEAST:
            remarks.append(
                f"Seams at the windows of {arm.name!r} were not looked for: their borders cross {len(crossed.rows)} "
                f"of its fields, and {LEAST} are the least; choose larger fields."
            )
            continue
        scores.append(_score(crossed, frame, draws))
        evidence.append(_evidence(crossed, arms.reference, album))
    return scores, evidence, remarks


def _crossed_job(arm: Fields, reference: Fields, joints: list[Joints], frame: Frame) -> Job[_Crossed]:
    rows, made, real = [], [], []
    for i, field in enumerate(arm.fields):
        yield Progress(i, len(arm), f"Seams at windows: {arm.name}")
        lines = _inside(joints[field.image], field)
        if not any(lines):
            continue
        ratios = [step_ratio(frame.scaled(one.read(i)), *lines) for one in (arm, reference)]
        if np.isfinite(ratios).all():
            rows.append(i)
            made.append(ratios[0])
            real.append(ratios[1])
    samples = (
        Sample(np.log(np.asarray(ratios, float))[:, None], fields.units[rows])
        for ratios, fields in ((made, arm), (real, reference))
    )
    return _Crossed(arm, rows, *samples)


def _inside(joints: Joints, field: Field) -> Joints:
    """Give the lines that cross a field, from its own corner."""
    spans = zip(joints, field.region.start[1:], field.region.stop[1:], strict=True)
    rows, columns = (tuple(line - a for line in lines if a < line < b) for lines, a, b in spans)
    return rows, columns


def _is_whole(image: Image, provenance: Provenance) -> bool:
    """Whether all of an image was made at once, and none of it was cut off since."""
    request = provenance.recipe.request
    if provenance.mask or provenance.found_mask:
        return False
    if request.task == "synthesize":
        return bool(request.size) and block_shape(image)[-len(request.size) :] == request.size
    return request.task == "vary" and provenance.box is not None and provenance.box.shape == image.shape


def _example(request: Request) -> tuple[int, int, int] | None:
    """Give the size (Z, Y, X) of what was seen of the source; None without a source, or with holes in it."""
    if request.source is None or request.mask is not None:
        return None
    shape = request.region.shape if request.region else request.source.shape
    space = request.source.space
    sizes = dict(zip(space.axes, shape, strict=True))
    depth = block_axes(space).partition("yx")[0]
    return sizes.get(depth, 1), sizes["y"], sizes["x"]


def _score(crossed: _Crossed, frame: Frame, draws: Draws) -> Score:
    found, floor = (
        intervals(Steps(), crossed.real, sample, Layout(), draws.rng(5), draws.count)[""]
        for sample in (crossed.made, crossed.real)
    )
    count = len(crossed.rows)
    said = (
        f"Measured in {count} of {len(crossed.fields)} fields: those that a border crosses of the windows which the "
        "records of the images tell. 1 is no seam; above 1 borders show, below 1 they were blurred."
    )
    return Score(
        metric=WINDOW_SEAMS, subject=crossed.fields.name, title=TITLE, group="trust",
        value=found.value, low=found.low, high=found.high, n=count,
        floor=floor.value, floor_low=floor.low, floor_high=floor.high, better="one", caveats=(said,),
        settings={
            "features": "mean steps across lines, over the median of the eleven lines around each",
            "weights": "none",
            "field": list(frame.shape),
            "resize": "none",
            "map": f"{frame.limits_words} become 0 to 1: fixed on the real set, the same for every set",
            **statistics_of(found, BOOTSTRAP, draws.count, floor, SAME_PLACES),
        },
    )  # fmt: skip


def _evidence(crossed: _Crossed, reference: Fields, album: Album) -> Evidence:
    ratios = np.exp(crossed.made.features[:, 0])
    order = [int(i) for i in np.argsort(-np.abs(np.log(ratios)), kind="stable")[:SHOWN]]
    return Evidence(
        metric=WINDOW_SEAMS,
        subject=crossed.fields.name,
        values=tuple(float(ratios[i]) for i in order),
        spots=tuple(album.add(crossed.fields, crossed.rows[i]) for i in order),
        nearest=tuple(album.add(reference, crossed.rows[i]) for i in order),
        beside="the real field that was measured at the same places",
    )
