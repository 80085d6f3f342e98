"""Changes of what a discriminator sees, real and made alike, that cannot leak into what is made."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from synthscope.generators.adversarial.rivals import Dice

MOST = 0.8
"""The highest probability: below one, what changes is told from what is (Karras et al. 2020, Section 2.2)."""
SHIFT = 0.125
"""The farthest shift, as a part of the side."""
CUT = 0.5
"""Side of the square that is cut out, as a part of the side."""
BRIGHTER, STEEPER = 0.2, 0.5
"""Standard deviations of the added value, in units of the network, and of the logarithm of the contrast."""
WANTED = 0.5
"""The overfitting that the probability is led to."""
FULL = 50_000
"""Images after which the probability could have risen from nothing to one."""


class Augmentation(nn.Module):
    """Shifts, cuts out, brightens and steepens, each with one probability that follows the overfitting.

    Karras et al. 2020 (arXiv:2006.06676): what is changed with a probability well below one does not leak, and the
    probability rises only while the discriminator knows patches it has learned from better than held-out ones.
    Turns and mirrors are the images' own (`Drawing.free_orientation`) and are no part of this.
    """

    probability: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("probability", torch.zeros((), dtype=torch.float64))

    def follow(self, overfitting: float, images: int) -> None:
        """Lead the probability a step up or down, by what so many images are worth."""
        step = images / FULL * (1 if overfitting > WANTED else -1)
        self.probability.add_(step).clamp_(0, MOST)

    def forward(self, pixels: Tensor, dice: Dice) -> Tensor:
        """Change a batch (B, C, H, W), differentiably; as it is while the probability is 0."""
        probability = float(self.probability)
        if probability == 0:
            return pixels
        chosen = (dice.uniform(len(pixels), 4) < probability).to(pixels.dtype)
        pixels = shifted(pixels, chosen[:, 0], dice)
        pixels = relit(pixels, chosen[:, 1], chosen[:, 2], dice)
        return cut_out(pixels, chosen[:, 3], dice)


def shifted(pixels: Tensor, chosen: Tensor, dice: Dice) -> Tensor:
    """Shift the chosen ones by whole pixels; what comes in is mirrored."""
    far = max(int(SHIFT * pixels.shape[-1]), 1)
    steps = (dice.whole(2 * far + 1, len(pixels), 2) - far) * chosen[:, None].long()
    rows, columns = (
        _mirrored(torch.arange(n, device=pixels.device) + steps[:, axis, None], n)
        for axis, n in enumerate(pixels.shape[2:])
    )
    items = torch.arange(len(pixels), device=pixels.device)[:, None, None]
    return pixels.movedim(1, -1)[items, rows[:, :, None], columns[:, None, :]].movedim(-1, 1)


def relit(pixels: Tensor, brighter: Tensor, steeper: Tensor, dice: Dice) -> Tensor:
    """Add a value to the ones, multiply the contrast of the others."""
    added, factor = (dice.normal(len(pixels)) for _ in range(2))
    scale = torch.exp(STEEPER * factor * steeper)
    return pixels * scale[:, None, None, None] + (BRIGHTER * added * brighter)[:, None, None, None]


def cut_out(pixels: Tensor, chosen: Tensor, dice: Dice) -> Tensor:
    """Set a square of the chosen ones to the mean of all data, which is zero."""
    height, width = pixels.shape[2:]
    half = CUT * height / 2
    centre = dice.uniform(len(pixels), 2)
    rows = (torch.arange(height, device=pixels.device) - centre[:, :1] * height).abs() < half
    columns = (torch.arange(width, device=pixels.device) - centre[:, 1:] * width).abs() < half
    square = (rows[:, :, None] & columns[:, None, :]).to(pixels.dtype) * chosen[:, None, None]
    return pixels * (1 - square)[:, None]


def _mirrored(index: Tensor, n: int) -> Tensor:
    """Reflect indices into 0 to n - 1, the border pixel not repeated."""
    index = index.abs()
    return torch.where(index >= n, 2 * (n - 1) - index, index)
