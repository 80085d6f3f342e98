"""ControlNet in a hole: Stable Diffusion fills it, held to what lies round it, to edges, or to another picture."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from synthscope.generators.pretrained.asked import Asked
from synthscope.generators.pretrained.control.joining import controlnet_of
from synthscope.generators.pretrained.control.leading import Led, check_lead, weight_of
from synthscope.generators.pretrained.control.parameters import HoleParameters
from synthscope.generators.pretrained.control.specs import check_hole
from synthscope.generators.pretrained.loading import Loaded, assemble
from synthscope.generators.pretrained.stable import as_colours, strength_of, words
from synthscope.records.control import MASKED
from synthscope.records.generator import Inputs
from synthscope.records.request import Task

HOLE = -1.0
"""What ControlNets that were taught to fill are shown where nothing is known (lllyasviel/control_v11p_sd15_inpaint)."""


class ControlnetInpaint(Led):
    """Inpainting beside a control network (Zhang et al. 2023)."""

    identity = "controlnet-inpaint"

    def pipeline(self, loaded: Loaded, inputs: Inputs, parameters: HoleParameters) -> Any:
        """Put the pipeline together for a run.

        Raises
        ------
        InputError
            As `ControlnetCanny`, or if edges of what is not known shall lead.
        """
        from diffusers import StableDiffusionControlNetInpaintPipeline

        check_hole(inputs.task, parameters)
        check_lead(inputs, parameters)
        return assemble(StableDiffusionControlNetInpaintPipeline, loaded, controlnet=controlnet_of(loaded, inputs))

    def passes(self, task: Task, parameters: HoleParameters) -> int:
        """Say how often the network is asked for a tile."""
        return int(parameters.steps * strength_of(task, parameters))

    def ask(self, pipeline: Any, asked: Asked) -> Tensor:
        """Fill one tile."""
        parameters: HoleParameters = asked.parameters
        control = masked(asked) if parameters.control == MASKED else asked.second
        return as_colours(pipeline(
            **words(asked), image=asked.image, mask_image=asked.mask, control_image=control,
            strength=strength_of(asked.task, parameters), height=asked.rows, width=asked.columns,
            controlnet_conditioning_scale=weight_of(asked), control_guidance_end=parameters.ends,
        ))  # fmt: skip


def masked(asked: Asked) -> Tensor:
    """Give the image (1, 3, rows, columns) of 0 to 1 with -1 where it is to be made."""
    assert asked.image is not None, "a fill has an image"
    assert asked.mask is not None, "and a mask"
    return torch.where(asked.mask > 0, torch.full_like(asked.image, HOLE), asked.image)
