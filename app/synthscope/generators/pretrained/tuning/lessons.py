"""What a step of a fine-tuning learns from: patches as the model sees them, holes, noise, times."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import torch
from torch import Tensor

from synthscope.generators.pretrained.pixels import COLOURS
from synthscope.generators.pretrained.resizing import resized
from synthscope.imaging.normalisation import Normalisation
from synthscope.imaging.patches import Drawing, draw_patch

WHOLE = 0.25
"""Part of the holes that are the whole image, as the inpainting models themselves were taught."""
MOST_BOXES = 4


@dataclass(frozen=True, eq=False)
class Lesson:
    """One batch.

    Parameters
    ----------
    pixels : Tensor (B, 3, R, R)
        Colours of -1 to 1.
    holes : Tensor (B, 1, R, R)
        1 where a model that fills sees nothing.
    spread, noise : Tensor (B, C, h, w)
        What draws the latents, and what is put on them.
    times : Tensor of int64 (B,)
    prior, prior_noise, prior_times
        Latents of class images with their noise and times; None without prior preservation.
    """

    pixels: Tensor
    holes: Tensor
    spread: Tensor
    noise: Tensor
    times: Tensor
    prior: Tensor | None = None
    prior_noise: Tensor | None = None
    prior_times: Tensor | None = None

    def to(self, device: torch.device) -> Lesson:
        """Move to a device."""
        return self._each(lambda one: one.to(device))

    def part(self, index: slice) -> Lesson:
        """Give a part of the batch."""
        return self._each(lambda one: one[index])

    def _each(self, change: Callable[[Tensor], Tensor]) -> Lesson:
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        return replace(self, **{name: change(value) for name, value in values.items() if value is not None})


@dataclass(frozen=True, eq=False)
class Album:
    """Draws patches of blocks (Z, Y, X, C) of one or three channels, at the side at which the model sees them."""

    blocks: Sequence[np.ndarray]
    drawing: Drawing
    normalisation: Normalisation
    side: int

    def colours(self, size: int, rng: np.random.Generator) -> Tensor:
        """Draw patches as colours (B, 3, R, R) of -1 to 1; grey ones are three equal channels."""
        drawn = np.stack([draw_patch(self.blocks, self.drawing, rng).pixels[0] for _ in range(size)])
        values = np.clip(self.normalisation.forward(drawn), -1, 1).astype(np.float32)
        if values.shape[-1] == 1:
            values = np.repeat(values, COLOURS, axis=-1)
        found: Tensor = resized(torch.from_numpy(values).movedim(-1, 1).contiguous(), self.side, self.side)
        return found.clamp(-1, 1)


@dataclass(frozen=True, eq=False)
class Draws:
    """Draws lessons.

    Parameters
    ----------
    shape : (int, int, int)
        Of latents (C, h, w).
    times : int
        How many strengths of noise the model knows.
    prior : Tensor (N, C, h, w), optional
        Latents of class images.
    """

    album: Album
    shape: tuple[int, int, int]
    times: int
    prior: Tensor | None = None

    def lesson(self, size: int, rng: np.random.Generator) -> Lesson:
        """Draw a batch."""
        lesson = Lesson(
            self.album.colours(size, rng), draw_holes(size, self.album.side, rng), self._noise(size, rng),
            self._noise(size, rng), torch.from_numpy(rng.integers(self.times, size=size)),
        )  # fmt: skip
        if self.prior is None:
            return lesson
        chosen = torch.from_numpy(rng.integers(len(self.prior), size=size))
        return replace(
            lesson, prior=self.prior[chosen], prior_noise=self._noise(size, rng),
            prior_times=torch.from_numpy(rng.integers(self.times, size=size)),
        )  # fmt: skip

    def exam(self, size: int, rng: np.random.Generator) -> Lesson:
        """Draw patches with evenly spread times: their loss hardly depends on luck."""
        times = torch.from_numpy(((np.arange(size) + 0.5) / size * self.times).astype(np.int64))
        return replace(self.lesson(size, rng), times=times, prior=None, prior_noise=None, prior_times=None)

    def _noise(self, size: int, rng: np.random.Generator) -> Tensor:
        return torch.from_numpy(rng.standard_normal((size, *self.shape), dtype=np.float32))


def draw_holes(size: int, side: int, rng: np.random.Generator) -> Tensor:
    """Draw holes (B, 1, R, R), 1 in them: a few boxes, or now and then the whole image."""
    holes = torch.zeros(size, 1, side, side)
    for hole in holes:
        if rng.random() < WHOLE:
            hole.fill_(1)
            continue
        for _ in range(int(rng.integers(1, MOST_BOXES + 1))):
            rows, columns = rng.integers(side // 8, side // 2 + 1, size=2)
            top, left = rng.integers(side - rows + 1), rng.integers(side - columns + 1)
            hole[0, top : top + rows, left : left + columns] = 1
    return holes
