"""The style-based generator as one network, and the latents that it is asked by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from synthscope.generators.adversarial.rivals import Dice
from synthscope.generators.adversarial.style.configuration import StyleConfiguration
from synthscope.generators.adversarial.style.mapping import Mapping
from synthscope.generators.adversarial.style.reach import Reach, Span, reaches
from synthscope.generators.adversarial.style.synthesis import Synthesis


@dataclass(frozen=True, eq=False)
class Ask:
    """All that a batch of windows is made of: styles (B, layers, latent), noise maps, and where the windows lie."""

    styles: Tensor
    noise: tuple[Tensor, ...]
    rows: Span
    columns: Span


class StyleGenerator(nn.Module):
    """Mapping and synthesis."""

    def __init__(self, configuration: StyleConfiguration) -> None:
        super().__init__()
        self.configuration = configuration
        self.mapping = Mapping(configuration)
        self.synthesis = Synthesis(configuration)

    def forward(self, ask: Ask) -> Tensor:
        """Make (B, C, H, W) in the network's units."""
        pixels: Tensor = self.synthesis(ask.styles, ask.noise, ask.rows, ask.columns)
        return pixels

    def styles(self, z: Tensor, label: Tensor) -> Tensor:
        """Give the same style to every layer: (B, layers, latent)."""
        w: Tensor = self.mapping(z, label)
        return w[:, None].expand(-1, self.configuration.styles, -1)


def draw_noise(
    configuration: StyleConfiguration, batch: int, rows: Span, columns: Span, dice: Dice
) -> tuple[Tensor, ...]:
    """Draw all noise that a window needs, for each of a batch."""
    first, *others = noise_shapes(configuration, rows, columns)
    return (dice.normal(batch, *first), *(dice.normal(batch, *shape) for shape in others))


def noise_shapes(configuration: StyleConfiguration, rows: Span, columns: Span) -> list[tuple[int, int, int]]:
    """Give the shapes (channels, rows, columns) of the noise of a window: the first map, then one each layer."""
    down, across = (reaches(span, configuration.levels) for span in (rows, columns))
    channels = [configuration.latent] + [1] * 2 * configuration.levels
    return [
        (count, bottom - top, right - left)
        for count, ((top, bottom), (left, right)) in zip(channels, places(down, across), strict=True)
    ]


def places(down: Sequence[Reach], across: Sequence[Reach]) -> list[tuple[Span, Span]]:
    """Give where each noise map of a window lies, in steps of its own level."""
    found = [(down[0].taken, across[0].taken)]
    for rows, columns in zip(down, across, strict=True):
        found += [(rows.first, columns.first), (rows.second, columns.second)]
    return found


def mixed(one: Tensor, other: Tensor, crossover: Tensor) -> Tensor:
    """Take the styles (B, layers, latent) of `one` up to a layer of each item (B,), from there on those of `other`."""
    layers = torch.arange(one.shape[1], device=one.device)
    return torch.where((layers < crossover[:, None])[:, :, None], one, other)
