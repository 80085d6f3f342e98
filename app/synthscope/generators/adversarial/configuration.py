"""What a DCGAN's networks are: the record that rebuilds the generator from its card."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from synthscope.errors import InputError
from synthscope.generators.adversarial.parameters import SIDE
from synthscope.generators.layers import convolution, norm

LATENT = 100
"""Numbers that an image is made of."""
FACTORS = (8, 4, 2, 1)
"""Channels of each level from the coarsest, of 4 x 4, to the last but one, in widths."""


@dataclass(frozen=True)
class DcganConfiguration:
    """Everything but the weights; the network sees normalised values, from -1 to 1 as its last layer gives them."""

    channels: int = 1
    width: int = 64
    mean: tuple[float, ...] = (0.0,)
    spread: tuple[float, ...] = (0.5,)
    classes: int = 0
    patch: int = SIDE

    def __post_init__(self) -> None:
        """Refuse what no network can be built of: a card may have been changed."""
        sound = 1 <= self.channels <= 64 and 1 <= self.width <= 4096 and len(self.mean) == self.channels
        if not (sound and len(self.spread) == self.channels and self.patch == SIDE):
            raise InputError(
                f"A DCGAN of {self.channels} channels, width {self.width} and patches of {self.patch} px cannot be "
                "built; the model's card may be damaged."
            )

    @property
    def numbers(self) -> int:
        """How many numbers both networks learn: those of `DcganGenerator` and `DcganDiscriminator`."""
        widths = [factor * self.width for factor in FACTORS]
        inner = sum(convolution(a, b, 4, bias=False) for a, b in pairwise(widths))
        generator = convolution(LATENT, widths[0], 4, bias=False) + inner + sum(norm(width) for width in widths)
        generator += convolution(self.width, self.channels, 4)
        discriminator = convolution(self.channels, self.width, 4) + inner + sum(norm(width) for width in widths[:-1])
        return generator + discriminator + convolution(widths[0], 1, 4)
