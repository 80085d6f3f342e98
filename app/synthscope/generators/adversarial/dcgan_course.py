"""The training of a DCGAN, as its paper describes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from synthscope.generators.adversarial.configuration import LATENT
from synthscope.generators.adversarial.course import CRITERION, WATCHED, RivalCourse, rivals_of
from synthscope.generators.adversarial.dcgan import latents
from synthscope.generators.adversarial.losses import saturation_free
from synthscope.generators.adversarial.rivals import Dice, Match, Rivals
from synthscope.generators.schooling.manner import Manner, Turn

BETAS = (0.5, 0.999)
"""Radford et al. 2016, Section 4."""


@dataclass(frozen=True, eq=False)
class DcganCourse(RivalCourse):
    """One step of the discriminator, one of the generator; no average of the weights, no falling rate."""

    @property
    def manner(self) -> Manner:
        """Teach as published."""
        return Manner(BETAS, average=0.0, clip=float("inf"), falls=False, criterion=CRITERION, patience=0)

    def turns(self, network: nn.Module, lesson: Match, step: int) -> Iterator[Turn]:
        """Give the discriminator's loss, then the generator's on the same images."""
        rivals = rivals_of(network)
        generator, discriminator = rivals.generator, rivals.discriminator
        pixels = lesson.real.pixels
        dice = Dice(lesson.seed, pixels.device)
        made = generator(latents(len(pixels), dice.normal(len(pixels), LATENT)))
        discriminator.requires_grad_(True)
        real, false = discriminator(pixels), discriminator(made.detach())
        loss, _ = saturation_free(real, false)
        yield Turn(loss, "discriminator_loss", "discriminator_gradient")
        if step % WATCHED == 0:
            self._watch(rivals, lesson, real, false)
        discriminator.requires_grad_(False)
        false = discriminator(made)
        _, loss = saturation_free(false, false)
        yield Turn(loss, "generator_loss", "generator_gradient")
        discriminator.requires_grad_(True)

    def samples(self, rivals: Rivals, count: int) -> Tensor:
        """Make images from fixed seeds, with the statistics of the training's batches."""
        device = next(rivals.parameters()).device
        rivals.generator.eval()
        z = torch.cat([Dice([self.seed, number], device).normal(1, LATENT) for number in range(count)])
        with torch.no_grad():
            pixels: Tensor = rivals.generator(latents(count, z))
        return pixels

    def _watch(self, rivals: Rivals, lesson: Match, real: Tensor, false: Tensor) -> None:
        """Look at held-out patches by the statistics of their own batch, which are then forgotten."""
        held_out = real
        if lesson.held_out is not None:
            kept = {name: value.clone() for name, value in rivals.discriminator.named_buffers()}
            with torch.no_grad():
                held_out = rivals.discriminator(lesson.held_out.pixels)
                for name, value in rivals.discriminator.named_buffers():
                    value.copy_(kept[name])
        rivals.watch.note(real, held_out, false)
