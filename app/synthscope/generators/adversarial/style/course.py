"""The training of a style-based generator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import cast

import numpy as np
import torch
from torch import Tensor, nn

from synthscope.generators.adversarial.augmentation import Augmentation
from synthscope.generators.adversarial.course import CRITERION, WATCHED, RivalCourse, rivals_of
from synthscope.generators.adversarial.discriminator import Discriminator, gain_of
from synthscope.generators.adversarial.losses import gradient_penalty, relativistic, saturation_free
from synthscope.generators.adversarial.parameters import StyleTraining
from synthscope.generators.adversarial.rivals import GENERATOR, Dice, Match, Rivals
from synthscope.generators.adversarial.style.configuration import StyleConfiguration
from synthscope.generators.adversarial.style.network import Ask, StyleGenerator, draw_noise, mixed
from synthscope.generators.schooling.manner import Manner, Turn
from synthscope.generators.schooling.patches import classes_in_turn

SURVEYED = 64
"""Patches that tell how much detail there is."""
LOSSES = {"relativistic": relativistic, "non-saturating": saturation_free}


class StyleRivals(Rivals):
    """Generator, discriminator, and the augmentation between them."""

    def __init__(self, configuration: StyleConfiguration, gain: tuple[float, ...]) -> None:
        super().__init__(
            StyleGenerator(configuration),
            Discriminator(gain, configuration.patch, configuration.rival, configuration.classes),
        )
        self.augmentation = Augmentation()


@dataclass(frozen=True, eq=False)
class StyleCourse(RivalCourse):
    """One step of the discriminator, one of the generator, on the same images."""

    configuration: StyleConfiguration
    parameters: StyleTraining

    @cached_property
    def gain(self) -> tuple[float, ...]:
        """How much finer detail is weighed by the discriminator, from some patches."""
        return gain_of(self.source.patches(SURVEYED, np.random.default_rng([self.seed, 8])).pixels)

    @property
    def manner(self) -> Manner:
        """Let the discriminator learn faster than the generator (two time-scales: Heusel et al. 2017, Section 2).

        At one pace the game goes astray now and then and finds back.
        """
        return Manner(
            betas=(0.0, 0.99), clip=float("inf"), criterion=CRITERION, patience=0,
            slower=(GENERATOR, self.parameters.generator_share),
        )  # fmt: skip

    def turns(self, network: nn.Module, lesson: Match, step: int) -> Iterator[Turn]:
        """Give the discriminator's loss, with its penalty where it is due, then the generator's."""
        rivals = cast("StyleRivals", rivals_of(network))
        discriminator, label = rivals.discriminator, lesson.real.label
        dice = Dice(lesson.seed, label.device)
        made = self._made(rivals, label, dice)
        discriminator.requires_grad_(True)
        loss, real, false = self._judged(rivals, lesson, made.detach(), dice, due=step % self.parameters.lazy == 0)
        yield Turn(loss, "discriminator_loss", "discriminator_gradient")
        if step % WATCHED == 0:
            self._watch(rivals, lesson, real, false, dice)
        discriminator.requires_grad_(False)
        with torch.no_grad():
            real = discriminator(rivals.augmentation(lesson.real.pixels, dice), label)
        false = discriminator(rivals.augmentation(made, dice), label)
        _, loss = LOSSES[self.parameters.loss](real, false)
        yield Turn(loss, "generator_loss", "generator_gradient")
        discriminator.requires_grad_(True)

    def standing(self, rivals: Rivals) -> dict[str, float]:
        """Tell how the game stands, and how often what is seen is changed."""
        augmentation = cast("StyleRivals", rivals).augmentation
        return super().standing(rivals) | {"augmentation": float(augmentation.probability)}

    def samples(self, rivals: Rivals, count: int) -> Tensor:
        """Make patches (N, C, H, W) from fixed seeds, of each class in turn."""
        generator = cast("StyleGenerator", rivals.generator)
        device = next(generator.parameters()).device
        label = torch.tensor(classes_in_turn(count, self.configuration.classes), device=device)
        with torch.no_grad():
            return torch.cat([
                generator(self._ask(generator, label[number, None], Dice([self.seed, number], device)))
                for number in range(count)
            ])  # fmt: skip

    def _ask(self, generator: StyleGenerator, label: Tensor, dice: Dice) -> Ask:
        window = (0, self.configuration.patch)
        styles = generator.styles(dice.normal(len(label), self.configuration.latent), label)
        return Ask(styles, draw_noise(self.configuration, len(label), window, window, dice), window, window)

    def _made(self, rivals: Rivals, label: Tensor, dice: Dice) -> Tensor:
        """Make a batch; in a part of it coarse and fine layers take different styles (Karras et al. 2019, Sec. 3.1)."""
        generator = cast("StyleGenerator", rivals.generator)
        ask = self._ask(generator, label, dice)
        other = generator.styles(dice.normal(len(label), self.configuration.latent), label)
        layers = self.configuration.styles
        crossover = 1 + dice.whole(layers - 1, len(label))
        crossover = torch.where(dice.uniform(len(label)) < self.parameters.mixing, crossover, layers)
        made: Tensor = generator(Ask(mixed(ask.styles, other, crossover), ask.noise, ask.rows, ask.columns))
        return made

    def _judged(
        self, rivals: StyleRivals, lesson: Match, made: Tensor, dice: Dice, *, due: bool
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Give the discriminator's loss (B,), and its logits on real and on made patches."""
        label = lesson.real.label
        patches = (rivals.augmentation(pixels, dice) for pixels in (lesson.real.pixels, made))
        seen = [rivals.discriminator.sight(pixels).detach() for pixels in patches]
        penalised = seen if self.parameters.loss == "relativistic" else seen[:1]
        for pixels in penalised:
            pixels.requires_grad_(due and self.parameters.penalty > 0)
        real, false = (rivals.discriminator.judged(sight, label) for sight in seen)
        loss, _ = LOSSES[self.parameters.loss](real, false)
        if due and self.parameters.penalty > 0:
            weight = self.parameters.lazy * self.parameters.penalty / 2
            for logits, pixels in zip((real, false), penalised, strict=False):
                loss = loss + weight * gradient_penalty(logits, pixels)
        return loss, real, false

    def _watch(self, rivals: StyleRivals, lesson: Match, real: Tensor, false: Tensor, dice: Dice) -> None:
        held_out = real
        if lesson.held_out is not None:
            with torch.no_grad():
                pixels = rivals.augmentation(lesson.held_out.pixels, dice)
                held_out = rivals.discriminator(pixels, lesson.held_out.label)
        rivals.watch.note(real, held_out, false)
        if self.parameters.augment and lesson.held_out is not None:
            rivals.augmentation.follow(rivals.watch.overfitting, WATCHED * len(real))
