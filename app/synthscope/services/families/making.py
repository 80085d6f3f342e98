"""One generator with one seed: its model trained, and its images made; what is there already is not made again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from synthscope.generators.protocol import Resolver
from synthscope.imaging.regions import block_axes, to_block
from synthscope.io.faults import writing_faults
from synthscope.io.models import CARD, read_card
from synthscope.jobs.retelling import retold, scaled, titled
from synthscope.records.events import Event, Job, Preview, Progress
from synthscope.records.families import Contender, FamiliesRecipe
from synthscope.records.image import Image
from synthscope.records.request import Input, Region
from synthscope.services.choosing import Choice
from synthscope.services.families.clearing import Home, homes_of
from synthscope.services.families.contenders import settings_of_contender
from synthscope.services.families.grounds import parts_of, training_recipe
from synthscope.services.models import MODELS
from synthscope.services.planning import make_recipe, plan
from synthscope.services.run_folder import RunFolder
from synthscope.services.running import run_job
from synthscope.services.training import begin_training, can_resume, read_training, train_job

RUNS = "runs"
EXAMPLES = 8
"""Windows of slices of the training part that a control takes as its examples, one for each share of the images."""
WINDOW = 384
"""Side (px) of such a window, at most, for images of 64 px; of others it grows with them."""


@dataclass(frozen=True)
class Example:
    """What a control is shown: a window of a slice of the training part of one image, in the image's axes."""

    source: Input
    image: Image
    region: Region


@dataclass(frozen=True)
class Made:
    """A finished set: images (N, Y, X, C) in original units, how long each took, and where all lies."""

    pixels: np.ndarray
    seconds: tuple[float, ...]
    runs: tuple[str, ...]
    model: str = ""


def train_family_job(
    folder: Path, recipe: FamiliesRecipe, contender: Contender, seed: int, images: Sequence[Image],
    resolve: Resolver, project: Path | None,
) -> Job[str]:  # fmt: skip
    """Train one model, or go on with its training, or leave one alone that has ended.

    Returns
    -------
    str
        Folder of the model, relative to the comparison's; empty for a control.
    """
    spec, _, _ = settings_of_contender(contender)
    if spec.training is None:
        return ""
    name = f"{MODELS}/{set_name(spec.id, seed)}"
    if not _begun(folder / name):
        begin_training(folder / name, training_recipe(_as_the_first(folder, recipe, spec.id), spec.id, seed), images)
    if can_resume(folder / name):
        job = train_job(folder / name, resolve, project=project)
        yield from _own(job, f"{spec.title}, seed {seed}: training", after=len(images))
    read_card(folder / name)  # says what is wrong with a model that is not whole
    return name


def make_set_job(
    folder: Path, recipe: FamiliesRecipe, contender: Contender, seed: int, model: str,
    images: Sequence[Image], resolve: Resolver, project: Path | None,
) -> Job[Made]:  # fmt: skip
    """Make one set of `recipe.count` images, each kept the moment it is made."""
    spec, _, parameters = settings_of_contender(contender)
    examples: list[Example | None] = [None] if spec.training is not None else [*_examples(recipe, images)]
    shares = np.array_split(np.arange(recipe.count), min(len(examples), recipe.count))
    runs, pixels, seconds = [], [], []
    for number, (example, share) in enumerate(zip(examples, shares, strict=False)):
        name = f"{RUNS}/{set_name(spec.id, seed)}" + (f"-{number + 1}" if len(shares) > 1 else "")
        choice = Choice(
            "synthesize", spec.id, parameters, len(share), first_seed(recipe, seed) + int(share[0]),
            size=(recipe.size, recipe.size), model=model, device=recipe.device,
            region=example.region if example else None,
        )  # fmt: skip
        run = _run(folder, name, choice, example)
        home = folder if model else project
        job = run_job(run.path, resolve, project=home)
        yield from scaled(_own(job, f"{spec.title}, seed {seed}: images"), number / len(shares), 1 / len(shares))
        for candidate in run.candidates():
            image = run.open(candidate)
            pixels.append(to_block(np.asarray(image.pixels), image.space)[0])
            seconds.append(candidate.seconds)
        runs.append(name)
    return Made(np.stack(pixels), tuple(seconds), tuple(runs), model)


def set_name(generator: str, seed: int) -> str:
    """Name the folder of a generator with a seed."""
    return f"{generator}-seed-{seed}"


def first_seed(recipe: FamiliesRecipe, seed: int) -> int:
    """Give the seed of the first image of a set: those of no two seeds meet."""
    return recipe.seed + (seed - recipe.seed) * recipe.count


def _begun(folder: Path) -> bool:
    if not (folder / "training.json").is_file():
        return False
    read_training(folder)
    return True


def _as_the_first(folder: Path, recipe: FamiliesRecipe, generator: str) -> FamiliesRecipe:
    """Give every seed the steps that the first seed's time came to: what differs then is chance, not the computer."""
    model = folder / MODELS / set_name(generator, recipe.seed)
    if recipe.steps or not (model / CARD).is_file():
        return recipe
    return replace(recipe, steps=read_card(model).planned_steps)


def _run(folder: Path, name: str, choice: Choice, example: Example | None) -> RunFolder:
    """Open a run, or write it down."""
    run = RunFolder(folder / name)
    if (run.path / "recipe.json").is_file():
        return run
    image = example.image if example else None
    planned = plan(image, None, None, choice, project=folder)
    with writing_faults(run.path):
        (run.path / "candidates").mkdir(parents=True, exist_ok=True)
    run.seal(make_recipe(planned, example.source if example else None))
    return run


def _examples(recipe: FamiliesRecipe, images: Sequence[Image]) -> list[Example]:
    """Give windows of slices of the training part, spread evenly over it and clear of a blank margin."""
    homes = homes_of(images, [part.train for part in parts_of(recipe, images)])
    places = [(home, z, box) for home in homes for box in _windows(home, recipe.size)
              for z in range(home.region.start[0], home.region.stop[0])]  # fmt: skip
    chosen = np.unique(np.linspace(0, len(places) - 1, min(EXAMPLES, len(places))).round().astype(int))
    found = []
    for home, z, (top, left, rows, columns) in (places[i] for i in chosen):
        start = (z, home.region.start[1] + top, home.region.start[2] + left)
        box = Region(start, (z + 1, start[1] + rows, start[2] + columns))
        found.append(Example(recipe.images[home.image], images[home.image], _in_image(images[home.image], box)))
    return found


def _windows(home: Home, size: int) -> list[tuple[int, int, int, int]]:
    """Give windows (y, x, rows, columns) of a block, as large as lie clear of its margin, up to `WINDOW`."""
    sides = [max(WINDOW * size // 64 >> halving, size) for halving in range(5)]
    for side in sides:
        rows, columns = (min(side, n) for n in home.region.shape[1:])
        found = [(y, x, rows, columns) for y, x in home.places(rows, columns)]
        if found:
            return found
    rows, columns = (min(sides[0], n) for n in home.region.shape[1:])  # nothing is clear: all of it is as good
    return [(y, x, rows, columns) for y, x in home.all_places(rows, columns)]


def _in_image(image: Image, box: Region) -> Region:
    """Turn a box (Z, Y, X) of a block into one of the image's axes; of a series of stacks the first moment."""
    depth = block_axes(image.space).partition("y")[0]
    bounds = {axis: (a, b) for axis, a, b in zip((depth or "-", "y", "x"), box.start, box.stop, strict=True)}
    pairs = [
        bounds.get(axis, (0, n) if axis in "cs" else (0, 1))
        for axis, n in zip(image.space.axes, image.shape, strict=True)
    ]
    return Region(tuple(a for a, _ in pairs), tuple(b for _, b in pairs))


def _own(job: Job[Any], title: str, *, after: int = 0) -> Job[Any]:
    """Pass on how far work of ours is, under our words; what it makes and measures is not the comparison's news.

    Parameters
    ----------
    after : int
        Steps of as many or fewer are those of reading what is worked on: nothing is done by then.
    """

    def change(event: Event) -> Event | None:
        if isinstance(event, Progress):
            done = 0.0 if event.total <= after else event.done
            return Progress(done, event.total, titled(title, event.text))
        return Preview(event.pixels, title) if isinstance(event, Preview) else None

    return retold(job, change)
