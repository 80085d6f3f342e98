"""The latents that make a given image, or what is known of it: styles and noise, found step by step."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - torch's own name for it

from synthscope.generators.adversarial.rivals import Dice
from synthscope.generators.adversarial.style.fields import Field
from synthscope.generators.adversarial.style.network import Ask, StyleGenerator, draw_noise
from synthscope.generators.units import SIGMA_DATA
from synthscope.records.events import Progress

RATE = 0.1
"""Size of the first steps; they fall along a cosine."""
FIDELITY = 0.1
"""Standard deviation that a pixel may be off by, as a part of the data's."""
MEAN_OF = 4096
"""Latents over whose styles the mean style is taken."""


@dataclass(frozen=True, eq=False)
class Target:
    """What is to be made: pixels (1, C, H, W) in the network's units, and which of them are known (H, W)."""

    pixels: Tensor
    known: Tensor


def fit(
    generator: StyleGenerator, target: Target, label: Tensor, steps: int, dice: Dice
) -> Generator[Progress, None, Field]:
    """Seek styles and noise that make what is known of an image.

    Styles for each layer and noise are drawn from their prior, and then moved as little as makes the known pixels
    likely: randomize, then optimize (Bardsley et al. 2014, SIAM J. Sci. Comput. 36:A1895), which samples the posterior
    exactly where pixels depend on latents linearly. Where nothing is known, the noise stays as it was drawn, and
    another seed gives another image. Karras et al. 2020 (arXiv:1912.04958, Section 5) seek the one best latent instead.

    Yields
    ------
    Progress
        At each step.

    Returns
    -------
    Field
        That makes the image.
    """
    configuration = generator.configuration
    height, width = target.pixels.shape[2:]
    rows, columns = (0, height), (0, width)
    _, spread = style_statistics(generator, label)
    with torch.no_grad():
        drawn = [generator.styles(dice.normal(1, configuration.latent), label)]
    drawn += draw_noise(configuration, 1, rows, columns, dice)
    styles, *noise = (one.clone().requires_grad_() for one in drawn)
    optimiser = torch.optim.Adam([styles, *noise], lr=RATE, betas=(0.9, 0.999))
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    for step in range(steps):
        yield Progress(step, steps, f"Fitting latents: step {step + 1} of {steps}")
        with torch.enable_grad():
            made = generator(Ask(styles, tuple(noise), rows, columns))
            moved = [(styles - drawn[0]) / spread, *(new - old for new, old in zip(noise, drawn[1:], strict=True))]
            loss = misfit(made, target) + torch.stack([one.square().sum() for one in moved]).sum() / 2
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
        optimiser.step()
        schedule.step()
    return Field(height, width, styles.detach(), tuple(one.detach() for one in noise))


def misfit(made: Tensor, target: Target) -> Tensor:
    """Give the negative log likelihood of the known pixels, and of their means over 2 x 2 and 4 x 4."""
    known = target.known.to(made.dtype)[None, None]
    off = (made - target.pixels) * known / (FIDELITY * SIGMA_DATA)
    total = off.square().sum() / 2
    for side in (2, 4):
        if min(made.shape[2:]) >= side:
            whole = F.avg_pool2d(known, side) == 1
            total = total + (F.avg_pool2d(off, side) * whole).square().sum() * side**2 / 2
    return total


def style_statistics(generator: StyleGenerator, label: Tensor) -> tuple[Tensor, Tensor]:
    """Give the mean style (1, latent) of a class, and the standard deviation of each of its numbers."""
    dice = Dice([0, 11], label.device)
    with torch.no_grad():
        w = generator.mapping(dice.normal(MEAN_OF, generator.configuration.latent), label.expand(MEAN_OF))
    return w.mean(dim=0, keepdim=True), w.std(dim=0, keepdim=True).clamp_min(1e-3)
