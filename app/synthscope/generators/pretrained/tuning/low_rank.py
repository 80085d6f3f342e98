"""Low-rank adaptation (LoRA) of a denoiser that stays as it is (Hu et al. 2021, https://arxiv.org/abs/2106.09685)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from synthscope.errors import InputError

TARGETS = ("to_q", "to_k", "to_v", "to_out.0")
"""Layers of an attention that are adapted, as diffusers names them."""
PREFIX = "unet"


class LowRank(nn.Module):
    """What is learned: for each adapted layer W the product of `up` and `down`, W x + alpha / rank * up down x.

    `up` begins at zero: before the first step the denoiser is the one it was. The denoiser is no part of this
    module; `joined` lends it the terms, and it is as before after.

    Parameters
    ----------
    denoiser : torch.nn.Module
        Whose attention layers are adapted.
    rank : int
        Of each product, 1 or more.
    alpha : float
        The products are multiplied by alpha / rank.

    Raises
    ------
    InputError
        If the rank is below 1, or the denoiser has no attention layers.
    """

    def __init__(self, denoiser: nn.Module, rank: int, alpha: float) -> None:
        super().__init__()
        if rank < 1:
            raise InputError(f"A rank of {rank} holds nothing; choose 1 or more.")
        self.rank, self.alpha = rank, alpha
        layers = adapted_layers(denoiser)
        if not layers:
            raise InputError("This model has no attention layers that an adapter could change; choose another model.")
        self.names = tuple(layers)
        self.down = nn.ModuleList(nn.Linear(one.in_features, rank, bias=False) for one in layers.values())
        self.up = nn.ModuleList(nn.Linear(rank, one.out_features, bias=False) for one in layers.values())
        for down, up in zip(self.down, self.up, strict=True):
            nn.init.normal_(down.weight, std=1 / rank)
            nn.init.zeros_(up.weight)

    def forward(self, denoiser: nn.Module, noisy: Tensor, times: Tensor, words: Tensor) -> Tensor:
        """Ask the adapted denoiser: latents (B, C, H, W), times (B,), words (B, L, D); gives (B, C, H, W)."""
        with self.joined(denoiser):
            return denoiser(noisy, times, encoder_hidden_states=words).sample

    @contextmanager
    def joined(self, denoiser: nn.Module) -> Iterator[None]:
        """Lend the denoiser the terms for a while."""
        layers = adapted_layers(denoiser)
        with ExitStack() as stack:
            for name, down, up in zip(self.names, self.down, self.up, strict=True):
                handle = layers[name].register_forward_hook(self._adding(down, up))
                stack.callback(handle.remove)
            yield

    def _adding(self, down: nn.Module, up: nn.Module) -> Any:
        scale = self.alpha / self.rank

        def add(_layer: nn.Module, given: tuple[Tensor, ...], result: Tensor) -> Tensor:
            more: Tensor = up(down(given[0].to(torch.float32)))
            return result + (scale * more).to(result.dtype)

        return add


def adapted_layers(denoiser: nn.Module) -> dict[str, nn.Linear]:
    """Give the layers that are adapted, by name, in the denoiser's own order."""
    found = {name: one for name, one in denoiser.named_modules() if name.endswith(TARGETS)}
    return {name: one for name, one in found.items() if isinstance(one, nn.Linear)}


def as_diffusers_reads(adapter: LowRank) -> dict[str, Tensor]:
    """Give the weights as ``pytorch_lora_weights.safetensors`` holds them; alpha / rank is multiplied into `up`.

    Diffusers takes alpha to be the rank where the file says nothing of it.
    """
    weights: dict[str, Tensor] = {}
    for name, down, up in zip(adapter.names, adapter.down, adapter.up, strict=True):
        weights[f"{PREFIX}.{name}.lora_A.weight"] = _plain(down)
        weights[f"{PREFIX}.{name}.lora_B.weight"] = _plain(up) * (adapter.alpha / adapter.rank)
    return weights


def _plain(layer: nn.Module) -> Tensor:
    weight = layer.weight
    assert isinstance(weight, Tensor), "a linear layer has one"
    return weight.detach().cpu().clone().contiguous()
