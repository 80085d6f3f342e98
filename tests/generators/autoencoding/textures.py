"""A texture of two phases, networks with random weights, and work run to its end."""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeVar

import torch

from synthscope.generators.autoencoding.configuration import WIDTHS, VaeConfiguration
from synthscope.generators.autoencoding.network import Autoencoder

T = TypeVar("T")


def whole(work: Generator[object, None, T]) -> T:
    """Run work to its end."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            found: T = end.value
            return found


def untaught(classes: int = 0, latents: int = 6, channels: int = 1, seed: int = 0) -> Autoencoder:
    """A network whose every path is felt: random weights, also where training begins with none."""
    torch.manual_seed(seed)
    configuration = VaeConfiguration(
        channels, latents, WIDTHS["XS"], mean=(0.0,) * channels, spread=(1.0,) * channels, classes=classes, patch=32
    )
    network = Autoencoder(configuration)
    for name, parameter in network.named_parameters():
        if "modulation" in name or name == "encoder.head.weight":
            torch.nn.init.normal_(parameter, std=0.2)
    return network.eval().requires_grad_(False)
