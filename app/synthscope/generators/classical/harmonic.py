"""Fill a hole with the solution of Laplace's equation: the smoothest membrane through its border."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from synthscope.errors import MaskError
from synthscope.generators.classical.parameters import HarmonicParameters
from synthscope.generators.classical.pixels import Block, read_block, require_hole
from synthscope.imaging.membranes import solve_membrane
from synthscope.records.events import Job, Progress
from synthscope.records.generator import Inputs


class Harmonic:
    """The discrete Laplace equation on anisotropic voxels, solved exactly."""

    def generate(self, inputs: Inputs, parameters: HarmonicParameters, seed: int) -> Job[np.ndarray]:
        """Fill the mask; the seed changes nothing.

        Raises
        ------
        MaskError
            If a part of the mask touches no known voxel.
        """
        del seed
        block = read_block(inputs)
        require_hole(block)
        if parameters.through == "volume" or block.known.shape[0] == 1:
            return block.filled((yield from _membrane(block, "Solving Laplace's equation")))
        out = block.values.copy()
        slices = np.flatnonzero(block.unknown.any(axis=(1, 2)))
        for done, z in enumerate(slices):
            yield Progress(done, len(slices), f"Slice {z + 1}")
            out[z : z + 1] = yield from _membrane(slice_of(block, int(z)), f"Slice {z + 1}")
        return block.filled(out)


def slice_of(block: Block, z: int) -> Block:
    """Give one slice of a block, still (1, Y, X, C)."""
    part = slice(z, z + 1)
    return Block(
        block.values[part], block.known[part], block.unknown[part], block.dtype, block.limits, block.voxel_size
    )


def _membrane(block: Block, text: str) -> Job[np.ndarray]:
    """Fill the unknown voxels of a block; ones that are not a number are no part of the domain."""
    refuse_islands(block)
    filled = yield from solve_membrane(block.values, block.known, block.unknown, block.voxel_size, text=text)
    return filled


def refuse_islands(block: Block) -> None:
    """Refuse a part of the mask that touches no known voxel: nothing says what belongs there."""
    parts, n = ndimage.label(block.unknown)
    touched = np.unique(parts[ndimage.binary_dilation(block.known) & block.unknown])
    if len(touched) < n:
        raise MaskError(
            f"{n - len(touched)} of {n} parts of the mask touch no known voxel; "
            "make the mask smaller or the region of context larger."
        )
