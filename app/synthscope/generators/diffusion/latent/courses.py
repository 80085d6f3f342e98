"""The two stages of a latent prior's training: to rebuild pieces, and to denoise their latents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from synthscope.generators.coding.configuration import CoderConfiguration
from synthscope.generators.coding.reconstruction import fine_power_ratio, reconstruction_loss
from synthscope.generators.diffusion.configuration import NetworkConfiguration
from synthscope.generators.diffusion.latent.coder import Coder
from synthscope.generators.diffusion.latent.lessons import Cutter, Pieces, encoded
from synthscope.generators.diffusion.latent.parameters import LatentTraining
from synthscope.generators.diffusion.lessons import Lesson
from synthscope.generators.diffusion.trainer import DenoisingCourse
from synthscope.generators.scale import from_units
from synthscope.generators.schooling.classroom import Ending
from synthscope.generators.schooling.manner import USUAL, Turn
from synthscope.generators.units import signal_to_noise
from synthscope.imaging.mosaic import mosaic
from synthscope.imaging.rounding import Limits, restore
from synthscope.records.documents import to_json
from synthscope.records.events import Preview

SHOWN = 8


@dataclass(frozen=True, eq=False)
class RebuildingCourse:
    """Teaches an autoencoder to rebuild pieces.

    Parameters
    ----------
    held_out : Pieces or None
        What it is examined on; their noise is not used.
    shown : Pieces
        Of which the first are shown.
    dtype, limits
        Of the images, for what is shown.
    """

    configuration: NetworkConfiguration
    coder: CoderConfiguration
    parameters: LatentTraining
    cutter: Cutter
    held_out: Pieces | None
    dtype: np.dtype
    limits: Limits

    manner = USUAL

    @property
    def architecture(self) -> Mapping[str, Any]:
        """JSON of the autoencoder's configuration."""
        found: Mapping[str, Any] = to_json(self.coder)
        return found

    def lesson(self, size: int, rng: np.random.Generator) -> Pieces:
        """Draw a batch."""
        return self.cutter.pieces(size, rng)

    def loss(self, network: nn.Module, lesson: Pieces) -> Tensor:
        """Give the loss of each piece."""
        rebuilt, mean, log_variance = network(lesson.pixels, lesson.noise)
        return reconstruction_loss(rebuilt, lesson.pixels, mean, log_variance)

    def turns(self, network: nn.Module, lesson: Pieces, step: int) -> Iterator[Turn]:
        """Give the one loss of a step."""
        del step
        yield Turn(self.loss(network, lesson))

    def examine(self, network: nn.Module, device: torch.device) -> dict[str, float]:
        """Measure how held-out pieces are rebuilt, without noise."""
        if self.held_out is None:
            return {}
        pieces = self.held_out.to(device)
        rebuilt, mean, log_variance = network(pieces.pixels, torch.zeros_like(pieces.noise))
        return {
            "held_out_loss": float(reconstruction_loss(rebuilt, pieces.pixels, mean, log_variance).mean()),
            "reconstruction_psnr": signal_to_noise(rebuilt, pieces.pixels, self.configuration.spread),
            "reconstruction_power": fine_power_ratio(rebuilt, pieces.pixels),
        }

    def show(self, network: nn.Module, step: int) -> Iterator[Preview]:
        """Show pieces rebuilt above real ones."""
        pieces = self.held_out or self.cutter.pieces(SHOWN, np.random.default_rng(0))
        real = pieces.part(slice(SHOWN)).to(next(network.parameters()).device)
        with torch.no_grad():
            rebuilt, _, _ = network(real.pixels, torch.zeros_like(real.noise))
        rows = [list(self._original(pixels)) for pixels in (rebuilt, real.pixels)]
        yield Preview(mosaic(rows), f"The real ones below, rebuilt by the autoencoder after {step} steps")

    def conclude(self, weights: Mapping[str, np.ndarray], planned: int, device: torch.device) -> Iterator[Ending]:
        """End without an examination: the next stage begins."""
        del weights, planned, device
        yield from ()

    def _original(self, pixels: Tensor) -> np.ndarray:
        values = from_units(pixels.movedim(1, -1).cpu().numpy(), self.cutter.normalisation, self.configuration)
        return restore(values, self.dtype, self.limits)


@dataclass(frozen=True, eq=False)
class LatentCourse(DenoisingCourse):
    """Teaches a network to denoise latents; its teacher draws pixels, its configuration is of latents."""

    coder: Coder

    def loss(self, network: nn.Module, lesson: Lesson) -> Tensor:
        """Give the denoising loss of each item."""
        return super().loss(network, encoded(lesson, self.coder))
