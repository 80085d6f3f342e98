"""The network: a convolutional encoder and decoder that know no border, so that fields come out in one piece."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - torch's own name for it

from synthscope.generators.autoencoding.configuration import CELL, SEEN, VaeConfiguration
from synthscope.generators.pixel_norm import PixelNorm

QUIETEST, LOUDEST = -12.0, 4.0
"""Of the logarithm of a latent's variance."""
FIRST = -2.0
"""Where that logarithm begins: what a cell says is heard from the first step on."""
LEAST = 2.5e-5
"""The smallest variance of the decoder: a hundredth of the data's spread. Data without noise know no bound."""
HEARD = 1
"""Cells beyond an image of which it still tells something; those farther away are as the prior says."""
AROUND = HEARD * CELL + SEEN
"""Pixels by which an image is lengthened on each side before it is encoded."""
KEPT = 0.98
"""What the running variance keeps of itself at each step."""


class Pixelwise(nn.Module):
    """Two layers beside the identity, each pixel by itself; the class scales and shifts between them."""

    def __init__(self, width: int, embedding: int) -> None:
        super().__init__()
        self.norm = PixelNorm(width)
        self.wide = nn.Conv2d(width, 2 * width, 1)
        self.narrow = nn.Conv2d(2 * width, width, 1)
        self.modulation = nn.Linear(embedding, 2 * width) if embedding else None
        if self.modulation is not None:
            nn.init.zeros_(self.modulation.weight)
            nn.init.zeros_(self.modulation.bias)

    def forward(self, x: Tensor, embedding: Tensor | None) -> Tensor:
        """Map (B, width, H, W) to the same shape."""
        h = self.norm(x)
        if self.modulation is not None and embedding is not None:
            scale, shift = self.modulation(embedding)[:, :, None, None].chunk(2, dim=1)
            h = torch.addcmul(shift, h, 1 + scale)
        out: Tensor = x + self.narrow(F.silu(self.wide(h)))
        return out


class Plain(nn.Module):
    """What stands in its place at the two finest levels, where it would take most of the time."""

    def forward(self, x: Tensor, embedding: Tensor | None) -> Tensor:
        """Bend (B, width, H, W)."""
        del embedding
        return F.silu(x)


class Encoder(nn.Module):
    """From pixels to the posterior of each cell, which sees `SEEN` pixels around it.

    Convolutions are valid ones: what lies beyond an image is told by a channel of its own, never made up.
    """

    def __init__(self, configuration: VaeConfiguration, embedding: int) -> None:
        super().__init__()
        before, self.shrink, self.blocks = configuration.channels + 1, nn.ModuleList(), nn.ModuleList()
        for level, after in enumerate(configuration.widths[1:]):
            self.shrink.append(nn.Conv2d(before, after, 4, stride=2))
            self.blocks.append(Pixelwise(after, embedding) if level else Plain())
            before = after
        self.norm = PixelNorm(before)
        self.head = nn.Conv2d(before, 2 * configuration.latents, 1)
        nn.init.zeros_(self.head.weight)
        nn.init.constant_(self.head.bias[configuration.latents :], FIRST)
        nn.init.normal_(self.head.weight[: configuration.latents], std=before**-0.5)

    def forward(self, pixels: Tensor, there: Tensor, embedding: Tensor | None) -> tuple[Tensor, Tensor]:
        """Map pixels to mean and log variance (B, latents, H, W).

        Parameters
        ----------
        pixels : Tensor (B, C, 16 H + 30, 16 W + 30)
            Zero beyond the image.
        there : Tensor (B, 1, ...)
            1 in the image, 0 beyond it.
        """
        h = torch.cat([pixels, there], dim=1).contiguous(memory_format=torch.channels_last)
        for shrink, block in zip(self.shrink, self.blocks, strict=True):
            h = block(shrink(h), embedding)
        mean, log_variance = self.head(F.silu(self.norm(h))).chunk(2, dim=1)
        return mean, log_variance.clamp(QUIETEST, LOUDEST)


class Decoder(nn.Module):
    """From cells to pixels: twice as fine at each level, by the nearest value and a convolution.

    Convolutions are valid ones: `VaeConfiguration.margin` cells on each side are used up, and every pixel is made
    in the same way wherever it lies.
    """

    def __init__(self, configuration: VaeConfiguration, embedding: int) -> None:
        super().__init__()
        widths = configuration.widths[::-1]
        self.stem = nn.Conv2d(configuration.latents, widths[0], 1)
        self.mix = nn.ModuleList(nn.Conv2d(widths[0], widths[0], 3) for _ in range(configuration.mixing))
        self.blocks = nn.ModuleList(Pixelwise(widths[0], embedding) for _ in range(configuration.mixing + 1))
        self.grow, self.finer = nn.ModuleList(), nn.ModuleList()
        for before, after in pairwise(widths):
            self.grow.append(nn.Conv2d(before, after, 3))
            self.finer.append(Plain() if after == widths[-1] else Pixelwise(after, embedding))
        self.head = nn.Conv2d(widths[-1], configuration.channels, 3)

    def forward(self, latents: Tensor, embedding: Tensor | None) -> Tensor:
        """Map (B, latents, H + 2 margin, W + 2 margin) to (B, C, 16 H, 16 W)."""
        h = self.blocks[0](self.stem(latents.contiguous(memory_format=torch.channels_last)), embedding)
        for mix, block in zip(self.mix, self.blocks[1:], strict=True):
            h = block(h[:, :, 1:-1, 1:-1] + mix(F.silu(h)), embedding)
        for grow, block in zip(self.grow, self.finer, strict=True):
            h = block(grow(F.interpolate(h, scale_factor=2.0, mode="nearest")), embedding)
        out: Tensor = self.head(h)
        return out


class Autoencoder(nn.Module):
    """Encoder, decoder, and the variance that the decoder leaves unexplained in each channel.

    That variance is the mean squared error itself, which is where the likelihood is largest (Rybkin et al. 2021,
    Eq. 4): of the batch while it learns, of its running mean afterwards. `prior_mean` and `prior_factor` hold the
    fitted prior of its latents (`usage.Prior`); nothing here uses them.
    """

    variance: Tensor
    steps: Tensor
    prior_mean: Tensor
    prior_factor: Tensor

    def __init__(self, configuration: VaeConfiguration) -> None:
        super().__init__()
        self.configuration = configuration
        width = configuration.widths[-1] if configuration.classes else 0
        self.label = nn.Embedding(configuration.classes + 1, width) if width else None
        self.encoder = Encoder(configuration, width)
        self.decoder = Decoder(configuration, width)
        self.register_buffer("variance", torch.ones(configuration.channels))
        self.register_buffer("steps", torch.zeros(1))
        self.register_buffer("prior_mean", torch.zeros(configuration.latents))
        self.register_buffer("prior_factor", torch.eye(configuration.latents))

    def embedding(self, label: Tensor) -> Tensor | None:
        """Embed classes (B,), one more than their index, 0 for none; None where it knows no classes."""
        return None if self.label is None else F.silu(self.label(label))

    def forward(self, pixels: Tensor, label: Tensor, noise: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Rebuild patches through a draw from their posterior (Kingma & Welling 2014, Eq. 10).

        Parameters
        ----------
        pixels : Tensor (B, C, 16 H, 16 W)
        label : Tensor of int64 (B,)
        noise : Tensor (B, latents, H + 2 margin, W + 2 margin)
            Standard normal.

        Returns
        -------
        rebuilt : Tensor (B, C, 16 H, 16 W)
        mean, log_variance : Tensor like `noise`
        variance : Tensor (C,)
            Of the decoder.
        """
        mean, log_variance = self.posterior(pixels, label)
        latents = mean + (log_variance / 2).exp() * noise
        rebuilt = self.decoder(latents, self.embedding(label)).to(pixels.dtype)
        return rebuilt, mean, log_variance, self._variance(rebuilt, pixels)

    def posterior(self, pixels: Tensor, label: Tensor) -> tuple[Tensor, Tensor]:
        """Give mean and log variance of the latents of patches, margins included: see `forward`."""
        rest = (self.configuration.margin - HEARD,) * 4
        there = F.pad(torch.ones_like(pixels[:, :1]), (AROUND,) * 4)
        mean, log_variance = self.encoder(F.pad(pixels, (AROUND,) * 4), there, self.embedding(label))
        return F.pad(mean, rest).to(pixels.dtype), F.pad(log_variance, rest).to(pixels.dtype)

    def _variance(self, rebuilt: Tensor, pixels: Tensor) -> Tensor:
        if not self.training:
            return self.variance
        with torch.no_grad():
            found = (rebuilt - pixels).square().mean(dim=(0, 2, 3)).clamp_min(LEAST)
            share = torch.clamp_min(1 / (self.steps + 1), 1 - KEPT)
            self.variance.lerp_(found, share)
            self.steps += 1
        return found
