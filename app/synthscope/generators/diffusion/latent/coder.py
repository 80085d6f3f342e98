"""Between pixels and whitened latents: cells, what is known of them, fields decoded piece by piece."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - torch's own name for it

from synthscope.generators.coding.autoencoder import Autoencoder
from synthscope.generators.coding.configuration import CELL, CoderConfiguration
from synthscope.generators.coding.fields import decode_slice
from synthscope.generators.diffusion.conditions import ABSENT
from synthscope.generators.diffusion.latent.configuration import LatentConfiguration
from synthscope.generators.scale import SIGMA_DATA


class Coder:
    """Encodes and decodes; latents have mean 0 and standard deviation `SIGMA_DATA`."""

    def __init__(self, network: Autoencoder, configuration: LatentConfiguration) -> None:
        self._network = network
        self._coder: CoderConfiguration = configuration.coder
        self._mean = torch.tensor(configuration.mean)[:, None, None]
        self._scale = torch.tensor(configuration.spread)[:, None, None] / SIGMA_DATA

    def encode(self, pixels: Tensor) -> Tensor:
        """Map (B, ..., C, H, W), sides multiples of `CELL`, to (B, ..., latents, H / 4, W / 4)."""
        with torch.no_grad():
            mean, _ = self._network.encoder(pixels.flatten(0, -4))
        whitened = (mean.to(pixels.dtype) - self._mean.to(pixels)) / self._scale.to(pixels)
        return whitened.unflatten(0, pixels.shape[:-3])

    def encode_known(self, pixels: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Encode what is known.

        Parameters
        ----------
        pixels : Tensor (B, ..., C, H, W)
            Zero where unknown.
        mask : Tensor (B, ..., H, W)
            1 where unknown, 0 where known, `ABSENT` where there is no slice.

        Returns
        -------
        latents : Tensor (B, ..., latents, H / 4, W / 4)
            Of a cell that is known in part: of its known pixels among zeros, a hint. Zero where nothing is known.
        mask : Tensor (B, ..., H / 4, W / 4)
            A cell is known where all of its pixels are.
        """
        flat = mask.flatten(0, -3)[:, None]
        unknown = F.max_pool2d((flat == 1).to(flat.dtype), CELL)
        nothing = F.avg_pool2d((flat != 0).to(flat.dtype), CELL) == 1
        absent = F.max_pool2d((flat == ABSENT).to(flat.dtype), CELL) == 1
        cells = torch.where(absent, torch.full_like(unknown, ABSENT), unknown)
        shape = (*mask.shape[:-2], *cells.shape[-2:])
        latents = self.encode(pixels)
        return latents * ~nothing.reshape(shape)[..., None, :, :], cells.reshape(shape)

    def decode(self, latents: Tensor) -> Tensor:
        """Map (B, latents, H, W) to (B, C, 4 H, 4 W)."""
        with torch.no_grad():
            plain = latents * self._scale.to(latents) + self._mean.to(latents)
            pixels: Tensor = self._network.decoder(plain)
        return pixels.to(latents.dtype)

    def decode_field(self, latents: Tensor, wanted: Tensor) -> Tensor:
        """Decode a field (latents, Z, Y, X) in pieces: see `coding.fields.decode_slice`; (C, Z, 4 Y, 4 X)."""
        slices = zip(latents.unbind(1), wanted, strict=True)
        return torch.stack([decode_slice(self.decode, one, there, self._coder) for one, there in slices], dim=1)
