"""Stable Diffusion: an image from words, and a hole filled by words and its surroundings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from torch import Tensor

from synthscope.generators.pretrained.asked import Asked
from synthscope.generators.pretrained.counting import begun
from synthscope.generators.pretrained.editor import Editor
from synthscope.generators.pretrained.loading import Loaded, assemble
from synthscope.generators.pretrained.parameters import FillParameters, TextParameters
from synthscope.generators.pretrained.tuning.parameters import AdapterTraining
from synthscope.generators.pretrained.tuning.trainer import train_adapter
from synthscope.generators.training import Budget, Training, TrainingData
from synthscope.records.generator import Inputs
from synthscope.records.request import Task


class StableDiffusion(Editor):
    """Text to image (Rombach et al. 2022)."""

    identity = "stable-diffusion"

    def pipeline(self, loaded: Loaded, inputs: Inputs, parameters: TextParameters) -> Any:  # noqa: ARG002
        """Put the pipeline together for a run."""
        from diffusers import StableDiffusionPipeline

        return assemble(StableDiffusionPipeline, loaded)

    def ask(self, pipeline: Any, asked: Asked) -> Tensor:
        """Make one image."""
        return as_colours(pipeline(**words(asked), height=asked.rows, width=asked.columns))

    def train(
        self, data: TrainingData, parameters: AdapterTraining, budget: Budget, seed: int, state: Path,
        device: str = "cpu",
    ) -> Training:  # fmt: skip
        """Tune an adapter: see `synthscope.generators.training.Trainable`."""
        return train_adapter(self.identity, data, parameters, budget, seed, state, device)


class SdInpaint(Editor):
    """Inpainting: by a network that was taught to fill (9 channels), or by putting what is known back at each step."""

    identity = "sd-inpaint"

    def pipeline(self, loaded: Loaded, inputs: Inputs, parameters: FillParameters) -> Any:  # noqa: ARG002
        """Put the pipeline together for a run."""
        from diffusers import StableDiffusionInpaintPipeline

        return assemble(StableDiffusionInpaintPipeline, loaded)

    def passes(self, task: Task, parameters: FillParameters) -> int:
        """Say how often the network is asked for a tile."""
        return int(parameters.steps * strength_of(task, parameters))

    def ask(self, pipeline: Any, asked: Asked) -> Tensor:
        """Fill one tile."""
        made = pipeline(
            **words(asked), image=asked.image, mask_image=asked.mask, height=asked.rows, width=asked.columns,
            strength=strength_of(asked.task, asked.parameters),
        )  # fmt: skip
        return as_colours(made)

    def train(
        self, data: TrainingData, parameters: AdapterTraining, budget: Budget, seed: int, state: Path,
        device: str = "cpu",
    ) -> Training:  # fmt: skip
        """Tune an adapter: see `synthscope.generators.training.Trainable`."""
        return train_adapter(self.identity, data, parameters, budget, seed, state, device)


def strength_of(task: Task, parameters: Any) -> float:
    """Begin a fill from noise alone: there is nothing in the hole to begin from."""
    return 1.0 if task == "inpaint" else begun(parameters.strength, parameters.steps)


def words(asked: Asked) -> dict[str, Any]:
    """Give what all of these pipelines take: words, steps, guidance, noise."""
    return {
        "prompt": asked.prompts.prompt,
        "negative_prompt": asked.prompts.negative,
        "num_inference_steps": asked.parameters.steps,
        "guidance_scale": asked.parameters.guidance,
        "generator": asked.random,
        "output_type": "pt",
    }


def as_colours(made: Any) -> Tensor:
    """Give the images of a pipeline's answer."""
    images: Tensor = made.images
    return images
