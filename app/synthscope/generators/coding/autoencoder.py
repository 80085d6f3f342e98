"""The autoencoder: an encoder that sees one cell at a time, a decoder that sees its surroundings."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - torch's own name for it

from synthscope.generators.coding.configuration import CELL, CoderConfiguration
from synthscope.generators.pixel_norm import PixelNorm

QUIETEST, LOUDEST = -12.0, 2.0
"""Of the logarithm of a latent's variance."""


class Residual(nn.Module):
    """Two convolutions beside the identity, normalised pixel by pixel."""

    def __init__(self, width: int, kernel: int) -> None:
        super().__init__()
        self.norm_in, self.norm_out = PixelNorm(width), PixelNorm(width)
        self.conv_in = nn.Conv2d(width, width, kernel, padding=kernel // 2)
        self.conv_out = nn.Conv2d(width, width, kernel, padding=kernel // 2)
        nn.init.zeros_(self.conv_out.weight)
        nn.init.zeros_(self.conv_out.bias)

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, width, H, W) to the same shape."""
        out: Tensor = x + self.conv_out(F.silu(self.norm_out(self.conv_in(F.silu(self.norm_in(x))))))
        return out


class Encoder(nn.Module):
    """From cells to latents, each cell by itself.

    No pixel of another cell enters. What is told of a cell therefore holds whatever lies beside it: a hole, the
    border of a window, an image that ends.
    """

    def __init__(self, configuration: CoderConfiguration) -> None:
        super().__init__()
        inputs, width = configuration.channels * CELL**2, configuration.encoder
        self.stem = nn.Conv2d(inputs, width, 1)
        self.block = Residual(width, 1)
        self.norm = PixelNorm(width)
        self.head = nn.Conv2d(width, 2 * configuration.latents, 1)
        self.straight = nn.Conv2d(inputs, configuration.latents, 1)

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """Map (B, C, H, W), sides multiples of `CELL`, to mean and log variance (B, latents, H / 4, W / 4)."""
        cells = F.pixel_unshuffle(pixels, CELL).contiguous(memory_format=torch.channels_last)
        mean, log_variance = self.head(F.silu(self.norm(self.block(self.stem(cells))))).chunk(2, dim=1)
        return self.straight(cells) + mean, log_variance.clamp(QUIETEST, LOUDEST)


class Decoder(nn.Module):
    """From latents to pixels, by way of half the cell."""

    def __init__(self, configuration: CoderConfiguration) -> None:
        super().__init__()
        coarse, fine = configuration.decoder
        self.stem = nn.Conv2d(configuration.latents, coarse, 3, padding=1)
        self.blocks = nn.Sequential(*(Residual(coarse, 3) for _ in range(configuration.blocks)))
        self.grow = nn.Conv2d(coarse, 4 * fine, 1)
        self.block = Residual(fine, 3)
        self.norm = PixelNorm(fine)
        self.head = nn.Conv2d(fine, 4 * configuration.channels, 3, padding=1)

    def forward(self, latents: Tensor) -> Tensor:
        """Map (B, latents, H, W) to (B, C, 4 H, 4 W)."""
        coarse = self.blocks(self.stem(latents.contiguous(memory_format=torch.channels_last)))
        fine = F.pixel_shuffle(self.grow(coarse), 2).contiguous(memory_format=torch.channels_last)
        return F.pixel_shuffle(self.head(F.silu(self.norm(self.block(fine)))), 2)


class Autoencoder(nn.Module):
    """Both halves: what is learned together."""

    def __init__(self, configuration: CoderConfiguration) -> None:
        super().__init__()
        self.encoder = Encoder(configuration)
        self.decoder = Decoder(configuration)

    def forward(self, pixels: Tensor, noise: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Give rebuilt pixels, mean and log variance of their latents (Kingma & Welling 2014, Section 2.4).

        Parameters
        ----------
        noise : Tensor (B, latents, H / 4, W / 4)
            Standard normal.
        """
        mean, log_variance = self.encoder(pixels)
        rebuilt = self.decoder(mean + (log_variance / 2).exp() * noise)
        return rebuilt, mean, log_variance
