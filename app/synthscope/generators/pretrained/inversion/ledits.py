"""LEDITS++: something is put into an image by its name, or taken out of it (Brack et al. 2024)."""

from __future__ import annotations

from typing import Any, ClassVar

from torch import Tensor

from synthscope.errors import ParameterError, Unavailable
from synthscope.generators.pretrained.asked import Asked
from synthscope.generators.pretrained.editor import Editor
from synthscope.generators.pretrained.inversion.parameters import LeditsParameters
from synthscope.generators.pretrained.inversion.words import decoded, narrowed
from synthscope.generators.pretrained.loading import Loaded, assemble, quiet
from synthscope.records.generator import Inputs

QUARTER = 2
"""Halvings of the latents after which the pipeline looks where the network attends to a word."""


class LeditsPP(Editor):
    """Edit-friendly inversion: the noise of each step on the way up is kept, and used again on the way down."""

    identity: ClassVar[str] = "ledits-pp"
    multiple: ClassVar[int] = 32

    def pipeline(self, loaded: Loaded, inputs: Inputs, parameters: LeditsParameters) -> Any:  # noqa: ARG002
        """Put the pipeline together for a run, with the only sampler that its inversion is exact for.

        Raises
        ------
        ParameterError
            If the warm-up leaves no step to edit in.
        Unavailable
            If the network does not attend to words where the pipeline looks for it.
        """
        from diffusers import LEditsPPPipelineStableDiffusion

        if parameters.warmup >= parameters.steps:
            raise ParameterError(
                f"The warm-up of {parameters.warmup} steps leaves none of {parameters.steps} to edit in; choose less."
            )
        kinds = tuple(loaded.denoiser.config.down_block_types)
        if len(kinds) <= QUARTER or "CrossAttn" not in kinds[QUARTER]:
            raise Unavailable(
                f"Model {loaded.card.name!r} does not attend to words at a quarter of its latents, where LEDITS++ "
                "looks; choose a Stable Diffusion 1 or 2."
            )
        return assemble(LEditsPPPipelineStableDiffusion, loaded, scheduler=_sampler(loaded.components["scheduler"]))

    def calls(self, loaded: Loaded, pipeline: Any, inputs: Inputs, parameters: LeditsParameters) -> int:  # noqa: ARG002
        """Say how often the network is asked for a tile: up, twice with a source prompt, and down."""
        return int(parameters.steps) * (3 if inputs.prompts.source else 2)

    def ask(self, pipeline: Any, asked: Asked) -> Tensor:
        """Edit one tile."""
        given, words = asked.parameters, asked.prompts
        network = pipeline.unet
        before = dict(network.attn_processors)
        try:
            with quiet():
                pipeline.invert(
                    asked.image, source_prompt=words.source, source_guidance_scale=given.source_guidance,
                    num_inversion_steps=given.steps, skip=given.skip, generator=asked.random,
                )  # fmt: skip
                made = pipeline(
                    editing_prompt=[words.target], negative_prompt=words.negative or None, generator=asked.random,
                    reverse_editing_direction=given.reverse, edit_guidance_scale=given.guidance,
                    edit_threshold=given.threshold, edit_warmup_steps=given.warmup, output_type="latent",
                    user_mask=None if asked.mask is None else narrowed(asked.mask, pipeline.init_latents),
                )  # fmt: skip
        finally:
            network.set_attn_processor(before)  # other generators ask the same network
        return decoded(pipeline, made.images)


def _sampler(scheduler: Any) -> Any:
    """Give the stochastic DPM-Solver++ of second order on a model's own schedule."""
    from diffusers import DPMSolverMultistepScheduler

    return DPMSolverMultistepScheduler.from_config(
        scheduler.config, algorithm_type="sde-dpmsolver++", solver_order=2, steps_offset=1, use_karras_sigmas=False,
    )  # fmt: skip
