"""Stable Diffusion XL inpainting: a hole filled by words and its surroundings, at 1024 px."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from synthscope.generators.pretrained.asked import Asked
from synthscope.generators.pretrained.editor import Editor
from synthscope.generators.pretrained.loading import Loaded, assemble
from synthscope.generators.pretrained.stable import as_colours, strength_of, words
from synthscope.generators.pretrained.xl.parameters import XlFillParameters
from synthscope.records.generator import Inputs
from synthscope.records.request import Task


class SdxlInpaint(Editor):
    """By a network that was taught to fill (9 channels), or by putting what is known back at each step (4)."""

    identity = "sdxl-inpaint"

    def pipeline(self, loaded: Loaded, inputs: Inputs, parameters: XlFillParameters) -> Any:  # noqa: ARG002
        """Put the pipeline together for a run; no watermark goes into pixels that are to be measured."""
        from diffusers import StableDiffusionXLInpaintPipeline

        return assemble(StableDiffusionXLInpaintPipeline, loaded, add_watermarker=False)

    def passes(self, task: Task, parameters: XlFillParameters) -> int:
        """Say how often the network is asked for a tile."""
        return int(parameters.steps * strength_of(task, parameters))

    def ask(self, pipeline: Any, asked: Asked) -> Tensor:
        """Fill one tile.

        Without a negative prompt the unguided half sees zeros, as it was trained (Podell et al. 2024), and not the
        empty sentence.
        """
        given = words(asked) | {"negative_prompt": asked.prompts.negative or None}
        return as_colours(pipeline(
            **given, image=asked.image, mask_image=asked.mask, strength=strength_of(asked.task, asked.parameters),
            height=asked.rows, width=asked.columns,
        ))  # fmt: skip
