"""Stable unCLIP: another image of what this one means."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from synthscope.errors import InputError
from synthscope.generators.pretrained.asked import Asked
from synthscope.generators.pretrained.editor import Editor
from synthscope.generators.pretrained.embeddings.parameters import UnclipParameters
from synthscope.generators.pretrained.embeddings.seen import as_seen
from synthscope.generators.pretrained.loading import Loaded, assemble
from synthscope.generators.pretrained.stable import as_colours, words
from synthscope.records.generator import Inputs


class StableUnclip(Editor):
    """A Stable Diffusion that is led by an image's CLIP embedding (Ramesh et al. 2022) and by words."""

    identity = "stable-unclip"

    def pipeline(self, loaded: Loaded, inputs: Inputs, parameters: UnclipParameters) -> Any:  # noqa: ARG002
        """Put the pipeline together for a run.

        Raises
        ------
        InputError
            If the model knows less noise than is asked for.
        """
        from diffusers import StableUnCLIPImg2ImgPipeline

        pipeline = assemble(StableUnCLIPImg2ImgPipeline, loaded)
        most = int(pipeline.image_noising_scheduler.config.num_train_timesteps) - 1
        if parameters.noise > most:
            raise InputError(
                f"Model {loaded.card.name!r} knows noise levels of 0 to {most}, not {parameters.noise}; choose less."
            )
        return pipeline

    def ask(self, pipeline: Any, asked: Asked) -> Tensor:
        """Vary one tile."""
        assert asked.image is not None, "a variation has a source"
        seen = as_seen(asked.image, pipeline.image_encoder, pipeline.feature_extractor)
        return as_colours(pipeline(
            **words(asked), image=seen, noise_level=asked.parameters.noise, height=asked.rows, width=asked.columns,
        ))  # fmt: skip
