"""The training: from a recipe on disk to a model on disk, whole at every moment, resumable after a kill."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from synthscope.errors import InputError, SynthscopeError, WorkError
from synthscope.generators.protocol import Resolver
from synthscope.generators.training import Budget, Checkpoint, Refilled, Sampled, Training, TrainingEvent
from synthscope.io.documents import read_document, write_document
from synthscope.io.faults import reading_faults, writing_faults
from synthscope.io.locking import alone
from synthscope.io.models import settle
from synthscope.records.device import Device
from synthscope.records.documents import to_json
from synthscope.records.events import Event, Job, Measured, Preview, Progress
from synthscope.records.image import Image
from synthscope.records.request import Input
from synthscope.records.training import TRAINING_FORMAT, VERSION, TrainingRecipe
from synthscope.services.environment import device_of
from synthscope.services.label_maps import check_labels
from synthscope.services.model_folder import ModelFolder
from synthscope.services.models import TRAINING, checked_name
from synthscope.services.sources import keep, reference
from synthscope.services.training_choice import checked_recipe, settings_of
from synthscope.services.training_data import Material, check_images, gather_job, split_images
from synthscope.services.training_figures import Yardstick
from synthscope.services.training_memory import check_training_memory
from synthscope.services.tuning import choose_base, locate_base, without_places

STATE, LOCK, SOURCES = "state", ".lock", "sources"
"""Folder in which a trainer keeps what it needs to go on; gone when the training has ended."""
ENDED = ".partial-"


def begin_training(
    folder: Path, recipe: TrainingRecipe, images: Sequence[Image], label_maps: Sequence[Image] = (),
    *, project: Path | None = None, devices: Callable[[], Sequence[Device]] | None = None,
) -> TrainingRecipe:  # fmt: skip
    """Write down what is to be trained, after everything was checked that can be without reading pixels.

    Parameters
    ----------
    folder : Path
        Of the model that is to be: new or empty. Its name is the model's, unless the recipe names it.
    recipe : TrainingRecipe
        Without `images` they are referred to where files hold them; others are kept beside the training's state.
    images : sequence of Image
        What is learned from, in the order of the recipe.
    label_maps : sequence of Image
        What each voxel of each image shows, or none.
    project : Path, optional
        The project's folder: a base is found by name among its models first.
    devices : callable, optional
        Tells what this computer can compute on. Without it memory is not looked at.

    Returns
    -------
    TrainingRecipe
        As it was written to ``training.json``.

    Raises
    ------
    InputError
        If the generator learns nothing, a parameter is out of range, the folder is taken, or the images cannot
        be learned from together.
    OutOfMemory
        If there is not memory enough.
    """
    checked_name(folder.name)
    spec, parameters = settings_of(recipe)
    if label_maps and not spec.learns_labels:
        raise InputError(f"Generator {spec.id!r} learns nothing from label maps; leave them out.")
    recipe = replace(checked_recipe(recipe), name=recipe.name or folder.name, parameters=to_json(parameters))
    recipe = choose_base(spec, recipe, project)
    check_images(images, recipe)
    if label_maps and len(label_maps) != len(images):
        raise InputError(
            f"{len(label_maps)} label maps are given for {len(images)} images; give one for each, or none."
        )
    maps = [check_labels(labels, image) for labels, image in zip(label_maps, images, strict=False)]
    parts = split_images(images, recipe, parameters)
    if devices is not None:
        check_training_memory(recipe, images, parts, devices)
    with reading_faults(folder):
        there = {path.name for path in folder.iterdir()} if folder.exists() else set()
    if there - {STATE}:  # that alone is what a beginning left that was cut short
        raise InputError(f"{folder} holds something already; choose another name, or resume the training in it.")
    with writing_faults(folder):
        shutil.rmtree(folder / STATE, ignore_errors=True)
        (folder / STATE).mkdir(parents=True, exist_ok=True)
    if not recipe.images:
        recipe = replace(recipe, images=tuple(_input(image, folder) for image in images))
    if maps and not recipe.label_maps:
        recipe = replace(recipe, label_maps=tuple(_input(one, folder) for one in maps))
    if len(recipe.images) != len(images):
        raise InputError(f"The recipe names {len(recipe.images)} images of {len(images)}; name each.")
    write_document(folder / TRAINING, recipe)
    return recipe


def read_training(folder: Path) -> TrainingRecipe:
    """Read what a model is, or was, trained by.

    Raises
    ------
    FileError, DocumentError
        If no training was begun there, or its document is damaged.
    """
    return read_document(folder / TRAINING, TrainingRecipe, format=TRAINING_FORMAT, version=VERSION)


def can_resume(folder: Path) -> bool:
    """Whether a training that has not ended lies in a folder."""
    return (folder / TRAINING).is_file() and (folder / STATE).is_dir()


def goes_on(folder: Path, generator: str) -> bool:
    """Whether a training in a folder can go on; False where none was begun.

    Raises
    ------
    InputError
        If it has ended, or is one of another generator.
    """
    if not (folder / TRAINING).is_file():
        return False
    begun = read_training(folder).generator
    if begun != generator:
        raise InputError(f"The training in {folder} is one of {begun!r}, not of {generator!r}; choose another folder.")
    if not can_resume(folder):
        raise InputError(f"The training of model {folder.name!r} has ended; begin a new one to train more.")
    return True


def train_job(folder: Path, resolve: Resolver, *, project: Path | None = None) -> Job[dict[str, Any]]:
    """Train the model of a folder, or go on with its training.

    Parameters
    ----------
    folder : Path
        Where `begin_training` wrote what is to be trained.
    resolve : Resolver
        Gives the implementation of a generator.
    project : Path, optional
        The project's folder, against which the paths of images are read.

    Yields
    ------
    Progress, Preview, Measured, Made
        `Made` ("model") whenever a better model is on disk.

    Returns
    -------
    dict
        ``model, folder, generator, steps, seconds, held_out, card``.

    Raises
    ------
    InputError
        If there is nothing to train, or an image is not the one of the recipe.
    Unavailable
        If the wanted device is not here.
    """
    recipe = read_training(folder)
    if not can_resume(folder):
        raise InputError(f"The training of model {folder.name!r} has ended; begin a new one to train more.")
    busy = InputError(f"Model {folder.name!r} is being trained by another program; wait for it, or stop it there.")
    with alone(folder / STATE / LOCK, busy):
        last = yield from _trained(folder, recipe, resolve, project)
    return _finish(folder, last)


def _trained(folder: Path, recipe: TrainingRecipe, resolve: Resolver, project: Path | None) -> Job[ModelFolder]:
    """Do the work of a training; the model is finished at the end, and its state still there."""
    settle(folder)
    yield Progress(0, 1, "Reading the images")
    spec, parameters = settings_of(recipe)
    generator: Any = resolve(spec.id)
    device = device_of(generator, recipe.device)
    base = locate_base(recipe, project)
    material = yield from _gathered(folder, gather_job(recipe, parameters, project, base.folder if base else None))
    sealed = replace(recipe, images=material.inputs)
    write_document(folder / TRAINING, sealed)
    model = ModelFolder(folder, sealed, spec, parameters, material, device, base.told if base else None)
    budget = Budget(recipe.minutes, recipe.steps)
    training: Training = generator.train(material.data, parameters, budget, recipe.seed, folder / STATE, device)
    yardstick = Yardstick(material.data, recipe.seed)
    try:
        last = yield from _followed(training, model, yardstick)
        yield model.keep(last, "finished")
    except BaseException as error:
        with suppress(SynthscopeError):  # what ended the training is the news
            model.mark("stopped", error.sentence if isinstance(error, WorkError) else "")
        raise
    finally:
        training.close()
    return model


def _gathered(folder: Path, gathering: Job[Material]) -> Job[Material]:
    """Read the images; what cannot be learned from is forgotten again, so that the name is free for what can."""
    try:
        return (yield from gathering)
    except InputError:
        with suppress(OSError):  # the sentence is the news
            _forget_unbegun(folder)
        raise


def _forget_unbegun(folder: Path) -> None:
    """Remove what `begin_training` wrote, where nothing was learned yet."""
    begun = {path.name for path in (folder / STATE).iterdir()} - {LOCK, SOURCES}
    if begun or {path.name for path in folder.iterdir()} - {TRAINING, STATE}:
        return
    (folder / TRAINING).unlink()
    shutil.rmtree(folder / STATE)
    folder.rmdir()


def _followed(training: Training, model: ModelFolder, yardstick: Yardstick) -> Job[Checkpoint]:
    """Pass a trainer's events on as ours: measured, kept on disk, shown."""
    while True:
        try:
            event = next(training)
        except StopIteration as end:
            last: Checkpoint = end.value
            return last
        yield from _translated(event, model, yardstick)


def _translated(event: TrainingEvent, model: ModelFolder, yardstick: Yardstick) -> Job[None]:
    if isinstance(event, Checkpoint):
        yield model.keep(event, "in training")
    elif isinstance(event, Sampled):
        yield Preview(yardstick.picture(event.pixels), f"New, made after {event.step} steps")
        figures = yardstick.figures(event.pixels)
        if figures:
            yield model.measure(Measured(event.step, figures), yardstick.floor(event.pixels))
    elif isinstance(event, Progress):
        if event.total > 1:  # before it is planned the whole is 1
            model.plan(event.total)
        yield event
    elif isinstance(event, Refilled):
        model.examine(yardstick.calibration(event))
    elif isinstance(event, Measured):
        yield model.measure(event)
    else:
        passed: Event = event
        yield passed


def _finish(folder: Path, model: ModelFolder) -> dict[str, Any]:
    """Leave what makes the training again, by its number of steps, and nothing that names this computer."""
    summary = model.summary()
    recipe = read_training(folder)
    ended = folder / f"{ENDED}{STATE}"
    with writing_faults(folder):
        (folder / STATE).rename(ended)  # at once: what is removed file by file could be taken for a state
    done = replace(
        without_places(recipe),
        steps=summary["card"]["planned_steps"] or recipe.steps,
        images=tuple(image.exported() for image in recipe.images),
        label_maps=tuple(one.exported() for one in recipe.label_maps),
    )
    write_document(folder / TRAINING, done)
    with writing_faults(folder):
        shutil.rmtree(ended)
    return summary


def _input(image: Image, folder: Path) -> Input:
    if not image.origin.path:
        kept = keep(image, folder / STATE / SOURCES, image.name)
        return replace(kept, path=str(Path(kept.path).resolve()))
    found = reference(image)
    return replace(found, path=str(Path(found.path).resolve()))
