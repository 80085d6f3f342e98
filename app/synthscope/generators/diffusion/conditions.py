"""What a prior is told beside the noisy pixels: known pixels, mask, descriptors, plane, label; each droppable."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

ABSENT = -1.0
"""In the mask's channel: a neighbouring slice that is not there."""


@dataclass(frozen=True, eq=False)
class Conditions:
    """Conditions of a batch.

    Parameters
    ----------
    known : Tensor (B, slices, C, H, W)
        Known pixels in the network's units; zero where unknown.
    mask : Tensor (B, slices, H, W)
        1 where unknown, 0 where known, `ABSENT` where there is no slice.
    descriptors : Tensor (B, 4)
        Mean, phase fraction, and 1 for each that is told.
    plane, label : Tensor of int64 (B,)
        One more than the index; 0 where dropped.
    """

    known: Tensor
    mask: Tensor
    descriptors: Tensor
    plane: Tensor
    label: Tensor

    def to(self, device: torch.device) -> Conditions:
        """Move to a device."""
        return Conditions(*(part.to(device) for part in self._parts()))

    def __getitem__(self, index: slice) -> Conditions:
        """Give a part of the batch."""
        return Conditions(*(part[index] for part in self._parts()))

    def _parts(self) -> tuple[Tensor, ...]:
        return self.known, self.mask, self.descriptors, self.plane, self.label


def unconditional(mask: Tensor, channels: int) -> Conditions:
    """Give the conditions of a batch of which nothing is told; `mask` (B, slices, H, W) says which slices are there."""
    batch, slices, height, width = mask.shape
    zero = torch.zeros(batch, dtype=torch.int64, device=mask.device)
    known = mask.new_zeros(batch, slices, channels, height, width)
    return Conditions(known, mask, mask.new_zeros(batch, 4), zero, zero)


def assemble(noisy: Tensor, conditions: Conditions) -> Tensor:
    """Lay noisy (B, slices, C, H, W), known pixels and mask out as the channels of the network's input.

    A slice that is not there holds zeros. Of a known pixel the noisy value is still given: with the known
    one it tells the noise, which neighbouring pixels do not share.
    """
    there = (conditions.mask != ABSENT)[:, :, None]
    return torch.cat([(noisy * there).flatten(1, 2), conditions.known.flatten(1, 2), conditions.mask], dim=1)


def describe(clean: Tensor, threshold: float) -> Tensor:
    """Give mean and phase fraction of patches (B, C, H, W), of the first channel: (B, 2)."""
    first = clean[:, 0].flatten(1)
    return torch.stack([first.mean(dim=1), (first > threshold).to(first.dtype).mean(dim=1)], dim=1)
