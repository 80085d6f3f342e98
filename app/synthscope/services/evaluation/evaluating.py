"""The evaluation: from a recipe on disk to a report card on disk."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from synthscope.errors import InputError
from synthscope.generators.protocol import Resolver
from synthscope.io.documents import read_document, write_document
from synthscope.io.faults import writing_faults
from synthscope.records.evaluation import EVALUATION_FORMAT, VERSION, EvaluationRecipe, Report
from synthscope.records.events import Job, Made
from synthscope.services.evaluation.choosing import check_told, choose
from synthscope.services.evaluation.copied_rows import copied_rows
from synthscope.services.evaluation.evidence import PICTURES, Album
from synthscope.services.evaluation.facts import environment, facts
from synthscope.services.evaluation.features import Implement, Pool
from synthscope.services.evaluation.guards import check_recipe
from synthscope.services.evaluation.judging import Judging
from synthscope.services.evaluation.labelled import maps_of_real
from synthscope.services.evaluation.learning import check_lessons
from synthscope.services.evaluation.preparing import prepare_job
from synthscope.services.reporting.document import REPORT_NAME
from synthscope.services.reporting.publishing import exported
from synthscope.services.run_folder import now
from synthscope.services.weights import is_installed

RECIPE = "evaluation.json"
CONTROLS = "controls-"
"""Begins the name of the folder that controls lie in while an evaluation goes on."""


@dataclass(frozen=True)
class Means:
    """By what an evaluation is done; handed down by the composition root.

    Parameters
    ----------
    resolve : Resolver
        Gives the generators that controls are made by.
    implement : callable
        Makes the implementation of a metric's or extractor's spec.
    pool : Pool, optional
        Measures features elsewhere: a Dask client.
    """

    resolve: Resolver
    implement: Implement
    pool: Pool | None = None


def begin_evaluation(folder: Path, recipe: EvaluationRecipe) -> EvaluationRecipe:
    """Write down what is to be evaluated, after everything was checked that can be without reading pixels.

    Parameters
    ----------
    folder : Path
        Of the report that is to be: new or empty, or one whose evaluation of the same recipe was interrupted.

    Raises
    ------
    InputError
        As `check_recipe` says, or if the folder holds something.
    """
    check_recipe(recipe)
    with writing_faults(folder):
        folder.mkdir(parents=True, exist_ok=True)
        there = {path.name for path in folder.iterdir()}
    there = {name for name in there if not name.startswith(CONTROLS)}
    if there - {RECIPE, PICTURES} or (RECIPE in there and read_evaluation(folder) != recipe):
        raise InputError(f"{folder} holds something already; choose another folder for the report.")
    write_document(folder / RECIPE, recipe)
    return recipe


def read_evaluation(folder: Path) -> EvaluationRecipe:
    """Read what is, or was, evaluated in a folder."""
    return read_document(folder / RECIPE, EvaluationRecipe, format=EVALUATION_FORMAT, version=VERSION)


def evaluate_job(folder: Path, means: Means, *, project: Path | None = None) -> Job[dict[str, Any]]:
    """Make the report card of a folder.

    Yields
    ------
    Progress, Made
        ``Made("score")`` with each `Score` as JSON as soon as it is known.

    Returns
    -------
    dict
        ``folder`` and the number of ``scores``.
    """
    began = time.monotonic()
    recipe = read_evaluation(folder)
    with writing_faults(folder):
        (folder / PICTURES).mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=CONTROLS, dir=folder) as scratch:
        return (yield from _judged_job(folder, recipe, means, project, Path(scratch), began))


def _judged_job(
    folder: Path, recipe: EvaluationRecipe, means: Means, project: Path | None, scratch: Path, began: float
) -> Job[dict[str, Any]]:
    prepared = yield from prepare_job(recipe, means.resolve, project, scratch)
    arms, frame = prepared.arms, prepared.frame
    maps = maps_of_real(recipe, arms.real.images, project)
    if recipe.utility:
        check_lessons(arms, frame, maps)
    choice = choose(recipe, frame, is_installed)
    album = Album(folder, frame)
    judging = Judging(recipe, prepared, means.implement, means.pool, album)
    yield from judging.all_sets(choice)
    yield from judging.all_pairs(choice, project)
    yield from judging.cells(project)
    yield from judging.window_seams()
    yield from judging.copies()
    yield from judging.utility(maps)
    left_out = (*choice.left_out, *judging.remarks)
    check_told(judging.scores, left_out)
    shown = (arms.reference, *(arm.fields for arm in arms.judged))
    samples = {fields.name: album.add_some(fields) for fields in shown}
    sets = facts(recipe, arms)
    report = Report(
        recipe=prepared.recipe,
        frame=frame,
        sets=sets,
        scores=tuple(judging.scores),
        warnings=(*prepared.warnings, *left_out, *copied_rows(judging.scores, sets)),
        bands=tuple(judging.bands),
        evidence=tuple(judging.evidence),
        spots=tuple(album.spots),
        layouts=judging.layouts,
        environment={**environment(), "device": judging.device},
        seconds=round(time.monotonic() - began, 1),
        created=now(),
        samples=samples,
    )
    write_document(folder / REPORT_NAME, exported(report))
    yield Made("report", str(folder / REPORT_NAME))
    return {"folder": str(folder), "scores": len(report.scores)}
