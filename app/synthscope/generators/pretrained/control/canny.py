"""ControlNet: Stable Diffusion held to the edges of an image, or to a picture of another kind."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from synthscope.generators.pretrained.asked import Asked
from synthscope.generators.pretrained.control.joining import controlnet_of
from synthscope.generators.pretrained.control.leading import Led, check_lead, weight_of
from synthscope.generators.pretrained.control.parameters import CannyParameters
from synthscope.generators.pretrained.loading import Loaded, assemble
from synthscope.generators.pretrained.stable import as_colours, words
from synthscope.records.generator import Inputs


class ControlnetCanny(Led):
    """Text to image beside a control network (Zhang et al. 2023)."""

    identity = "controlnet-canny"

    def pipeline(self, loaded: Loaded, inputs: Inputs, parameters: CannyParameters) -> Any:
        """Put the pipeline together for a run.

        Raises
        ------
        InputError
            If a control image shall lead, and there is none that can; if there is no ControlNet, or it is of another
            model.
        """
        from diffusers import StableDiffusionControlNetPipeline

        check_lead(inputs, parameters)
        return assemble(StableDiffusionControlNetPipeline, loaded, controlnet=controlnet_of(loaded, inputs))

    def ask(self, pipeline: Any, asked: Asked) -> Tensor:
        """Make one tile."""
        return as_colours(pipeline(
            **words(asked), image=asked.second, height=asked.rows, width=asked.columns,
            controlnet_conditioning_scale=weight_of(asked), control_guidance_end=asked.parameters.ends,
        ))  # fmt: skip
