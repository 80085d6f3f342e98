"""Lay a piece over what is there and cut it where the seam shows least: a minimum cut.

Kwatra et al. 2003, "Graphcut textures", with the pairwise terms of Kolmogorov & Zabih 2004.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from synthscope.generators.classical.canvas import Box, Canvas, Example, positions, window

SCALE = 1024
"""Integer steps per standard deviation: capacities of the flow are whole numbers."""
NEVER = 1 << 26
"""The capacity of what must not be cut."""
UNKNOWN_COST = 1.0
"""Standard deviations charged where neither piece says what its neighbour would be."""


@dataclass(frozen=True, eq=False)
class Cut:
    """A piece, cut: which voxels of the window `start`, `size` take it.

    `energy` is the visible seam in and around the window, in standard deviations.
    """

    start: Box
    size: Box
    take: np.ndarray
    offset: np.ndarray
    values: np.ndarray
    energy: float


def cut_piece(canvas: Canvas, example: Example, start: Box, size: Box, source: Box) -> Cut:
    """Find the part of a piece that is best taken.

    Parameters
    ----------
    start, size : Box
        The window on the canvas.
    source : Box
        Where the piece begins in the example.

    Returns
    -------
    Cut
        It takes every voxel of the hole that has no value yet, no real one, and of those made
        before the ones that make the seam least visible.
    """
    outer, extent, inner = _with_rim(canvas, start, size)
    here = window(outer, extent)
    offset = np.subtract(source, start).astype(np.int32)
    where = positions(outer, extent)
    fresh, fresh_ok = example.look(where + offset)
    inside = np.zeros(extent, dtype=bool)
    inside[inner] = True
    scene = _Scene(canvas, example, here, where, inside, offset, fresh, fresh_ok)
    keep, must = scene.forced(inside)
    edges = [scene.edge_costs(axis) for axis in range(3) if extent[axis] > 1]
    labels = _minimum_cut(edges, keep, must, int(np.prod(extent)))
    energy = sum(_energy(edge, labels) for edge in edges)
    take = labels.reshape(extent)[inner] & canvas.hole[window(start, size)]
    return Cut(start, size, take, offset, fresh[inner], energy)


def lay(canvas: Canvas, cut: Cut) -> None:
    """Put a cut piece on the canvas."""
    here = window(cut.start, cut.size)
    canvas.packed[here][cut.take] = cut.values[cut.take]
    canvas.offset[here][cut.take] = cut.offset
    canvas.made[here][cut.take] = True


@dataclass(frozen=True, eq=False)
class _Edge:
    """Costs of the pairs (low, high) of flat node indices for the labels 00, 01, 10 (11 costs nothing)."""

    low: np.ndarray
    high: np.ndarray
    both_keep: np.ndarray
    high_takes: np.ndarray
    low_takes: np.ndarray


class _Scene:
    """A window with its rim: what is there, and what the piece offers."""

    def __init__(
        self,
        canvas: Canvas,
        example: Example,
        here: tuple[slice, slice, slice],
        where: np.ndarray,
        inside: np.ndarray,
        offset: np.ndarray,
        fresh: np.ndarray,
        fresh_ok: np.ndarray,
    ) -> None:
        self._example, self._where, self._fresh, self._fresh_ok = example, where, fresh, fresh_ok
        self._real = canvas.real[here]
        self._hole = canvas.hole[here]
        self._made = canvas.made[here]
        self._there = self._real | (self._hole & (self._made | inside))
        empty = self._hole & ~self._made
        self._now = np.where(empty[..., None], fresh, canvas.packed[here])
        self._offset = np.where(empty[..., None], offset, canvas.offset[here])

    def forced(self, inside: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Say which nodes must stay and which must take the piece."""
        must = inside & self._hole & ~self._made
        keep = ~(inside & self._hole)
        return keep.ravel(), must.ravel()

    def edge_costs(self, axis: int) -> _Edge:
        """Cost of each pair of neighbours along an axis, in whole numbers."""
        p = tuple(slice(None, -1) if a == axis else slice(None) for a in range(3))
        q = tuple(slice(1, None) if a == axis else slice(None) for a in range(3))
        p_by_q, p_by_q_ok = self._elsewhere(p, q)
        q_by_p, q_by_p_ok = self._elsewhere(q, p)
        now, new, new_ok = self._now, self._fresh, self._fresh_ok
        flat = np.arange(self._hole.size).reshape(self._hole.shape)
        there = self._there[p] & self._there[q] & (self._hole[p] | self._hole[q])
        costs = [
            _seam(now[p], p_by_q, p_by_q_ok, q_by_p, now[q], q_by_p_ok),
            _seam(now[p], new[p], new_ok[p], q_by_p, new[q], new_ok[q] & q_by_p_ok),
            _seam(new[p], p_by_q, new_ok[p] & p_by_q_ok, new[q], now[q], new_ok[q]),
        ]
        keep, high, low = (np.rint(cost[there] * SCALE).astype(np.int64) for cost in costs)
        return _Edge(flat[p][there], flat[q][there], keep, high, low)

    def _elsewhere(self, at: tuple[slice, ...], of: tuple[slice, ...]) -> tuple[np.ndarray, np.ndarray]:
        """Read what the piece of voxels `of` has at the positions `at`; real voxels have no piece."""
        values, ok = self._example.look(self._where[at] + self._offset[of])
        return values, ok & ~self._real[of]


def _seam(
    a: np.ndarray, b: np.ndarray, ab_ok: np.ndarray, c: np.ndarray, d: np.ndarray, cd_ok: np.ndarray
) -> np.ndarray:
    """Give ``|a - b| + |c - d|`` per voxel; one of them counts twice where the other is not known."""
    first = relative_step(a, b)
    second = relative_step(c, d)
    known = ab_ok.astype(np.float32) + cd_ok
    total = np.where(ab_ok, first, 0) + np.where(cd_ok, second, 0)
    cost: np.ndarray = np.where(known > 0, total * 2 / np.maximum(known, 1), 2 * UNKNOWN_COST)
    return cost


def relative_step(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Mean absolute difference over the grain of both: a step shows less where all is grainy."""
    steps: np.ndarray = np.abs(a[..., :-1] - b[..., :-1]).mean(axis=-1) / (a[..., -1] + b[..., -1])
    return steps


def _minimum_cut(edges: list[_Edge], keep: np.ndarray, must: np.ndarray, nodes: int) -> np.ndarray:
    """Label the nodes: true takes the piece. Forced nodes are tied to the terminals."""
    source, sink = nodes, nodes + 1
    unary = np.zeros(nodes, dtype=np.int64)
    rows, columns, capacity = [], [], []
    for edge in edges:
        unary += np.bincount(edge.low, edge.low_takes - edge.both_keep, nodes).astype(np.int64)
        unary -= np.bincount(edge.high, edge.low_takes, nodes).astype(np.int64)
        rows.append(edge.low)
        columns.append(edge.high)
        capacity.append(np.maximum(edge.high_takes + edge.low_takes - edge.both_keep, 0))
    unary = np.where(keep, NEVER, np.where(must, -NEVER, unary))
    held, drawn = np.flatnonzero(unary > 0), np.flatnonzero(unary < 0)
    rows += [np.full(len(held), source), drawn]
    columns += [held, np.full(len(drawn), sink)]
    capacity += [unary[held], -unary[drawn]]
    return _sink_side(np.concatenate(rows), np.concatenate(columns), np.concatenate(capacity), nodes)


def _sink_side(rows: np.ndarray, columns: np.ndarray, capacity: np.ndarray, nodes: int) -> np.ndarray:
    shape = (nodes + 2, nodes + 2)
    limited = np.minimum(capacity, NEVER).astype(np.int32)
    graph = csr_array(coo_array((limited, (rows, columns)), shape=shape))
    graph.indices, graph.indptr = graph.indices.astype(np.int32), graph.indptr.astype(np.int32)
    flow = maximum_flow(graph, nodes, nodes + 1).flow
    residual = csr_array(graph - flow)
    residual.data = np.maximum(residual.data, 0)
    residual.eliminate_zeros()
    reached = breadth_first_order(residual, nodes, return_predecessors=False)
    takes = np.ones(nodes + 2, dtype=bool)
    takes[reached] = False
    return takes[:nodes]


def _energy(edge: _Edge, takes: np.ndarray) -> float:
    low, high = takes[edge.low], takes[edge.high]
    cost = np.where(low, np.where(high, 0, edge.low_takes), np.where(high, edge.high_takes, edge.both_keep))
    return float(cost.sum()) / SCALE


def _with_rim(canvas: Canvas, start: Box, size: Box) -> tuple[Box, Box, tuple[slice, slice, slice]]:
    """Widen a window by one voxel where the canvas allows it; `inner` is the window in the wider one."""
    low = [max(a - 1, 0) for a in start]
    high = [min(a + n + 1, m) for a, n, m in zip(start, size, canvas.shape, strict=True)]
    inner = [slice(a - b, a - b + n) for a, b, n in zip(start, low, size, strict=True)]
    extent = [h - b for h, b in zip(high, low, strict=True)]
    return (low[0], low[1], low[2]), (extent[0], extent[1], extent[2]), (inner[0], inner[1], inner[2])
