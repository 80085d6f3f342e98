"""The line-up: from a recipe on disk to candidates, a grid and a table, resumable after a kill at any moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from synthscope.errors import (
    Cancelled,
    DiskFull,
    DocumentError,
    FileError,
    InputError,
    SynthscopeError,
    WorkerLost,
    WorkError,
)
from synthscope.io.documents import write_document
from synthscope.io.locking import alone
from synthscope.jobs.retelling import scaled
from synthscope.records.events import Job, Made, Progress
from synthscope.records.lineup import LineupRecipe, LineupResult, Shot
from synthscope.services.evaluation.evaluating import Means
from synthscope.services.lineup.beginning import LOCK, RECIPE, RESULT, Posed, read_lineup, read_result
from synthscope.services.lineup.concluding import table_of, with_sets, write_result
from synthscope.services.lineup.contenders import by_model
from synthscope.services.lineup.judging import judge_job
from synthscope.services.lineup.making import make_run_job
from synthscope.services.lineup.measuring import Bench, bench_of, measured_shot
from synthscope.services.lineup.page import HTML, write_pages
from synthscope.services.lineup.picturing import Sheet, draw_grid, is_in_grid, sheet_of
from synthscope.services.lineup.windows import views_of, write_intact, write_real
from synthscope.services.mask_origins import origins_in
from synthscope.services.reporting.publishing import placeless
from synthscope.services.sources import hashed, open_input

_MAKING = 0.8


@dataclass(frozen=True, eq=False)
class _Place:
    """All that the work of a line-up needs."""

    folder: Path
    recipe: LineupRecipe
    posed: tuple[Posed, ...]
    means: Means
    project: Path | None
    bench: Bench
    sheet: Sheet
    real_of: tuple[int, ...]


def lineup_job(folder: Path, means: Means, *, project: Path | None = None) -> Job[dict[str, Any]]:
    """Make and measure all that is not there yet, and write the grid and the table.

    Contenders of one model come after one another, so that it is loaded once. The grid is drawn before the first
    candidate and after each image of each contender, the pages after each contender. One that fails with an image
    leaves its reason in the table, and the others go on.

    Parameters
    ----------
    folder : Path
        Where `begin_lineup` wrote what is to be lined up.
    means : Means
        What gives the implementations of generators, extractors and metrics.
    project : Path, optional
        The project's folder: its models are found by name, and the paths of images are read against it.

    Yields
    ------
    Progress, Preview, Made
        `Made` ("lineup") whenever grid and table are written.

    Returns
    -------
    dict
        ``folder``, ``result`` and ``report``, the files' names in it, and the number of ``rows``.

    Raises
    ------
    InputError
        If nothing was begun there, an image is gone, or another program is at work in the folder.
    WorkError
        If no contender made anything.
    """
    recipe = read_lineup(folder)
    busy = InputError(f"The line-up in {folder.name!r} is at work in another program; wait for it, or stop it there.")
    with alone(folder / LOCK, busy):
        yield Progress(0, 1, "Reading the images")
        place = _place(folder, recipe, means, project)
        yield _filled(place, _before(place))
        shots = yield from _shots_job(place)
        if all(shot.problem for shot in shots):
            raise WorkError(f"No generator made a candidate. {shots[0].problem}")
        result = _drawn(place, shots, whole=True)
        yield Progress(_MAKING, 1, "Judging the sets")
        card, cells = yield from scaled(judge_job(folder, result, means), _MAKING, 1 - _MAKING)
        write_pages(folder, _kept(place, with_sets(result, card, cells)))
        yield Made("lineup", str(folder / RESULT))
        yield Progress(1, 1, "Done")
    return {"folder": str(folder), "result": RESULT, "report": HTML, "rows": len(recipe.contenders)}


def open_posed(folder: Path, recipe: LineupRecipe, project: Path | None = None) -> tuple[Posed, ...]:
    """Open the images and masks of a line-up.

    Raises
    ------
    FileError, DocumentError
        If one is gone, was changed, or its record is damaged.
    """
    found = []
    for one in recipe.subjects:
        image = open_input(one.image, project)
        if one.mask is None:
            found.append(Posed(image))
            continue
        mask = open_input(one.mask, folder)
        found.append(Posed(image, mask.pixels, origins=origins_in(mask)))
    return tuple(found)


def _place(folder: Path, recipe: LineupRecipe, means: Means, project: Path | None) -> _Place:
    posed = open_posed(folder, recipe, project)
    recipe = _sealed(folder, recipe, posed)
    views = views_of(recipe, posed)
    real = write_real(folder, posed, views.side, recipe.seeds * len(posed))
    if recipe.intact and recipe.task == "inpaint":
        write_intact(folder, posed, views)
    bench = bench_of(recipe, views, posed, [one.pixels for one in real], means.implement, project)
    sheet = sheet_of(folder, bench, posed)
    return _Place(folder, recipe, posed, means, project, bench, sheet, tuple(one.image for one in real))


def _sealed(folder: Path, recipe: LineupRecipe, posed: Sequence[Posed]) -> LineupRecipe:
    """Write the hashes of the images down: a file that is only copied or touched is known again when it goes on."""
    subjects = tuple(
        replace(one, image=hashed(one.image, there.image)) for one, there in zip(recipe.subjects, posed, strict=True)
    )
    if subjects != recipe.subjects:
        recipe = replace(recipe, subjects=subjects)
        write_document(folder / RECIPE, recipe)
    return recipe


def _shots_job(place: _Place) -> Job[list[Shot]]:
    recipe = place.recipe
    total, done = len(recipe.contenders) * len(place.posed), 0
    shots: list[Shot] = []
    before = _before(place)
    for contender in by_model(recipe.contenders):
        number = recipe.contenders.index(contender)
        for image in range(len(place.posed)):
            job = _shot_job(place, number, image)
            shots.append((yield from scaled(job, _MAKING * done / total, _MAKING / total)))
            done += 1
            if is_in_grid(recipe, image):
                yield _filled(place, _joined(before, shots))
        write_pages(place.folder, _drawn(place, _joined(before, shots), whole=False))
        yield Made("lineup", str(place.folder / RESULT))
    return shots


def _shot_job(place: _Place, number: int, image: int) -> Job[Shot]:
    """Make and measure one contender's candidates of one image; its reason instead where it fails."""
    name, one = place.recipe.contenders[number].name, place.posed[image]
    try:
        run = yield from make_run_job(
            place.folder, place.recipe, number, image, one, place.means.resolve, place.project
        )
        return measured_shot(place.folder, place.bench, image, one, run, name)
    except (Cancelled, DiskFull, WorkerLost):
        raise
    except SynthscopeError as error:
        return Shot(name, image, problem=placeless(error.sentence))


def _before(place: _Place) -> tuple[Shot, ...]:
    """Give what the table holds of an earlier beginning: it stays in sight until it is looked at anew."""
    try:
        found = read_result(place.folder)
    except (FileError, DocumentError):
        return ()
    return tuple(shot for row in found.rows for shot in row.shots if not shot.problem)


def _joined(before: Sequence[Shot], shots: Sequence[Shot]) -> tuple[Shot, ...]:
    known = {(shot.contender, shot.image) for shot in shots}
    return (*shots, *(one for one in before if (one.contender, one.image) not in known))


def _filled(place: _Place, shots: Sequence[Shot]) -> Made:
    """Draw the grid of what is there, and say so."""
    _drawn(place, shots, whole=False)
    return Made("lineup", str(place.folder / RESULT))


def _drawn(place: _Place, shots: Sequence[Shot], *, whole: bool) -> LineupResult:
    """Draw the grid of what is there, and write its table."""
    result = table_of(place.bench, shots, place.real_of, whole=whole)
    return _kept(place, replace(result, grid=draw_grid(place.sheet, result)))


def _kept(place: _Place, result: LineupResult) -> LineupResult:
    write_result(place.folder, result)
    return result
