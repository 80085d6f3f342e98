"""Low-rank adaptation (LoRA) of networks that stay as they are (Hu et al. 2021, https://arxiv.org/abs/2106.09685)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from synthscope.errors import InputError

TARGETS: Mapping[str, tuple[str, ...]] = {
    "unet": ("to_q", "to_k", "to_v", "to_out.0"),
    "text_encoder": ("q_proj", "k_proj", "v_proj", "out_proj"),
}
"""Layers of an attention that are adapted, by the component, as diffusers and transformers name them."""


class LowRank(nn.Module):
    """What is learned: for each adapted layer W the product of `up` and `down`, W x + alpha / rank * up down x.

    `up` begins at zero: before the first step the networks are what they were. They are no part of this module.

    Parameters
    ----------
    layers : mapping
        As `adapted_layers` gives them.
    rank : int
        Of each product, 1 or more.
    alpha : float
        The products are multiplied by alpha / rank.

    Raises
    ------
    InputError
        If the rank is below 1, or there are no layers.
    """

    def __init__(self, layers: Mapping[str, nn.Linear], rank: int, alpha: float) -> None:
        super().__init__()
        if rank < 1:
            raise InputError(f"A rank of {rank} holds nothing; choose 1 or more.")
        if not layers:
            raise InputError("This model has no attention layers that an adapter could change; choose another model.")
        self.scale = alpha / rank
        self.down = nn.ModuleList(nn.Linear(one.in_features, rank, bias=False) for one in layers.values())
        self.up = nn.ModuleList(nn.Linear(rank, one.out_features, bias=False) for one in layers.values())
        for down, up in zip(self.down, self.up, strict=True):
            nn.init.normal_(down.weight, std=1 / rank)
            nn.init.zeros_(up.weight)

    def forward(self, seat: Seat, ask: Callable[..., Tensor], *given: Any) -> Tensor:
        """Take the seat, then ask networks whose layers look there."""
        seat.adapter = self
        return ask(*given)

    def term(self, number: int, given: Tensor) -> Tensor:
        """Give what is added to the answer of a layer, by its number."""
        more: Tensor = self.up[number](self.down[number](given.to(torch.float32)))
        return self.scale * more


class Seat:
    """The place beside networks that one adapter takes at a time; None: they are as they were.

    It is looked at whenever a layer is asked, and so also when activations are computed again on the way back.
    """

    def __init__(self, layers: Mapping[str, nn.Linear]) -> None:
        self.adapter: LowRank | None = None
        self._handles = [
            one.register_forward_hook(partial(self._add, number)) for number, one in enumerate(layers.values())
        ]

    def leave(self) -> None:
        """Take everything off the networks again."""
        for handle in self._handles:
            handle.remove()

    def _add(self, number: int, _layer: nn.Module, given: tuple[Tensor, ...], result: Tensor) -> Tensor:
        if self.adapter is None:
            return result
        return result + self.adapter.term(number, given[0]).to(result.dtype)


def adapted_layers(component: str, network: nn.Module) -> dict[str, nn.Linear]:
    """Give the layers that are adapted, named ``<component>.<layer>``, in the network's own order."""
    found = {name: one for name, one in network.named_modules() if name.endswith(TARGETS[component])}
    return {f"{component}.{name}": one for name, one in found.items() if isinstance(one, nn.Linear)}


def as_diffusers_reads(names: Sequence[str], scale: float, weights: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Give the weights of a `LowRank` as a file of diffusers holds them.

    Parameters
    ----------
    names : sequence of str
        Of the layers, in their order.
    scale : float
        alpha / rank: it is multiplied into `up`, for diffusers takes alpha to be the rank where nothing is said of it.
    weights : mapping of str to ndarray
        The state of the module.
    """
    found: dict[str, np.ndarray] = {}
    for number, name in enumerate(names):
        found[f"{name}.lora_A.weight"] = weights[f"down.{number}.weight"]
        found[f"{name}.lora_B.weight"] = weights[f"up.{number}.weight"] * np.float32(scale)
    return found
