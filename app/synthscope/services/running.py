"""The run: from a recipe on disk to candidates on disk, one at a time, resumable at any point."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from synthscope.errors import WorkError
from synthscope.generators.protocol import Resolver
from synthscope.generators.registry import find_spec
from synthscope.imaging.hashing import pixel_hash
from synthscope.imaging.label_codec import pack_labels
from synthscope.imaging.mask_codec import encode_mask
from synthscope.io.writing import write_image
from synthscope.jobs.retelling import retold
from synthscope.records.documents import to_json
from synthscope.records.events import Event, Job, Made, Noted, Preview, Progress
from synthscope.records.run import Candidate, Provenance, Recipe
from synthscope.services.environment import describe_environment, device_of
from synthscope.services.figures import measure
from synthscope.services.labelling import as_image, history_of, place_of, source_type
from synthscope.services.making import make_pixels
from synthscope.services.proofs import Before, hash_before, prove
from synthscope.services.restoring import measure_restored
from synthscope.services.run_folder import RunFolder, now
from synthscope.services.tasks import Task, prepare, taken_for_granted
from synthscope.services.timing import note_time


def run_job(folder: Path, resolve: Resolver, *, project: Path | None = None) -> Job[list[str]]:
    """Make all candidates of a run that are not there yet.

    Parameters
    ----------
    folder : Path
        The run's folder, holding the recipe.
    resolve : Resolver
        Gives the implementation of a generator.
    project : Path, optional
        The project's folder, against which the paths of sources are read.

    Yields
    ------
    Progress, Preview, Made
        `Made` once per candidate, after it is on disk.

    Returns
    -------
    list of str
        Ids of all candidates of the run.
    """
    run = RunFolder(folder)
    run.log("started")
    yield Progress(0, 1, "Reading the source")
    task = prepare(_of_one_version(run), run.mask(), project, run.labels())
    run.seal(task.recipe)
    before = hash_before(task)
    generator = resolve(task.spec.id)
    device = device_of(generator, task.recipe.device)
    total = len(task.recipe.seeds)
    for i, seed in enumerate(task.recipe.seeds):
        if f"{run.id}/{i + 1}" in {c.id for c in run.candidates()}:
            continue
        started = time.monotonic()
        label = f"Candidate {i + 1} of {total}" if total > 1 else task.spec.title
        found: list[Noted] = []
        pixels = yield from _scaled(make_pixels(task, generator, seed), i, total, label, found)
        work = _Work(i + 1, seed, device, round(time.monotonic() - started, 3))
        note_time(task, work.seconds)
        candidate = _store(run, task, before, work, pixels, found)
        run.log("made", candidate=candidate.id, seed=seed)
        yield Made("candidate", str(run.path / candidate.path), to_json(candidate))
    run.log("finished")
    return [candidate.id for candidate in run.candidates()]


def _of_one_version(run: RunFolder) -> Recipe:
    """Give the recipe with the version of the generator as it is now; a half-made run must not mix two.

    Raises
    ------
    WorkError
        If candidates were made by another version.
    """
    recipe = run.recipe()
    version = find_spec(recipe.generator).version
    if recipe.generator_version != version and run.candidates():
        raise WorkError(
            f"Run {run.id} was begun with version {recipe.generator_version} of {recipe.generator}, this is {version}; "
            "its candidates are kept: begin a new run for more."
        )
    return replace(recipe, generator_version=version)


@dataclass(frozen=True)
class _Work:
    """How one candidate was made."""

    number: int
    seed: int
    device: str
    seconds: float


def _store(
    run: RunFolder, task: Task, before: Before | None, work: _Work, pixels: np.ndarray, found: list[Noted]
) -> Candidate:
    own = _found_mask(found)
    seen = task if own is None else replace(task, mask=own)  # what was found counts as if it had been given
    image = as_image(seen, pixels)
    wanted = task.recipe.request.restoration
    if wanted is not None and task.real is not None:
        figures, remarks = measure_restored(task.real, pixels, task.space, wanted)
    else:
        figures, remarks = measure(task.real, pixels, task.mask if own is None or not own.any() else own, task.space)
    for noted in found:
        figures, remarks = {**figures, **noted.figures}, (*remarks, *noted.remarks)
    remarks += taken_for_granted(task)
    proof = prove(seen, before if own is None else hash_before(seen), pixels)
    provenance = Provenance(
        recipe=task.recipe.exported(),
        seed=work.seed,
        environment=describe_environment(work.device),
        determinism=task.spec.determinism,
        source_type=source_type(seen),
        seconds=work.seconds,
        box=place_of(task),
        outside=proof,
        source_shape=task.source.shape if task.source else (),
        mask="" if task.mask is None else encode_mask(task.mask),
        found_mask="" if own is None else encode_mask(own),
        labels=None if task.labels is None else pack_labels(task.labels),
        sha256=pixel_hash(pixels),
        remarks=remarks,
        figures=figures,
        made=now(),
        history=history_of(task.source),
    )
    path = run.image_path(work.number)
    write_image(path, image.with_(provenance=to_json(provenance)))
    candidate = Candidate(
        id=f"{run.id}/{work.number}",
        seed=work.seed,
        path=str(path.relative_to(run.path).as_posix()),
        shape=pixels.shape,
        sha256=provenance.sha256,
        box=provenance.box,
        outside=proof,
        seconds=provenance.seconds,
        figures=figures,
        remarks=remarks,
    )
    run.add(candidate)
    return candidate


def _found_mask(found: list[Noted]) -> np.ndarray | None:
    """Join the masks that a generator found itself, of one moment each."""
    masks = [noted.mask for noted in found if noted.mask is not None]
    return np.logical_or.reduce(masks) if masks else None


def _scaled(job: Job[np.ndarray], number: int, total: int, label: str, found: list[Noted]) -> Job[np.ndarray]:
    """Pass on a candidate's events as a part of the run's; what its generator noted is gathered."""

    def change(event: Event) -> Event | None:
        if isinstance(event, Noted):
            found.append(event)
            return None
        if isinstance(event, Progress):
            return Progress(number + event.fraction, total, f"{label}: {event.text}" if event.text else label)
        return Preview(event.pixels, label) if isinstance(event, Preview) else event

    return retold(job, change)
