"""What an autoencoder of cells holds while it learns, in values: of cells that are encoded, decoded and compared."""

from __future__ import annotations

from synthscope.generators.coding.configuration import CELL, CoderConfiguration

RESIDUAL, CLOSING = 6, 3
"""Values of each channel that a residual block keeps for the way back, and what comes before the last layer."""
COMPARED = 16
"""Values of a pixel that are kept where it is compared with the real one: steps, spectrum and error."""
ENCODING, DECODING = 4, 3
"""Of each channel of the encoder, and of the finest level of the decoder, while one looks."""


def encoded_values(coder: CoderConfiguration, cells: int) -> int:
    """Count the values that the encoder keeps of so many cells for the way back."""
    return cells * (coder.channels * CELL**2 + coder.encoder * (RESIDUAL + CLOSING))


def decoded_values(coder: CoderConfiguration, cells: int) -> int:
    """Count the values that the decoder keeps for the way back, and the comparison with what is real."""
    coarse, fine = coder.decoder
    levels = coarse * (coder.blocks * RESIDUAL + 1) + 4 * fine * (RESIDUAL + CLOSING)
    return cells * (levels + CELL**2 * coder.channels * COMPARED)


def decoding_values(coder: CoderConfiguration, cells: int) -> int:
    """Count the values that are held where so many cells are decoded and nothing is kept."""
    return cells * (4 * coder.decoder[1] * DECODING + CELL**2 * coder.channels)


def encoding_values(coder: CoderConfiguration, cells: int) -> int:
    """Count the values that are held where so many cells are encoded and nothing is kept."""
    return cells * (CELL**2 * coder.channels + ENCODING * coder.encoder)
