"""What inputs ask of a network: their source, what is to be made, the class that is wanted."""

from __future__ import annotations

import numpy as np

from synthscope.errors import InputError, MaskError
from synthscope.records.generator import Inputs
from synthscope.records.model import ModelCard


def source_of(inputs: Inputs, card: ModelCard) -> np.ndarray:
    """Give the source of inputs.

    Raises
    ------
    InputError
        If there is none, or it has other channels than the model learned from.
    """
    source, channels = inputs.source, card.channels
    if source is None:
        raise InputError(f"The task {inputs.task!r} needs a source image; name one.")
    if source.shape[-1] != channels:
        raise InputError(
            f"The image has {source.shape[-1]} channels, the model learned from {channels}; "
            "choose a model that was trained on such images."
        )
    return source


def reference_of(inputs: Inputs) -> np.ndarray:
    """Give the second image.

    Raises
    ------
    InputError
        If there is none, or it has another shape than the source.
    """
    if inputs.reference is None:
        raise InputError("There is no second image to lead to; choose one.")
    assert inputs.source is not None, "asked for after the source"
    if inputs.reference.shape != inputs.source.shape:
        raise InputError(
            f"The second image has shape {inputs.reference.shape} and the source {inputs.source.shape}; "
            "choose one of the source's shape."
        )
    return inputs.reference


def class_index(label: str, known: tuple[str, ...]) -> int:
    """Give one more than the index of a class; 0 for none.

    Raises
    ------
    InputError
        If the model does not know it.
    """
    if not label:
        return 0
    if label not in known:
        raise InputError(f"The model knows no class {label!r}; it knows {', '.join(known) or 'none'}.")
    return 1 + known.index(label)


def unknown_of(inputs: Inputs) -> np.ndarray:
    """Say which voxels (Z, Y, X) are to be made.

    Raises
    ------
    InputError
        If the size of a new image, or the source, is missing.
    MaskError
        If the mask is missing, is empty, leaves nothing known, or does not fit.
    """
    if inputs.task == "synthesize":
        if inputs.size is None or min(inputs.size) < 1:
            raise InputError(f"A new image needs a size of at least one voxel, not {inputs.size}; name one.")
        return np.ones(inputs.size, dtype=bool)
    if inputs.source is None:
        raise InputError(f"The task {inputs.task!r} needs a source image; name one.")
    shape = inputs.source.shape[:3]
    mask = np.ones(shape, bool) if inputs.mask is None and inputs.task == "vary" else inputs.mask
    if mask is None:
        raise MaskError("There is no mask; paint what is to be filled.")
    if mask.shape != shape:
        raise MaskError(f"The mask has shape {mask.shape} and the source {shape}; give one of the source's shape.")
    if not mask.any():
        raise MaskError("The mask marks no voxel in the region of context; paint what is to be filled.")
    if mask.all() and inputs.task == "inpaint":
        raise MaskError(
            "The mask leaves no known voxel in the region of context; make the mask smaller or the region larger."
        )
    return np.asarray(mask | ~np.isfinite(inputs.source).all(axis=-1))
