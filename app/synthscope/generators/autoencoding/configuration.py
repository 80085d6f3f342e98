"""What an autoencoder's network is: the record that rebuilds it from its card."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from synthscope.errors import InputError
from synthscope.generators.layers import convolution, norm

Size = Literal["XS", "S", "M"]
Widths = tuple[int, int, int, int, int]

WIDTHS: dict[Size, Widths] = {
    "XS": (8, 16, 24, 32, 48),
    "S": (16, 32, 64, 96, 128),
    "M": (32, 64, 128, 192, 256),
}
"""Channels at full resolution, a half, a quarter, an eighth, and at the cells."""
CELL = 16
"""Side of the square of pixels that one cell of latents stands for: four halvings."""
SEEN = 15
"""Pixels around a cell on which its posterior depends."""
MOST_LATENTS = 256


@dataclass(frozen=True)
class VaeConfiguration:
    """Everything but the weights.

    Parameters
    ----------
    channels, latents : int
        Of the image, and of a cell.
    widths : tuple of int
        As `WIDTHS` says.
    mixing : int
        Convolutions among the cells, before the decoder grows: each lets pixels depend on cells one farther away.
    mean, spread : tuple of float
        Of each channel of the normalised training data: the network sees ``(v - mean) / spread / 2``.
    classes : int
        How many classes it knows; 0 for none.
    patch : int
        Side of the patches that it learned from, in pixels.
    order : tuple of int
        The latent channels, the most used first; empty before that is known.
    usage : tuple of float
        Divergence of each latent channel from its prior, in nats a cell, by channel: how much it is used.
    latent_spread : tuple of float
        Standard deviation of each latent channel over the training images.
    """

    channels: int = 1
    latents: int = 16
    widths: Widths = WIDTHS["S"]
    mixing: int = 1
    mean: tuple[float, ...] = (0.0,)
    spread: tuple[float, ...] = (1.0,)
    classes: int = 0
    patch: int = 64
    order: tuple[int, ...] = ()
    usage: tuple[float, ...] = ()
    latent_spread: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what no network can be built of: a card may have been changed."""
        sound = (
            1 <= self.channels <= 64
            and 1 <= self.latents <= MOST_LATENTS
            and len(self.widths) == len(WIDTHS["S"])
            and all(8 <= width <= 2048 and width % 8 == 0 for width in self.widths)
            and 0 <= self.mixing <= 4
            and len(self.mean) == len(self.spread) == self.channels
            and all(abs(one) < float("inf") for one in self.mean)
            and all(0 < one < float("inf") for one in self.spread)
            and 0 <= self.classes <= 10_000
            and sorted(self.order) in ([], list(range(self.latents)))
            and len(self.latent_spread) == len(self.usage) == len(self.order)
        )
        if not sound:
            raise InputError(
                f"An autoencoder of {self.channels} channels, {self.latents} latents and widths {self.widths} "
                "cannot be built; the model's card may be damaged."
            )

    @property
    def margin(self) -> int:
        """Cells around a field on which its pixels depend."""
        return 1 + self.mixing

    def cells(self, length: int) -> int:
        """Give how many cells a side of so many pixels takes, its margins included."""
        return -(-length // CELL) + 2 * self.margin

    @property
    def numbers(self) -> int:
        """How many numbers the network learns: those of `Autoencoder`, counted without building it."""
        finest, *coarser = self.widths
        told = self.widths[-1] if self.classes else 0
        total = (self.classes + 1) * told
        for level, (before, after) in enumerate(pairwise((self.channels + 1, *coarser))):
            total += convolution(before, after, 4) + (_pixelwise(after, told) if level else 0)
        cells = self.widths[-1]
        total += norm(cells) + convolution(cells, 2 * self.latents, 1)
        total += convolution(self.latents, cells, 1) + self.mixing * convolution(cells, cells)
        total += (self.mixing + 1) * _pixelwise(cells, told)
        for before, after in pairwise(self.widths[::-1]):
            total += convolution(before, after) + (0 if after == finest else _pixelwise(after, told))
        return total + convolution(finest, self.channels)


def _pixelwise(width: int, told: int) -> int:
    """Count a norm, two layers, and what the class does between them."""
    layers = convolution(width, 2 * width, 1) + convolution(2 * width, width, 1)
    return norm(width) + layers + (convolution(told, 2 * width, 1) if told else 0)


def check_patch(patch: int) -> None:
    """Refuse a patch whose side is no multiple of `CELL`.

    Raises
    ------
    InputError
    """
    if patch % CELL:
        near = max(patch // CELL, 1) * CELL
        raise InputError(
            f"Patch is {patch} px; the autoencoder takes multiples of {CELL} there, such as {near} or {near + CELL}."
        )
