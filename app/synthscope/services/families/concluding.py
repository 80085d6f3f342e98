"""The end of a comparison: rows and their summaries, the grid, the table as a document and as a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import mean, stdev

import numpy as np

from synthscope.io.documents import write_document
from synthscope.records.families import (
    MEASURES,
    FamiliesRecipe,
    FamiliesResult,
    FamilyRow,
    FamilyRun,
    Measure,
    Summary,
)
from synthscope.services.evaluation.facts import environment
from synthscope.services.families.beginning import RESULT
from synthscope.services.families.contenders import settings_of_contender
from synthscope.services.families.measuring import Bench
from synthscope.services.families.page import write_page
from synthscope.services.families.picturing import draw_grid
from synthscope.services.families.sentences import sentences_of
from synthscope.services.run_folder import now

REAL = "Real against real"


def conclude(
    folder: Path, recipe: FamiliesRecipe, bench: Bench, real: Sequence[FamilyRun], runs: Sequence[FamilyRun],
    seconds: float,
) -> FamiliesResult:  # fmt: skip
    """Write the table of what is there: ``families.json``, its pictures, and ``report.html``."""
    rows = tuple(_row(one.generator, recipe, runs) for one in recipe.contenders)
    measured = {row.generator for row in rows if row.summary}
    result = FamiliesResult(
        recipe=_exported(recipe),
        rows=rows,
        real=FamilyRow("", REAL, "real", tuple(real), summaries(real)),
        n=bench.grounds.n,
        blocks=len(np.unique(bench.grounds.held_out.units)),
        encoder="" if bench.problem() else bench.encoder.title,
        grid=draw_grid(folder, [row for row in rows if row.generator in measured], bench.grounds),
        complete=len(runs) == recipe.seeds * len(recipe.contenders) and not any(run.problem for run in runs),
        environment=environment(),
        seconds=seconds,
        created=now(),
    )
    result = sentences_of(result, (*bench.grounds.remarks, *((bench.problem(),) if bench.problem() else ())))
    write_document(folder / RESULT, result)
    write_page(folder, result)
    return result


def summaries(runs: Sequence[FamilyRun]) -> dict[str, Summary]:
    """Put every measure over the seeds that have it together."""
    found = {}
    for name in MEASURES:
        values = [run.measures[name] for run in runs if name in run.measures and not run.problem]
        if values:
            found[name] = summary_of(values)
    return found


def summary_of(values: Sequence[Measure]) -> Summary:
    """Give mean and standard deviation over seeds, and the outer ends of their intervals.

    The ends are not numbers where a seed has none.
    """
    told = [one.value for one in values]
    lows, highs = (np.array([getattr(one, end) for one in values]) for end in ("low", "high"))
    spread = stdev(told) if len(told) > 1 else float("nan")  # exact: 0 of equal values
    return Summary(mean(told), spread, float(lows.min()), float(highs.max()), len(told))


def _row(generator: str, recipe: FamiliesRecipe, runs: Sequence[FamilyRun]) -> FamilyRow:
    spec, _, _ = settings_of_contender(next(one for one in recipe.contenders if one.generator == generator))
    own = tuple(run for run in runs if run.generator == generator)
    family = spec.family if spec.training is not None else "control"
    return FamilyRow(generator, spec.title, family, own, summaries(own))


def _exported(recipe: FamiliesRecipe) -> FamiliesRecipe:
    return replace(recipe, images=tuple(image.exported() for image in recipe.images))
