"""The label map that inputs come with, as a prior is told it."""

from __future__ import annotations

import torch
from torch import Tensor

from synthscope.errors import InputError
from synthscope.generators.diffusion.configuration import NetworkConfiguration
from synthscope.generators.diffusion.lessons import label_indices
from synthscope.records.generator import Inputs


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
