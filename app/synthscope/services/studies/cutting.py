"""Images of a study cut from larger ones: fields of one size, kept beside the study as files of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from synthscope.errors import InputError
from synthscope.imaging.regions import block_space
from synthscope.io.faults import writing_faults
from synthscope.io.opening import open_image
from synthscope.io.writing import write_image
from synthscope.records.evaluation import ImageSet
from synthscope.records.events import Job, Progress
from synthscope.records.image import Image
from synthscope.records.study import Arm
from synthscope.services.evaluation.fields import cut_set, open_set
from synthscope.services.repeats import check_latents
from synthscope.services.sources import reference

IMAGES = "images"
"""Folder of what was cut, in the folder of a study."""


def cut_arm_job(
    wanted: ImageSet, folder: Path, size: tuple[int, int, int], most: int, *, real: bool, project: Path | None = None
) -> Job[Arm]:
    """Cut the images of a set into fields that do not overlap, and write each as an OME-TIFF.

    Fields of one specimen, of one image where there are many, or of one block of space, are one case.

    Parameters
    ----------
    wanted : ImageSet
    folder : Path
        Of the study.
    size : tuple of int
        (Z, Y, X) of a field.
    most : int
        Fields at most, spread over the cases.
    project : Path, optional
        That the images of the set are of.

    Yields
    ------
    Progress

    Raises
    ------
    InputError
        If no field fits, or one of no size is wanted; if a generated set holds one latent at two steps of a training.
    FileError, DiskFull
        If an image is gone, or a field cannot be written.
    """
    if min(size) < 1 or most < 1:
        wanted_size = " × ".join(map(str, size))
        raise InputError(f"{most} fields of {wanted_size} voxels cannot be cut; take at least 1, of at least 1 voxel.")
    images = open_set(wanted, project)
    if not real:
        check_latents(wanted.name, images)
    fields, _ = cut_set(wanted, images, size, most)
    place = _new_folder(folder / IMAGES)
    kept = []
    for number in range(len(fields)):
        yield Progress(number, len(fields), f"{wanted.name}: fields are cut")
        image = fields.images[fields.fields[number].image]
        path = place / f"{number:05d}.ome.tif"
        write_image(path, squeezed(fields.read(number), image))
        kept.append(replace(reference(open_image(path)), path=str(path.resolve())))
    cases = tuple(f"{wanted.name}, part {unit + 1}" for unit in fields.units)
    return Arm(wanted.name, real, tuple(kept), cases, wanted.generator)


def arm_of(wanted: ImageSet, *, real: bool, project: Path | None = None) -> Arm:
    """Make an arm of a set whose images are shown as they are; without a project, wherever one works from."""
    cases = tuple(f"{wanted.name}, {one}" for one in wanted.specimens)
    images = wanted.images
    if project is None:
        images = tuple(replace(one, path=str(Path(one.path).resolve())) if one.path else one for one in images)
    return Arm(wanted.name, real, images, cases, wanted.generator)


def matched(arms: Sequence[Arm]) -> tuple[Arm, ...]:
    """Name the n-th image of every arm as of one case, for paradigms with a reference: results of one source.

    Arms of unlike length are left as they are.
    """
    if len({len(arm.images) for arm in arms}) != 1:
        return tuple(arms)
    cases = tuple(f"source {number + 1}" for number in range(len(arms[0].images)))
    return tuple(replace(arm, cases=cases) for arm in arms)


def _new_folder(parent: Path) -> Path:
    with writing_faults(parent):
        parent.mkdir(parents=True, exist_ok=True)
        number = sum(one.is_dir() for one in parent.iterdir())
        while (folder := parent / f"{number:02d}").exists():
            number += 1
        folder.mkdir()
    return folder


def squeezed(pixels: np.ndarray, image: Image) -> Image:
    """Give a block (Z, Y, X, C) as an image without axes of length 1."""
    space = block_space(image.space)
    axes = [axis for axis, length in zip("zyxc", pixels.shape, strict=True) if axis in "yx" or length > 1]
    steps = tuple(space.voxel_size["zyxc".index(axis)] for axis in axes)
    shape = tuple(pixels.shape["zyxc".index(axis)] for axis in axes)
    return Image(pixels.reshape(shape), replace(space, axes="".join(axes), voxel_size=steps, origin=(0.0,) * len(axes)))
