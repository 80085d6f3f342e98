"""What a training step sees: patches, the class where it is told, and which of their codes are hidden."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from synthscope.generators.autoencoding.lessons import UNTOLD
from synthscope.generators.autoencoding.quantised.hiding import BOXED, hidden_codes
from synthscope.generators.coding.configuration import CELL
from synthscope.generators.schooling.patches import PatchSource


@dataclass(frozen=True, eq=False)
class Lesson:
    """One batch: pixels (B, C, H, W), class (B,), 0 for none, hidden codes: bool (B, H / 4, W / 4)."""

    pixels: Tensor
    label: Tensor
    hidden: Tensor

    def to(self, device: torch.device) -> Lesson:
        """Move to a device."""
        return Lesson(self.pixels.to(device), self.label.to(device), self.hidden.to(device))

    def part(self, index: slice) -> Lesson:
        """Give a part of the batch."""
        return Lesson(self.pixels[index], self.label[index], self.hidden[index])


def draw_lesson(
    source: PatchSource, size: int, rng: np.random.Generator, *, untold: float = UNTOLD, boxed: float = BOXED
) -> Lesson:
    """Draw a batch of which a part is told no class."""
    patches = source.patches(size, rng)
    told = torch.from_numpy(rng.random(size) >= untold)
    hidden = hidden_codes(size, source.drawing.side // CELL, rng, boxed)
    return Lesson(patches.pixels, patches.label * told, torch.from_numpy(hidden))
