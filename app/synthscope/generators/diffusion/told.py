"""What inputs and parameters say beside pixels, as a prior is told it: label map, mean and phase fraction."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from synthscope.errors import InputError
from synthscope.generators.asked import class_index
from synthscope.generators.diffusion.configuration import NetworkConfiguration
from synthscope.generators.diffusion.descriptors import (
    Asked,
    asked_of,
    described,
    drawn_descriptors,
    missed,
    words_on,
)  # fmt: skip
from synthscope.generators.diffusion.lessons import label_indices
from synthscope.generators.diffusion.parameters import PriorParameters
from synthscope.records.events import Noted
from synthscope.records.generator import Inputs
from synthscope.records.model import ModelCard


def check_labels(inputs: Inputs, configuration: NetworkConfiguration, shape: tuple[int, ...]) -> None:
    """Refuse a label map for a model that learned from none, or of another shape than what is made.

    Raises
    ------
    InputError
    """
    if inputs.control is None:
        return
    if not configuration.label_values:
        raise InputError("The model learned from no label maps; leave the labels out, or choose a model that did.")
    if inputs.control.shape[:3] != shape:
        raise InputError(f"The label map has shape {inputs.control.shape[:3]}, what is made {shape}; make them equal.")


def told_labels(inputs: Inputs, configuration: NetworkConfiguration) -> Tensor | None:
    """Give the label map of inputs as `Conditions` wants it: (Z, Y, X) of int64; None for none."""
    if inputs.control is None:
        return None
    return torch.from_numpy(label_indices(inputs.control[..., 0], configuration.label_values))


class ToldDescriptors:
    """Mean and phase fraction of what is made: as `parameters` ask for them, else drawn, and for new images alone.

    What has a source tells by itself how bright and how full it is; so does a label map, beside which nothing is
    drawn.

    Raises
    ------
    ParameterError
        As `words_on` says.
    """

    def __init__(
        self, inputs: Inputs, parameters: PriorParameters, card: ModelCard, configuration: NetworkConfiguration
    ) -> None:
        self._inputs, self._parameters, self._configuration = inputs, parameters, configuration
        self._scale = inputs.normalisation or card.normalisation
        self._label = class_index(inputs.label, card.labels)
        self.asked = Asked()
        if inputs.task == "synthesize":
            words_on(parameters, configuration, self._scale, self._label)
            self.asked = asked_of(parameters, configuration, self._scale)

    def of(self, shape: tuple[int, ...], seed: int) -> Tensor:
        """Give them for new slices of `shape` (Z, Y, X), as `Conditions` wants them: (4,)."""
        if self._inputs.task != "synthesize" or self._inputs.control is not None:
            return torch.from_numpy(self.asked.told)
        rng = np.random.default_rng([seed, 1])
        return torch.from_numpy(
            drawn_descriptors(self._configuration, shape[1] * shape[2], rng, self._label, self.asked)
        )

    def noted(self, made: np.ndarray) -> Noted:
        """Measure what came out beside what was asked for."""
        figures = described(made, self._configuration, self._scale)
        return Noted(figures, missed(self._parameters, figures, self._configuration, self._scale))
