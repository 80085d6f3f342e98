"""Between an image's own units and a prior's: pixels in, pixels out, noise levels."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from synthscope.errors import InputError, MaskError
from synthscope.generators.diffusion.configuration import NetworkConfiguration
from synthscope.generators.diffusion.lessons import from_units, label_indices, to_units
from synthscope.imaging.feathering import feather_fill
from synthscope.imaging.normalisation import Normalisation
from synthscope.imaging.rounding import Limits, restore
from synthscope.records.events import Job
from synthscope.records.generator import Inputs
from synthscope.records.model import ModelCard


class Units:
    """What the numbers of these inputs are to this prior, and the way back."""

    def __init__(self, card: ModelCard, configuration: NetworkConfiguration, inputs: Inputs) -> None:
        low, high = inputs.normalisation or card.normalisation
        self._normalisation = Normalisation(low, high)
        self._configuration = configuration
        self._dtype = np.dtype(card.dtype) if inputs.source is None else inputs.source.dtype
        self.limits: Limits = inputs.limits or card.limits

    def inwards(self, source: np.ndarray) -> Tensor:
        """Give (C, Z, Y, X) in the network's units; a value that is not finite becomes the mean."""
        values = to_units(source, self._normalisation, self._configuration)
        return torch.from_numpy(np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)).movedim(-1, 0).contiguous()

    def outwards(self, x: Tensor) -> np.ndarray:
        """Turn (1, C, Z, Y, X) in the network's units into (Z, Y, X, C) of the source's dtype and range."""
        values = from_units(x[0].movedim(0, -1).cpu().numpy(), self._normalisation, self._configuration)
        return restore(values, self._dtype, self.limits)

    def noise(self, level: float) -> float:
        """Give a standard deviation in the network's units, the mean over channels."""
        ends = np.array([[0.0], [level]]).repeat(self._configuration.channels, axis=1)
        zero, one = to_units(ends, self._normalisation, self._configuration).astype(np.float64)
        return float((one - zero).mean())


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


def evened(inputs: Inputs, units: Units, made: np.ndarray, border: int) -> Job[np.ndarray]:
    """Take away what is left of a mismatch where a fill meets its surroundings, `border` pixels deep."""
    if inputs.mask is None or inputs.source is None or border == 0:
        return made
    z, y, x, *_ = inputs.space.voxel_size
    return (yield from feather_fill(made, inputs.source, inputs.mask, border * min(y, x), (z, y, x), units.limits))


def told_labels(inputs: Inputs, configuration: NetworkConfiguration, shape: tuple[int, ...]) -> Tensor | None:
    """Give the label map of inputs as `Conditions` wants it: (Z, Y, X) of int64; None for none.

    Raises
    ------
    InputError
        If the model learned from no label maps, or the map has another shape than what is made.
    """
    if inputs.control is None:
        return None
    if not configuration.label_values:
        raise InputError("The model learned from no label maps; leave the labels out, or choose a model that did.")
    if inputs.control.shape[:3] != shape:
        raise InputError(f"The label map has shape {inputs.control.shape[:3]}, what is made {shape}; make them equal.")
    return torch.from_numpy(label_indices(inputs.control[..., 0], configuration.label_values))
