"""Label maps from files and layers onto what is learned from or made: shape, values, in a sentence."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from synthscope.errors import AmbiguousAxes, InputError
from synthscope.imaging.hashing import pixel_hash
from synthscope.imaging.label_codec import label_values
from synthscope.imaging.regions import image_to_mask
from synthscope.io.opening import Reading, open_image
from synthscope.records.image import Image, PixelArray
from synthscope.records.model import ModelCard
from synthscope.records.request import Input, Region, Task
from synthscope.records.space import Space
from synthscope.services.run_folder import LABELS

LONGEST = 40
LED: tuple[Task, ...] = ("synthesize", "inpaint", "vary")
"""The tasks that a label map can lead."""


def open_labels(path: Path, axes: str = "") -> Image:
    """Open a label map; where its own axes are not told, it has `axes`."""
    try:
        return open_image(path)
    except AmbiguousAxes as ambiguous:
        if len(ambiguous.shape) != len(axes):
            raise
        return open_image(path, Reading(axes=axes))


def check_labels(labels: Image, image: Image) -> Image:
    """Give a label map the axes of the image that it belongs to; pixels are read of 64-bit ones alone.

    Raises
    ------
    InputError
        If it has channels, another shape, numbers that are not whole, or labels that need more than 32 bits.
    """
    if any(axis in "cs" for axis in labels.space.axes) or labels.shape != image.mask_shape:
        raise InputError(
            f"The label map {labels.name!r} has shape {labels.shape}, {image.name} needs {image.mask_shape}: one label "
            "for each voxel, without channels."
        )
    if labels.dtype.kind not in "iub":
        raise InputError(f"The label map {labels.name!r} has values of type {labels.dtype}; give whole numbers.")
    if labels.dtype.itemsize > 4:  # numpy's own whole numbers, which no file of ours keeps
        labels = labels.with_(pixels=_narrowed(labels))
    return labels.with_(space=image.space.mask_space())


def _narrowed(labels: Image) -> np.ndarray:
    """Give 64-bit labels as int32; one that would become another is refused."""
    values, most = np.asarray(labels.pixels[...]), np.iinfo(np.int32)
    if values.size and (values.min() < most.min or values.max() > most.max):
        raise InputError(
            f"The label map {labels.name!r} holds labels from {values.min()} to {values.max()}; give labels below "
            f"{most.max + 1}."
        )
    return values.astype(np.int32)


def values_of(maps: Iterable[np.ndarray]) -> tuple[int, ...]:
    """Give the labels that occur in any of several maps, rising.

    Raises
    ------
    InputError
        If they are too many, or all the same.
    """
    found = [np.unique(one) for one in maps]
    if not found:
        return ()
    values = label_values(np.concatenate(found), "of the training")
    if len(values) < 2:
        raise InputError(f"The label maps hold nothing but {values[0]}; give maps of at least two labels.")
    return values


def labels_of_plan(
    labels: PixelArray, task: Task, size: tuple[int, ...], card: ModelCard | None, image: Image | None,
    region: Region | None,
) -> np.ndarray:  # fmt: skip
    """Cut what a run needs out of a label map: int32, of the region or of the new image.

    Parameters
    ----------
    labels : PixelArray
        Of the mask axes of the image, or of a new one of `size`.

    Raises
    ------
    InputError
        If the model or the task knows no label maps, the shape is another, or a label is not known; 0 need not be:
        then it stands for what is not told.
    """
    if task not in LED:
        raise InputError(f"A label map leads {', '.join(LED)}, not {task}; leave it out.")
    if card is None or not card.label_values:
        raise InputError(
            "What was chosen learned from no label maps; leave the labels out, or choose a model that did."
        )
    shape, place = size, tuple(slice(0, n) for n in size)
    if task != "synthesize" and image is not None and region is not None:
        shape, place = image.mask_shape, image_to_mask(region, image.space).slices
    if tuple(labels.shape) != shape:
        raise InputError(f"The label map has shape {tuple(labels.shape)}, what is made {shape}; make them equal.")
    part = np.asarray(labels[place])
    unknown = [value for value in label_values(part, "labels") if value not in (0, *card.label_values)]
    if unknown:
        known = ", ".join(map(str, card.label_values))
        raise InputError(f"Model {card.name!r} knows no label {unknown[0]}; it knows {known}.")
    return np.array(part, np.int32)  # a copy: a layer may be painted on while the run is written down


def labels_input(labels: np.ndarray, task: Task, source: Input | None) -> Input:
    """Describe a label map that a run keeps itself."""
    new = source is None or task == "synthesize"
    space = Space("zyx"[-labels.ndim :]) if source is None or new else source.space.mask_space()
    return Input("labels", labels.shape, labels.dtype.name, space, sha256=pixel_hash(labels), path=LABELS)


def check_class(word: str) -> None:
    """Refuse a name that no class can have.

    Raises
    ------
    InputError
    """
    if word != word.strip() or "," in word or not (word.isprintable() and len(word) <= LONGEST):
        raise InputError(f"A class is called {word!r}; give a plain word of at most {LONGEST} letters.")


def checked_for(control: Input | None, labels: np.ndarray | None) -> np.ndarray | None:
    """Give the label map of a recipe back, if it is the one that the recipe was made with.

    Raises
    ------
    InputError
        If it is gone, or another one.
    """
    if control is None:
        return None
    if labels is None or pixel_hash(labels) != control.sha256:
        raise InputError("The label map of this run is gone or changed; choose it again and begin a new run.")
    return labels
