"""What is made beyond the edges of a field, and cut away.

Where an image ends the network sees nothing, so that its estimate of the last pixels is the poorest and noise is left
in them: of the specks of new images of 64 px, three in five lay in the two outermost pixels (docs/measured.md). So
whatever is made up to an edge is made a little farther.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from synthscope.records.generator import Inputs

RIM = 4
"""How far beyond an edge, in voxels."""


@dataclass(frozen=True)
class Rim:
    """How much is made beyond a field (Z, Y, X) and cut away: before and after it, on each axis."""

    widths: tuple[tuple[int, int], ...]

    def widened(self, inputs: Inputs) -> Inputs:
        """Give inputs of a wider field: what is known goes on mirrored, and so does what is not."""
        if inputs.task == "synthesize":
            assert inputs.size is not None, "asked for after the size"
            z, y, x = (n + sum(around) for n, around in zip(inputs.size, self.widths, strict=True))
            return replace(inputs, size=(z, y, x), control=self._wide(inputs.control))
        return replace(
            inputs,
            source=self._wide(inputs.source),
            mask=self._wide(inputs.mask),
            control=self._wide(inputs.control),
        )

    def cut(self, made: np.ndarray) -> np.ndarray:
        """Give the field itself of what was made, (Z, Y, X, C)."""
        return made[self.field(made.shape[:3])]

    def field(self, shape: tuple[int, ...]) -> tuple[slice, ...]:
        """Say where the field lies in a wider one of `shape` (Z, Y, X)."""
        return tuple(slice(before, n - after) for n, (before, after) in zip(shape, self.widths, strict=True))

    def _wide(self, pixels: np.ndarray | None) -> np.ndarray | None:
        if pixels is None:
            return None
        return np.pad(pixels, (*self.widths, *((0, 0),) * (pixels.ndim - 3)), mode="reflect")


def rim_of(unknown: np.ndarray, *, closed: bool, through: bool) -> Rim:
    """Say how much farther is made than `unknown` (Z, Y, X) reaches: on those edges that it touches.

    Parameters
    ----------
    closed : bool
        Opposite edges of slices meet: the field has none.
    through : bool
        The first and the last slice are edges too: of the planes that stand on them.
    """
    axes = () if closed else (0, 1, 2) if through else (1, 2)
    ends = [[unknown.take(end, axis).any() and axis in axes for end in (0, -1)] for axis in range(3)]
    return Rim(tuple((RIM * bool(first), RIM * bool(last)) for first, last in ends))
