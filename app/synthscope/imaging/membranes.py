"""The smoothest continuation into unknown voxels: Laplace's equation between known values."""

from __future__ import annotations

import numpy as np

from synthscope.imaging.solving import assemble, conjugate_gradients, neighbour_edges
from synthscope.records.events import Job


def solve_membrane(
    values: np.ndarray,
    known: np.ndarray,
    unknown: np.ndarray,
    voxel_size: tuple[float, ...],
    *,
    text: str,
    tolerance: float = 1e-11,
) -> Job[np.ndarray]:
    """Solve ``div grad u = 0`` in the unknown voxels, with the known ones as boundary values.

    The edges of the image let nothing through (Neumann). Voxels that are neither known nor unknown are no
    part of the domain. Every part of the unknown must touch a known voxel.

    Parameters
    ----------
    values : ndarray of float64 (Z, Y, X, C)
    known, unknown : ndarray of bool (Z, Y, X)
        Not both.
    voxel_size : tuple of float (z, y, x)
    text : str
        Words for the progress.
    tolerance : float
        Of the residual, as `conjugate_gradients` takes it.

    Returns
    -------
    ndarray of float64 (Z, Y, X, C)
        `values` with the unknown voxels filled.

    Raises
    ------
    WorkError
        If it does not converge.
    """
    wanted = np.flatnonzero(unknown)
    number = np.full(unknown.size, -1)
    number[wanted] = np.arange(len(wanted))
    flat = values.reshape(-1, values.shape[-1])
    offset = flat[known.ravel()].mean(axis=0)
    low, high, weight = _joined(known, unknown, voxel_size)
    inner = (number[low] >= 0) & (number[high] >= 0)
    matrix = assemble(number[low[inner]], number[high[inner]], weight[inner], len(wanted))
    right, diagonal = _boundary(number, low[~inner], high[~inner], weight[~inner], flat - offset)
    matrix.setdiag(matrix.diagonal() + diagonal)
    solution = yield from conjugate_gradients(matrix, right, text=text, tolerance=tolerance)
    out = flat.copy()
    out[wanted] = solution + offset
    return out.reshape(values.shape)


def _joined(
    known: np.ndarray, unknown: np.ndarray, voxel_size: tuple[float, ...]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    wanted = unknown.ravel()
    found = []
    for edges in neighbour_edges(known | unknown, voxel_size):
        needed = wanted[edges.low] | wanted[edges.high]
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
    right = np.stack([np.bincount(rows, weight * values[outside, c], size) for c in range(values.shape[1])], axis=1)
    return right, np.bincount(rows, weight, size)
