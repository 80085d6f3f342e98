"""Bend copied values so that they meet their border: conditional simulation on a Markov field.

A copied piece is a sample of the texture that does not know its border. It is conditioned on it
as in geostatistics (Journel 1974): what the piece gets wrong outside is carried inwards by the best
linear predictor of a Gaussian Markov field, whose precision ``a0 + a1 k + a2 k**2`` (``k``: eigenvalues
of the Laplacian; Lindgren, Rue & Lindstrom 2011) is fitted to the power spectrum of the known
surroundings. So noise, which has no reach, is left alone; a shift of brightness, which has a long one,
is evened out; and slopes run on where the image is smooth. Seams between pieces are treated alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array

from synthscope.generators.classical.canvas import Canvas, Example
from synthscope.generators.classical.precision import Precision
from synthscope.imaging.solving import conjugate_gradients
from synthscope.records.events import Job


@dataclass(frozen=True, eq=False)
class _Rows:
    """Linear wishes: ``sum(weight * c[voxels]) = target``; (R, K) voxels, (K,) weights, (R, C) targets."""

    voxels: np.ndarray
    weights: np.ndarray
    target: np.ndarray


def bend(canvas: Canvas, example: Example, precision: Precision, strength: float) -> Job[np.ndarray]:
    """Compute what is to be added to the copied values.

    Parameters
    ----------
    precision : Precision
        Of the texture.
    strength : float
        0 adds nothing, 1 the full conditional mean.

    Returns
    -------
    ndarray of float64 (Z, Y, X, C)
        In units of `Example.values`; zero outside the hole.
    """
    channels = canvas.values.shape[-1]
    added = np.zeros((*canvas.shape, channels))
    if strength <= 0:
        return added
    hole = np.flatnonzero(canvas.hole)
    number = np.full(canvas.hole.size, -1)
    number[hole] = np.arange(len(hole))
    matrix, right = _normal_equations(_wishes(canvas, example, precision), number, len(hole), channels)
    matrix.setdiag(matrix.diagonal() + precision.own + 1e-9)
    solution = yield from conjugate_gradients(matrix, right, text="Blending the border", tolerance=1e-6)
    added.reshape(-1, channels)[hole] = strength * solution
    return added


def _wishes(canvas: Canvas, example: Example, precision: Precision) -> Iterator[_Rows]:
    for axis in range(3):
        if canvas.shape[axis] > 1 and precision.step > 0:
            weight = (precision.step * precision.axes[axis]) ** 0.5
            step = np.zeros(3, dtype=int)
            step[axis] = 1
            for owner in (0, 1):
                yield _rows(canvas, example, np.stack([0 * step, step]), np.array([-1.0, 1.0]) * weight, owner)
    if precision.bend > 0:
        steps, weights = _star(canvas, precision)
        yield _rows(canvas, example, steps, weights, 0)


def _star(canvas: Canvas, precision: Precision) -> tuple[np.ndarray, np.ndarray]:
    steps, weights = [np.zeros(3, dtype=int)], [0.0]
    for axis in range(3):
        if canvas.shape[axis] > 2:
            for side in (-1, 1):
                step = np.zeros(3, dtype=int)
                step[axis] = side
                steps.append(step)
                weights.append(-precision.axes[axis])
    weights[0] = -sum(weights)
    return np.stack(steps), np.array(weights) * precision.bend**0.5


def _rows(canvas: Canvas, example: Example, steps: np.ndarray, weights: np.ndarray, owner: int) -> _Rows:
    """Ask that the stencil of `steps` (K, 3) gives on the result what it gives on the owner's piece.

    The owner of a stencil is the piece of its voxel `owner`; a real voxel has the piece of a
    neighbour in the hole, so that what pieces get wrong outside counts as well.
    """
    shape = np.array(canvas.shape)
    label, owned = _owners(canvas)
    centre = np.argwhere(owned) - steps[owner]
    where = centre[:, None, :] + steps
    fits = ((where >= 0) & (where < shape)).all(axis=(1, 2))
    where = where[fits]
    z, y, x = np.moveaxis(where, -1, 0)
    hole = canvas.hole[z, y, x]
    use = (hole | canvas.real[z, y, x]).all(axis=1) & hole.any(axis=1)
    where, z, y, x = where[use], z[use], y[use], x[use]
    offset = label[z[:, owner], y[:, owner], x[:, owner]]
    source, ok = example.look(where + offset[:, None, :])
    now = canvas.values[z, y, x].astype(np.float64)
    wrong = source[..., :-1] - now
    keep = ok.all(axis=1)
    target = np.einsum("k,rkc->rc", weights, wrong[keep])
    flat = np.ravel_multi_index((z[keep], y[keep], x[keep]), canvas.shape)
    return _Rows(flat, weights, target)


def _owners(canvas: Canvas) -> tuple[np.ndarray, np.ndarray]:
    """Give every voxel of the hole its offset, and every real one beside it a neighbour's."""
    label = canvas.offset.copy()
    owned = canvas.hole.copy()
    for axis in range(3):
        for side in (-1, 1):
            here = [slice(None)] * 3
            there = [slice(None)] * 3
            here[axis], there[axis] = (slice(None, -1), slice(1, None))[::side]
            free = canvas.real[tuple(here)] & ~owned[tuple(here)] & canvas.hole[tuple(there)]
            label[tuple(here)][free] = canvas.offset[tuple(there)][free]
            owned[tuple(here)] |= free
    return label, owned


def _normal_equations(
    wishes: Iterator[_Rows], number: np.ndarray, size: int, channels: int
) -> tuple[csr_array, np.ndarray]:
    matrix = csr_array((size, size))
    right = np.zeros((size, channels))
    for rows in wishes:
        ends = number[rows.voxels]
        inner = ends >= 0
        row = np.broadcast_to(np.arange(len(ends))[:, None], ends.shape)[inner]
        weight = np.broadcast_to(rows.weights, ends.shape)[inner]
        system = csr_array(coo_array((weight, (row, ends[inner])), shape=(len(ends), size)))
        matrix = matrix + system.T @ system
        right += system.T @ rows.target
    return csr_array(matrix), right
