"""The comparison: from a recipe on disk to a table and a grid on disk, resumable after a kill at any moment."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from synthscope.errors import Cancelled, DiskFull, DocumentError, InputError, SynthscopeError, WorkerLost, WorkError
from synthscope.io.documents import read_document, write_document
from synthscope.io.faults import writing_faults
from synthscope.io.locking import alone
from synthscope.io.models import read_card
from synthscope.jobs.retelling import scaled
from synthscope.records.documents import to_json, without_infinities
from synthscope.records.events import Job, Made, Progress
from synthscope.records.families import Contender, FamiliesRecipe, FamilyRun, Measure
from synthscope.records.image import Image
from synthscope.services.evaluation.evaluating import Means
from synthscope.services.families.beginning import LOCK, RECIPE, RESULT, read_families
from synthscope.services.families.concluding import conclude
from synthscope.services.families.contenders import settings_of_contender
from synthscope.services.families.grounds import grounds_job
from synthscope.services.families.making import Made as MadeSet
from synthscope.services.families.making import make_set_job, set_name, train_family_job
from synthscope.services.families.measuring import Bench, Nearest, as_measures, measures_job, nearest_job
from synthscope.services.reporting.publishing import placeless
from synthscope.services.sources import hashed, open_input

T = TypeVar("T")
MEASURED = "measured"
HONEST = "held-out"
NEAREST_FORMAT, RUN_FORMAT = "synthscope/families-nearest", "synthscope/families-run"
LEARNING, CONTROL = 10.0, 1.0
"""How much of the work a generator that learns is, beside a control: for the bar alone."""
_TRAIN, _MAKE = 0.75, 0.2


@dataclass(frozen=True, eq=False)
class _Place:
    """All that one generator with one seed needs."""

    folder: Path
    recipe: FamiliesRecipe
    images: tuple[Image, ...]
    means: Means
    project: Path | None
    bench: Bench


def compare_families_job(folder: Path, means: Means, *, project: Path | None = None) -> Job[dict[str, Any]]:
    """Train, make and measure all that is not there yet, and write the table and the grid.

    Generators come one after another, all of them with the first seed before any with the second; after each such
    round the table is written, so that what is there can be read at any time. A generator that fails with a seed
    leaves its reason in the table, and the others go on.

    Parameters
    ----------
    folder : Path
        Where `begin_families` wrote what is to be compared.
    means : Means
        What gives the implementations of generators, extractors and metrics.
    project : Path, optional
        The project's folder, against which the paths of images are read.

    Yields
    ------
    Progress, Preview, Made
        `Made` ("family") with each `FamilyRun` as JSON, `Made` ("families") whenever the table is written.

    Returns
    -------
    dict
        ``folder``, ``result`` and ``report``, the files' names in it, and the number of ``rows``.

    Raises
    ------
    InputError
        If nothing was begun there, an image is gone, or another program is at work in the folder.
    WorkError
        If every generator failed.
    """
    recipe = read_families(folder)
    began = time.monotonic()
    busy = InputError(
        f"The comparison in {folder.name!r} is at work in another program; wait for it, or stop it there."
    )
    with alone(folder / LOCK, busy):
        yield Progress(0, 1, "Reading the images")
        images = tuple(open_input(source, project) for source in recipe.images)
        recipe = _sealed(folder, recipe, images)
        grounds = yield from scaled(grounds_job(recipe, images, project), 0.0, 0.0)
        with writing_faults(folder / MEASURED):
            (folder / MEASURED).mkdir(exist_ok=True)
        bench = Bench(recipe, grounds, means.implement)
        place = _Place(folder, recipe, images, means, project, bench)
        honest = yield from scaled(_honest_job(place), 0.0, 0.01)
        return (yield from _rounds(place, honest, began))


def _sealed(folder: Path, recipe: FamiliesRecipe, images: tuple[Image, ...]) -> FamiliesRecipe:
    """Write the hashes of the images down: a file that is only copied or touched is known again when it goes on."""
    inputs = tuple(hashed(source, image) for source, image in zip(recipe.images, images, strict=True))
    if inputs != recipe.images:
        recipe = replace(recipe, images=inputs)
        write_document(folder / RECIPE, recipe)
    return recipe


def _rounds(place: _Place, honest: Nearest, began: float) -> Job[dict[str, Any]]:
    recipe, folder = place.recipe, place.folder
    weights = [_weight(one) for one in recipe.contenders]
    total, done = recipe.seeds * sum(weights), 0.0
    real: list[FamilyRun] = []
    runs: list[FamilyRun] = []
    for seed in range(recipe.seed, recipe.seed + recipe.seeds):
        real.append((yield from scaled(_real_job(place, seed, honest), 0.01 + 0.98 * done / total, 0.0)))
        for contender, weight in zip(recipe.contenders, weights, strict=True):
            job = _unit_job(place, contender, seed, honest)
            run = yield from scaled(job, 0.01 + 0.98 * done / total, 0.98 * weight / total)
            done += weight
            runs.append(run)
            yield Made("family", document=without_infinities(to_json(run)))
        if any(not run.problem for run in runs):
            conclude(folder, recipe, place.bench, real, runs, round(time.monotonic() - began, 1))
            yield Made("families", str(folder / RESULT))
    if all(run.problem for run in runs):
        raise WorkError(f"No generator could be compared. {runs[0].problem}")
    yield Progress(1, 1, "Done")
    return {"folder": str(folder), "result": RESULT, "report": "report.html", "rows": len(recipe.contenders)}


def _unit_job(place: _Place, contender: Contender, seed: int, honest: Nearest) -> Job[FamilyRun]:
    """Do one generator with one seed; its reason instead where it fails."""
    kept = place.folder / MEASURED / f"{set_name(contender.generator, seed)}.json"
    found = _kept(kept, FamilyRun, RUN_FORMAT)
    if found is not None:
        return found
    try:
        run = yield from _measured_job(place, contender, seed, honest)
    except (Cancelled, DiskFull, WorkerLost):
        raise
    except SynthscopeError as error:
        return FamilyRun(contender.generator, seed, problem=placeless(error.sentence))
    write_document(kept, run, format=RUN_FORMAT)
    return run


def _measured_job(place: _Place, contender: Contender, seed: int, honest: Nearest) -> Job[FamilyRun]:
    common = (place.images, place.means.resolve, place.project)
    trained = train_family_job(place.folder, place.recipe, contender, seed, *common)
    model = yield from scaled(trained, 0.0, _TRAIN)
    making = make_set_job(place.folder, place.recipe, contender, seed, model, *common)
    start = _TRAIN if model else 0.0
    made = yield from scaled(making, start, _TRAIN + _MAKE - start)
    judging = _judged_job(place, contender, seed, made, honest)
    run: FamilyRun = yield from scaled(judging, _TRAIN + _MAKE, 1 - _TRAIN - _MAKE)
    return run


def _judged_job(
    place: _Place, contender: Contender, seed: int, made: MadeSet, honest: Nearest
) -> Job[FamilyRun]:
    title = settings_of_contender(contender)[0].title
    bench = place.bench
    yield Progress(0, 1, f"{title}, seed {seed}: measuring")
    measures = yield from scaled(measures_job(bench, made.pixels[: bench.grounds.n]), 0.0, 0.5)
    near = yield from scaled(nearest_job(bench, made.pixels[: bench.grounds.n]), 0.5, 0.5)
    count, threshold = near.beyond(honest)
    card = read_card(place.folder / made.model) if made.model else None
    took = {"highest_correlation": max(near.values), "seconds_per_image": float(np.median(made.seconds))}
    if card is not None:
        took |= {"training_seconds": card.seconds, "training_steps": float(card.planned_steps or card.steps)}
    return FamilyRun(
        contender.generator, seed, {**measures, **as_measures(took)}, bench.grounds.n, made.model,
        card.weights_sha256 if card else "", made.runs, count, threshold, card.remarks if card else (),
    )  # fmt: skip


def _honest_job(place: _Place) -> Job[Nearest]:
    """Look for held-out fields in the training part: what honest images reach."""
    kept = place.folder / MEASURED / f"{HONEST}.json"
    known = _kept(kept, Nearest, NEAREST_FORMAT)
    if known is not None:
        return known
    found = yield from nearest_job(place.bench, place.bench.grounds.held_out.pixels)
    write_document(kept, found, format=NEAREST_FORMAT)
    return found


def _real_job(place: _Place, seed: int, honest: Nearest) -> Job[FamilyRun]:
    """Measure fields of the training part as if they were made."""
    kept = place.folder / MEASURED / f"real-{seed}.json"
    found = _kept(kept, FamilyRun, RUN_FORMAT)
    if found is not None:
        return found
    drawn = place.bench.grounds.trained[seed - place.recipe.seed]
    measures = yield from measures_job(place.bench, drawn.pixels, drawn.units)
    more = {"highest_correlation": Measure(max(honest.values))}
    run = FamilyRun("", seed, {**measures, **more}, len(drawn), copy_threshold=honest.beyond(honest)[1])
    write_document(kept, run, format=RUN_FORMAT)
    return run


def _kept(path: Path, record_type: type[T], word: str) -> T | None:
    """Read what was measured already; None where nothing was, or it is damaged: then it is measured again."""
    if not path.is_file():
        return None
    try:
        return read_document(path, record_type, format=word)
    except DocumentError:
        return None


def _weight(contender: Contender) -> float:
    return CONTROL if settings_of_contender(contender)[0].training is None else LEARNING
