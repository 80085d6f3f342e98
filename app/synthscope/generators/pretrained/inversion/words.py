"""Latents of an image, and a network that is led by words: what editing by inversion is made of."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from synthscope.generators.pretrained.inversion.ddim import Predict


def encoded(pipeline: Any, image: Tensor) -> Tensor:
    """Give the latents (1, C, rows, columns) of colours (1, 3, Y, X) of 0 to 1: the mean, without noise."""
    vae = pipeline.vae
    with torch.no_grad():
        found = vae.encode((2 * image - 1).to(pipeline.device, vae.dtype)).latent_dist.mode()
    latents: Tensor = found * vae.config.scaling_factor
    return latents


def decoded(pipeline: Any, latents: Tensor) -> Tensor:
    """Give the colours (1, 3, Y, X) of 0 to 1 of latents."""
    vae = pipeline.vae
    with torch.no_grad():
        found = vae.decode(latents.to(vae.dtype) / vae.config.scaling_factor).sample
    colours: Tensor = (found.float() / 2 + 0.5).clamp(0, 1)
    return colours


def narrowed(mask: Tensor, latents: Tensor) -> Tensor:
    """Give a mask at the sides of latents: a latent of which any pixel is marked is marked."""
    found: Tensor = functional.adaptive_max_pool2d(mask, latents.shape[-2:])
    return found.to(latents)


def led(pipeline: Any, prompt: str, negative: str, guidance: float) -> Predict:
    """Give the network led by words; above a guidance of 1 both halves are asked at once (Ho & Salimans 2022)."""
    guided = guidance > 1
    with torch.no_grad():
        meant, opposed = pipeline.encode_prompt(prompt, pipeline.device, 1, guided, negative or None)
    words = torch.cat([opposed, meant]) if guided else meant

    def predict(latents: Tensor, time: int) -> Tensor:
        given = latents.repeat(2, 1, 1, 1) if guided else latents
        with torch.no_grad():
            answer: Tensor = pipeline.unet(
                given, torch.tensor(time, device=latents.device), encoder_hidden_states=words, return_dict=False
            )[0]
        if not guided:
            return answer
        free, bound = answer.chunk(2)
        return free + guidance * (bound - free)

    return predict
