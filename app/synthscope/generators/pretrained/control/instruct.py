"""InstructPix2Pix: an image changed as an instruction says."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from synthscope.generators.pretrained.asked import Asked
from synthscope.generators.pretrained.control.parameters import InstructParameters
from synthscope.generators.pretrained.editor import Editor
from synthscope.generators.pretrained.loading import Loaded, assemble
from synthscope.generators.pretrained.stable import as_colours, words
from synthscope.records.generator import Inputs

LARGE = "StableDiffusionXLInstructPix2PixPipeline"


class InstructPix2Pix(Editor):
    """A Stable Diffusion that sees the image and reads what is to be done to it (Brooks et al. 2023)."""

    identity = "instruct-pix2pix"

    def pipeline(self, loaded: Loaded, inputs: Inputs, parameters: InstructParameters) -> Any:  # noqa: ARG002
        """Put the pipeline together for a run: of Stable Diffusion's size, or of XL's, as the model is."""
        import diffusers

        if loaded.card.architecture["pipeline"] == LARGE:
            return assemble(getattr(diffusers, LARGE), loaded, add_watermarker=False)
        return assemble(diffusers.StableDiffusionInstructPix2PixPipeline, loaded)

    def ask(self, pipeline: Any, asked: Asked) -> Tensor:
        """Change one tile."""
        given = words(asked) | {"prompt": asked.prompts.instruction}
        if type(pipeline).__name__ == LARGE:
            given |= {"height": asked.rows, "width": asked.columns}
        return as_colours(pipeline(
            **given, image=asked.image, image_guidance_scale=asked.parameters.image_guidance,
        ))  # fmt: skip
