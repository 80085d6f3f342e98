"""What makes a given image, or what is known of it: a style that suits it, and noise found step by step."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - torch's own name for it

from synthscope.generators.adversarial.rivals import Dice
from synthscope.generators.adversarial.style.fields import Field
from synthscope.generators.adversarial.style.network import Ask, StyleGenerator, draw_noise
from synthscope.generators.scale import SIGMA_DATA
from synthscope.records.events import Progress

RATE = 0.1
"""Size of the first steps; they fall along a cosine."""
CLOSE, LOOSE = 0.1, 0.3
"""Standard deviation that a pixel may be off by, as a part of the data's: of an image, of what surrounds a hole."""
STYLES = 24
"""Styles that are drawn, of which the one that suits the known pixels best is taken."""
MEAN_OF = 4096
"""Latents over whose styles the mean style is taken."""


@dataclass(frozen=True, eq=False)
class Target:
    """What is to be made: pixels (1, C, H, W) in the network's units, which of them are known (H, W), and how closely.

    `slack` is the standard deviation that a pixel may be off by, as a part of the data's.
    """

    pixels: Tensor
    known: Tensor
    slack: float = CLOSE


def fit(
    generator: StyleGenerator, target: Target, label: Tensor, steps: int, dice: Dice
) -> Generator[Progress, None, Field]:
    """Seek a style and noise that make what is known of an image.

    The style is one of some that are drawn: that under which mean, spread and sharpness come nearest to those of the
    known pixels. The noise is drawn and then moved as little as makes the known pixels likely: randomize, then optimize
    (Bardsley et al. 2014, SIAM J. Sci. Comput. 36:A1895), which samples the posterior exactly where pixels depend on
    noise linearly. Where nothing is known, the noise stays as it was drawn, and another seed gives another image.
    Karras et al. 2020 (arXiv:1912.04958, Section 5) move the style of each layer instead: over a field, whose layout is
    in the noise, such styles leave those that the network has learned, and what is made in a hole degrades (measured).

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
    drawn = draw_noise(configuration, 1, rows, columns, dice)
    styles = suiting_style(generator, target, label, drawn, dice)
    noise = [one.clone().requires_grad_() for one in drawn]
    optimiser = torch.optim.Adam(noise, lr=RATE, betas=(0.9, 0.999))
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    for step in range(steps):
        yield Progress(step, steps, f"Fitting noise: step {step + 1} of {steps}")
        with torch.enable_grad():
            made = generator(Ask(styles, tuple(noise), rows, columns))
            moved = torch.stack([(new - old).square().sum() for new, old in zip(noise, drawn, strict=True)]).sum()
            loss = misfit(made, target) + moved / 2
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
        optimiser.step()
        schedule.step()
    return Field(height, width, styles, tuple(one.detach() for one in noise))


def suiting_style(
    generator: StyleGenerator, target: Target, label: Tensor, noise: tuple[Tensor, ...], dice: Dice
) -> Tensor:
    """Draw styles, and give the one whose texture is nearest to that of the known pixels: (1, layers, latent)."""
    sides = tuple((0, n) for n in target.pixels.shape[2:])
    wanted = texture(target.pixels, target.known)
    best, least = None, float("inf")
    for _ in range(STYLES):
        with torch.no_grad():
            styles = generator.styles(dice.normal(1, generator.configuration.latent), label)
            found = texture(generator(Ask(styles, noise, *sides)), target.known)
        distance = float((found - wanted).square().sum())
        if best is None or distance < least:
            best, least = styles, distance
    assert best is not None, "at least one is drawn"
    return best


def texture(pixels: Tensor, known: Tensor) -> Tensor:
    """Give mean, logarithm of the spread, and of that of the steps between neighbours, of each channel (3, C)."""
    values = pixels[0][:, known]
    across = (pixels[0].diff(dim=2))[:, known[:, 1:] & known[:, :-1]]
    spread, steps = (part.std(dim=1).clamp_min(1e-4).log() for part in (values, across))
    return torch.stack([values.mean(dim=1) / SIGMA_DATA, spread, steps])


def misfit(made: Tensor, target: Target) -> Tensor:
    """Give the negative log likelihood of the known pixels, and of their means over 2 x 2 and 4 x 4."""
    known = target.known.to(made.dtype)[None, None]
    off = (made - target.pixels) * known / (target.slack * SIGMA_DATA)
    total = off.square().sum() / 2
    for side in (2, 4):
        if min(made.shape[2:]) >= side:
            whole = F.avg_pool2d(known, side) == 1
            total = total + (F.avg_pool2d(off, side) * whole).square().sum() * side**2 / 2
    return total


def mean_style(generator: StyleGenerator, label: Tensor) -> Tensor:
    """Give the mean style (1, latent) of a class."""
    dice = Dice([0, 11], label.device)
    with torch.no_grad():
        w = generator.mapping(dice.normal(MEAN_OF, generator.configuration.latent), label.expand(MEAN_OF))
    mean: Tensor = w.mean(dim=0, keepdim=True)
    return mean
