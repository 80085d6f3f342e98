"""What a step sees: pieces for the autoencoder, and a pixel prior's lessons as latents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - torch's own name for it

from synthscope.generators.coding.configuration import CELL
from synthscope.generators.diffusion.configuration import NetworkConfiguration
from synthscope.generators.diffusion.latent.coder import Coder
from synthscope.generators.diffusion.lessons import Lesson
from synthscope.generators.scale import to_units
from synthscope.imaging.normalisation import Normalisation
from synthscope.imaging.patches import Drawing, draw_patch


@dataclass(frozen=True, eq=False)
class Pieces:
    """One batch: pixels (B, C, H, W) in the network's units, noise of their latents (B, latents, H / 4, W / 4)."""

    pixels: Tensor
    noise: Tensor

    def to(self, device: torch.device) -> Pieces:
        """Move to a device."""
        return Pieces(self.pixels.to(device), self.noise.to(device))

    def part(self, index: slice) -> Pieces:
        """Give a part of the batch."""
        return Pieces(self.pixels[index], self.noise[index])


@dataclass(frozen=True, eq=False)
class Cutter:
    """Draws pieces of blocks (Z, Y, X, C) in the original dtype."""

    blocks: Sequence[np.ndarray]
    drawing: Drawing
    normalisation: Normalisation
    configuration: NetworkConfiguration
    latents: int

    def pieces(self, size: int, rng: np.random.Generator) -> Pieces:
        """Draw a batch."""
        drawn = [draw_patch(self.blocks, self.drawing, rng).pixels[0] for _ in range(size)]
        pixels = to_units(np.stack(drawn), self.normalisation, self.configuration).transpose(0, 3, 1, 2)
        cells = self.drawing.side // CELL
        noise = rng.standard_normal((size, self.latents, cells, cells), dtype=np.float32)
        return Pieces(torch.from_numpy(np.ascontiguousarray(pixels)), torch.from_numpy(noise))


def encoded(lesson: Lesson, coder: Coder) -> Lesson:
    """Give a lesson over pixels as one over latents.

    Its noise becomes latent noise: as many of a cell's numbers as it has latents.
    """
    clean = coder.encode(lesson.clean)
    known, mask = coder.encode_known(lesson.conditions.known, lesson.conditions.mask)
    noise = F.pixel_unshuffle(lesson.noise, CELL)[:, :, : clean.shape[2]]
    return Lesson(clean, replace(lesson.conditions, known=known, mask=mask), lesson.uniform, noise)
