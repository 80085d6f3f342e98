"""Bend copied values so that they meet their border: conditioning by kriging on a Markov field.

What a copied piece gets wrong at the border is a residual ``d``. Inside, its best guess is the
conditional mean of a Gaussian Markov field with precision ``kappa**2 - Laplacian`` (Journel 1974;
Lindgren, Rue & Lindstrom 2011): noise, which has no reach, is left alone, and a shift of brightness,
which has a long one, is carried inwards. The reach is measured on the residuals themselves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthscope.generators.classical.canvas import Canvas, Example
from synthscope.generators.classical.solving import assemble, conjugate_gradients, neighbour_edges
from synthscope.records.events import Job

WEAKEST, STRONGEST = 0.02, 0.98
"""Bounds of the lag-one correlation: a membrane, and hardly any blending at all."""


def bend(canvas: Canvas, example: Example, voxel_size: tuple[float, ...], strength: float) -> Job[np.ndarray]:
    """Compute what is to be added to the copied values.

    Parameters
    ----------
    strength : float
        0 adds nothing, 1 the full conditional mean.

    Returns
    -------
    ndarray of float64 (Z, Y, X, C)
        In units of `Example.values`; zero outside the hole.
    """
    added = np.zeros(canvas.values.shape)
    if strength <= 0:
        return added
    pulls = _pulls(canvas, example, voxel_size)
    hole = np.flatnonzero(canvas.hole)
    number = np.full(canvas.hole.size, -1)
    number[hole] = np.arange(len(hole))
    kappa2 = _stiffness(canvas, example)
    matrix, right = _equations(pulls, number, len(hole), canvas.values.shape[-1])
    matrix.setdiag(matrix.diagonal() + kappa2)
    solution = yield from conjugate_gradients(matrix, right, text="Blending the border", tolerance=1e-6)
    added.reshape(-1, added.shape[-1])[hole] = strength * solution
    return added


@dataclass(frozen=True, eq=False)
class _Pulls:
    """Edges with at least one end in the hole, and the step of the correction each wants (E, C)."""

    low: np.ndarray
    high: np.ndarray
    weight: np.ndarray
    step: np.ndarray


def _pulls(canvas: Canvas, example: Example, voxel_size: tuple[float, ...]) -> _Pulls:
    hole = canvas.hole.ravel()
    values = canvas.values.reshape(-1, canvas.values.shape[-1])
    found = []
    for edges in neighbour_edges(canvas.real | canvas.hole, voxel_size):
        needed = hole[edges.low] | hole[edges.high]
        low, high = edges.low[needed], edges.high[needed]
        wanted, ok = _wanted_step(canvas, example, low, high)
        step = wanted - (values[high] - values[low])
        found.append((low[ok], high[ok], np.full(int(ok.sum()), edges.weight), step[ok]))
    low, high, weight, step = (np.concatenate(part) for part in zip(*found, strict=True))
    return _Pulls(low, high, weight, step)


def _wanted_step(
    canvas: Canvas, example: Example, low: np.ndarray, high: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Give the step that one of the two pieces really has there, and whether any piece knows one."""
    by_low, low_ok = _source_step(canvas, example, low, high, low)
    by_high, high_ok = _source_step(canvas, example, low, high, high)
    # one real step, not the mean of two: a mean would be too smooth
    first = low_ok & (~high_ok | ((low + high) // 2 % 2 == 0))
    return np.where(first[:, None], by_low, by_high), low_ok | high_ok


def _source_step(
    canvas: Canvas, example: Example, low: np.ndarray, high: np.ndarray, owner: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    offset = canvas.offset.reshape(-1, 3)[owner]
    a, a_ok = example.look(_unravel(low, canvas) + offset)
    b, b_ok = example.look(_unravel(high, canvas) + offset)
    return (b - a).astype(np.float64), a_ok & b_ok & canvas.hole.ravel()[owner]


def _equations(
    pulls: _Pulls, number: np.ndarray, size: int, channels: int
) -> tuple[np.ndarray, np.ndarray]:
    """Normal equations of ``sum w (c_high - c_low - step)**2`` with the correction zero on real voxels."""
    low, high = number[pulls.low], number[pulls.high]
    inner = (low >= 0) & (high >= 0)
    matrix = assemble(low[inner], high[inner], pulls.weight[inner], size)
    right = np.zeros((size, channels))
    outer = np.zeros(size)
    for ends, sign in ((high, 1.0), (low, -1.0)):
        mine = ends >= 0
        for c in range(channels):
            right[:, c] += np.bincount(ends[mine], sign * pulls.weight[mine] * pulls.step[mine, c], size)
        border = mine & ~inner
        outer += np.bincount(ends[border], pulls.weight[border], size)
    matrix.setdiag(matrix.diagonal() + outer)
    return matrix, right


def _stiffness(canvas: Canvas, example: Example) -> float:
    """Give ``kappa**2`` from the lag-one correlation of the residuals around the hole.

    Along a line the field's correlation is ``exp(-m)`` per voxel with ``kappa**2 = 2 cosh m - 2``.
    """
    correlation = min(max(_residual_correlation(canvas, example), WEAKEST), STRONGEST)
    return correlation + 1 / correlation - 2


def _residual_correlation(canvas: Canvas, example: Example) -> float:
    """Correlate the residuals of two real neighbours that lie beside the same voxel of the hole."""
    products, squares = 0.0, 0.0
    for axis in range(3):
        if canvas.shape[axis] < 3:
            continue
        for side in (-1, 1):
            near, far, ok = _border_residuals(canvas, example, axis, side)
            products += float((near[ok] * far[ok]).sum())
            squares += float((near[ok] ** 2 + far[ok] ** 2).sum() / 2)
    return products / squares if squares > 0 else WEAKEST


def _border_residuals(
    canvas: Canvas, example: Example, axis: int, side: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Continue each border voxel's piece by one and two voxels into the real surroundings."""
    inside = np.argwhere(canvas.hole)
    offset = canvas.offset[canvas.hole]
    one, two = inside.copy(), inside.copy()
    one[:, axis] += side
    two[:, axis] += 2 * side
    fits = (two >= 0).all(axis=1) & (two < np.array(canvas.shape)).all(axis=1)
    one, two, offset = one[fits], two[fits], offset[fits]
    ok = canvas.real[tuple(one.T)] & canvas.real[tuple(two.T)]
    one, two, offset = one[ok], two[ok], offset[ok]
    first, first_ok = example.look(one + offset)
    second, second_ok = example.look(two + offset)
    near = canvas.values[tuple(one.T)] - first
    far = canvas.values[tuple(two.T)] - second
    return near, far, first_ok & second_ok


def _unravel(flat: np.ndarray, canvas: Canvas) -> np.ndarray:
    return np.stack(np.unravel_index(flat, canvas.shape), axis=-1)
