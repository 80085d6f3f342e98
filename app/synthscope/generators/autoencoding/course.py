"""What an autoencoder is taught, how it is examined, and what is shown of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from synthscope.generators.autoencoding.bound import active, divergence, freed, log_likelihood, weight
from synthscope.generators.autoencoding.configuration import CELL, VaeConfiguration
from synthscope.generators.autoencoding.fields import new_patches
from synthscope.generators.autoencoding.lessons import Lesson, draw_lesson
from synthscope.generators.autoencoding.network import Autoencoder
from synthscope.generators.autoencoding.parameters import VaeTraining
from synthscope.generators.autoencoding.usage import usage_of, within
from synthscope.generators.scale import from_units
from synthscope.generators.schooling.classroom import Ending
from synthscope.generators.schooling.manner import Manner, Turn
from synthscope.generators.schooling.patches import PatchSource
from synthscope.generators.training import Sampled
from synthscope.generators.units import signal_to_noise
from synthscope.records.documents import to_json

SHOWN = 64
"""New images at each look."""
CELLS, SURVEYED = 1024, (16, 128)
"""Cells over which the use of latents is measured, and the fewest and most patches that give them."""


@dataclass(frozen=True, eq=False)
class ElboCourse:
    """Teaches a network the evidence lower bound.

    Parameters
    ----------
    held_out : Lesson or None
        What it is examined on, the same patches and noise at each look.
    where : callable
        Gives the step that the training has reached, and all its steps.
    """

    configuration: VaeConfiguration
    parameters: VaeTraining
    source: PatchSource
    held_out: Lesson | None
    where: Callable[[], tuple[int, int]]

    @property
    def manner(self) -> Manner:
        """Choose the best weights by the loss with the full weight, whatever the warm-up has reached.

        So that two looks can be compared. It never ends a training: it may be below zero, as a density may be above
        one, where a part of it means nothing.
        """
        return Manner(criterion="held_out_loss" if self.parameters.beta == 1 else "weighted_loss", patience=0)

    @property
    def architecture(self) -> Mapping[str, Any]:
        """JSON of the network's configuration."""
        found: Mapping[str, Any] = to_json(self.configuration)
        return found

    @cached_property
    def surveyed(self) -> Lesson:
        """Patches of the training images over which the use of latents is measured, always the same ones."""
        number = int(np.clip(CELLS // (self.configuration.patch // CELL) ** 2, *SURVEYED))
        return draw_lesson(self.source, self.configuration, number, np.random.default_rng(0), untold=0.0)

    def lesson(self, size: int, rng: np.random.Generator) -> Lesson:
        """Draw a batch."""
        return draw_lesson(self.source, self.configuration, size, rng)

    def turns(self, network: nn.Module, lesson: Lesson, step: int) -> Iterator[Turn]:
        """Give the one loss of a step: -ELBO in nats a pixel, with the divergence's weight at this step."""
        rebuilt, mean, log_variance, variance = network(lesson.pixels, lesson.label, lesson.noise)
        unlikely = -log_likelihood(lesson.pixels, rebuilt, variance)
        costs = freed(divergence(mean, log_variance), self.parameters.free_bits)
        yield Turn((unlikely + self.weight(step) * costs) / _pixels(lesson.pixels))

    def weight(self, step: int) -> float:
        """Give the weight of the divergence at a step."""
        return weight(self.parameters.beta, self.parameters.warm_up, step, self.where()[1])

    def examine(self, network: nn.Module, device: torch.device) -> dict[str, float]:
        """Measure held-out patches: `held_out_loss` is -ELBO itself, without weight and free bits, in nats a pixel."""
        found = {"beta": self.weight(self.where()[0])}
        if self.held_out is None:
            return found
        assert isinstance(network, Autoencoder)
        real = self.held_out.to(device)
        rebuilt, mean, log_variance, variance = network.eval()(real.pixels, real.label, real.noise)
        unlikely = -log_likelihood(real.pixels, rebuilt, variance).mean() / _pixels(real.pixels)
        costs = float(divergence(mean, log_variance).flatten(1).sum(dim=1).mean() / _pixels(real.pixels))
        found |= {"held_out_loss": float(unlikely) + costs, "divergence": costs}
        if self.parameters.beta != 1:
            found["weighted_loss"] = float(unlikely) + self.parameters.beta * costs
        inner = within(mean, self.configuration)
        rebuilt = network.decoder(mean, network.embedding(real.label)).to(mean.dtype)
        return found | {
            "active_latents": float(active(inner).float().mean()),
            "reconstruction_psnr": signal_to_noise(rebuilt, real.pixels, self.configuration.spread),
        }

    def show(self, network: nn.Module, step: int) -> Iterator[Sampled]:
        """Make new images from fixed seeds, of each class in turn."""
        assert isinstance(network, Autoencoder)
        network.eval()
        made = new_patches(network, usage_of(network, self.surveyed).prior, SHOWN)
        yield Sampled(step, from_units(made, self.source.normalisation, self.configuration))

    def conclude(self, weights: Mapping[str, np.ndarray], planned: int, device: torch.device) -> Iterator[Ending]:
        """End: there is nothing to examine besides."""
        del weights, planned, device
        yield from ()


def _pixels(patches: Tensor) -> int:
    return int(patches.shape[-2] * patches.shape[-1])
