"""Image quilting: a new texture of overlapping blocks, cut where they differ least."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np

from synthscope.generators.classical.blocks import block_starts
from synthscope.generators.classical.canvas import Box, Canvas, empty_canvas
from synthscope.generators.classical.exemplar import (
    coarse_of,
    copied_pixels,
    largest_piece,
    make_example,
    wanted_size,
    within,
)
from synthscope.generators.classical.laying import Workshop, fitting_size
from synthscope.generators.classical.parameters import QuiltParameters
from synthscope.generators.classical.pixels import read_block
from synthscope.records.events import Job, Preview, Progress
from synthscope.records.generator import Inputs

PREVIEW_EVERY = 25


class Quilt:
    """Efros & Freeman 2001, in the plane and, with blocks, through a stack.

    The minimum error boundary is found as a minimum cut, which is not bound to run straight through
    the overlap, needs no special case at corners and has a counterpart in three dimensions.
    """

    def generate(self, inputs: Inputs, parameters: QuiltParameters, seed: int) -> Job[np.ndarray]:
        """Make one candidate of real source values.

        Raises
        ------
        InputError
            If there is no source, or no size to synthesize.
        """
        block = read_block(inputs)
        guided = inputs.task == "vary"
        shape = wanted_size(inputs, block)
        example = make_example(block, coarse_of(block, parameters.block) if guided else None)
        nothing = np.zeros(shape, dtype=bool)
        blank = np.zeros((*shape, example.packed.shape[-1]), dtype=np.float32)
        canvas = empty_canvas(blank, nothing, ~nothing, example.guide)
        wide = (parameters.depth, parameters.block, parameters.block)
        size = fitting_size(example, within(wide, shape))
        shop = Workshop(
            canvas,
            example,
            size,
            reach=max(shape + block.known.shape),
            variety=parameters.variety,
            rng=np.random.default_rng(seed),
            home=guided,
            fidelity=parameters.fidelity,
            apart=size[1] // 2 if guided else 0,
        )
        for done, (start, total) in enumerate(_raster(canvas, size, parameters.overlap)):
            yield Progress(done, total, "Laying blocks")
            shop.lay_piece(start)
            if done % PREVIEW_EVERY == PREVIEW_EVERY - 1:
                yield Preview(copied_pixels(block, canvas), f"{done + 1} of {total} blocks")
        yield Progress(1, 1, f"Largest copied piece: {largest_piece(canvas)} voxels")
        return copied_pixels(block, canvas)


def _raster(canvas: Canvas, size: Box, overlap: float) -> Iterator[tuple[Box, int]]:
    """Give the starts of the blocks in reading order, and how many there are."""
    lines = [block_starts(n, width, overlap) for n, width in zip(canvas.shape, size, strict=True)]
    total = len(lines[0]) * len(lines[1]) * len(lines[2])
    for z, y, x in product(*lines):
        yield (z, y, x), total
