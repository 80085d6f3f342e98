"""Between pixels and fields of codes: which are known, and images of codes and of new patches."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - torch's own name for it

from synthscope.generators.autoencoding.quantised.codes import UNKNOWN, to_values
from synthscope.generators.autoencoding.quantised.drawing import CodeField, draw_codes
from synthscope.generators.autoencoding.quantised.network import QuantisedAutoencoder
from synthscope.generators.coding.configuration import CELL
from synthscope.generators.coding.fields import cells_over, decode_slice, whole_cells
from synthscope.generators.schooling.patches import classes_in_turn

BAND = 256
"""Rows of cells that are encoded at once."""


def cells_of(unknown: Tensor) -> Tensor:
    """Say which cells (H, W) hold a pixel that is to be made (Y, X)."""
    whole = whole_cells(unknown)[None].float()
    return F.max_pool2d(whole, CELL)[0] > 0


def encoded(network: QuantisedAutoencoder, pixels: Tensor) -> Tensor:
    """Give the codes (H, W) of an image (C, Y, X) in the network's units; its last pixels fill up the last cells."""
    bands = whole_cells(pixels).split(CELL * BAND, dim=1)
    with torch.no_grad():
        return torch.cat([network.codes(band[None])[0] for band in bands])


def blank(rows: int, columns: int, device: torch.device) -> Tensor:
    """Give a field of unknown codes over so many pixels."""
    return torch.full((cells_over(rows), cells_over(columns)), UNKNOWN, device=device)


def lengthened(codes: Tensor, side: int) -> Tensor:
    """Lengthen a field (H, W) to at least a patch's side by unknown codes: the prior looks at no smaller one."""
    rows, columns = (max(side - n, 0) for n in codes.shape)
    return F.pad(codes, (0, columns, 0, rows), value=UNKNOWN)


def decoded(network: QuantisedAutoencoder, values: Tensor, wanted: Tensor, rows: int, columns: int) -> Tensor:
    """Decode values (latents, H, W) to pixels (C, rows, columns), where cells (h, w) are wanted."""
    height, width = wanted.shape

    def decode(piece: Tensor) -> Tensor:
        with torch.no_grad():
            pixels: Tensor = network.decoder(piece)
        return pixels.to(piece.dtype)

    pixels = decode_slice(decode, values[:, :height, :width], wanted, network.configuration.coder)
    return pixels[:, :rows, :columns]


def new_patches(network: QuantisedAutoencoder, count: int, rounds: int) -> np.ndarray:
    """Make new images (N, Y, X, C) of the training patches' size from fixed seeds, in the network's units.

    Of each class in turn, where there are any.
    """
    configuration, device = network.configuration, next(network.parameters()).device
    side, patch, made = configuration.side, configuration.patch, []
    for seed, label in enumerate(classes_in_turn(count, configuration.classes)):
        field = CodeField(network, torch.tensor([label], device=device))
        codes = blank(patch, patch, device)
        for _ in draw_codes(field, codes, rounds, 1.0, np.random.default_rng(seed)):
            pass
        wanted = torch.ones((side, side), dtype=torch.bool, device=device)
        pixels = decoded(network, to_values(codes[None], configuration.levels)[0], wanted, patch, patch)
        made.append(pixels.movedim(0, -1).cpu().numpy())
    return np.stack(made)
