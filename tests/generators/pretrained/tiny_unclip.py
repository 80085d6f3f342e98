"""Tiny pipelines of image embeddings, of Stable Diffusion XL, and of diffusion transformers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.generators.pretrained import tiny

TIMES = 8
"""Of each of the six sizes that a Stable Diffusion XL is told."""


def stable_diffusion_xl(folder: Path, channels: int = 4) -> Any:
    """Make a Stable Diffusion XL, or with 9 channels one that was taught to fill."""
    from diffusers import EulerDiscreteScheduler, StableDiffusionXLInpaintPipeline, StableDiffusionXLPipeline
    from transformers import CLIPTextModelWithProjection

    kind = StableDiffusionXLPipeline if channels == 4 else StableDiffusionXLInpaintPipeline
    unet = tiny.unet(
        channels, cross_attention_dim=2 * tiny.WIDTH, addition_embed_type="text_time", addition_time_embed_dim=TIMES,
        projection_class_embeddings_input_dim=6 * TIMES + tiny.WIDTH,
    )  # fmt: skip
    words = tiny.tokenizer(folder)
    return kind(
        vae=tiny.autoencoder(), text_encoder=tiny.text_encoder(), tokenizer=words, tokenizer_2=words, unet=unet,
        text_encoder_2=CLIPTextModelWithProjection(tiny.text_encoder().config),
        scheduler=EulerDiscreteScheduler(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear"),
        add_watermarker=False,
    )  # fmt: skip


MAKERS = {"stable-diffusion-xl": stable_diffusion_xl}
