"""ControlNet: Stable Diffusion held to the edges of an image."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from synthscope.errors import InputError
from synthscope.generators.pretrained.asked import Asked
from synthscope.generators.pretrained.control.joining import controlnet_of
from synthscope.generators.pretrained.control.parameters import CannyParameters
from synthscope.generators.pretrained.editor import Editor
from synthscope.generators.pretrained.loading import Loaded, assemble
from synthscope.generators.pretrained.stable import as_colours, words
from synthscope.imaging.edges import edge_map
from synthscope.records.generator import Inputs


class ControlnetCanny(Editor):
    """Text to image beside a control network (Zhang et al. 2023)."""

    identity = "controlnet-canny"

    def pipeline(self, loaded: Loaded, inputs: Inputs, parameters: CannyParameters) -> Any:
        """Put the pipeline together for a run.

        Raises
        ------
        InputError
            If a second image shall lead, and there is none; if there is no ControlNet, or it is of another model.
        """
        from diffusers import StableDiffusionControlNetPipeline

        if parameters.control != "edges of the image" and inputs.reference is None:
            raise InputError(f"{parameters.control.capitalize()} shall lead, and there is none; choose one.")
        return assemble(StableDiffusionControlNetPipeline, loaded, controlnet=controlnet_of(loaded, inputs))

    def ask(self, pipeline: Any, asked: Asked) -> Tensor:
        """Make one tile."""
        parameters: CannyParameters = asked.parameters
        weight = parameters.weight * asked.weights.get("controlnet", 1.0)
        return as_colours(pipeline(
            **words(asked), image=control_of(asked, parameters), height=asked.rows, width=asked.columns,
            controlnet_conditioning_scale=weight, control_guidance_end=parameters.ends,
        ))  # fmt: skip


def control_of(asked: Asked, parameters: CannyParameters) -> Tensor:
    """Give what leads a tile: colours (1, 3, rows, columns) of 0 to 1."""
    shown = asked.image if parameters.control == "edges of the image" else asked.second
    assert shown is not None, "asked for before a run"
    if parameters.control == "the second image as it is":
        return shown
    found = edge_map(shown[0].mean(dim=0).double().numpy(), parameters.sigma, parameters.low, parameters.high)
    return torch.from_numpy(found).to(shown).expand(1, 3, *found.shape).contiguous()
