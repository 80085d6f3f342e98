"""Sets from files and folders: which images they hold, and which specimen each is of."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from synthscope.errors import InputError
from synthscope.io.faults import reading_faults
from synthscope.io.formats import suffixes
from synthscope.io.slices import natural_key
from synthscope.records.evaluation import ImageSet
from synthscope.records.image import Image
from synthscope.services.sources import reference

Opener = Callable[[Path], Image]
MOST_IMAGES = 100_000
BESIDE = re.compile(r"(\.preview\.png|-(synthetic|uncertainty|mean-of-candidates)([-_ ]\d+)?\.ome\.tif)$")
"""What the program writes beside its results; such files are no images of a set."""
OWN_FOLDERS = frozenset({"runs", "sources"})


def gather(paths: Sequence[Path], name: str, opener: Opener, *, stacks: bool = False) -> ImageSet:
    """Make a set of files and folders; no pixel is read.

    A folder is a set of images, one a file; those in its sub-folders are of the specimens that the sub-folders are
    named after. With `stacks` a folder is one stack of slices instead.

    Parameters
    ----------
    paths : sequence of Path
        Files, folders, OME-Zarr folders.
    opener : callable
        Opens one file, or one folder of slices.

    Raises
    ------
    InputError
        If a folder holds no image.
    FileError
        If a file cannot be opened.
    """
    found: list[tuple[Path, str]] = []
    for path in paths:
        found += _images_of(path, stacks=stacks)
    images = tuple(reference(opener(path)) for path, _ in found)
    specimens = tuple(specimen for _, specimen in found)
    return ImageSet(name, images, specimens if any(specimens) else ())


@dataclass(frozen=True)
class Gathered:
    """The sets of one evaluation, each with a name of its own."""

    real: ImageSet
    generated: tuple[ImageSet, ...]
    training: ImageSet | None


def gather_all(
    real: Path, generated: Sequence[Path], training: Path | None, opener: Opener, *, stack: bool = False
) -> Gathered:
    """Make the sets of an evaluation: one for each path, named after it.

    Parameters
    ----------
    stack : bool
        `real` and `training` are folders of slices, each one stack.
    """
    sets = [gather([path], path.stem, opener) for path in generated]
    names = [one.name for one in sets]
    apart = tuple(
        replace(one, name=f"{one.name} {names[: i + 1].count(one.name)}") if names.count(one.name) > 1 else one
        for i, one in enumerate(sets)
    )
    first = gather([real], "real images" if real.stem in names else real.stem, opener, stacks=stack)
    learned = gather([training], "training", opener, stacks=stack) if training else None
    return Gathered(first, apart, learned)


def _images_of(path: Path, *, stacks: bool) -> list[tuple[Path, str]]:
    if not path.is_dir() or path.suffix.lower() == ".zarr" or stacks:
        return [(path, "")]
    with reading_faults(path):
        inside = sorted(path.iterdir(), key=natural_key)
        folders = [one for one in inside if one.is_dir() and one.suffix.lower() != ".zarr"]
        folders = [one for one in folders if one.name not in OWN_FOLDERS]
        found = [(one, "") for one in inside if is_image(one)]
        for folder in folders:
            files = sorted(folder.iterdir(), key=natural_key)
            found += [(one, folder.name) for one in files if is_image(one)]
    if not found:
        raise InputError(f"Folder {path.name} holds no image; choose one with images, each a file.")
    if len(found) > MOST_IMAGES:
        raise InputError(f"Folder {path.name} holds {len(found)} images; {MOST_IMAGES} are the most that are judged.")
    if folders and any(specimen for _, specimen in found):
        return [(one, specimen or one.stem) for one, specimen in found]
    return found


def is_image(path: Path) -> bool:
    """Whether a file is an image of a set by its name: none that the program writes beside its results."""
    name = path.name.lower()
    if name.startswith(".") or BESIDE.search(name):
        return False
    return (path.is_file() or name.endswith(".zarr")) and name.endswith(suffixes())
