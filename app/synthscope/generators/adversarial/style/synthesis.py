"""From styles and noise to pixels, without any padding: what is made of a place depends on the noise there alone."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - torch's own name for it

from synthscope.generators.adversarial.style.configuration import StyleConfiguration
from synthscope.generators.adversarial.style.reach import Reach, Span, reaches

SLOPE = 0.2
KERNEL = 3
GAIN = math.sqrt(2)
"""Of the leaky rectifier: it keeps the spread of what passes (Karras et al. 2018, Section 4.1)."""


class StyledConvolution(nn.Module):
    """A convolution whose input channels a style scales, with noise and rectifier.

    Scaling inputs and results is the same as scaling and demodulating the weights of each image (Karras et al. 2020,
    arXiv:1912.04958, Eqs. 1 and 3), in one convolution for all of them.
    """

    def __init__(self, before: int, after: int, latent: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(after, before, KERNEL, KERNEL) / math.sqrt(before * KERNEL**2))
        self.bias = nn.Parameter(torch.zeros(after))
        self.noise = nn.Parameter(torch.full((), 0.1))
        self.style = affine(latent, before)

    def forward(self, x: Tensor, w: Tensor, noise: Tensor) -> Tensor:
        """Map (B, before, H, W) by styles (B, latent), without padding; `noise` (B, 1, ...) is added to the result."""
        scale = self.style(w)
        power = scale.float().square() @ self.weight.float().square().sum(dim=(2, 3)).T
        size = (GAIN * (power + 1e-8).rsqrt())[:, :, None, None]
        seen = F.conv2d(x * scale[:, :, None, None], self.weight, self.bias)
        return F.leaky_relu(torch.addcmul(self.noise * noise, seen.float(), size).to(x.dtype), SLOPE)


class Level(nn.Module):
    """Two styled convolutions at one resolution."""

    def __init__(self, before: int, after: int, latent: int) -> None:
        super().__init__()
        self.first = StyledConvolution(before, after, latent)
        self.second = StyledConvolution(after, after, latent)

    def forward(self, x: Tensor, styles: Sequence[Tensor], noise: Sequence[Tensor]) -> Tensor:
        """Map (B, before, H, W) to (B, after, H - 4, W - 4)."""
        for convolution, w, one in zip((self.first, self.second), styles, noise, strict=True):
            x = convolution(x, w, one)
        return x


class Synthesis(nn.Module):
    """From styles and noise to a window of a field that has no border.

    Where Karras et al. begin with a learned constant, this begins with a map of noise: the layout of a patch is drawn
    with it, position by position, so that a field may be of any size and is made alike everywhere.
    """

    def __init__(self, configuration: StyleConfiguration) -> None:
        super().__init__()
        widths, latent = configuration.widths, configuration.latent
        self.begin = nn.Conv2d(configuration.latent, widths[0], 1)
        befores = (widths[0], *widths[:-1])
        self.levels = nn.ModuleList(Level(a, b, latent) for a, b in zip(befores, widths, strict=True))
        self.end = nn.Conv2d(widths[-1], configuration.channels, 1)
        self.colour = affine(latent, widths[-1])

    def forward(self, styles: Tensor, noise: Sequence[Tensor], rows: Span, columns: Span) -> Tensor:
        """Make a window of pixels.

        Parameters
        ----------
        styles : Tensor (B, layers, latent)
        noise : sequence of Tensor
            The first map (B, latent, h, w), then one (B, 1, h, w) for each convolution, of the sizes that
            `reaches` says.

        Returns
        -------
        Tensor (B, C, H, W)
        """
        down, across = (reaches(span, len(self.levels)) for span in (rows, columns))
        x = self.begin(noise[0].contiguous(memory_format=torch.channels_last))
        for index, level in enumerate(self.levels):
            if index:
                x = _between(x, (down[index - 1], across[index - 1]), (down[index], across[index]))
            layers = slice(2 * index, 2 * index + 2)
            x = level(x, styles[:, layers].unbind(1), noise[1:][layers])
        pixels: Tensor = self.end(x * self.colour(styles[:, -1])[:, :, None, None].to(x.dtype))
        return pixels.float()


def affine(latent: int, channels: int) -> nn.Linear:
    """From a style to the scale of each channel: about one at first."""
    layer = nn.Linear(latent, channels)
    nn.init.normal_(layer.weight, std=1 / math.sqrt(latent))
    nn.init.ones_(layer.bias)
    return layer


def _between(x: Tensor, coarse: tuple[Reach, Reach], fine: tuple[Reach, Reach]) -> Tensor:
    """Double the resolution by the mean of neighbours, and keep what the finer level takes."""
    doubled = F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)
    rows, columns = (
        slice(f.taken[0] - 2 * c.second[0], f.taken[1] - 2 * c.second[0]) for c, f in zip(coarse, fine, strict=True)
    )
    return doubled[:, :, rows, columns]
