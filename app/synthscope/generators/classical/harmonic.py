"""Fill a hole with the solution of Laplace's equation: the smoothest membrane through its border."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from synthscope.errors import MaskError
from synthscope.generators.classical.parameters import HarmonicParameters
from synthscope.generators.classical.pixels import Block, read_block, require_hole
from synthscope.generators.classical.solving import assemble, conjugate_gradients, neighbour_edges
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
            return block.filled((yield from solve_membrane(block, "Solving Laplace's equation")))
        out = block.values.copy()
        slices = np.flatnonzero(block.unknown.any(axis=(1, 2)))
        for done, z in enumerate(slices):
            yield Progress(done, len(slices), f"Slice {z + 1}")
            out[z : z + 1] = yield from solve_membrane(slice_of(block, int(z)), f"Slice {z + 1}")
        return block.filled(out)


def slice_of(block: Block, z: int) -> Block:
    """Give one slice of a block, still (1, Y, X, C)."""
    part = slice(z, z + 1)
    return Block(
        block.values[part], block.known[part], block.unknown[part], block.dtype, block.limits, block.voxel_size
    )


def solve_membrane(block: Block, text: str) -> Job[np.ndarray]:
    """Solve ``div grad u = 0`` in the unknown voxels, with the known ones as boundary values.

    The edges of the image let nothing through (Neumann). Voxels that are neither known nor unknown
    (not a number) are no part of the domain.

    Returns
    -------
    ndarray of float64 (Z, Y, X, C)
        `block.values` with the unknown voxels filled.
    """
    refuse_islands(block)
    unknown = np.flatnonzero(block.unknown)
    number = np.full(block.unknown.size, -1)
    number[unknown] = np.arange(len(unknown))
    flat = block.values.reshape(-1, block.values.shape[-1])
    offset = flat[block.known.ravel()].mean(axis=0)
    low, high, weight = _joined(block)
    inner = (number[low] >= 0) & (number[high] >= 0)
    matrix = assemble(number[low[inner]], number[high[inner]], weight[inner], len(unknown))
    right, diagonal = _boundary(number, low[~inner], high[~inner], weight[~inner], flat - offset)
    matrix.setdiag(matrix.diagonal() + diagonal)
    solution = yield from conjugate_gradients(matrix, right, text=text)
    out = flat.copy()
    out[unknown] = solution + offset
    return out.reshape(block.values.shape)


def refuse_islands(block: Block) -> None:
    """Refuse a part of the mask that touches no known voxel: nothing says what belongs there."""
    parts, n = ndimage.label(block.unknown)
    touched = np.unique(parts[ndimage.binary_dilation(block.known) & block.unknown])
    if len(touched) < n:
        raise MaskError(
            f"{n - len(touched)} of {n} parts of the mask touch no known voxel; "
            "make the mask smaller or the region of context larger."
        )


def _joined(block: Block) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    unknown = block.unknown.ravel()
    found = []
    for edges in neighbour_edges(block.known | block.unknown, block.voxel_size):
        needed = unknown[edges.low] | unknown[edges.high]
        low, high = edges.low[needed], edges.high[needed]
        found.append((low, high, np.full(len(low), edges.weight)))
    low, high, weight = (np.concatenate(part) for part in zip(*found, strict=True))
    return low, high, weight


def _boundary(
    number: np.ndarray, low: np.ndarray, high: np.ndarray, weight: np.ndarray, values: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Give the right side and the addition to the diagonal of edges with one known end."""
    swap = number[low] < 0
    inside, outside = np.where(swap, high, low), np.where(swap, low, high)
    size = int(number.max()) + 1
    rows = number[inside]
    right = np.stack(
        [np.bincount(rows, weight * values[outside, c], size) for c in range(values.shape[1])], axis=1
    )
    return right, np.bincount(rows, weight, size)
