"""Patches of the training images in a network's units, drawn at random: what most courses teach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from synthscope.generators.scale import Seen, to_units
from synthscope.imaging.normalisation import Normalisation
from synthscope.imaging.patches import Drawing, draw_patch


@dataclass(frozen=True, eq=False)
class Patches:
    """One batch: pixels (B, C, H, W) in the network's units, and class (B,), one more than the index, 0 for none."""

    pixels: Tensor
    label: Tensor

    def to(self, device: torch.device) -> Patches:
        """Move to a device."""
        return Patches(self.pixels.to(device), self.label.to(device))

    def part(self, index: slice) -> Patches:
        """Give a part of the batch."""
        return Patches(self.pixels[index], self.label[index])


@dataclass(frozen=True, eq=False)
class PatchSource:
    """Draws single patches of blocks (Z, Y, X, C) in the original dtype; `labels` is the class of each block."""

    blocks: Sequence[np.ndarray]
    drawing: Drawing
    normalisation: Normalisation
    seen: Seen
    labels: Sequence[int] = ()

    def patches(self, size: int, rng: np.random.Generator) -> Patches:
        """Draw a batch."""
        drawn = [draw_patch(self.blocks, self.drawing, rng, classes=self.labels) for _ in range(size)]
        pixels = to_units(np.stack([one.pixels[0] for one in drawn]), self.normalisation, self.seen)
        label = [1 + self.labels[one.block] if self.labels else 0 for one in drawn]
        return Patches(
            torch.from_numpy(np.ascontiguousarray(pixels.transpose(0, 3, 1, 2))), torch.tensor(label, dtype=torch.int64)
        )


def classes_in_turn(count: int, classes: int) -> list[int]:
    """Give the classes of images that show all of them, each one more than its index; 0 where there are none."""
    return [number % classes + 1 if classes else 0 for number in range(count)]
