"""What a training step sees: patches, the class where it is told, and which of their codes are hidden."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from synthscope.generators.autoencoding.lessons import UNTOLD
from synthscope.generators.autoencoding.quantised.costs import REBUILT_OF
from synthscope.generators.autoencoding.quantised.hiding import BOXED, hidden_codes
from synthscope.generators.coding.configuration import CELL
from synthscope.generators.schooling.patches import PatchSource


@dataclass(frozen=True, eq=False)
class Lesson:
    """One batch: pixels (B, C, H, W), class (B,), 0 for none, hidden codes: bool (B, H / 4, W / 4).

    `share` (B,) is what the rebuilding of each patch counts; 0: it is not rebuilt. Its mean over the whole batch is 1.
    """

    pixels: Tensor
    label: Tensor
    hidden: Tensor
    share: Tensor

    def to(self, device: torch.device) -> Lesson:
        """Move to a device."""
        return Lesson(*(one.to(device) for one in (self.pixels, self.label, self.hidden, self.share)))

    def part(self, index: slice) -> Lesson:
        """Give a part of the batch."""
        return Lesson(self.pixels[index], self.label[index], self.hidden[index], self.share[index])


def draw_lesson(
    source: PatchSource, size: int, rng: np.random.Generator, *, untold: float = UNTOLD, boxed: float = BOXED
) -> Lesson:
    """Draw a batch of which a part is told no class."""
    patches = source.patches(size, rng)
    told = torch.from_numpy(rng.random(size) >= untold)
    hidden = hidden_codes(size, source.drawing.side // CELL, rng, boxed)
    rebuilt = torch.arange(size) < -(-size // REBUILT_OF)  # the first: processes that take turns share them evenly
    return Lesson(patches.pixels, patches.label * told, torch.from_numpy(hidden), rebuilt * size / rebuilt.sum())
