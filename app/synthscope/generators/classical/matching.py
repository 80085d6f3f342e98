"""Where in the example does something like this lie: sums of squared differences by Fourier transform."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.fft import irfftn, next_fast_len, rfftn

from synthscope.generators.classical.canvas import Box, Example, window

FEWEST = 8
"""Starts that a draw is made from at least."""


@dataclass(frozen=True, eq=False)
class Layer:
    """One comparison: a template and its weights against an example, all (Z, Y, X[, C])."""

    example: np.ndarray
    template: np.ndarray
    weight: np.ndarray
    unrest: np.ndarray | None = None


@dataclass(frozen=True, eq=False)
class Scores:
    """How badly a window fits at each start: mean squared difference, infinite where it may not lie.

    `origin` is the start that ``values[0, 0, 0]`` belongs to.
    """

    values: np.ndarray
    origin: Box
    noise: float = 0.0

    def without(self, start: Box, distance: int) -> Scores:
        """Rule out starts within `distance` (Chebyshev) of `start`, unless no other is left."""
        low = [max(a - o - distance, 0) for a, o in zip(start, self.origin, strict=True)]
        high = [max(a - o + distance + 1, 0) for a, o in zip(start, self.origin, strict=True)]
        fewer = self.values.copy()
        fewer[tuple(slice(a, b) for a, b in zip(low, high, strict=True))] = np.inf
        return Scores(fewer, self.origin, self.noise) if np.isfinite(fewer).any() else self

    def draw(self, rng: np.random.Generator, variety: float, count: int) -> list[Box]:
        """Draw up to `count` different starts among those that fit nearly as well as the best.

        All that are worse than the best by at most `variety` times the unpredictable variance are equally
        likely (after Efros & Leung 1999), and always the best `FEWEST` unless it is 0, so that seeds differ.
        """
        flat = self.values.ravel()
        best = float(flat.min())
        if not np.isfinite(best):
            return []
        near = np.flatnonzero(flat <= best + variety * self.noise + 1e-6)
        if variety > 0 and len(near) < FEWEST:
            near = np.argpartition(flat, min(FEWEST, flat.size - 1))[:FEWEST]
            near = np.sort(near[np.isfinite(flat[near])])
        chosen = rng.choice(near, size=min(count, len(near)), replace=False)
        return [self._start(int(i)) for i in chosen]

    def _start(self, index: int) -> Box:
        z, y, x = np.unravel_index(index, self.values.shape)
        a, b, c = self.origin
        return a + int(z), b + int(y), c + int(x)


def search_box(example: Example, size: Box, around: Box, reach: Box) -> tuple[Box, Box]:
    """Give origin and shape of the starts within `reach` of `around`; all of them if none is allowed there."""
    allowed = example.starts(size)
    low = [min(max(a - r, 0), n - 1) for a, r, n in zip(around, reach, allowed.shape, strict=True)]
    high = [max(min(a + r + 1, n), lo + 1) for a, r, n, lo in zip(around, reach, allowed.shape, low, strict=True)]
    origin, shape = (low[0], low[1], low[2]), tuple(h - a for h, a in zip(high, low, strict=True))
    if allowed[window(origin, (shape[0], shape[1], shape[2]))].any():
        return origin, (shape[0], shape[1], shape[2])
    return (0, 0, 0), allowed.shape


def score(layers: list[Layer], example: Example, size: Box, origin: Box, shape: Box) -> Scores:
    """Compare a template with every window of the example that starts in a box.

    Parameters
    ----------
    layers : list of Layer
        Templates of `size`; their weighted squared differences are added, then divided by the
        weights' sum.
    origin, shape : Box
        The starts that are looked at.
    """
    extent = tuple(n + s - 1 for n, s in zip(shape, size, strict=True))
    part = window(origin, (extent[0], extent[1], extent[2]))
    fast = tuple(next_fast_len(n, real=True) for n in extent)
    total, constant, weights = None, 0.0, 0.0
    for layer in layers:
        spectrum = _cross(layer, layer.example[part], fast)
        total = spectrum if total is None else total + spectrum
        if layer.unrest is not None:
            total = total - rfftn(layer.unrest[part], fast) * np.conj(rfftn(layer.weight.astype(np.float32), fast))
        constant += float((layer.weight[..., None] * layer.template**2).sum())
        weights += float(layer.weight.sum())
    allowed = example.starts(size)[window(origin, shape)]
    if total is None or weights <= 0:
        return Scores(np.where(allowed, 0.0, np.inf), origin)
    sums = irfftn(total, fast)[tuple(slice(n) for n in shape)] + constant
    values = np.where(allowed, sums / weights, np.inf)
    best = np.unravel_index(int(np.argmin(values)), shape)
    noise = 0.0
    for layer in layers:
        if layer.unrest is not None:
            at = window((origin[0] + int(best[0]), origin[1] + int(best[1]), origin[2] + int(best[2])), size)
            noise += float((layer.weight * layer.unrest[at]).sum()) / weights
    return Scores(values, origin, noise)


def _cross(layer: Layer, example: np.ndarray, fast: tuple[int, ...]) -> np.ndarray:
    """Transform of ``sum w (s**2 - 2 s t)`` over all shifts."""
    weight = layer.weight.astype(np.float32)
    squares = rfftn((example**2).sum(axis=-1), fast) * np.conj(rfftn(weight, fast))
    for c in range(example.shape[-1]):
        template = np.conj(rfftn(weight * layer.template[..., c], fast))
        squares -= 2 * rfftn(example[..., c], fast) * template
    spectrum: np.ndarray = squares
    return spectrum
