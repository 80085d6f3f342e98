"""The end of a line-up: the table of its contenders, its sentences, its grid and its page."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from synthscope.io.documents import write_document
from synthscope.records.lineup import (
    LINEUP_MEASURES,
    Cell,
    Contender,
    LineupResult,
    LineupRow,
    Shot,
    Subject,
)
from synthscope.services.evaluation.facts import environment
from synthscope.services.lineup.beginning import RESULT
from synthscope.services.lineup.contenders import spec_of, told_words
from synthscope.services.lineup.judging import SOURCES
from synthscope.services.lineup.measuring import SOURCE_SEAM, Bench
from synthscope.services.run_folder import now

NOT_YET = "The sets are judged when all candidates are made."
UNTOLD = {"chroma_mean": "Only colour models invent colour, and only in grey images."}
FEW = 2048
"""Images from which on FID is hardly biased by their number."""


def table_of(bench: Bench, shots: Sequence[Shot], real_of: Sequence[int], *, whole: bool) -> LineupResult:
    """Put what is there into a table, without the numbers of sets; `real_of` tells the image of each real window."""
    recipe = bench.recipe
    rows = tuple(_row(one, bench, shots) for one in recipe.contenders)
    result = LineupResult(
        recipe=recipe, rows=rows, side=bench.views.side, real_windows=len(real_of), environment=environment(),
        complete=whole and not any(shot.problem for shot in shots), created=now(), real_of=tuple(real_of),
    )  # fmt: skip
    return replace(result, sentences=tuple(_sentences(result)))


def with_sets(result: LineupResult, card: str, cells: Mapping[str, Mapping[str, Cell]]) -> LineupResult:
    """Add the numbers of sets to a table."""
    rows = tuple(replace(row, cells={**row.cells, **cells.get(row.contender.name, {})}) for row in result.rows)
    return replace(result, rows=rows, card=card)


def write_result(folder: Path, result: LineupResult) -> None:
    """Write the table without anything that names this computer."""
    recipe = result.recipe
    subjects = tuple(
        Subject(one.image.exported(), one.mask.exported() if one.mask else None) for one in recipe.subjects
    )
    shown = replace(recipe, subjects=subjects, contenders=tuple(map(exported, recipe.contenders)))
    rows = tuple(replace(row, contender=exported(row.contender)) for row in result.rows)
    write_document(folder / RESULT, replace(result, recipe=shown, rows=rows))


def exported(contender: Contender) -> Contender:
    """Give a contender whose model and adapters are names, not folders of this computer."""
    adapters = tuple(replace(one, name=Path(one.name).name) for one in contender.adapters)
    return replace(contender, model=Path(contender.model).name, adapters=adapters)


def _row(contender: Contender, bench: Bench, shots: Sequence[Shot]) -> LineupRow:
    own = tuple(sorted((shot for shot in shots if shot.contender == contender.name), key=lambda shot: shot.image))
    spec = spec_of(contender)
    figures = [one for shot in own for one in shot.figures]
    cells = {name: _cell(name, figures, bench) for name in LINEUP_MEASURES}
    return LineupRow(contender, spec.title, own, cells, told_words(bench.recipe.prompts, spec))


def _cell(name: str, figures: Sequence[Mapping[str, float]], bench: Bench) -> Cell:
    values = [one[name] for one in figures if name in one]
    if not values:
        reason = bench.whys.get(name, UNTOLD.get(name, "No candidate has this figure."))
        return Cell(why=NOT_YET if name in SOURCES else reason)
    real = [one[SOURCE_SEAM] for one in figures if SOURCE_SEAM in one] if name == "seam_ratio" else []
    real += [bench.real[name]] if name in bench.real else []
    spread = float(np.std(values, ddof=1)) if len(values) > 1 else math.nan
    return Cell(
        float(np.mean(values)), spread, real=float(np.mean(real)) if real else math.nan, n=len(values)
    )


def _sentences(result: LineupResult) -> Iterator[str]:
    recipe = result.recipe
    images = "one image" if len(recipe.subjects) == 1 else f"{len(recipe.subjects)} images"
    yield (
        f"Every generator was given the same {images}, masks and words, and {recipe.seeds} seed(s) from {recipe.seed} "
        "on; a generator that gives one image for every seed has one candidate of each image."
    )
    if recipe.task == "inpaint" and not recipe.intact:
        yield (
            "Nobody said that what lies under the masks is intact: candidates are not compared with it, because a "
            "fill that hits a damaged voxel is no better for it."
        )
    elif recipe.task == "inpaint":
        yield (
            "SSIM, PSNR and LPIPS compare a fill with what the mask hid, inside the mask. A generator that paints a "
            "likely image and not this one scores low, and a blurred one scores high: read them beside sharpness."
        )
    else:
        yield "SSIM, PSNR and LPIPS say how much of the source was kept; a variation that changes nothing is no better."
    yield (
        f"Sets are windows of {result.side} px, one for each candidate, beside {result.real_windows} real windows "
        "clear of the masks. Around a mask a window holds real pixels: numbers of sets flatter a small mask. Windows "
        f"of one image are alike: intervals over them are too narrow. FID of fewer than {FEW} images is biased upwards."
    )
    yield from _failures(result)


def _failures(result: LineupResult) -> Iterator[str]:
    for row in result.rows:
        for shot in row.shots:
            if shot.problem:
                name = result.recipe.subjects[shot.image].image.name
                yield f"{row.contender.name} made nothing of {name}: {shot.problem}"
        missing = len(result.recipe.subjects) - len(row.shots)
        if missing:
            images = "one image is" if missing == 1 else f"{missing} images are"
            yield f"{row.contender.name}: {images} still to come; a line-up that was stopped can be resumed."
