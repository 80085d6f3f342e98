"""Fields of any size through an autoencoder of cells: whole cells, and decoding piece by piece."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

from synthscope.generators.coding.configuration import CELL, CoderConfiguration

PIECE = 64
"""Side of the pieces that fields are decoded in, in cells."""


def decode_slice(
    decode: Callable[[Tensor], Tensor], latents: Tensor, wanted: Tensor, configuration: CoderConfiguration
) -> Tensor:
    """Decode a slice in pieces that see as far around themselves as a pixel depends: as in one look.

    Parameters
    ----------
    decode : callable
        From latents (1, latents, H, W) to pixels (1, C, 4 H, 4 W).
    latents : Tensor (latents, Y, X)
    wanted : Tensor of bool (Y, X)
        Cells that are to be decoded; pieces without one are left at zero.

    Returns
    -------
    Tensor (C, 4 Y, 4 X)
    """
    _, rows, columns = latents.shape
    reach = configuration.reach
    made = latents.new_zeros(configuration.channels, CELL * rows, CELL * columns)
    for y, x in [(y, x) for y in range(0, rows, PIECE) for x in range(0, columns, PIECE)]:
        bottom, right = min(y + PIECE, rows), min(x + PIECE, columns)
        if not bool(wanted[y:bottom, x:right].any()):
            continue
        top, left = max(y - reach, 0), max(x - reach, 0)
        pixels = decode(latents[None, :, top : bottom + reach, left : right + reach])[0]
        inner = pixels[:, CELL * (y - top) : CELL * (bottom - top), CELL * (x - left) : CELL * (right - left)]
        made[:, CELL * y : CELL * bottom, CELL * x : CELL * right] = inner
    return made


def whole_cells(field: Tensor) -> Tensor:
    """Lengthen the sides (..., Y, X) to multiples of `CELL` by repeating the last row and column."""
    rows, columns = (_repeated(n, field.device) for n in field.shape[-2:])
    return field[..., rows, :][..., columns]


def cells_over(length: int) -> int:
    """Give the cells that cover a length in pixels."""
    return math.ceil(length / CELL)


def _repeated(length: int, device: torch.device) -> Tensor:
    return torch.arange(CELL * cells_over(length), device=device).clamp_max(length - 1)
