"""What an autoencoder of cells is: the record that rebuilds it from its card."""

from __future__ import annotations

from dataclasses import dataclass

from synthscope.errors import InputError
from synthscope.generators.layers import convolution, norm

CELL = 4
"""Side of the square of pixels that one cell of latents stands for."""
MOST_LATENTS = CELL * CELL
"""Latent channels of one image channel from which on nothing would be left out."""


@dataclass(frozen=True)
class CoderConfiguration:
    """Everything of an autoencoder but its weights.

    Parameters
    ----------
    channels, latents : int
        Of the image, and of a cell.
    encoder : int
        Channels of the encoder; it has one residual block.
    decoder : tuple of int
        Channels of the decoder at the cells and at twice their resolution.
    blocks : int
        Residual blocks of the decoder at the cells.
    """

    channels: int = 1
    latents: int = 4
    encoder: int = 32
    decoder: tuple[int, int] = (96, 48)
    blocks: int = 2

    def __post_init__(self) -> None:
        """Refuse what no network can be built of: a card may have been changed."""
        widths = (self.encoder, *self.decoder)
        sound = (
            1 <= self.channels <= 64
            and 1 <= self.latents <= MOST_LATENTS * self.channels
            and all(8 <= width <= 2048 and width % 8 == 0 for width in widths)
            and 1 <= self.blocks <= 8
        )
        if not sound:
            raise InputError(
                f"An autoencoder of {self.channels} channels, {self.latents} latents and widths {widths} "
                "cannot be built; the model's card may be damaged."
            )

    @property
    def reach(self) -> int:
        """How many cells away a decoded pixel depends on latents."""
        return 1 + 2 * self.blocks + 2  # stem, blocks, and three convolutions at half the cell

    @property
    def numbers(self) -> int:
        """How many numbers the network learns: those of `Autoencoder`, counted without building it."""
        inputs, width, (coarse, fine) = self.channels * CELL**2, self.encoder, self.decoder
        told = norm(width) + convolution(width, 2 * self.latents, 1) + convolution(inputs, self.latents, 1)
        encoder = convolution(inputs, width, 1) + residual(width, 1) + told
        grown = convolution(coarse, 4 * fine, 1) + residual(fine) + norm(fine)
        decoder = convolution(self.latents, coarse) + self.blocks * residual(coarse) + grown
        return encoder + decoder + convolution(fine, 4 * self.channels)


def residual(width: int, kernel: int = 3) -> int:
    """Count two convolutions and two norms."""
    return 2 * (convolution(width, width, kernel) + norm(width))
