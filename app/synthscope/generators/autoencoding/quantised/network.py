"""The networks: an autoencoder whose latents are codes, and a prior that says what an unknown code may be."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - torch's own name for it

from synthscope.generators.autoencoding.quantised.codes import UNKNOWN, quantised, to_codes, to_values
from synthscope.generators.autoencoding.quantised.configuration import COARSE, FINE, QuantisedConfiguration
from synthscope.generators.coding.autoencoder import Decoder, Encoder, Residual
from synthscope.generators.coding.configuration import CELL
from synthscope.generators.pixel_norm import PixelNorm

LOUD = 0.75
"""What the encoder's first numbers are multiplied by, so that they reach over most levels."""


class CodePrior(nn.Module):
    """From the codes that are known to how likely each code is at every cell.

    It looks at fields of one size only, that of a patch: what lies beyond a field it never saw, and need not.
    """

    def __init__(self, configuration: QuantisedConfiguration) -> None:
        super().__init__()
        self._levels = configuration.levels
        fine, coarse = configuration.widths
        self.stem = nn.Conv2d(len(configuration.levels) + 1, fine, 3, padding=1)
        self.each = nn.Embedding(configuration.codes + 1, fine)
        self.label = nn.Embedding(configuration.classes + 1, fine + coarse) if configuration.classes else None
        self.before = nn.Sequential(*(Residual(fine, 3) for _ in range(FINE)))
        self.shrink = nn.Conv2d(fine, coarse, 2, stride=2)
        self.middle = nn.Sequential(*(Residual(coarse, 3) for _ in range(COARSE)))
        self.grow = nn.Conv2d(coarse, 4 * fine, 1)
        self.after = nn.Sequential(*(Residual(fine, 3) for _ in range(FINE)))
        self.norm = PixelNorm(fine)
        self.head = nn.Conv2d(fine, configuration.codes, 1)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, codes: Tensor, label: Tensor) -> Tensor:
        """Map codes (B, H, W), `UNKNOWN` where they are to be drawn, to logits (B, codes, H, W).

        Parameters
        ----------
        label : Tensor of int64 (B,)
            One more than the index of the class, 0 for none.
        """
        known = (codes[:, None] != UNKNOWN).to(self.stem.weight.dtype)
        values = to_values(codes, self._levels).to(known.dtype)
        told = torch.cat([values, known], dim=1).contiguous(memory_format=torch.channels_last)
        fine = self.stem(told) + self.each(codes - UNKNOWN).movedim(-1, 1)
        classed = self._classed(label, fine.shape[1], self.shrink.out_channels)
        fine = self.before(fine + classed[0])
        coarse = self.middle(self.shrink(fine) + classed[1])
        raised = F.pixel_shuffle(self.grow(coarse), 2).contiguous(memory_format=torch.channels_last)
        logits: Tensor = self.head(F.silu(self.norm(self.after(fine + raised))))
        return logits

    def _classed(self, label: Tensor, fine: int, coarse: int) -> tuple[Tensor, Tensor]:
        """Embed a class for both resolutions; nothing where no classes are known."""
        if self.label is None:
            nothing = self.stem.weight.new_zeros(1)
            return nothing, nothing
        both = self.label(label)[:, :, None, None]
        return both[:, :fine], both[:, fine : fine + coarse]


def waves(count: int) -> Tensor:
    """Give the slowest waves over a cell, orthonormal: (count, cell * cell), its mean first (cosine transform II)."""
    place = torch.arange(CELL, dtype=torch.float64) + 0.5
    along = torch.stack([torch.cos(torch.pi * k * place / CELL) for k in range(CELL)])
    along = along / along.norm(dim=1, keepdim=True)
    orders = sorted(((k, m) for k in range(CELL) for m in range(CELL)), key=lambda order: (sum(order), max(order)))
    return torch.stack([torch.outer(along[k], along[m]).flatten() for k, m in orders[:count]]).float()


class QuantisedAutoencoder(nn.Module):
    """Encoder, decoder and prior, which learn together; the prior changes nothing of the codes.

    The encoder begins with the mean of each cell and its slowest waves: codes that tell something from the first step
    on, so that they need not be found while the decoder does not listen yet.
    """

    def __init__(self, configuration: QuantisedConfiguration) -> None:
        super().__init__()
        self.configuration = configuration
        self.encoder = Encoder(configuration.coder)
        self.decoder = Decoder(configuration.coder)
        self.prior = CodePrior(configuration)
        with torch.no_grad():
            first = waves(configuration.coder.latents).repeat(1, configuration.channels) / configuration.channels
            self.encoder.straight.weight.copy_(LOUD * first[:, :, None, None])
            for untaught in (self.encoder.straight.bias, self.encoder.head.weight, self.encoder.head.bias):
                untaught.zero_()

    def forward(
        self, pixels: Tensor, label: Tensor, hidden: Tensor, rebuilt: Tensor | None = None
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Rebuild patches from their codes, and say how likely each code is given those that are not hidden.

        Parameters
        ----------
        pixels : Tensor (B, C, 4 H, 4 W)
        label : Tensor of int64 (B,)
        hidden : Tensor of bool (B, H, W)
        rebuilt : Tensor of bool (B,), optional
            Which patches are rebuilt: all where it is not said.

        Returns
        -------
        rebuilt : Tensor (those, C, 4 H, 4 W)
        codes : Tensor of int64 (B, H, W)
        logits : Tensor (B, codes, H, W)
        """
        values = self.values(pixels)
        codes = to_codes(values.detach(), self.configuration.levels)
        logits = self.prior(codes.masked_fill(hidden, UNKNOWN), label)
        some = values if rebuilt is None else values[rebuilt]
        return self.decoder(some).to(pixels.dtype), codes, logits

    def values(self, pixels: Tensor) -> Tensor:
        """Give the quantised values (B, latents, H, W) of patches: each cell's depend on its own pixels alone."""
        return quantised(self.encoder(pixels)[0], self.configuration.levels)

    def codes(self, pixels: Tensor) -> Tensor:
        """Give the codes (B, H, W) of patches."""
        return to_codes(self.values(pixels), self.configuration.levels)
