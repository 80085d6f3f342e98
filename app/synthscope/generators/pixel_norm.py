"""A normalisation that looks at one pixel at a time, so that windows and whole fields are made alike."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - torch's own name for it

TINY = 1e-4


class PixelNorm(nn.Module):
    """Layer normalisation of each pixel's channels (Ba et al. 2016, Eq. 4).

    Nothing of other pixels enters: what a window makes does not depend on how large the window is, as it
    would with statistics over the field.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, C, H, W) to the same shape."""
        last = x.permute(0, 2, 3, 1)  # where the channels lie in memory anyway
        return F.layer_norm(last, self.weight.shape, self.weight, self.bias, TINY).permute(0, 3, 1, 2)
