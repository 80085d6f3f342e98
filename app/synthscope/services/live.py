"""What one candidate would be, made from a scratch folder: nothing of it enters a project."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from synthscope.generators.protocol import Resolver
from synthscope.generators.registry import find_spec
from synthscope.imaging.regions import whole
from synthscope.io.faults import writing_faults
from synthscope.jobs.retelling import retold
from synthscope.records.events import Event, Job, Preview, Progress
from synthscope.records.image import Image
from synthscope.records.timing import estimate
from synthscope.services.making import make_pixels
from synthscope.services.model_fit import locate_model
from synthscope.services.planning import Plan, make_recipe
from synthscope.services.references import reference_part
from synthscope.services.run_folder import RunFolder
from synthscope.services.sources import hashed, reference
from synthscope.services.tasks import Task, scaled, task_of
from synthscope.services.timing import known_ratios

LIVE_SECONDS = 2.0
"""What takes longer is not shown while a slider is moved."""
SOURCE, SECOND = "source.npy", "second.npy"


def live_problem(planned: Plan) -> str:
    """Say why a plan cannot be shown live; empty where it can."""
    spec, task = planned.spec, planned.choice.task
    if not spec.live or task == "restore":
        return f"{spec.title} is not quick enough to be shown live; press Run."
    seconds = estimate(planned.cost.seconds, known_ratios(planned)).seconds
    if seconds <= LIVE_SECONDS:
        return ""
    remedy = "choose a smaller size" if task == "synthesize" else "mark a smaller region, or take less context"
    words = f"{seconds:.1f}" if seconds < 10 else f"{seconds:.0f}"
    return f"One candidate takes about {words} s, too long to be shown live; {remedy}."


def live_task(planned: Plan, image: Image | None, project: Path | None, scale: tuple[float, ...] = ()) -> Task:
    """Read what the first candidate of a plan would be made from; nothing is written.

    Parameters
    ----------
    image : Image, optional
        The source of the plan, as it is seen.
    scale : tuple of float
        ``recipe.normalisation`` of an earlier task with the same source, mask, region and model; without it the
        whole source is read to find it, where there is a model.
    """
    choice, region = planned.choice, planned.region
    seen = image if region is not None else None
    source = None if seen is None else reference(seen)
    if seen is not None and source is not None and planned.spec.needs_model and not scale:
        source = hashed(source, seen)
    recipe = make_recipe(planned, source, None if choice.reference is None else reference(choice.reference))
    recipe = replace(recipe, seeds=recipe.seeds[:1], normalisation=scale)
    model = locate_model(recipe, project) if planned.spec.needs_model else None
    beside = reference_part(recipe.request.reference, region, choice.reference, seen.space if seen else None)
    return scaled(task_of(recipe, planned.mask, seen, model, planned.labels, beside))


def write_live(task: Task, parent: Path) -> Path:
    """Write a task of `live_task` as a folder of its own in the scratch folder `parent`, for `live_job`."""
    request = task.recipe.request
    cut = replace(request, region=None if task.real is None else whole(task.real.shape))
    recipe = replace(task.recipe, request=cut, model=str(task.model or ""))
    folder = RunFolder.begin(parent, recipe, task.mask, task.labels).path
    for name, pixels in ((SOURCE, task.real), (SECOND, task.reference)):
        if pixels is not None:
            with writing_faults(folder):
                np.save(folder / name, pixels, allow_pickle=False)
    return folder


def live_job(folder: Path, resolve: Resolver) -> Job[dict[str, Any]]:
    """Make the pixels that `run_job` would make for the first seed.

    Yields
    ------
    Progress
        While it is made; the generator's own previews are left out.
    Preview
        Once, at the end: the pixels as a candidate has them, of the source's axes and dtype.

    Returns
    -------
    dict
        ``seed``.
    """
    run = RunFolder(folder)
    recipe = run.recipe()
    source, real = recipe.request.source, _load(folder / SOURCE)
    known = None
    if source is not None and real is not None:
        known = Image(real, replace(source.space, origin=()), source.name)
    model = locate_model(recipe, None) if find_spec(recipe.generator).needs_model else None
    task = task_of(recipe, run.mask(), known, model, run.labels(), _load(folder / SECOND))
    pixels = yield from retold(make_pixels(task, resolve(task.spec.id), recipe.seeds[0]), _progress)
    yield Preview(pixels, task.spec.title, last=True)
    return {"seed": recipe.seeds[0]}


def _load(path: Path) -> np.ndarray | None:
    if not path.exists():
        return None
    pixels: np.ndarray = np.load(path, allow_pickle=False)
    return pixels


def _progress(event: Event) -> Event | None:
    return event if isinstance(event, Progress) else None
