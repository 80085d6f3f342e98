"""What sets are made of: layers, runs of the project, files on disk; opened beside the window."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from napari_synthscope.session.run_desk import as_seen
from synthscope.errors import InputError, SynthscopeError
from synthscope.generators.registry import find_spec
from synthscope.imaging.regions import whole
from synthscope.io.opening import open_image, probe
from synthscope.records.image import Image
from synthscope.records.request import Input
from synthscope.services.evaluation.gathering import is_image
from synthscope.services.project import Project
from synthscope.services.run_folder import RunFolder
from synthscope.services.sources import reference, within
from synthscope.services.training import read_training

MOST_FILES = 20_000


@dataclass(frozen=True, eq=False)
class Member:
    """One thing that was ticked.

    Parameters
    ----------
    key : str
        What it is known by as long as it is listed.
    title : str
        What the list calls it.
    layer, image : optional
        A layer, and the image it shows at this moment.
    run, path : Path, optional
        The folder of a run, or a file or folder on disk.
    """

    key: str
    title: str
    layer: Any = None
    image: Image | None = None
    run: Path | None = None
    path: Path | None = None


@dataclass(frozen=True, eq=False)
class Opened:
    """One image of a set, opened and not read; `source` is known where its file is kept already."""

    image: Image
    source: Input | None = None
    layer: Any = None


@dataclass(frozen=True, eq=False)
class OpenSet:
    """One set.

    Parameters
    ----------
    training : tuple of Input
        What its generator learned from, where that is known.
    """

    name: str
    images: tuple[Opened, ...]
    generator: str = ""
    training: tuple[Input, ...] = ()


def open_sets(members: Iterable[Member], project: Path | None, name: str = "") -> tuple[OpenSet, ...]:
    """Open what was ticked, in sets: those of one generator together, or all under one `name`.

    Raises
    ------
    SynthscopeError
        If a file cannot be opened.
    """
    found: dict[str, OpenSet] = {}
    for member in members:
        one = _open(member, project)
        if not one.images:
            continue
        called = name or one.name
        before = found.get(called, OpenSet(called, (), one.generator))
        training = tuple(dict.fromkeys((*before.training, *one.training)))
        found[called] = replace(before, images=(*before.images, *one.images), training=training)
    return tuple(found.values())


def inputs_of(opened: OpenSet, project: Project) -> tuple[Input, ...]:
    """Describe the images of a set for a recipe; those that no file holds are kept in the project."""
    return tuple(_input(one, project) for one in opened.images)


def run_images(run: RunFolder) -> tuple[str, ...]:
    """Give the ids of the candidates that count: the accepted ones, or else all that nobody has rejected."""
    verdicts = run.verdicts()
    states = {c.id: verdicts[c.id].state if c.id in verdicts else "waiting" for c in run.candidates()}
    accepted = tuple(name for name, state in states.items() if state == "accepted")
    return accepted or tuple(name for name, state in states.items() if state != "rejected")


def generator_title(generator: str) -> str:
    """Give what a set of a generator is called."""
    try:
        return find_spec(generator).title
    except SynthscopeError:
        return generator


def _open(member: Member, project: Path | None) -> OpenSet:
    if member.image is not None:
        return _of_layer(member, member.image, project)
    if member.run is not None:
        return _of_run(RunFolder(member.run), project)
    assert member.path is not None, "a member is a layer, a run or a path"
    images = tuple(Opened(image, reference(image)) for image in map(open_image, files_of(member.path)))
    return OpenSet(member.path.name, images)


def _of_layer(member: Member, image: Image, project: Path | None) -> OpenSet:
    recipe: Mapping[str, Any] = (image.provenance or {}).get("recipe", {})
    generator = str(recipe.get("generator", "")) if image.synthetic is not None else ""
    training = _learned_from(str(recipe.get("model", "")), project)
    name = generator_title(generator) if generator else image.name
    return OpenSet(name, (Opened(image, None, member.layer),), generator, training)


def _of_run(run: RunFolder, project: Path | None) -> OpenSet:
    recipe = run.recipe()
    wanted, title = run_images(run), generator_title(recipe.generator)
    images = []
    for candidate in run.candidates():
        if candidate.id in wanted:
            image = run.open(candidate)
            named = replace(reference(image), name=f"{title} seed {candidate.seed}")
            images.append(Opened(image, within(named, project)))
    return OpenSet(title, tuple(images), recipe.generator, _learned_from(recipe.model, project))


def _learned_from(model: str, project: Path | None) -> tuple[Input, ...]:
    """Give the images that a model of the project learned from; none where that is not known here."""
    folder = Path(model)
    if not model or project is None or folder.is_absolute():
        return ()
    try:
        return read_training(project / folder).images
    except SynthscopeError:
        return ()


def files_of(path: Path) -> tuple[Path, ...]:
    """Give the images of a path: a file, an OME-Zarr, or the images in a folder in the order of their names.

    Raises
    ------
    InputError
        If a folder holds none.
    """
    if not path.is_dir() or path.suffix == ".zarr":
        return (path,)
    found = [p for p in sorted(path.iterdir())[:MOST_FILES] if is_image(p) and _can_be_read(p)]
    if not found:
        raise InputError(f"Folder {path.name} holds no image that can be read; choose another one.")
    return tuple(found)


def _can_be_read(path: Path) -> bool:
    try:
        return not probe(path).needs
    except SynthscopeError:
        return False


def _input(one: Opened, project: Project) -> Input:
    if one.source is not None:
        return one.source
    seen = as_seen(one.image, whole(one.image.shape))
    return project.add_source(seen)


def layers_of(sets: Sequence[OpenSet], inputs: Sequence[Sequence[Input]]) -> tuple[tuple[Input, Any], ...]:
    """Say which layer each input came from, for those that came from one."""
    pairs = [
        (source, one.layer)
        for opened, sources in zip(sets, inputs, strict=True)
        for one, source in zip(opened.images, sources, strict=True)
    ]
    return tuple((source, layer) for source, layer in pairs if layer is not None)
