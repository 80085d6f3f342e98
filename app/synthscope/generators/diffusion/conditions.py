"""What a prior is told beside the noisy pixels: known pixels, mask, descriptors, plane, class, labels; droppable."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - torch's own name for it

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
    label_map : Tensor of int64 (B, slices, H, W), optional
        One more than the index of each pixel's label; 0 where it is not told. None: told nowhere.
    """

    known: Tensor
    mask: Tensor
    descriptors: Tensor
    plane: Tensor
    label: Tensor
    label_map: Tensor | None = None

    def to(self, device: torch.device) -> Conditions:
        """Move to a device."""
        return self._changed(lambda part: part.to(device))

    def __getitem__(self, index: slice) -> Conditions:
        """Give a part of the batch."""
        return self._changed(lambda part: part[index])

    @property
    def wished(self) -> bool:
        """Whether anything is told that is no pixel: descriptors, class or label map."""
        wishes = (self.descriptors, self.label, self.label_map)
        return any(bool((wish != 0).any()) for wish in wishes if wish is not None)

    def without_wishes(self) -> Conditions:
        """Drop descriptors, class and label map; pixels, mask and plane are facts and stay."""
        nothing = torch.zeros_like(self.label)
        return replace(self, descriptors=torch.zeros_like(self.descriptors), label=nothing, label_map=None)

    def _changed(self, change: Callable[[Tensor], Tensor]) -> Conditions:
        known, mask, descriptors, plane, label = map(
            change, (self.known, self.mask, self.descriptors, self.plane, self.label)
        )
        label_map = None if self.label_map is None else change(self.label_map)
        return Conditions(known, mask, descriptors, plane, label, label_map)


def unconditional(mask: Tensor, channels: int) -> Conditions:
    """Give the conditions of a batch of which nothing is told; `mask` (B, slices, H, W) says which slices are there."""
    batch, slices, height, width = mask.shape
    zero = torch.zeros(batch, dtype=torch.int64, device=mask.device)
    known = mask.new_zeros(batch, slices, channels, height, width)
    return Conditions(known, mask, mask.new_zeros(batch, 4), zero, zero)


def assemble(noisy: Tensor, conditions: Conditions, map_channels: int = 0) -> Tensor:
    """Lay noisy (B, slices, C, H, W), known pixels, mask and label map out as the channels of the network's input.

    A slice that is not there holds zeros. Of a known pixel the noisy value is still given: with the known
    one it tells the noise, which neighbouring pixels do not share. `map_channels` is that of the network: 0
    for one that knows no label maps.
    """
    there = (conditions.mask != ABSENT)[:, :, None]
    parts = [(noisy * there).flatten(1, 2), conditions.known.flatten(1, 2), conditions.mask]
    if map_channels:
        told = conditions.label_map
        indices = torch.zeros_like(conditions.mask, dtype=torch.int64) if told is None else told
        parts.append((F.one_hot(indices, map_channels).movedim(-1, 2) * there).to(noisy.dtype).flatten(1, 2))
    return torch.cat(parts, dim=1)


def describe(clean: Tensor, threshold: float) -> Tensor:
    """Give mean and phase fraction of patches (B, C, H, W), of the first channel: (B, 2)."""
    first = clean[:, 0].flatten(1)
    return torch.stack([first.mean(dim=1), (first > threshold).to(first.dtype).mean(dim=1)], dim=1)
