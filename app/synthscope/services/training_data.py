"""What a training learns from: images opened, checked, split by blocks, read within bounds, normalised together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from synthscope.errors import FileError, InputError
from synthscope.generators.training import TrainingData
from synthscope.imaging.hashing import sampled_hash
from synthscope.imaging.normalisation import extremes, fit_normalisation_to
from synthscope.imaging.regions import block_space
from synthscope.imaging.splitting import SLAB, Split, choose_axis, fitting, split_block
from synthscope.io.tiff_writing import DTYPES
from synthscope.records.events import Job, Progress
from synthscope.records.image import Image
from synthscope.records.model import TrainingImage
from synthscope.records.request import Input, Region
from synthscope.records.space import Space
from synthscope.records.training import TrainingRecipe
from synthscope.services.describing import count_synthetic
from synthscope.services.label_maps import check_class, check_labels, values_of
from synthscope.services.model_fit import CLOSE, channel_count
from synthscope.services.sidedness import sides_of_training
from synthscope.services.sources import hashed, open_input
from synthscope.services.training_blocks import Share, block_shape

MOST_BYTES = 2**30
"""Of voxels held in memory for a training: of larger images evenly spaced slabs are learned from."""
HELD_OUT_SHARE = 0.2
"""Of that, at most so much is for held-out voxels."""
PATCH = 64
"""Side of the pieces that are learned from, where the training record has no field `patch`."""


@dataclass(frozen=True, eq=False)
class Material:
    """What is learned from, and what its model's card will say of it."""

    data: TrainingData
    images: tuple[TrainingImage, ...]
    inputs: tuple[Input, ...]
    limits: tuple[tuple[float, float], ...]
    space: Space
    dtype: str
    channels: int
    depth: bool
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Parts:
    """Boxes (Z, Y, X) of an image's blocks: what is learned from, and what is held out."""

    train: tuple[Region, ...]
    held_out: tuple[Region, ...]


def patch_of(parameters: Any) -> int:
    """Give the side of the pieces that a training draws."""
    return int(getattr(parameters, "patch", PATCH))


def check_images(images: Sequence[Image], recipe: TrainingRecipe) -> None:
    """Refuse images that cannot be learned from together; no pixel is read.

    Raises
    ------
    InputError
        If there is none; if channels or types differ; if classes or label maps are told for some images only.
    """
    if not images:
        raise InputError("A training needs at least one image; open one first.")
    for told, what in ((recipe.labels, "classes"), (recipe.label_maps, "label maps")):
        if told and len(told) != len(images):
            raise InputError(f"{len(told)} {what} are told for {len(images)} images; tell one for each, or none.")
    for word in recipe.labels:
        check_class(word)
    first = images[0]
    for image in images:
        _check_alike(first, image)


def split_images(images: Sequence[Image], recipe: TrainingRecipe, parameters: Any) -> tuple[Parts, ...]:
    """Choose what is held out, by blocks of space or slices; where an image is too small for that, whole images.

    Raises
    ------
    InputError
        If the only image is too small to be divided, or one is smaller than a patch.
    """
    patch = patch_of(parameters)
    shapes = [block_shape(image) for image in images]
    try:
        splits: list[Split | None] = [_split(shape, recipe, parameters) for shape in shapes]
    except InputError:
        if len(images) == 1 or any(min(shape[1:]) < patch for shape in shapes):
            raise
        splits = _whole_images(shapes, recipe)
    total = sum(image.nbytes for image in images)
    slab = max(SLAB, patch) if getattr(parameters, "all_planes", False) else SLAB
    return tuple(
        _bounded(image, split, int(MOST_BYTES * image.nbytes / total), patch, slab)
        for image, split in zip(images, splits, strict=True)
    )


def gather_job(
    recipe: TrainingRecipe, parameters: Any, project: Path | None, base: Path | None = None
) -> Job[Material]:
    """Open, check, split and read the images of a recipe; `base` is the folder of the model that is tuned.

    Raises
    ------
    FileError
        If an image is gone or is not the one of the recipe.
    InputError
        As `check_images` and `split_images` say.
    """
    images = [open_input(source, project) for source in recipe.images]
    check_images(images, recipe)
    remarks = tuple(remark for image in images for remark in _remarks(images[0], image))
    parts = split_images(images, recipe, parameters)
    maps = [open_input(source, project) for source in recipe.label_maps]
    train, held_out = Share(), Share()
    inputs, described = [], []
    classes = tuple(sorted(set(recipe.labels) - {""}))
    for i, (source, image, part) in enumerate(zip(recipe.images, images, parts, strict=True)):
        yield Progress(i, len(images), f"Reading {source.name}")
        known = _verified(source, image)
        inputs.append(known)
        label = recipe.labels[i] if recipe.labels else ""
        described.append(_described(known, image, part, label, recipe.licence))
        labels = check_labels(maps[i], image) if maps else None
        for share, regions in ((train, part.train), (held_out, part.held_out)):
            for region in regions:
                share.add(image, labels, region, classes.index(label) if label else -1)
    yield Progress(len(images), len(images), "Fitting the normalisation")
    space = images[0].space
    data = TrainingData(
        train=tuple(train.blocks),
        held_out=tuple(held_out.blocks),
        normalisation=fit_normalisation_to(train.blocks, percentiles=recipe.percentiles),
        voxel_size=_voxel_size(space),
        labels=tuple(train.classes) if classes else (),
        held_out_labels=tuple(held_out.classes) if classes else (),
        classes=classes,
        label_maps=tuple(train.maps),
        held_out_label_maps=tuple(held_out.maps),
        label_values=values_of(train.maps),
        base=str(base) if base else "",
    )
    if getattr(parameters, "all_planes", False):
        remarks += sides_of_training(train.blocks, data.voxel_size)
    return Material(
        data, tuple(described), tuple(inputs), _limits(train.blocks), space, images[0].dtype.name,
        channel_count(images[0]), any(shape[0] > 1 for shape in map(block_shape, images)),
        remarks + _remarks_of_parts(images, parts),
    )  # fmt: skip


def _limits(blocks: Sequence[np.ndarray]) -> tuple[tuple[float, float], ...]:
    """Give the lowest and highest value of each channel."""
    return tuple(extremes([block[..., channel] for block in blocks]) for channel in range(blocks[0].shape[-1]))


def _split(shape: tuple[int, int, int], recipe: TrainingRecipe, parameters: Any) -> Split:
    axis = choose_axis(shape) if recipe.split_axis == "auto" else recipe.split_axis
    patch = patch_of(parameters)
    gap = patch if getattr(parameters, "all_planes", False) else None
    return split_block(shape, axis, recipe.held_out, patch, gap=gap)


def _whole_images(shapes: Sequence[tuple[int, int, int]], recipe: TrainingRecipe) -> list[Split | None]:
    """Hold whole images out, the last ones; None stands for such an image."""
    count = min(max(1, round(recipe.held_out * len(shapes))), len(shapes) - 1)
    first = len(shapes) - count
    return [Split(Region((0, 0, 0), shape), None) if i < first else None for i, shape in enumerate(shapes)]


def _bounded(image: Image, split: Split | None, budget: int, patch: int, slab: int) -> Parts:
    """Keep of both parts what fits into memory."""
    shape = block_shape(image)
    each = image.nbytes // max(int(np.prod(shape)), 1)  # all channels and time points of one voxel
    spare = int(HELD_OUT_SHARE * budget)
    if split is None:
        return Parts((), fitting(Region((0, 0, 0), shape), each, spare, patch, slab=slab))
    held_out = fitting(split.held_out, each, spare, patch, slab=slab) if split.held_out else ()
    return Parts(fitting(split.train, each, budget - spare if held_out else budget, patch, slab=slab), held_out)


def _check_alike(first: Image, image: Image) -> None:
    if image.dtype.name not in DTYPES:
        raise InputError(
            f"{image.name} has values of type {image.dtype.name}; convert it to one of {', '.join(DTYPES)} first."
        )
    if channel_count(image) != channel_count(first):
        raise InputError(
            f"{first.name} has {channel_count(first)} channels and {image.name} has {channel_count(image)}; "
            "a model learns from images of equal channels: leave one out."
        )
    if image.dtype != first.dtype and {image.dtype.kind, first.dtype.kind} != {"f"}:
        raise InputError(
            f"{first.name} has values of type {first.dtype.name} and {image.name} of {image.dtype.name}, whose ranges "
            "mean different things; convert both to one type, or leave one out."
        )


def _remarks(first: Image, image: Image) -> list[str]:
    remarks = []
    made = count_synthetic(image)
    if made:
        remarks.append(f"{image.name}: {made} voxels were made by a generator; the model learns from synthetic voxels.")
    here, there = _voxel_size(image.space), _voxel_size(first.space)
    apart = any(not 1 / CLOSE <= a / b <= CLOSE for a, b in zip(here, there, strict=True))
    if apart or image.space.unit != first.space.unit:
        remarks.append(
            f"{image.name} has voxels of {_size_words(here)} {image.space.unit}, {first.name} of {_size_words(there)} "
            f"{first.space.unit}; the model takes them as equal."
        )
    return remarks


def _remarks_of_parts(images: Sequence[Image], parts: Sequence[Parts]) -> tuple[str, ...]:
    remarks = []
    if not any(part.held_out for part in parts):
        remarks.append("Nothing was held out: no figure tells how the model does on what it has not seen.")
    for image, part in zip(images, parts, strict=True):
        if max(len(part.train), len(part.held_out)) > 1:
            remarks.append(f"{image.name} is too large to be learned from whole; evenly spaced parts were taken.")
    whole_images = [image.name for image, part in zip(images, parts, strict=True) if not part.train]
    if whole_images:
        remarks.append(f"The images are too small to be divided; held out were {', '.join(whole_images)}.")
    return tuple(remarks)


def _verified(source: Input, image: Image) -> Input:
    """Record the hash of an image, or check it against what was recorded."""
    found = hashed(replace(source, sha256=""), image)
    if source.sha256 and found.sha256 and source.sha256 != found.sha256:
        raise FileError(f"{source.name} does not hold the voxels of the training; give the file that was used.")
    return found


def _described(source: Input, image: Image, part: Parts, label: str, licence: str) -> TrainingImage:
    space = source.space
    return TrainingImage(
        name=source.name, sha256=source.sha256, shape=source.shape, dtype=source.dtype, axes=space.axes,
        voxel_size=tuple(space.voxel_size[i] for i in space.spatial), unit=space.unit,
        train=part.train, held_out=part.held_out, label=label, licence=licence,
        sampled_sha256=sampled_hash(image.pixels),
    )  # fmt: skip


def _voxel_size(space: Space) -> tuple[float, float, float]:
    z, y, x, _ = block_space(space).voxel_size
    return (z, y, x)


def _size_words(size: tuple[float, ...]) -> str:
    return " × ".join(f"{value:.4g}" for value in size)
