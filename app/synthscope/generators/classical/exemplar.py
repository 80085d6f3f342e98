"""Fill holes and make images from real pieces: searched, cut, refined, blended."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy import ndimage

from synthscope.errors import MaskError
from synthscope.generators.classical.blending import bend
from synthscope.generators.classical.canvas import Box, Canvas, Example, empty_canvas, measure_unrest, pack, window
from synthscope.generators.classical.cutting import cut_piece, lay
from synthscope.generators.classical.matching import Layer, score, search_box
from synthscope.generators.classical.parameters import ExemplarParameters
from synthscope.generators.classical.precision import fit_precision
from synthscope.generators.classical.pixels import Block, read_block, require_hole
from synthscope.records.events import Job, Preview, Progress
from synthscope.records.generator import Inputs

LAM = 1.0
TRIES = 3
"""Pieces that are cut on trial at each place; the one whose seam shows least is laid."""


class Exemplar:
    """Texture synthesis and hole filling by copied pieces."""

    def generate(self, inputs: Inputs, parameters: ExemplarParameters, seed: int) -> Job[np.ndarray]:
        """Make one candidate."""
        rng = np.random.default_rng(seed)
        block = read_block(inputs)
        require_hole(block)
        values, scale = standardised(block)
        packed = pack(values, block.known)
        example = Example(packed, block.known, unrest=LAM * measure_unrest(values, block.known))
        canvas = empty_canvas(packed, block.known, block.unknown, None)
        size = fitting_size(example, (parameters.depth, parameters.patch, parameters.patch))
        reach = (parameters.reach,) * 3
        made = 0
        total = canvas.hole.sum()
        while not canvas.made[canvas.hole].all():
            yield Progress(int(canvas.made.sum()), 2*int(total), "Laying pieces")
            start = canvas.box_around(next_place(canvas, size, rng), size)
            place(canvas, example, start, size, reach, parameters.variety, rng)
            made += 1
        for i in range(made * parameters.passes):
            yield Progress(i, made * parameters.passes, "Cutting seams again")
            start = canvas.box_around(worst_place(canvas, example, rng), size)
            improve(canvas, example, start, size, reach, parameters.variety, rng)
        added = yield from bend(canvas, example, fit_precision(values, block.known, block.voxel_size), parameters.blending)
        self.debug = canvas, added
        return block.filled((canvas.values + added) * scale[1] + scale[0])


def standardised(block):
    known = block.values[block.known]
    mean, spread = known.mean(axis=0), known.std(axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    values = np.where(block.known[..., None], (block.values - mean) / spread, 0).astype(np.float32)
    return values, (mean, spread)


def fitting_size(example: Example, wanted) -> Box:
    size = tuple(min(w, n) for w, n in zip(wanted, example.valid.shape, strict=True))
    while not example.starts(size).any():
        smaller = tuple(max(int(n * 0.75), min(n, 1)) for n in size)
        if smaller == size or max(smaller)<3:
            raise MaskError("nothing to copy from")
        size = smaller
    return size


def next_place(canvas: Canvas, size: Box, rng) -> tuple[int, ...]:
    done = canvas.real | canvas.made
    todo = canvas.hole & ~canvas.made
    confidence = ndimage.uniform_filter(done.astype(np.float32), size=size, mode="constant")
    confidence[~todo] = -1
    near = np.flatnonzero(confidence >= confidence.max() * 0.9)
    return np.unravel_index(rng.choice(near), canvas.shape)


def template(canvas, start, size):
    here = window(start, size)
    done = canvas.real[here] | canvas.made[here]
    todo = canvas.hole[here] & ~canvas.made[here]
    if todo.any():
        distance = ndimage.distance_transform_edt(~todo)
        weight = done * np.exp(-distance / (max(size) / 4))
    else:
        weight = done.astype(float)
    return canvas.values[here], weight


def place(canvas, example, start, size, reach, variety, rng):
    values, weight = template(canvas, start, size)
    origin, shape = search_box(example, size, start, reach)
    scores = score([Layer(example.values, values, weight, example.unrest)], example, size, origin, shape)
    cuts = [cut_piece(canvas, example, start, size, s) for s in scores.draw(rng, variety, TRIES)]
    lay(canvas, min(cuts, key=lambda c: c.energy))


def seam_map(canvas, example):
    out = np.zeros(canvas.hole.shape)
    for axis in range(3):
        p = tuple(slice(None, -1) if a == axis else slice(None) for a in range(3))
        q = tuple(slice(1, None) if a == axis else slice(None) for a in range(3))
        pos = np.stack(np.meshgrid(*map(np.arange, canvas.shape), indexing="ij"), -1)
        for a, b in ((p, q), (q, p)):
            v, ok = example.look(pos[a] + canvas.offset[b])
            d = np.where(ok & canvas.hole[b], np.abs(v - canvas.packed[a])[..., :-1].mean(-1) / (v[..., -1] + canvas.packed[a][..., -1]), 0)
            out[b] += d
    return out


def worst_place(canvas, example, rng):
    seam = seam_map(canvas, example) * canvas.hole
    p = seam.ravel() ** 2
    if p.sum() == 0: p = canvas.hole.ravel().astype(float)
    return np.unravel_index(rng.choice(p.size, p=p / p.sum()), canvas.shape)


def improve(canvas, example, start, size, reach, variety, rng):
    values, weight = template(canvas, start, size)
    origin, shape = search_box(example, size, start, reach)
    scores = score([Layer(example.values, values, weight, example.unrest)], example, size, origin, shape)
    here = window(start, size)
    for o in np.unique(canvas.offset[here][canvas.hole[here]], axis=0):
        scores.forbid(np.array(start) + o, 1)
    cuts = [cut_piece(canvas, example, start, size, s) for s in scores.draw(rng, variety, TRIES)]
    if cuts:
        lay(canvas, min(cuts, key=lambda c: c.energy))
