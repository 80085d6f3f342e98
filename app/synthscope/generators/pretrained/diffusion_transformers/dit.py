"""DiT: an image of a class, by a transformer of a fixed grid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from torch import Tensor

from synthscope.errors import InputError
from synthscope.generators.asked import class_index
from synthscope.generators.pretrained.asked import Asked
from synthscope.generators.pretrained.diffusion_transformers.fitting import own_side
from synthscope.generators.pretrained.diffusion_transformers.parameters import DitParameters
from synthscope.generators.pretrained.editor import Editor
from synthscope.generators.pretrained.loading import Loaded, assemble
from synthscope.generators.pretrained.stable import as_colours
from synthscope.records.generator import Inputs, Setting

NONE = 1000
"""No class: what the published models were told in part of their training, and what guidance leads away from."""


@dataclass(frozen=True, eq=False)
class Classed:
    """A pipeline, and the number of the class that it is asked for."""

    pipeline: Any
    index: int


class Dit(Editor):
    """Class-conditional images of one side (Peebles & Xie 2023)."""

    identity = "dit"
    led = 0

    def pipeline(self, loaded: Loaded, inputs: Inputs, parameters: DitParameters) -> Classed:
        """Put the pipeline together for a run.

        Raises
        ------
        InputError
            If the model does not know the class, or cannot make images of that size.
        """
        from diffusers import DiTPipeline

        classes = int(loaded.denoiser.config.num_embeds_ada_norm or 0)
        if classes != NONE:
            raise InputError(
                f"Model {loaded.card.name!r} knows {classes} classes, and DiT works with models of {NONE}, as "
                "published; choose one of those."
            )
        own_side(_setting(loaded, inputs), parameters)
        index = class_index(inputs.label, loaded.card.labels)
        return Classed(assemble(DiTPipeline, loaded), index - 1 if index else NONE)

    def ask(self, pipeline: Classed, asked: Asked) -> Tensor:
        """Make one image, and give its middle."""
        made = as_colours(pipeline.pipeline(
            class_labels=[pipeline.index], guidance_scale=asked.parameters.guidance, generator=asked.random,
            num_inference_steps=asked.parameters.steps, output_type="pt",
        ))  # fmt: skip
        (rows, columns), (height, width) = asked.wanted, made.shape[-2:]
        top, left = (height - rows) // 2, (width - columns) // 2
        return made[..., top : top + rows, left : left + columns]


def _setting(loaded: Loaded, inputs: Inputs) -> Setting:
    slices, rows, columns = inputs.size or (1, 0, 0)
    z, y, x, _ = inputs.space.voxel_size
    return Setting(
        inputs.task, slices, (z, y, x), inputs.space.unit, architecture=loaded.card.architecture, sides=(rows, columns)
    )
