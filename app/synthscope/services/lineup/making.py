"""The candidates of a line-up: one run for each contender and image, resumable at any point."""

from __future__ import annotations

from pathlib import Path

from synthscope.errors import DocumentError
from synthscope.generators.protocol import Resolver
from synthscope.imaging.mask_codec import encode_mask
from synthscope.io.documents import write_document
from synthscope.io.faults import writing_faults
from synthscope.jobs.retelling import retold, titled
from synthscope.records.events import Event, Job, Preview, Progress
from synthscope.records.lineup import LineupRecipe
from synthscope.records.project import MaskDocument
from synthscope.services.lineup.beginning import Posed, planned
from synthscope.services.planning import make_recipe
from synthscope.services.run_folder import RunFolder
from synthscope.services.running import run_job

RUNS = "runs"


def run_name(contender: str, image: int) -> str:
    """Name the folder of a contender's run with an image (from 0), relative to the line-up's."""
    return f"{RUNS}/{contender}-{image + 1:04d}"


def make_run_job(
    folder: Path, recipe: LineupRecipe, number: int, image: int, posed: Posed, resolve: Resolver, project: Path | None
) -> Job[RunFolder]:
    """Make what is missing of one contender's candidates of one image; each is on disk the moment it is finished.

    Raises
    ------
    SynthscopeError
        As planning and `run_job` say.
    """
    run = RunFolder(folder / run_name(recipe.contenders[number].name, image))
    if not _is_begun(run):
        _begin(run, recipe, number, image, posed, project)
    title = f"{recipe.contenders[number].name}, image {image + 1} of {len(recipe.subjects)}"
    yield from _own(run_job(run.path, resolve, project=project), title)
    return run


def _is_begun(run: RunFolder) -> bool:
    if not (run.path / "recipe.json").is_file():
        return False
    try:
        run.recipe()
    except DocumentError:
        return False
    return True


def _begin(
    run: RunFolder, recipe: LineupRecipe, number: int, image: int, posed: Posed, project: Path | None
) -> None:
    """Write a run down: the recipe comes last, so that a run that was cut short is begun anew."""
    found = planned(recipe, number, posed, project)
    with writing_faults(run.path):
        (run.path / "candidates").mkdir(parents=True, exist_ok=True)
    if found.mask is not None:
        write_document(run.path / "mask.json", MaskDocument(tuple(found.mask.shape), encode_mask(found.mask)))
    run.seal(make_recipe(found, recipe.subjects[image].image))


def _own(job: Job[list[str]], title: str) -> Job[list[str]]:
    """Pass on how far a run is, under our words; its candidates are told by the table."""

    def change(event: Event) -> Event | None:
        if isinstance(event, Progress):
            return Progress(event.done, event.total, titled(title, event.text))
        return Preview(event.pixels, title) if isinstance(event, Preview) else None

    return retold(job, change)
