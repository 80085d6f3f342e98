"""Fill a hole with the solution of the biharmonic equation: values and slopes run on smoothly."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy import ndimage
from skimage.restoration import inpaint_biharmonic

from synthscope.generators.classical.harmonic import refuse_islands, slice_of
from synthscope.generators.classical.parameters import BiharmonicParameters
from synthscope.generators.classical.pixels import Block, read_block, require_hole
from synthscope.records.events import Job, Progress
from synthscope.records.generator import Inputs

MARGIN = 6
"""Known voxels kept around a part: the stencil reaches 2, and its one-sided forms at the border 4."""


class Biharmonic:
    """scikit-image's biharmonic inpainting, part by part."""

    def generate(self, inputs: Inputs, parameters: BiharmonicParameters, seed: int) -> Job[np.ndarray]:
        """Fill the mask; the seed changes nothing.

        Raises
        ------
        MaskError
            If a part of the mask touches no known voxel.
        """
        del seed
        block = read_block(inputs)
        require_hole(block)
        out = block.values.copy()
        flat = parameters.through == "slices" or block.known.shape[0] == 1
        parts = list(_slices(block) if flat else _parts(block))
        for done, part in enumerate(parts):
            yield Progress(done, len(parts), f"Part {done + 1} of {len(parts)}")
            _solve(block, part, out)
        return block.filled(out)


def _slices(block: Block) -> Iterator[tuple[slice, ...]]:
    for z in np.flatnonzero(block.unknown.any(axis=(1, 2))):
        for _, rows, columns in _parts(slice_of(block, int(z))):
            yield slice(z, z + 1), rows, columns


def _parts(block: Block) -> Iterator[tuple[slice, ...]]:
    """Give the boxes, with a margin, of parts of the mask that lie apart."""
    refuse_islands(block)
    near = ndimage.binary_dilation(block.unknown, np.ones((3, 3, 3)), iterations=2)
    labels, _ = ndimage.label(near)
    for box in ndimage.find_objects(labels):
        grown = zip(box, block.known.shape, strict=True)
        yield tuple(slice(max(s.start - MARGIN, 0), min(s.stop + MARGIN, n)) for s, n in grown)


def _solve(block: Block, part: tuple[slice, ...], out: np.ndarray) -> None:
    # voxels that are not a number are solved for as well, then left out
    hole = ~block.known[part]
    axes = tuple(i for i, n in enumerate(hole.shape) if n == 1)
    image = np.squeeze(block.values[part], axis=axes)
    filled = inpaint_biharmonic(image, np.squeeze(hole, axis=axes), channel_axis=-1, split_into_regions=False)
    mine = block.unknown[part]
    out[part][mine] = filled.reshape(out[part].shape)[mine]
