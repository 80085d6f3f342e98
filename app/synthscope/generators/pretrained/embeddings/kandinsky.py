"""Kandinsky 2.2: words to an image embedding (the prior), an embedding to an image (the decoder)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from torch import Tensor, nn

from synthscope.errors import InputError
from synthscope.generators.pretrained.asked import Asked
from synthscope.generators.pretrained.counting import begun, calls_of
from synthscope.generators.pretrained.editor import Editor
from synthscope.generators.pretrained.embeddings.fitting import check_decoder
from synthscope.generators.pretrained.embeddings.parameters import KandinskyParameters
from synthscope.generators.pretrained.embeddings.seen import as_seen
from synthscope.generators.pretrained.loading import Loaded, assemble, load_part
from synthscope.generators.pretrained.stable import as_colours
from synthscope.records.generator import Inputs
from synthscope.records.request import Prompts, Task

PRIOR = "prior_"
"""How the names of the prior's components begin in a folder that holds both pipelines."""


@dataclass(frozen=True, eq=False)
class Both:
    """The two pipelines of an image: what it shall mean, and what it looks like."""

    prior: Any
    decoder: Any


class Kandinsky(Editor):
    """Text to image, variations and fills by way of CLIP image embeddings (Razzhigaev et al. 2023)."""

    identity = "kandinsky-2.2"

    def pipeline(self, loaded: Loaded, inputs: Inputs, parameters: KandinskyParameters) -> Both:
        """Put both pipelines together for a run.

        Raises
        ------
        InputError
            If there is no prior, or it is one of another decoder, or the decoder does not serve the task.
        """
        from diffusers import KandinskyV22PriorPipeline

        check_decoder(inputs.task, int(loaded.denoiser.config.in_channels))
        prior = assemble(KandinskyV22PriorPipeline, _prior_of(loaded, inputs))
        made, taken = prior.prior.config.embedding_dim, loaded.denoiser.config.encoder_hid_dim
        if taken is not None and made != taken:
            raise InputError(
                f"The prior makes embeddings of {made} numbers, model {loaded.card.name!r} takes {taken}; choose the "
                "prior that it was trained with."
            )
        return Both(prior, _decoder(loaded, inputs.task, parameters))

    def networks(self, loaded: Loaded, pipeline: Both) -> tuple[nn.Module, ...]:
        """Give both networks: the prior's steps are events too, and places to stop at."""
        return pipeline.prior.prior, loaded.denoiser

    def passes(self, task: Task, parameters: KandinskyParameters) -> int:
        """Say how often the decoder's network is asked for a tile."""
        return int(parameters.steps * (begun(parameters.strength, parameters.steps) if task == "vary" else 1))

    def calls(self, loaded: Loaded, pipeline: Both, inputs: Inputs, parameters: KandinskyParameters) -> int:
        """Say how often both networks are asked for a tile."""
        count = super().calls(loaded, pipeline, inputs, parameters)
        if not _asks_prior(inputs.task, inputs.prompts, parameters):
            return count
        return count + calls_of(pipeline.prior.scheduler, parameters.prior_steps, parameters.prior_steps)

    def ask(self, pipeline: Both, asked: Asked) -> Tensor:
        """Make one tile."""
        meant, unmeant = embeddings(pipeline.prior, asked)
        given: dict[str, Any] = {
            "image_embeds": meant, "negative_image_embeds": unmeant, "height": asked.rows, "width": asked.columns,
            "num_inference_steps": asked.parameters.steps, "guidance_scale": asked.parameters.guidance,
            "generator": asked.random, "output_type": "pt",
        }  # fmt: skip
        if asked.task == "inpaint":
            assert asked.image is not None, "a fill has a source"
            assert asked.mask is not None, "a fill has a mask"
            given |= {"image": asked.image * 2 - 1, "mask_image": asked.mask.clone()}
        elif _is_begun(asked.task, asked.parameters):
            strength = begun(asked.parameters.strength, asked.parameters.steps)
            return as_colours(pipeline.decoder(**given, image=asked.image, strength=strength))
        return (as_colours(pipeline.decoder(**given)) + 1) / 2


def embeddings(prior: Any, asked: Asked) -> tuple[Tensor, Tensor]:
    """Give the embedding that an image shall have, and the one that it shall not have.

    Of a variation it lies on the line from the image's own embedding to the one that the prior makes of the words
    (Razzhigaev et al. 2023, section 4, *image fusion*); without words it is the image's own, as in Ramesh et al. 2022,
    section 3.1. Without a negative prompt the other one is that of a black image, as the model was trained.

    Returns
    -------
    Tensor, Tensor (1, width)
    """
    chosen: KandinskyParameters = asked.parameters
    meant = unmeant = None
    if _asks_prior(asked.task, asked.prompts, chosen):
        made = prior(
            asked.prompts.prompt, negative_prompt=asked.prompts.negative or None,
            num_inference_steps=chosen.prior_steps, guidance_scale=chosen.prior_guidance, generator=asked.random,
        )  # fmt: skip
        meant, unmeant = made.image_embeds, made.negative_image_embeds
    else:
        unmeant = prior.get_zero_embed(1)
    if asked.task == "vary":
        assert asked.image is not None, "a variation has a source"
        own = prior.image_encoder(as_seen(asked.image, prior.image_encoder, prior.image_processor)).image_embeds
        share = chosen.words if meant is not None and asked.prompts.prompt else 0.0
        meant = own if meant is None else share * meant + (1 - share) * own
    assert meant is not None, "a new image asks the prior"
    return meant, unmeant


def _asks_prior(task: Task, prompts: Prompts, parameters: KandinskyParameters) -> bool:
    """Whether there are words that count: of a variation without them the image's own embedding is all."""
    return task != "vary" or bool(prompts.negative) or (bool(prompts.prompt) and parameters.words > 0)


def _is_begun(task: Task, parameters: KandinskyParameters) -> bool:
    """Whether work begins from the image with noise, and not from noise alone."""
    return task == "vary" and parameters.strength < 1


def _prior_of(loaded: Loaded, inputs: Inputs) -> Loaded:
    """Find the prior's components: in the model's own folder, else in the one that was chosen beside it."""
    inside = {name.removeprefix(PRIOR): one for name, one in loaded.components.items() if name.startswith(PRIOR)}
    chosen = next((one for one in inputs.adapters if one.part == "prior"), None)
    if chosen is not None:
        return load_part(chosen, loaded)
    if not inside:
        raise InputError(
            f"Model {loaded.card.name!r} is a decoder alone: it needs a prior beside it; import one, and choose it."
        )
    return replace(loaded, components=inside)


def _decoder(loaded: Loaded, task: Task, parameters: KandinskyParameters) -> Any:
    from diffusers import KandinskyV22Img2ImgPipeline, KandinskyV22InpaintPipeline, KandinskyV22Pipeline
    from diffusers.image_processor import VaeImageProcessor

    if task == "inpaint":
        return assemble(KandinskyV22InpaintPipeline, loaded)
    if not _is_begun(task, parameters):
        return assemble(KandinskyV22Pipeline, loaded)
    decoder = assemble(KandinskyV22Img2ImgPipeline, loaded)
    # A tile has its sides already; the pipeline's own resizing takes rows for columns.
    decoder.image_processor = VaeImageProcessor(do_resize=False)
    return decoder
