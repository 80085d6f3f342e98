"""What a style-based generator is: the record that rebuilds it from its card."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from synthscope.errors import InputError
from synthscope.generators.layers import convolution

Size = Literal["XS", "S", "M", "L"]

WIDTHS: dict[Size, tuple[int, int]] = {"XS": (8, 32), "S": (12, 64), "M": (32, 192), "L": (64, 512)}
"""Channels of the finest level, doubled at each coarser one, and the most."""
LATENTS: dict[Size, int] = {"XS": 16, "S": 64, "M": 256, "L": 512}
MAPPING = 3
"""Layers from a latent to a style."""
BASE = 4
"""Side of a patch at the coarsest level, at least."""


@dataclass(frozen=True)
class StyleConfiguration:
    """Everything but the weights.

    Parameters
    ----------
    channels : int
        Of the image.
    widths : tuple of int
        Channels of each level, from the coarsest to the finest.
    latent : int
        Numbers of a latent z, and of a style w.
    mapping : int
        Layers of the mapping network.
    mean, spread : tuple of float
        Of each channel of the normalised training data: the network sees ``(v - mean) / spread / 2``.
    classes : int
        How many classes it knows; 0 for none.
    patch : int
        Side of the patches that it learned from, in pixels.
    """

    channels: int = 1
    widths: tuple[int, ...] = (64, 64, 48, 24, 12)
    latent: int = 64
    mapping: int = MAPPING
    mean: tuple[float, ...] = (0.0,)
    spread: tuple[float, ...] = (1.0,)
    classes: int = 0
    patch: int = 64

    def __post_init__(self) -> None:
        """Refuse what no network can be built of: a card may have been changed."""
        sound = (
            1 <= self.channels <= 64
            and 1 <= len(self.widths) <= 9
            and all(1 <= width <= 4096 for width in self.widths)
            and 1 <= self.latent <= 4096
            and 1 <= self.mapping <= 16
            and len(self.mean) == len(self.spread) == self.channels
            and all(0 < one < float("inf") for one in self.spread)
            and 0 <= self.classes <= 10_000
            and self.patch >= 1
            and self.patch % self.stride == 0
        )
        if not sound:
            raise InputError(
                f"A style-based generator of {self.channels} channels, widths {self.widths} and patches of "
                f"{self.patch} px cannot be built; the model's card may be damaged."
            )

    @property
    def levels(self) -> int:
        """How many resolutions there are."""
        return len(self.widths)

    @property
    def stride(self) -> int:
        """Pixels of a step at the coarsest level."""
        return int(2 ** (self.levels - 1))

    @property
    def styles(self) -> int:
        """How many layers take a style: two of each level, and the last one."""
        return 2 * self.levels + 1

    @property
    def numbers(self) -> int:
        """How many numbers both networks learn: those of `StyleGenerator` and of `Discriminator`."""
        told = (self.classes + 1) * self.latent if self.classes else 0
        inputs = 2 * self.latent if self.classes else self.latent
        mapping = convolution(inputs, self.latent, 1) + (self.mapping - 1) * convolution(self.latent, self.latent, 1)
        levels = sum(
            self._styled(before, after) + self._styled(after, after)
            for before, after in zip((self.widths[0], *self.widths), self.widths, strict=False)
        )
        ends = convolution(self.latent, self.widths[0], 1) + convolution(self.widths[-1], self.channels, 1)
        colour = convolution(self.latent, self.widths[-1], 1)
        return told + mapping + levels + ends + colour + self._rival

    @property
    def rival(self) -> tuple[int, ...]:
        """Channels of each level of the discriminator, from the finest, of half the resolution, to the coarsest."""
        return self.widths[-2::-1]

    @property
    def _rival(self) -> int:
        """How many numbers the discriminator learns."""
        widths, last = self.rival, self.rival[-1]
        halving = sum(
            convolution(a, a) + convolution(a, b) + convolution(a, b, 1, bias=False) for a, b in pairwise(widths)
        )
        cells = (self.patch >> len(widths)) ** 2
        judged = convolution(last * cells, last, 1) + convolution(last, 1, 1)
        told = (self.classes + 1) * last if self.classes else 0
        return convolution(8 * self.channels, widths[0]) + halving + convolution(last + 1, last) + judged + told

    def _styled(self, before: int, after: int) -> int:
        """Count a convolution, the strength of its noise, and what a style does to its inputs."""
        return convolution(before, after) + 1 + convolution(self.latent, before, 1)


def halvings(patch: int) -> int:
    """Say how often a patch's side is halved: until `BASE` steps, or a little more, are left."""
    return max(patch // BASE, 1).bit_length() - 1


def widths_for(size: Size, patch: int) -> tuple[int, ...]:
    """Give the channels of each level of a network of a size, from the coarsest to the finest."""
    finest, most = WIDTHS[size]
    return tuple(min(finest * 2**level, most) for level in reversed(range(halvings(patch) + 1)))


def check_patch(patch: int) -> None:
    """Refuse a patch whose side cannot be halved as often as the network does.

    Raises
    ------
    InputError
    """
    step = 1 << halvings(patch)
    if patch % step:
        raise InputError(
            f"Patch is {patch} px; the style-based generator takes multiples of {step} there, "
            f"such as {patch // step * step}."
        )
