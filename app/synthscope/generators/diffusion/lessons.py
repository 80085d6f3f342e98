"""What a training step sees: patches, holes, descriptors and noise, a function of seed and step alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from synthscope.generators.diffusion.conditions import ABSENT, Conditions, describe
from synthscope.generators.diffusion.configuration import NetworkConfiguration
from synthscope.generators.scale import to_units
from synthscope.imaging.normalisation import Normalisation
from synthscope.imaging.patches import PLANES, Drawing, Patch, draw_patch
from synthscope.imaging.random_masks import draw_hole

UNKNOWN = 0.35
"""The part of a batch of which no pixel is told: the same network is unconditional."""
TOLD = 0.5
"""The part of a batch to which descriptors are told; likewise for plane and label."""
BARE = 0.1
"""The part of a batch to which none of these is told, in models of classes or labels: what guidance leads away from."""
PARTLY = 0.25
"""The part of a batch whose label map is told in a part of the patch only, as a hand-drawn one may be."""
ALONE = 0.25
"""The part of a batch whose neighbouring slices are hidden: single images are known too."""


@dataclass(frozen=True, eq=False)
class Lesson:
    """One batch: clean slabs (B, slices, C, H, W), conditions, uniform numbers for sigma (B,), noise like clean."""

    clean: Tensor
    conditions: Conditions
    uniform: Tensor
    noise: Tensor

    def to(self, device: torch.device) -> Lesson:
        """Move to a device."""
        moved = (self.clean.to(device), self.conditions.to(device), self.uniform.to(device), self.noise.to(device))
        return Lesson(*moved)

    def part(self, index: slice) -> Lesson:
        """Give a part of the batch."""
        return Lesson(self.clean[index], self.conditions[index], self.uniform[index], self.noise[index])


@dataclass(frozen=True, eq=False)
class Teacher:
    """Draws lessons from blocks.

    Parameters
    ----------
    blocks : sequence of ndarray (Z, Y, X, C)
        In the original dtype.
    labels : sequence of int
        The class of each block, -1 for none; or empty.
    label_maps : sequence of ndarray (Z, Y, X)
        One for each block, or empty.
    """

    blocks: Sequence[np.ndarray]
    drawing: Drawing
    normalisation: Normalisation
    configuration: NetworkConfiguration
    labels: Sequence[int] = ()
    label_maps: Sequence[np.ndarray] = ()

    def lesson(self, size: int, rng: np.random.Generator, *, fixed: bool = False) -> Lesson:
        """Draw a batch.

        Its noise levels are spread evenly over all that are learned, from a beginning that is drawn: the loss of one
        batch then differs less from the next one's (Kingma et al. 2021, Appendix I.1).

        Parameters
        ----------
        fixed : bool
            Begin in the middle, so that looks at held-out data see the same levels whatever was drawn before.
        """
        patches = [self._patch(rng) for _ in range(size)]
        clean = np.stack([self._units(patch) for patch in patches])
        mask = np.stack([self._mask(patch, rng) for patch in patches])
        uniform = (np.arange(size) + (0.5 if fixed else rng.random())) / size
        noise = rng.standard_normal(clean.shape, dtype=np.float32)
        pixels = torch.from_numpy(clean)
        conditions = self._conditions(pixels, torch.from_numpy(mask), patches, rng)
        return Lesson(pixels, conditions, torch.from_numpy(uniform), torch.from_numpy(noise))

    def _patch(self, rng: np.random.Generator) -> Patch:
        return draw_patch(self.blocks, self.drawing, rng, classes=self.labels, label_maps=self.label_maps)

    def _units(self, patch: Patch) -> np.ndarray:
        return to_units(patch.pixels, self.normalisation, self.configuration).transpose(0, 3, 1, 2)

    def _mask(self, patch: Patch, rng: np.random.Generator) -> np.ndarray:
        """Mask a slab: all of it, one hole through it, the middle slice or a hole in it, or a hole in each."""
        slices, height, width = patch.pixels.shape[:3]
        mask = np.ones((slices, height, width), np.float32)
        if rng.random() >= UNKNOWN:
            kind = rng.random()
            if kind < 0.45:
                mask[:] = draw_hole((height, width), rng)
            elif kind < 0.8:
                mask[:] = 0
                mask[slices // 2] = draw_hole((height, width), rng) if slices == 1 or kind < 0.65 else 1
            else:
                mask[:] = [draw_hole((height, width), rng) for _ in range(slices)]
        mask[~self._there(patch, rng)] = ABSENT
        return mask

    def _there(self, patch: Patch, rng: np.random.Generator) -> np.ndarray:
        """Hide the neighbours of some patches."""
        there = patch.there.copy()
        if rng.random() < ALONE:
            there[:] = False
        there[there.size // 2] = True
        return there

    def _conditions(
        self, clean: Tensor, mask: Tensor, patches: Sequence[Patch], rng: np.random.Generator
    ) -> Conditions:
        known = clean * (mask == 0).to(clean.dtype)[:, :, None]
        described = describe(clean[:, self.configuration.context], self.configuration.threshold)
        told = torch.from_numpy(rng.random((len(patches), 2)) < TOLD).to(clean.dtype)
        descriptors = torch.stack([described * told, told], dim=2).flatten(1)
        plane = [1 + PLANES.index(patch.plane) for patch in patches]
        label = [1 + self.labels[patch.block] if self.labels else 0 for patch in patches]
        kept = rng.random((2, len(patches))) < (1 - TOLD / 5)
        indices = torch.from_numpy(np.where(kept, (plane, label), 0).astype(np.int64))
        conditions = Conditions(known, mask, descriptors, indices[0], indices[1])
        return self._with_wishes_dropped(conditions, patches, rng)

    def _with_wishes_dropped(
        self, conditions: Conditions, patches: Sequence[Patch], rng: np.random.Generator
    ) -> Conditions:
        """Add label maps, and drop all that is told of some patches; drawn last: other models learn as ever."""
        if not (self.configuration.classes or self.label_maps):
            return conditions
        bare = torch.from_numpy(rng.random(len(patches)) < BARE)
        label_map = None
        if self.label_maps:
            label_map = torch.from_numpy(np.stack([self._told(patch, rng) for patch in patches]))
            label_map[bare] = 0
        descriptors = conditions.descriptors * ~bare[:, None]
        return replace(conditions, descriptors=descriptors, label=conditions.label * ~bare, label_map=label_map)

    def _told(self, patch: Patch, rng: np.random.Generator) -> np.ndarray:
        """Give the label map of a patch (slices, Y, X) as `Conditions` says: all of it, a part, or nothing."""
        assert patch.label_map is not None
        told = label_indices(patch.label_map, self.configuration.label_values)
        kind = rng.random()
        if kind < TOLD / 5:
            told[:] = 0
        elif kind < TOLD / 5 + PARTLY:
            told[:, draw_hole(told.shape[1:], rng)] = 0
        return told


def label_indices(labels: np.ndarray, values: Sequence[int]) -> np.ndarray:
    """Give one more than the index of each label among `values`, which rise; 0 for one that is not among them."""
    known = np.asarray(values)
    found = np.searchsorted(known, labels).clip(0, len(known) - 1)
    return np.where(known[found] == labels, found + 1, 0).astype(np.int64)
