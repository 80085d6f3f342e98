"""The beginning of a comparison: checked, and written down."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from synthscope.errors import InputError, OutOfMemory, ParameterError
from synthscope.generators.registry import find_spec
from synthscope.io.documents import read_document, write_document
from synthscope.io.faults import reading_faults, writing_faults
from synthscope.records.device import Device
from synthscope.records.families import FAMILIES_FORMAT, RESULT_FORMAT, VERSION, FamiliesRecipe, FamiliesResult
from synthscope.records.image import Image
from synthscope.services.choosing import MAX_CANDIDATES
from synthscope.services.families.contenders import check_contenders
from synthscope.services.families.grounds import LEAST, parts_of, set_size, training_recipe
from synthscope.services.sources import refer
from synthscope.services.training_choice import checked_recipe
from synthscope.services.training_data import check_images
from synthscope.services.training_memory import check_training_memory

RECIPE = "comparison.json"
RESULT = "families.json"
SOURCES = "sources"
LOCK = ".lock"
LEAST_SIDE, MOST_SIDE = 32, 512
MOST_SEEDS = 20
LEAST_DRAWS, MOST_DRAWS = 20, 100_000


def begin_families(
    folder: Path, recipe: FamiliesRecipe, images: Sequence[Image],
    *, devices: Callable[[], Sequence[Device]] | None = None,
) -> FamiliesRecipe:  # fmt: skip
    """Write down what is to be compared, after everything was checked that can be without reading pixels.

    Parameters
    ----------
    folder : Path
        Of the comparison: new or empty.
    recipe : FamiliesRecipe
        Without `images` they are referred to where files hold them; others are kept in the folder.
    images : sequence of Image
        What is learned from, in the order of the recipe.
    devices : callable, optional
        Tells what this computer can compute on. Without it memory is not looked at.

    Returns
    -------
    FamiliesRecipe
        As it was written to ``comparison.json``; its `count` is what there is room for.

    Raises
    ------
    InputError
        If the folder is taken, a number is out of range, a generator cannot take part, or the images are too small.
    OutOfMemory
        If there is not memory enough for one of the trainings.
    """
    recipe = check_families(replace(recipe, name=recipe.name or folder.name), images)
    if devices is not None:
        _check_memory(recipe, images, devices)
    with reading_faults(folder):
        there = {path.name for path in folder.iterdir()} if folder.exists() else set()
    if there - {SOURCES, LOCK}:  # they alone are what a beginning left that was cut short
        raise InputError(f"{folder} holds something already; choose another folder, or resume the comparison in it.")
    with writing_faults(folder):
        folder.mkdir(parents=True, exist_ok=True)
    if not recipe.images:
        recipe = replace(recipe, images=tuple(refer(image, folder / SOURCES) for image in images))
    if len(recipe.images) != len(images):
        raise InputError(f"The comparison names {len(recipe.images)} images of {len(images)}; name each.")
    write_document(folder / RECIPE, recipe)
    return recipe


def check_families(recipe: FamiliesRecipe, images: Sequence[Image]) -> FamiliesRecipe:
    """Give a recipe back with the number of images that there is room for, if all of it is possible.

    Raises
    ------
    InputError
        If it is not.
    """
    _check_numbers(recipe)
    check_contenders(recipe.contenders, recipe.size)
    training = training_recipe(recipe)
    for seed in (recipe.seed, recipe.seed + recipe.seeds * recipe.count):  # images have seeds of their own
        checked_recipe(replace(training, seed=seed))
    check_images(images, training)
    return replace(recipe, count=set_size(recipe, parts_of(recipe, images)))


def read_families(folder: Path) -> FamiliesRecipe:
    """Read what is, or was, compared in a folder.

    Raises
    ------
    FileError, DocumentError
        If no comparison was begun there, or its document is damaged.
    """
    return read_document(folder / RECIPE, FamiliesRecipe, format=FAMILIES_FORMAT, version=VERSION)


def read_result(folder: Path) -> FamiliesResult:
    """Read the table of a folder.

    Raises
    ------
    FileError, DocumentError
        If there is none yet, or it is damaged.
    """
    return read_document(folder / RESULT, FamiliesResult, format=RESULT_FORMAT, version=VERSION)


def can_go_on(folder: Path) -> bool:
    """Whether a comparison was begun in a folder."""
    return (folder / RECIPE).is_file()


def _check_memory(recipe: FamiliesRecipe, images: Sequence[Image], devices: Callable[[], Sequence[Device]]) -> None:
    """Refuse a comparison of which one training would not fit."""
    parts = parts_of(recipe, images)
    for contender in recipe.contenders:
        spec = find_spec(contender.generator)
        if spec.training is None:
            continue
        try:
            check_training_memory(training_recipe(recipe, spec.id), images, parts, devices)
        except OutOfMemory as error:
            raise OutOfMemory(f"{spec.title} cannot take part. {error.sentence}") from error


def _check_numbers(recipe: FamiliesRecipe) -> None:
    limits = (
        ("The number of images", recipe.count, LEAST, MAX_CANDIDATES),
        ("The size", recipe.size, LEAST_SIDE, MOST_SIDE),
        ("The number of seeds", recipe.seeds, 1, MOST_SEEDS),
        ("The number of draws", recipe.resamples, LEAST_DRAWS, MOST_DRAWS),
    )
    for title, value, low, high in limits:
        if not low <= value <= high:
            raise ParameterError(f"{title} is {value}; give a whole number from {low} to {high}.")
