"""Fields of any size through the network, piece by piece, each pixel exactly as in one look."""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeAlias, TypeVar

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - torch's own name for it

from synthscope.generators.autoencoding.configuration import CELL, SEEN, VaeConfiguration
from synthscope.generators.autoencoding.network import AROUND, HEARD, Autoencoder
from synthscope.generators.autoencoding.usage import Prior
from synthscope.generators.schooling.patches import classes_in_turn

T = TypeVar("T")
PIECE = 32
"""Side of the pieces that fields go through the network in, in cells."""
TOGETHER = 16
"""New patches that are made at once."""


def corners(rows: int, columns: int) -> list[tuple[int, int, int, int]]:
    """Give the pieces (top, bottom, left, right) that cover a map of cells."""
    tops, lefts = range(0, rows, PIECE), range(0, columns, PIECE)
    return [(y, min(y + PIECE, rows), x, min(x + PIECE, columns)) for y in tops for x in lefts]


def latent_shape(configuration: VaeConfiguration, rows: int, columns: int) -> tuple[int, int, int]:
    """Give the shape (latents, H, W) of what a field of pixels is made from, margins included."""
    return (configuration.latents, configuration.cells(rows), configuration.cells(columns))


Pieces: TypeAlias = Generator[None, None, T]
"""Work that pauses after each piece, and returns the whole."""


def encode(network: Autoencoder, pixels: Tensor, label: Tensor) -> Pieces[tuple[Tensor, Tensor]]:
    """Encode an image piece by piece.

    Parameters
    ----------
    pixels : Tensor (C, Y, X)
        In the network's units.
    label : Tensor of int64 (1,)

    Returns
    -------
    mean, log_variance : Tensor (latents, H, W)
        Margins included, as `latent_shape` says.
    """
    embedding, rest = network.embedding(label), network.configuration.margin - HEARD
    shape = latent_shape(network.configuration, *pixels.shape[1:])
    after = [AROUND + -n % CELL for n in pixels.shape[1:]]
    pad = (AROUND, after[1], AROUND, after[0])
    seen, there = F.pad(pixels, pad)[None], F.pad(torch.ones_like(pixels[:1]), pad)[None]
    mean, log_variance = pixels.new_zeros(shape), pixels.new_zeros(shape)
    for top, bottom, left, right in corners(shape[1] - 2 * rest, shape[2] - 2 * rest):
        box = (..., slice(CELL * top, CELL * bottom + 2 * SEEN), slice(CELL * left, CELL * right + 2 * SEEN))
        with torch.no_grad():
            found = network.encoder(seen[box], there[box], embedding)
        for whole, piece in zip((mean, log_variance), found, strict=True):
            whole[:, rest + top : rest + bottom, rest + left : rest + right] = piece[0]
        yield
    return mean, log_variance


def decode(network: Autoencoder, latents: Tensor, label: Tensor, rows: int, columns: int) -> Pieces[Tensor]:
    """Decode latents (latents, H, W), margins included, to pixels (C, rows, columns) piece by piece."""
    around, embedding = 2 * network.configuration.margin, network.embedding(label)
    _, height, width = latents.shape
    made = latents.new_zeros(network.configuration.channels, CELL * (height - around), CELL * (width - around))
    for top, bottom, left, right in corners(height - around, width - around):
        with torch.no_grad():
            pixels = network.decoder(latents[None, :, top : bottom + around, left : right + around], embedding)
        made[:, CELL * top : CELL * bottom, CELL * left : CELL * right] = pixels[0]
        yield
    return made[:, :rows, :columns]


def new_patches(network: Autoencoder, prior: Prior, count: int) -> np.ndarray:
    """Make new images (N, Y, X, C) of the training patches' size from fixed seeds, in the network's units.

    Of each class in turn, where there are any.
    """
    configuration, device = network.configuration, next(network.parameters()).device
    shape = latent_shape(configuration, configuration.patch, configuration.patch)
    drawn = [np.random.default_rng(seed).standard_normal(shape, dtype=np.float32) for seed in range(count)]
    label = torch.tensor(classes_in_turn(count, configuration.classes), device=device)
    made = []
    for first in range(0, count, TOGETHER):
        latents = prior.at(torch.from_numpy(np.stack(drawn[first : first + TOGETHER])).to(device))
        with torch.no_grad():
            pixels = network.decoder(latents, network.embedding(label[first : first + TOGETHER]))
        made.append(pixels.float().movedim(1, -1).cpu().numpy())
    return np.concatenate(made)
