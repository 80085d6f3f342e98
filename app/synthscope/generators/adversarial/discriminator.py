"""The discriminator of the style-based generator: residual, halving, with an eye for fine texture and whole batches."""

from __future__ import annotations

import math
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - torch's own name for it

from synthscope.generators.scale import SIGMA_DATA

SLOPE = 0.2
GROUP = 4
"""Images over which the spread is told (Karras et al. 2018, Section 3)."""
MOST = 1000.0
"""The most that a Laplacian is multiplied by: constant images have none."""


class Halving(nn.Module):
    """Two convolutions beside the identity, then half the resolution by averages of 2 x 2: no alias folds back."""

    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(before, before, 3, padding=1)
        self.second = nn.Conv2d(before, after, 3, padding=1)
        self.straight = nn.Conv2d(before, after, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, before, H, W) to (B, after, H / 2, W / 2)."""
        seen = F.leaky_relu(self.second(F.leaky_relu(self.first(x), SLOPE)), SLOPE)
        out: Tensor = (F.avg_pool2d(seen, 2) + self.straight(F.avg_pool2d(x, 2))) / math.sqrt(2)
        return out


class Sight(nn.Module):
    """What is seen of patches: the pixels, and their Laplacian at the spread of pixels.

    The power of images falls steeply with frequency (soil: 20 000 times), and a gradient penalty by pixels costs the
    same at every frequency: what is as weak as fine texture is not judged. Beside the pixels it weighs as they do.

    Parameters
    ----------
    gain : tuple of float
        What the Laplacian of each channel is multiplied by: see `gain_of`.
    """

    gain: Tensor

    def __init__(self, gain: tuple[float, ...]) -> None:
        super().__init__()
        self.register_buffer("gain", torch.tensor(gain)[:, None, None])

    def forward(self, pixels: Tensor) -> Tensor:
        """Map (B, C, H, W) to (B, 2 C, H, W)."""
        return torch.cat([pixels, self.gain * laplacian(pixels)], dim=1)


def gain_of(pixels: Tensor) -> tuple[float, ...]:
    """Give for each channel what brings the Laplacian of patches (N, C, H, W) to the spread of the network's units."""
    fine = laplacian(pixels).std(dim=(0, 2, 3))
    return tuple(float(gain) for gain in SIGMA_DATA / fine.clamp(min=SIGMA_DATA / MOST))


def laplacian(pixels: Tensor) -> Tensor:
    """Give the sum of the four neighbours less four times the pixel, of (B, C, H, W); at borders a pixel has itself."""
    wide = torch.cat([pixels[..., :1], pixels, pixels[..., -1:]], dim=-1)
    tall = torch.cat([pixels[..., :1, :], pixels, pixels[..., -1:, :]], dim=-2)
    across = wide[..., :-2] + wide[..., 2:]
    along = tall[..., :-2, :] + tall[..., 2:, :]
    return across + along - 4 * pixels


class Discriminator(nn.Module):
    """From what is seen of patches to logits.

    Parameters
    ----------
    gain : tuple of float
        What is seen of each channel of the images: see `Sight`.
    side : int
        Of the patches: a multiple of 2 to the power of the number of widths.
    widths : tuple of int
        Channels from the finest level, which has half the resolution of the patches, to the coarsest; between two of
        them the resolution halves.
    classes : int
        How many classes it is told of (projection: Miyato & Koyama 2018); 0 for none.
    """

    def __init__(self, gain: tuple[float, ...], side: int, widths: tuple[int, ...], classes: int) -> None:
        super().__init__()
        last = widths[-1]
        self.sight = Sight(gain)
        self.stem = nn.Conv2d(4 * 2 * len(gain), widths[0], 3, padding=1)
        self.levels = nn.Sequential(*(Halving(a, b) for a, b in pairwise(widths)))
        self.mix = nn.Conv2d(last + 1, last, 3, padding=1)
        cells = (side >> len(widths)) ** 2
        self.gather = nn.Linear(last * cells, last)
        self.judge = nn.Linear(last, 1)
        self.label = nn.Embedding(classes + 1, last) if classes else None

    def forward(self, pixels: Tensor, label: Tensor) -> Tensor:
        """Map (B, C, H, W), and classes (B,) one more than their index, to logits (B,)."""
        return self.judged(self.sight(pixels), label)

    def judged(self, seen: Tensor, label: Tensor) -> Tensor:
        """Map what is seen (B, 2 C, H, W), and classes, to logits (B,)."""
        x = F.pixel_unshuffle(seen, 2).contiguous(memory_format=torch.channels_last)
        x = self.levels(F.leaky_relu(self.stem(x), SLOPE))
        x = F.leaky_relu(self.mix(torch.cat([x, spread_of_groups(x)], dim=1)), SLOPE)
        seen = F.leaky_relu(self.gather(x.flatten(1)), SLOPE)
        logits: Tensor = self.judge(seen)[:, 0]
        if self.label is not None:
            logits = logits + (self.label(label) * seen).sum(dim=1) / math.sqrt(seen.shape[1])
        return logits.float()


def spread_of_groups(x: Tensor) -> Tensor:
    """Give the mean standard deviation over groups of images as one more channel (B, 1, H, W)."""
    batch, _, height, width = x.shape
    size = GROUP if batch % GROUP == 0 else batch
    groups = x.float().reshape(batch // size, size, -1)
    spread = (groups.var(dim=1, unbiased=False) + 1e-8).sqrt().mean(dim=1)
    return spread.repeat_interleave(size).reshape(batch, 1, 1, 1).expand(-1, 1, height, width).to(x.dtype)
