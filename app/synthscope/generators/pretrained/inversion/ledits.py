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

ABOVE_ONE = 1 + 1e-6
"""The pipeline reads a source prompt only where its guidance is above 1."""
QUARTER = 2
"""Halvings of the latents after which the pipeline looks where the network attends to a word."""


class LeditsPP(Editor):
    """Edit-friendly inversion: the noise of each step on the way up is kept, and used again on the way down."""

    identity: ClassVar[str] = "ledits-pp"
    multiple: ClassVar[int] = 32

    def pipeline(self, loaded: Loaded, inputs: Inputs, parameters: LeditsParameters) -> Any:
        """Put the pipeline together for a run, with the only sampler that its inversion is exact for.

        Raises
        ------
        ParameterError
            If the warm-up leaves no step to edit in, or the source prompt is to lead by a part.
        Unavailable
            If the network does not attend to words where the pipeline looks for it.
        """
        from diffusers import LEditsPPPipelineStableDiffusion

        if parameters.warmup >= parameters.steps:
            raise ParameterError(
                f"The warm-up of {parameters.warmup} steps leaves none of {parameters.steps} to edit in; choose less."
            )
        if inputs.prompts.source and 0 < parameters.source_guidance < 1:
            raise ParameterError(
                f"The guidance of the inversion is {parameters.source_guidance:g}; give 0 (the source prompt has no "
                "effect), or 1 and more."
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
        return int(parameters.steps) * (3 if inputs.prompts.source and parameters.source_guidance > 0 else 2)

    def ask(self, pipeline: Any, asked: Asked) -> Tensor:
        """Edit one tile."""
        given, words = asked.parameters, asked.prompts
        network = pipeline.unet
        before = dict(network.attn_processors)
        try:
            with quiet():
                pipeline.invert(
                    asked.image, source_prompt=words.source if given.source_guidance > 0 else "",
                    source_guidance_scale=max(given.source_guidance, ABOVE_ONE),
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
    """Give the stochastic DPM-Solver++ of second order on a model's own schedule, such that it can be inverted.

    Its last step must leave some noise, for a step without noise has none that could be kept: what the network makes
    of the least noisy latents would then take the place of the image. And it must be of the order that the way up
    takes, which never goes back to the first.
    """
    from diffusers import DPMSolverMultistepScheduler

    return DPMSolverMultistepScheduler.from_config(
        scheduler.config, algorithm_type="sde-dpmsolver++", solver_order=2, steps_offset=1, use_karras_sigmas=False,
        final_sigmas_type="sigma_min", lower_order_final=False, euler_at_final=False,
    )  # fmt: skip
