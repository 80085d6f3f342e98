"""The beginning of a line-up: everything checked and written down before anything starts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np

from synthscope.errors import InputError, MaskError, ParameterError, SynthscopeError
from synthscope.imaging.regions import painted
from synthscope.io.documents import read_document, write_document
from synthscope.io.faults import reading_faults, writing_faults
from synthscope.records.device import Device
from synthscope.records.generator import Cost
from synthscope.records.image import Image, PixelArray
from synthscope.records.lineup import (
    LINEUP_FORMAT,
    LINEUP_TASKS,
    RESULT_FORMAT,
    VERSION,
    Contender,
    LineupRecipe,
    LineupResult,
    Subject,
)
from synthscope.records.mask_origin import MaskOrigin
from synthscope.records.metric import DOMAINS
from synthscope.records.request import Region
from synthscope.records.timing import Timings
from synthscope.services.foreseeing import check_plan_memory, devices_that_matter
from synthscope.services.lineup.contenders import check_apart, check_words, choice_of, named
from synthscope.services.mask_origins import as_used, with_record
from synthscope.services.planning import Plan, plan
from synthscope.services.sources import keep, refer, within
from synthscope.services.timing import estimate_of, read_timings

RECIPE = "lineup.json"
RESULT = "result.json"
LOCK = ".lock"
SOURCES, MASKS = "sources", "masks"
MOST_SEEDS, MOST_IMAGES = 100, 200
LEAST_SIDE, MOST_SIDE = 16, 1024


@dataclass(frozen=True, eq=False)
class Posed:
    """An image with its mask (of the image's mask axes; None: all of it is varied).

    `box` is where the mask is painted, if that is known already; a large mask is searched for it otherwise. `origins`
    says what found parts of the mask.
    """

    image: Image
    mask: PixelArray | None = None
    box: Region | None = None
    origins: tuple[MaskOrigin, ...] = ()


@dataclass(frozen=True)
class Forecast:
    """What one contender will take for all images: seconds, bytes at its height; or why it cannot."""

    name: str
    cost: Cost
    problem: str = ""


def forecasts(
    recipe: LineupRecipe, posed: Sequence[Posed], project: Path | None = None,
    devices: Callable[[], Sequence[Device]] = tuple,
) -> tuple[Forecast, ...]:
    """Plan every contender with every image; no pixel is made.

    Parameters
    ----------
    devices : callable
        Tells what this computer can compute on: whether a pretrained model can be held depends on it.

    Returns
    -------
    tuple of Forecast
        In the order of the contenders; a generator that cannot do the task, or lacks its model, says so.
    """
    asked, timings = cache(devices), read_timings()
    return tuple(_forecast(recipe, number, posed, project, asked, timings) for number in range(len(recipe.contenders)))


def planned(recipe: LineupRecipe, number: int, one: Posed, project: Path | None) -> Plan:
    """Plan a contender with an image."""
    box = one.box if one.mask is None or one.box is not None else painted(one.mask)
    choice = choice_of(recipe, recipe.contenders[number], one.origins)
    return plan(one.image, box, one.mask, choice, project=project)


def check_lineup(recipe: LineupRecipe, posed: Sequence[Posed]) -> LineupRecipe:
    """Give a recipe back with every contender named, if its numbers and words can be.

    Raises
    ------
    InputError, ParameterError, MaskError
        If they cannot.
    """
    if recipe.task not in LINEUP_TASKS:
        raise ParameterError(f"Task is {recipe.task!r}; choose one of {', '.join(LINEUP_TASKS)}.")
    if recipe.domain not in DOMAINS:
        raise ParameterError(f"Domain is {recipe.domain!r}; choose one of {', '.join(DOMAINS)}.")
    limits = (
        ("The number of images", len(posed), 1, MOST_IMAGES),
        ("The number of seeds", recipe.seeds, 1, MOST_SEEDS),
        ("The number of draws", recipe.resamples, 20, 100_000),
        ("The side of windows", recipe.side or LEAST_SIDE, LEAST_SIDE, MOST_SIDE),
    )
    for title, value, low, high in limits:
        if not low <= value <= high:
            raise ParameterError(f"{title} is {value}; give a whole number from {low} to {high}.")
    bare = next((one.image.name for one in posed if recipe.task == "inpaint" and one.mask is None), "")
    if bare:
        raise MaskError(f"{bare} has no mask; inpainting needs one for every image.")
    recipe = replace(recipe, contenders=named(recipe.contenders))
    check_apart(recipe.contenders)
    check_words(recipe)
    return recipe


def begin_lineup(
    folder: Path, recipe: LineupRecipe, posed: Sequence[Posed], project: Path | None = None,
    devices: Callable[[], Sequence[Device]] = tuple,
) -> LineupRecipe:
    """Write down what is to be lined up, after everything was checked that can be before a candidate is made.

    Parameters
    ----------
    folder : Path
        New or empty.
    recipe : LineupRecipe
        Its `subjects` are made of `posed`.
    posed : sequence of Posed
        Images and masks; what no file holds is kept in the folder.
    devices : callable
        As of `forecasts`.

    Returns
    -------
    LineupRecipe
        As it was written to ``lineup.json``.

    Raises
    ------
    InputError
        If the folder is taken, or a contender cannot take part: all that cannot are named in one sentence.
    """
    recipe = check_lineup(recipe, posed)
    with reading_faults(folder):
        there = {path.name for path in folder.iterdir()} if folder.exists() else set()
    if there - {SOURCES, MASKS, LOCK}:
        raise InputError(f"{folder} holds something already; choose another folder, or resume the line-up in it.")
    told = forecasts(recipe, posed, project, devices)
    problems = [f"{one.name}: {one.problem}" for one in told if one.problem]
    if problems:
        raise InputError(" ".join(problems))
    with writing_faults(folder):
        folder.mkdir(parents=True, exist_ok=True)
    subjects = tuple(_subject(folder, one, project) for one in posed)
    contenders = tuple(_settled(recipe, number, posed[0], project) for number in range(len(recipe.contenders)))
    recipe = replace(recipe, name=recipe.name or folder.name, subjects=subjects, contenders=contenders)
    write_document(folder / RECIPE, recipe)
    return recipe


def read_lineup(folder: Path) -> LineupRecipe:
    """Read what is, or was, lined up in a folder.

    Raises
    ------
    FileError, DocumentError
        If nothing was begun there, or its document is damaged.
    """
    return read_document(folder / RECIPE, LineupRecipe, format=LINEUP_FORMAT, version=VERSION)


def read_result(folder: Path) -> LineupResult:
    """Read the table of a folder.

    Raises
    ------
    FileError, DocumentError
        If there is none yet, or it is damaged.
    """
    return read_document(folder / RESULT, LineupResult, format=RESULT_FORMAT, version=VERSION)


def can_go_on(folder: Path) -> bool:
    """Whether a line-up was begun in a folder."""
    return (folder / RECIPE).is_file()


def _forecast(
    recipe: LineupRecipe, number: int, posed: Sequence[Posed], project: Path | None,
    devices: Callable[[], Sequence[Device]], timings: Timings,
) -> Forecast:
    name = recipe.contenders[number].name
    seconds, memory = 0.0, 0
    try:
        for one in posed:
            found = planned(recipe, number, one, project)
            check_plan_memory(found, devices_that_matter(found, devices))
            seconds += estimate_of(found, timings).seconds
            memory = max(memory, found.cost.memory)
    except SynthscopeError as error:
        return Forecast(name, Cost(seconds, memory), error.sentence)
    return Forecast(name, Cost(seconds, memory))


def _settled(recipe: LineupRecipe, number: int, one: Posed, project: Path | None) -> Contender:
    """Give a contender whose model and adapters are found from wherever the work goes on."""
    choice = planned(recipe, number, one, project).choice
    return replace(recipe.contenders[number], model=choice.model, adapters=choice.adapters)


def _subject(folder: Path, one: Posed, project: Path | None) -> Subject:
    image = one.image
    source = within(refer(image, folder / SOURCES), project)
    if one.mask is None:
        return Subject(source)
    paint = (np.asarray(one.mask[...]) != 0).astype(np.uint8)
    told = with_record(
        Image(paint, image.space.mask_space(), f"mask of {image.name}"), as_used(one.origins, paint)
    )
    mask = keep(told, folder / MASKS, image.name)
    return Subject(source, replace(mask, path=f"{MASKS}/{Path(mask.path).name}"))
