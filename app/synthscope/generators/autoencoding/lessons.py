"""What a training step sees: patches, the class where it is told, noise for their latents; by seed and step alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from synthscope.generators.autoencoding.configuration import VaeConfiguration
from synthscope.generators.schooling.patches import PatchSource

UNTOLD = 0.2
"""The part of a batch to which no class is told: the same network works without one."""


@dataclass(frozen=True, eq=False)
class Lesson:
    """One batch: pixels (B, C, H, W), class (B,), 0 for none, standard normal noise (B, latents, cells, cells)."""

    pixels: Tensor
    label: Tensor
    noise: Tensor

    def to(self, device: torch.device) -> Lesson:
        """Move to a device."""
        return Lesson(self.pixels.to(device), self.label.to(device), self.noise.to(device))

    def part(self, index: slice) -> Lesson:
        """Give a part of the batch."""
        return Lesson(self.pixels[index], self.label[index], self.noise[index])


def draw_lesson(
    source: PatchSource, configuration: VaeConfiguration, size: int, rng: np.random.Generator, untold: float = UNTOLD
) -> Lesson:
    """Draw a batch of which a part is told no class."""
    patches = source.patches(size, rng)
    told = torch.from_numpy(rng.random(size) >= untold)
    cells = configuration.cells(configuration.patch)
    noise = rng.standard_normal((size, configuration.latents, cells, cells), dtype=np.float32)
    return Lesson(patches.pixels, patches.label * told, torch.from_numpy(noise))
