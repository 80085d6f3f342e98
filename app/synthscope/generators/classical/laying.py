"""Lay pieces on a canvas: where next, which piece, and where a seam is worth cutting again."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from synthscope.errors import MaskError
from synthscope.generators.classical.blocks import FEWEST_STARTS
from synthscope.generators.classical.canvas import Box, Canvas, Example, window
from synthscope.generators.classical.cutting import Cut, cut_piece, lay, relative_step
from synthscope.generators.classical.matching import Layer, Scores, score, search_box

TRIES = 4
"""Pieces that are cut on trial at each place; the one whose seam shows least is laid."""
SEARCH_VOXELS = 300_000
"""The search is kept near enough to look at no more voxels than this, so that cancelling is felt at once."""


@dataclass(frozen=True, eq=False)
class Workshop:
    """What laying a piece needs.

    Parameters
    ----------
    size : Box
        Of a piece.
    reach : int
        How far (px) from its place a piece is looked for.
    variety : float
        How much worse than the best, in parts of the unpredictable variance, a piece may fit.
    home : bool
        Whether canvas and example share coordinates; otherwise pieces are looked for anywhere.
    fidelity : float
        Weight of the guides.
    apart : int
        Pieces are not taken from nearer than this (px) to their own place; 0 for no limit.
    """

    canvas: Canvas
    example: Example
    size: Box
    reach: int
    variety: float
    rng: np.random.Generator
    home: bool = True
    fidelity: float = 0.0
    apart: int = 0

    def lay_piece(self, start: Box) -> None:
        """Lay a piece on the window at `start`, where something is still to be made."""
        self._lay_best(start, self._scores(start, self._border_weight(start)))

    def relay_piece(self, start: Box) -> None:
        """Offer the window at `start` other pieces; the cut takes them only where that hides a seam."""
        here = window(start, self.size)
        scores = self._scores(start, (self.canvas.real[here] | self.canvas.made[here]).astype(np.float32))
        for offset in np.unique(self.canvas.offset[here][self.canvas.hole[here]], axis=0):
            z, y, x = (int(a + b) for a, b in zip(start, offset, strict=True))
            scores = scores.without((z, y, x), 1)
        self._lay_best(start, scores)

    def _lay_best(self, start: Box, scores: Scores) -> None:
        cuts: list[Cut] = [
            cut_piece(self.canvas, self.example, start, self.size, source)
            for source in scores.draw(self.rng, self.variety, TRIES)
        ]
        if cuts:
            lay(self.canvas, min(cuts, key=lambda cut: cut.energy))

    def _scores(self, start: Box, weight: np.ndarray) -> Scores:
        here = window(start, self.size)
        layers = [Layer(self.example.values, self.canvas.values[here], weight, self.example.unrest)]
        if self.canvas.guide is not None and self.example.guide is not None:
            even = np.full(self.size, self.fidelity, dtype=np.float32)
            layers.append(Layer(self.example.guide, self.canvas.guide[here], even))
        origin, shape = search_box(self.example, self.size, self._around(start), self._reach())
        scores = score(layers, self.example, self.size, origin, shape)
        return scores.without(start, self.apart) if self.apart else scores

    def _border_weight(self, start: Box) -> np.ndarray:
        """Weigh what is there by its nearness to what is to be made."""
        here = window(start, self.size)
        done = self.canvas.real[here] | self.canvas.made[here]
        todo = self.canvas.hole[here] & ~self.canvas.made[here]
        distance = ndimage.distance_transform_edt(~todo)
        weight: np.ndarray = (done * np.exp(-4 * distance / max(self.size))).astype(np.float32)
        return weight

    def _around(self, start: Box) -> Box:
        if self.home:
            return start
        z, y, x = (int(self.rng.integers(n)) for n in self.example.starts(self.size).shape)
        return z, y, x

    def _reach(self) -> Box:
        depth = min(self.example.valid.shape[0], 3 * self.size[0])
        width = math.isqrt(max(SEARCH_VOXELS // depth, 1))
        across = max(min(self.reach, (width - self.size[1]) // 2), 8)
        return self.size[0], across, across


class Front:
    """Where the next piece goes: beside what is there already, with as much of it in the window as can be."""

    def __init__(self, canvas: Canvas, size: Box) -> None:
        self._canvas, self._size = canvas, size
        self._context = np.full(canvas.shape, -1.0, dtype=np.float32)
        self._update((0, 0, 0), canvas.shape)

    def next(self, rng: np.random.Generator) -> Box | None:
        """Draw the start of a window, or None when nothing is left to be made."""
        best = float(self._context.max())
        if best < 0:
            return None
        near = np.flatnonzero(self._context >= 0.9 * best)
        centre = np.unravel_index(int(rng.choice(near)), self._canvas.shape)
        return self._canvas.box_around(tuple(int(c) for c in centre), self._size)

    def laid(self, start: Box) -> None:
        """Take note of a piece laid at `start`."""
        low = [max(a - s, 0) for a, s in zip(start, self._size, strict=True)]
        high = [min(a + 2 * s, n) for a, s, n in zip(start, self._size, self._canvas.shape, strict=True)]
        self._update((low[0], low[1], low[2]), (high[0], high[1], high[2]))

    def _update(self, low: Box, high: Box) -> None:
        margin = [min(a, s) for a, s in zip(low, self._size, strict=True)]
        wide = tuple(slice(a - m, b + s) for a, b, m, s in zip(low, high, margin, self._size, strict=True))
        done = (self._canvas.real[wide] | self._canvas.made[wide]).astype(np.float32)
        context = ndimage.uniform_filter(done, self._size, mode="constant")
        context[~(self._canvas.hole[wide] & ~self._canvas.made[wide])] = -1
        inner = tuple(slice(m, m + b - a) for a, b, m in zip(low, high, margin, strict=True))
        self._context[tuple(slice(a, b) for a, b in zip(low, high, strict=True))] = context[inner]


def worst_seams(canvas: Canvas, example: Example, size: Box, count: int, rng: np.random.Generator) -> list[Box]:
    """Draw windows around voxels of the hole, the likelier the more their seam shows."""
    where = np.argwhere(canvas.hole)
    offset = canvas.offset[canvas.hole]
    seam = np.zeros(len(where))
    for axis in range(3):
        for side in (-1, 1):
            beside = where.copy()
            beside[:, axis] += side
            seam += _visible_step(canvas, example, beside, offset)
    if not seam.any():
        return []
    centres = where[rng.choice(len(where), size=count, p=seam**2 / (seam**2).sum())]
    return [canvas.box_around(tuple(int(c) for c in centre), size) for centre in centres]


def fitting_size(example: Example, wanted: Box) -> Box:
    """Give the largest size of piece, at most `wanted`, that there is something to copy for.

    Raises
    ------
    MaskError
        If not even 3 x 3 known pixels lie together.
    """
    limits = [min(w, n) for w, n in zip(wanted, example.valid.shape, strict=True)]
    for fewest in (FEWEST_STARTS, 1):
        for across in _shrinking(min(limits[1:]), 3):
            for depth in _shrinking(limits[0], 1):
                size = (depth, min(across, limits[1]), min(across, limits[2]))
                if np.count_nonzero(example.starts(size)) >= fewest:
                    return size
    raise MaskError(
        "There is no piece of 3 × 3 known pixels to copy from; make the mask smaller or the region of context larger."
    )


def _shrinking(largest: int, smallest: int) -> list[int]:
    sizes = [largest]
    while sizes[-1] > smallest:
        sizes.append(max(int(sizes[-1] * 0.75), smallest))
    return sizes


def _visible_step(canvas: Canvas, example: Example, beside: np.ndarray, offset: np.ndarray) -> np.ndarray:
    """Compare neighbours with what the piece would have there."""
    inside = ((beside >= 0) & (beside < np.array(canvas.shape))).all(axis=1)
    there = tuple(np.clip(beside, 0, np.array(canvas.shape) - 1).T)
    expected, ok = example.look(beside + offset)
    step: np.ndarray = np.where(
        inside & ok & (canvas.real[there] | canvas.made[there]), relative_step(expected, canvas.packed[there]), 0
    )
    return step
