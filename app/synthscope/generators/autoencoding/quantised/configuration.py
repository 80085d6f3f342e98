"""What a VQ-VAE's networks are: the record that rebuilds them from the card."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Literal

from synthscope.errors import InputError
from synthscope.generators.coding.configuration import CELL, CoderConfiguration, residual
from synthscope.generators.layers import convolution, norm

Size = Literal["XS", "S", "M"]
Codebook = Literal["240", "1000", "4375"]
Widths = tuple[int, int]
Levels = tuple[int, ...]

WIDTHS: dict[Size, Widths] = {"XS": (16, 24), "S": (64, 128), "M": (128, 256)}
"""Channels of the prior at the cells, and at half their resolution."""
CODERS: dict[Size, tuple[int, Widths, int]] = {"XS": (16, (24, 16), 1), "S": (32, (96, 48), 2), "M": (64, (192, 96), 3)}
"""Channels of the encoder and of the decoder, and the blocks of the decoder."""
LEVELS: dict[Codebook, Levels] = {"240": (8, 6, 5), "1000": (8, 5, 5, 5), "4375": (7, 5, 5, 5, 5)}
"""Levels of each channel of a code (Mentzer et al. 2024, Table 1)."""
GRAIN = 2 * CELL
"""A patch is a multiple of it: the prior halves the resolution of the cells once."""
LARGEST = 512
"""Side of a patch, at most."""
FINE, COARSE = 2, 3
"""Residual blocks of the prior at the cells, on either side, and at half their resolution."""


@dataclass(frozen=True)
class QuantisedConfiguration:
    """Everything but the weights.

    Parameters
    ----------
    coder : CoderConfiguration
        Of the autoencoder; its latents are the channels of a code.
    levels : tuple of int
        Of each channel of a code.
    widths : tuple of int
        As `WIDTHS` says.
    mean, spread : tuple of float
        Of each channel of the normalised training data: the network sees ``(v - mean) / spread / 2``.
    classes : int
        How many classes it knows; 0 for none.
    patch : int
        Side of the patches that it learned from, in pixels.
    """

    coder: CoderConfiguration = field(default_factory=lambda: CoderConfiguration(latents=len(LEVELS["240"])))
    levels: Levels = LEVELS["240"]
    widths: Widths = WIDTHS["S"]
    mean: tuple[float, ...] = (0.0,)
    spread: tuple[float, ...] = (1.0,)
    classes: int = 0
    patch: int = 64

    def __post_init__(self) -> None:
        """Refuse what no network can be built of: a card may have been changed."""
        sound = (
            len(self.levels) == self.coder.latents
            and self.levels in LEVELS.values()
            and len(self.widths) == len(WIDTHS["S"])
            and all(8 <= width <= 2048 and width % 8 == 0 for width in self.widths)
            and len(self.mean) == len(self.spread) == self.coder.channels
            and all(0 < one < float("inf") for one in self.spread)
            and 0 <= self.classes <= 10_000
            and all(abs(one) < float("inf") for one in self.mean)
            and GRAIN <= self.patch <= LARGEST
            and self.patch % GRAIN == 0
        )
        if not sound:
            raise InputError(
                f"A VQ-VAE of {self.coder.channels} channels, levels {self.levels}, widths {self.widths}, "
                f"{self.classes} classes, mean {self.mean}, spread {self.spread} and patches of {self.patch} px "
                "cannot be built; give an unchanged copy of the model."
            )

    @property
    def channels(self) -> int:
        """Of the image."""
        return self.coder.channels

    @property
    def codes(self) -> int:
        """How many codes there are: every combination of levels is one."""
        return math.prod(self.levels)

    @property
    def side(self) -> int:
        """Of a patch, in cells."""
        return self.patch // CELL

    @property
    def numbers(self) -> int:
        """How many numbers the networks learn: those of `QuantisedAutoencoder`, counted without building it."""
        fine, coarse = self.widths
        told = (self.classes + 1) * (fine + coarse) if self.classes else 0
        seen = convolution(len(self.levels) + 1, fine) + (self.codes + 1) * fine + told
        blocks = 2 * FINE * residual(fine) + COARSE * residual(coarse)
        between = convolution(fine, coarse, 2) + convolution(coarse, 4 * fine, 1)
        return self.coder.numbers + seen + blocks + between + norm(fine) + convolution(fine, self.codes, 1)


def check_patch(patch: int) -> None:
    """Refuse a patch whose side is no multiple of `GRAIN`.

    Raises
    ------
    InputError
    """
    if patch % GRAIN:
        near = patch // GRAIN * GRAIN
        raise InputError(
            f"Patch is {patch} px; the VQ-VAE takes multiples of {GRAIN} there, such as {near} or {near + GRAIN}."
        )
