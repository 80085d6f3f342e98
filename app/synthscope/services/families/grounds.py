"""What all sets of a comparison are measured on: the training part, the held-out part, and what is fixed on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from synthscope.errors import InputError
from synthscope.imaging.fields import Field, cut_fields
from synthscope.records.events import Job
from synthscope.records.families import FamiliesRecipe
from synthscope.records.image import Image
from synthscope.records.metric import Frame
from synthscope.records.training import TrainingRecipe
from synthscope.services.evaluation.framing import framed
from synthscope.services.families.clearing import Home, homes_of
from synthscope.services.families.contenders import settings_of_contender
from synthscope.services.training_data import Material, Parts, gather_job, split_images

LEAST = 8
"""Images in each set, at least: a threshold for copies takes as many held-out fields."""
SEARCHED = 60_000_000
"""Voxels of the training part, at most, in which copies are looked for: of more, slices are taken evenly."""
_POOL = 20_000
_VALUES = 4_000_000


@dataclass(frozen=True, eq=False)
class RealSet:
    """Real fields (N, Y, X, C) in original units, and the block of space that each lies in (N,)."""

    pixels: np.ndarray
    units: np.ndarray

    def __len__(self) -> int:
        return len(self.pixels)


@dataclass(frozen=True, eq=False)
class Grounds:
    """What is real.

    Parameters
    ----------
    held_out : RealSet
        What every set is compared with: n fields that do not overlap.
    trained : tuple of RealSet
        n fields of the training part for each seed.
    searched : tuple of ndarray (Z, Y, X, C)
        The training part, in which copies are looked for; of a large one slices that are spread evenly.
    frame : Frame
        Fixed on the training part.
    remarks : tuple of str
        What was found of the images.
    """

    held_out: RealSet
    trained: tuple[RealSet, ...]
    searched: tuple[np.ndarray, ...]
    frame: Frame
    remarks: tuple[str, ...] = ()

    @property
    def n(self) -> int:
        """Images of each set."""
        return len(self.held_out)


def training_recipe(recipe: FamiliesRecipe, generator: str = "", seed: int = 0) -> TrainingRecipe:
    """Give the training of one generator with one seed: budget, images and what is held out are those of all."""
    contender = next((one for one in recipe.contenders if one.generator == generator), None)
    return TrainingRecipe(
        generator=generator, parameters=dict(contender.training) if contender else {}, images=recipe.images,
        minutes=recipe.minutes, steps=recipe.steps, seed=seed, held_out=recipe.held_out,
        split_axis=recipe.split_axis, device=recipe.device, licence=recipe.licence,
    )  # fmt: skip


def parts_of(recipe: FamiliesRecipe, images: Sequence[Image]) -> tuple[Parts, ...]:
    """Cut training part and held-out part, the same for every generator.

    Raises
    ------
    InputError
        If the images are too small for that, nothing is held out, or a generator would hold out another block.
    """
    if not 0 < recipe.held_out <= 0.5:
        raise InputError(
            f"The part to hold out is {recipe.held_out:g}; give a number above 0, up to 0.5: all are measured on it."
        )
    own = split_images(images, training_recipe(recipe), _settings(recipe.size))
    for contender in recipe.contenders:
        spec, training, _ = settings_of_contender(contender)
        if spec.training is None:
            continue
        theirs = split_images(images, training_recipe(recipe, spec.id), training)
        if [one.held_out for one in theirs] != [one.held_out for one in own]:
            raise InputError(
                f"{spec.title} would hold another block out than images of {recipe.size} px do; "
                f"choose {recipe.size} for its patch, or a larger part to hold out."
            )
    return own


def set_size(recipe: FamiliesRecipe, parts: Sequence[Parts]) -> int:
    """Give how many images each set has: those wanted, or fewer where the held-out part has no room for as many.

    Raises
    ------
    InputError
        If either part has room for fewer than `LEAST`.
    """
    held_out = [box.shape for part in parts for box in part.held_out]
    trained = [box.shape for part in parts for box in part.train]
    found = min(len(_cut(shapes, recipe.size, recipe.count)) for shapes in (held_out, trained))
    if found < LEAST:
        raise InputError(
            f"The smaller one of training and held-out part has room for {found} images of {recipe.size} px, and "
            f"{LEAST} are the least that can be compared; choose smaller images, or open larger stacks."
        )
    return found


def grounds_job(recipe: FamiliesRecipe, images: Sequence[Image], project: Path | None) -> Job[Grounds]:
    """Read the images, cut both parts into fields, and fix the frame on the training part.

    Fields keep clear of the blank margin around a round field of view.

    Raises
    ------
    FileError
        If an image is gone or is not the one of the recipe.
    InputError
        As `set_size` says, or if a channel has one value everywhere.
    """
    material: Material = yield from gather_job(training_recipe(recipe), _settings(recipe.size), project)
    data = material.data
    parts = parts_of(recipe, images)
    homes = [homes_of(images, [getattr(part, name) for part in parts]) for name in ("held_out", "train")]
    held_out = _fields(data.held_out, homes[0], recipe.size, recipe.count)
    pool = _fields(data.train, homes[1], recipe.size, min(_POOL, recipe.count * recipe.seeds))
    n = min(len(held_out), len(pool))
    if n < LEAST:
        raise InputError(
            f"{n} images of {recipe.size} px fit one of the two parts clear of the blank margin around the field of "
            f"view, and {LEAST} are the least that can be compared; choose smaller images, or crop the stacks."
        )
    held_out = _some(held_out, np.linspace(0, len(held_out) - 1, n).round().astype(int))
    draws = [np.random.default_rng([recipe.seed + k, 5]).permutation(len(pool))[:n] for k in range(recipe.seeds)]
    trained = tuple(_some(pool, np.sort(draw)) for draw in draws)
    searched, remarks = searched_of(data.train)
    frame = _frame(pool.pixels, material, recipe.size)
    remarks = (*material.remarks, *remarks, *_blank(homes, recipe.size))
    return Grounds(held_out, trained, searched, frame, remarks)


def searched_of(blocks: Sequence[np.ndarray], most: int = SEARCHED) -> tuple[tuple[np.ndarray, ...], tuple[str, ...]]:
    """Give what copies are looked for in, and a sentence where that is not all of the blocks (Z, Y, X, C)."""
    step = -(-sum(int(np.prod(block.shape[:3])) for block in blocks) // most)
    taken = tuple(block[::step] for block in blocks)
    slices, chosen = (sum(len(block) for block in some) for some in (blocks, taken))
    if chosen == slices:
        return taken, ()
    said = f"Copies were looked for in {chosen} of {slices} slices of the training part, evenly spread."
    return taken, (said,)


def _frame(pixels: np.ndarray, material: Material, size: int) -> Frame:
    values = pixels.reshape(-1, pixels.shape[-1])
    step = max(1, len(values) // _VALUES)
    voxel, unit = material.data.voxel_size, material.space.unit
    frame = framed(values[::step].astype(np.float64), "the training part", (1, size, size), voxel, unit, material.dtype)
    return replace(frame, voxel_size=voxel)


def _settings(size: int) -> Any:
    """Say how large the pieces are, as a record of a training does."""
    return SimpleNamespace(patch=size)


def _cut(shapes: Sequence[tuple[int, ...]], size: int, most: int) -> tuple[Field, ...]:
    return cut_fields([(1, z, y, x) for z, y, x in shapes], (1, size, size), most)


def _blank(homes: Sequence[Sequence[Home]], size: int) -> list[str]:
    """Say how many places were left out."""
    each = [home for some in homes for home in some if home.blank is not None]
    left_out = sum(len(home.all_places(size, size)) - len(home.places(size, size)) for home in each)
    if not left_out:
        return []
    said = (
        f"{left_out} places of {size} px reach into the blank margin around the field of view; no real field was taken "
        "there. What was learned from has that margin, and images may show it: crop the stacks to be rid of it."
    )
    return [said]


def _fields(blocks: Sequence[np.ndarray], homes: Sequence[Home], size: int, most: int) -> RealSet:
    clear = [frozenset(home.places(size, size)) for home in homes]
    shapes = [(1, *block.shape[:3]) for block in blocks]
    found = cut_fields(shapes, (1, size, size), most, inside=lambda i, y, x: (y, x) in clear[i])
    pixels = [blocks[one.image][one.region.slices][0] for one in found]
    if not pixels:
        channels = blocks[0].shape[-1] if blocks else 1
        return RealSet(np.empty((0, size, size, channels)), np.empty(0, int))
    return RealSet(np.stack(pixels), np.array([one.unit for one in found]))


def _some(one: RealSet, rows: np.ndarray) -> RealSet:
    return RealSet(one.pixels[rows], one.units[rows])
