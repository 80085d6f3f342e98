"""Where the blocks of a quilt lie, and where they meet."""

from __future__ import annotations

import math

from synthscope.generators.classical.parameters import QuiltParameters
from synthscope.imaging.windows import meeting_lines
from synthscope.records.generator import Joints, Whole

FEWEST_STARTS = 64
"""A piece is made smaller until it can be copied from at least so many places, if it can be at all."""


def block_starts(n: int, width: int, overlap: float) -> list[int]:
    """Give the starts of blocks of a width along an axis of n voxels."""
    step = max(width - max(round(width * overlap), 1), 1) if width > 1 else 1
    return sorted({min(a, n - width) for a in range(0, max(n - width, 0) + step, step)})


def quilt_joints(whole: Whole, parameters: QuiltParameters) -> Joints:
    """Say where blocks meet; not where the example is so small that blocks had to be smaller than was asked for."""
    if whole.example is None:
        return (), ()
    wide = (parameters.depth, parameters.block, parameters.block)
    depth, *sides = (min(*lengths) for lengths in zip(wide, whole.shape, whole.example, strict=True))
    size = (depth, min(sides), min(sides))
    if math.prod(n - side + 1 for n, side in zip(whole.example, size, strict=True)) < FEWEST_STARTS:
        return (), ()
    spans = (
        [(start, start + size[axis]) for start in block_starts(whole.shape[axis], size[axis], parameters.overlap)]
        for axis in (1, 2)
    )
    return meeting_lines(next(spans), whole.shape[1]), meeting_lines(next(spans), whole.shape[2])
