"""Fill holes and make images from real pieces: searched, cut, refined, blended."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from scipy import ndimage
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from synthscope.errors import InputError
from synthscope.generators.classical.blending import bend
from synthscope.generators.classical.canvas import (
    Box,
    Canvas,
    Example,
    empty_canvas,
    measure_unrest,
    pack,
    positions,
)
from synthscope.generators.classical.laying import Front, Workshop, fitting_size, worst_seams
from synthscope.generators.classical.parameters import ExemplarParameters
from synthscope.generators.classical.pixels import Block, read_block, require_hole
from synthscope.generators.classical.precision import fit_precision
from synthscope.imaging.solving import neighbour_edges
from synthscope.records.events import Job, Preview, Progress
from synthscope.records.generator import Inputs

PIECE_VOXELS = 1600
"""Volume that a piece spanning several slices may have."""
BATCH = 16
"""Windows that are cut again between two looks at where the seams show most."""


class Exemplar:
    """Texture synthesis and hole filling by copied pieces, in the plane and through a stack."""

    def generate(self, inputs: Inputs, parameters: ExemplarParameters, seed: int) -> Job[np.ndarray]:
        """Make one candidate; the last progress tells the size of the largest copied piece.

        Raises
        ------
        MaskError
            If the mask is empty, or leaves nothing to copy from.
        InputError
            If there is no source, or no size to synthesize.
        """
        block = read_block(inputs)
        rng = np.random.default_rng(seed)
        if inputs.task == "inpaint":
            return (yield from _fill(block, parameters, rng))
        guided = inputs.task == "vary"
        size = wanted_size(inputs, block)
        example = make_example(block, coarse_of(block, parameters.patch) if guided else None)
        nothing = np.zeros(size, dtype=bool)
        canvas = empty_canvas(np.zeros((*size, example.packed.shape[-1])), nothing, ~nothing, example.guide)
        result = yield from _work(block, canvas, example, parameters, rng, home=guided)
        return block.restored(result)


def make_example(block: Block, guide: np.ndarray | None = None) -> Example:
    """Turn a block into an example: channels in units of their spread, with grain and unrest."""
    values = standardised(block)
    return Example(pack(values, block.known), block.known, guide, measure_unrest(values, block.known))


def standardised(block: Block) -> np.ndarray:
    """Give the known values in units of each channel's standard deviation: float32, zero elsewhere."""
    known = block.values[block.known]
    scaled: np.ndarray = np.where(block.known[..., None], (block.values - known.mean(axis=0)) / spread(block), 0)
    return scaled.astype(np.float32)


def spread(block: Block) -> np.ndarray:
    """Give the standard deviation of each channel's known values, 1 where there is none."""
    found = block.values[block.known].std(axis=0)
    return np.asarray(np.where(found > 0, found, 1.0))


def coarse_of(block: Block, patch: int) -> np.ndarray:
    """Give the coarse layout: a Gaussian of a sixth of the patch's width, known voxels only."""
    sigma = tuple(patch / 6 if n > 1 else 0 for n in block.known.shape)
    covered = np.maximum(ndimage.gaussian_filter(block.known.astype(np.float32), sigma), 1e-3)
    values = standardised(block)
    smooth = [ndimage.gaussian_filter(values[..., c], sigma) / covered for c in range(values.shape[-1])]
    return np.stack(smooth, axis=-1)


def wanted_size(inputs: Inputs, block: Block) -> Box:
    """Give the size (Z, Y, X) of a new image: asked for, or the source's for a variation."""
    if inputs.task == "vary":
        z, y, x = block.known.shape
        return z, y, x
    if inputs.size is None or min(inputs.size) < 1:
        raise InputError(f"A new image needs a size of at least one voxel, not {inputs.size}; name one.")
    return inputs.size


def _fill(block: Block, parameters: ExemplarParameters, rng: np.random.Generator) -> Job[np.ndarray]:
    require_hole(block)
    near = _surroundings(block, parameters)
    part = replace(block, values=block.values[near], known=block.known[near], unknown=block.unknown[near])
    example = make_example(part)
    canvas = empty_canvas(example.packed, part.known, part.unknown, None)
    result = block.values.copy()
    result[near] = yield from _work(part, canvas, example, parameters, rng, home=True)
    return block.filled(result)


def _surroundings(block: Block, parameters: ExemplarParameters) -> tuple[slice, ...]:
    """Give the box around the hole that pieces can come from."""
    margin = parameters.reach + parameters.patch
    found = ndimage.find_objects(block.unknown.astype(np.uint8))[0]
    return tuple(
        slice(max(s.start - margin, 0), min(s.stop + margin, n)) for s, n in zip(found, block.known.shape, strict=True)
    )


def _work(
    block: Block,
    canvas: Canvas,
    example: Example,
    parameters: ExemplarParameters,
    rng: np.random.Generator,
    *,
    home: bool,
) -> Job[np.ndarray]:
    """Lay, cut again, blend; give the values of the whole canvas in the source's units."""
    size = fitting_size(example, within(_piece_size(parameters, canvas.shape), canvas.shape))
    shop = Workshop(
        canvas,
        example,
        size,
        parameters.reach,
        parameters.variety,
        rng,
        home=home,
        fidelity=parameters.fidelity,
        apart=size[1] // 2 if canvas.guide is not None else 0,
    )
    pieces = yield from _lay_all(shop)
    yield Preview(copied_pixels(block, canvas), "Pieces laid")
    yield from _cut_again(shop, pieces * parameters.passes)
    yield Preview(copied_pixels(block, canvas), "Seams cut again")
    precision = fit_precision(example.values, example.valid, block.voxel_size)
    added = yield from bend(canvas, example, precision, parameters.blending)
    yield Progress(1, 1, f"Largest copied piece: {largest_piece(canvas)} voxels")
    result: np.ndarray = _from_source(block, canvas) + added * spread(block)
    return result


def _piece_size(parameters: ExemplarParameters, shape: Box) -> Box:
    """Give the size of a piece: in a stack narrower, for large solid pieces fit nowhere well."""
    depth, across = min(parameters.depth, shape[0]), parameters.patch
    if depth > 1:
        across = min(across, max(math.isqrt(PIECE_VOXELS // depth), 5))
    return depth, across, across


def within(size: Box, shape: Box) -> Box:
    """Give a size that is nowhere larger than `shape`."""
    z, y, x = (min(s, n) for s, n in zip(size, shape, strict=True))
    return z, y, x


def _lay_all(shop: Workshop) -> Job[int]:
    front = Front(shop.canvas, shop.size)
    total, pieces = int(np.count_nonzero(shop.canvas.hole)), 0
    while (start := front.next(shop.rng)) is not None:
        yield Progress(int(np.count_nonzero(shop.canvas.made)), total, "Laying pieces")
        shop.lay_piece(start)
        front.laid(start)
        pieces += 1
    return pieces


def _cut_again(shop: Workshop, count: int) -> Job[None]:
    for first in range(0, count, BATCH):
        todo = min(BATCH, count - first)
        for done, start in enumerate(worst_seams(shop.canvas, shop.example, shop.size, todo, shop.rng)):
            yield Progress(first + done, count, "Cutting seams again")
            shop.relay_piece(start)


def _from_source(block: Block, canvas: Canvas) -> np.ndarray:
    """Give real source values, read where each voxel was copied from: float64 (Z, Y, X, C)."""
    z, y, x = np.moveaxis(positions((0, 0, 0), canvas.shape) + canvas.offset, -1, 0)
    shape = block.known.shape
    values: np.ndarray = block.values[z.clip(0, shape[0] - 1), y.clip(0, shape[1] - 1), x.clip(0, shape[2] - 1)]
    return values


def copied_pixels(block: Block, canvas: Canvas) -> np.ndarray:
    """Give the canvas in real source values, of the source's dtype."""
    return block.restored(_from_source(block, canvas))


def largest_piece(canvas: Canvas) -> int:
    """Count the voxels of the largest connected piece that was copied at one offset."""
    flat = canvas.offset.reshape(-1, 3)
    found = []
    for edges in neighbour_edges(canvas.hole, (1.0, 1.0, 1.0)):
        same = (flat[edges.low] == flat[edges.high]).all(axis=1)
        found.append((edges.low[same], edges.high[same]))
    low, high = (np.concatenate(ends) for ends in zip(*found, strict=True))
    n = math.prod(canvas.shape)
    _, parts = connected_components(coo_array((np.ones(len(low), dtype=bool), (low, high)), shape=(n, n)), False)
    return int(np.bincount(parts[canvas.hole.ravel()]).max())
