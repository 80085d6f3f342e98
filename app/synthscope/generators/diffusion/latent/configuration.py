"""What a latent prior's networks are: the record that rebuilds them from the card."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from synthscope.errors import InputError
from synthscope.generators.coding.configuration import CELL, CoderConfiguration
from synthscope.generators.diffusion.configuration import NetworkConfiguration


@dataclass(frozen=True)
class LatentConfiguration:
    """Both networks.

    Parameters
    ----------
    pixels : NetworkConfiguration
        Of a prior of the same widths over pixels: how they are seen (mean, spread, threshold, descriptors), and
        what is told beside them.
    mean, spread : tuple of float
        Of each latent over the training images: the prior sees ``(z - mean) / spread / 2``.
    """

    pixels: NetworkConfiguration = field(default_factory=NetworkConfiguration)
    coder: CoderConfiguration = field(default_factory=CoderConfiguration)
    mean: tuple[float, ...] = (0.0,) * 4
    spread: tuple[float, ...] = (1.0,) * 4

    def __post_init__(self) -> None:
        """Refuse parts that do not fit each other."""
        if self.coder.channels != self.pixels.channels or self.coder.latents != len(self.mean):
            raise InputError(
                f"An autoencoder of {self.coder.channels} channels and {self.coder.latents} latents does not fit "
                f"a prior of {self.pixels.channels} and {len(self.mean)}; the model's card may be damaged."
            )
        _ = self.prior

    @property
    def prior(self) -> NetworkConfiguration:
        """Of the network over latents; its patch is in cells."""
        return replace(
            self.pixels, channels=self.coder.latents, mean=self.mean, spread=self.spread,
            patch=self.pixels.patch // CELL,
        )  # fmt: skip
