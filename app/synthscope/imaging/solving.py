"""Sparse equations on voxels: graph Laplacian and conjugate gradients as a job."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array

from synthscope.errors import WorkError
from synthscope.records.events import Job, Progress

STEPS_PER_EVENT = 20


@dataclass(frozen=True, eq=False)
class Edges:
    """Pairs of face neighbours (flat indices `low`, `high`) and the `weight` that joins them."""

    low: np.ndarray
    high: np.ndarray
    weight: float


def neighbour_edges(use: np.ndarray, voxel_size: tuple[float, ...]) -> Iterator[Edges]:
    """Give all pairs of face neighbours, axis by axis, of which both are in `use`.

    Parameters
    ----------
    use : ndarray of bool (Z, Y, X)
    voxel_size : tuple of float
        Steps (z, y, x). Weights are ``(finest step / step)**2``: the finite-volume Laplacian.
    """
    flat = np.arange(use.size).reshape(use.shape)
    finest = min(voxel_size)
    for axis, step in enumerate(voxel_size):
        before = tuple(slice(None, -1) if a == axis else slice(None) for a in range(use.ndim))
        after = tuple(slice(1, None) if a == axis else slice(None) for a in range(use.ndim))
        both = use[before] & use[after]
        yield Edges(flat[before][both], flat[after][both], (finest / step) ** 2)


def assemble(low: np.ndarray, high: np.ndarray, weight: np.ndarray, size: int) -> csr_array:
    """Build the graph Laplacian ``D - W`` of `size` nodes from its edges."""
    diagonal = np.bincount(low, weight, size) + np.bincount(high, weight, size)
    here = np.arange(size)
    rows = np.concatenate([low, high, here])
    columns = np.concatenate([high, low, here])
    return coo_array((np.concatenate([-weight, -weight, diagonal]), (rows, columns)), shape=(size, size)).tocsr()


def conjugate_gradients(
    matrix: csr_array, right: np.ndarray, *, text: str, tolerance: float = 1e-11
) -> Job[np.ndarray]:
    """Solve ``matrix @ x = right`` for a symmetric positive definite matrix.

    Hestenes & Stiefel 1952 with a Jacobi preconditioner, all columns of `right` at once.

    Parameters
    ----------
    matrix : csr_array (N, N)
    right : ndarray (N, K)
    text : str
        Words for the progress.
    tolerance : float
        Of the residual's norm, relative to that of `right`, per column.

    Yields
    ------
    Progress
        Every `STEPS_PER_EVENT` steps; `done` is the number of decimal places reached.

    Raises
    ------
    WorkError
        If it has not converged after ``10 N + 100`` steps.
    """
    inverse = 1.0 / matrix.diagonal()[:, None]
    x = np.zeros_like(right)
    residual = right.copy()
    z = inverse * residual
    p = z.copy()
    rho = (residual * z).sum(axis=0)
    goal = tolerance * np.linalg.norm(right, axis=0)
    places = -np.log10(tolerance)
    for step in range(10 * len(right) + 100):
        norm = np.linalg.norm(residual, axis=0)
        if (norm <= goal).all():
            return x
        if step % STEPS_PER_EVENT == 0:
            yield Progress(places - _places_left(norm, goal), places, text)
        q = matrix @ p
        alpha = _ratio(rho, (p * q).sum(axis=0))
        x += alpha * p
        residual -= alpha * q
        z = inverse * residual
        rho, before = (residual * z).sum(axis=0), rho
        p = z + _ratio(rho, before) * p
    raise WorkError(f"{text} did not converge for {len(right)} voxels; make the mask smaller.")


def _places_left(norm: np.ndarray, goal: np.ndarray) -> float:
    ratio = norm[norm > goal] / np.maximum(goal[norm > goal], np.finfo(float).tiny)
    return float(np.log10(np.max(ratio)))


def _ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    return np.asarray(np.divide(above, below, out=np.zeros_like(above), where=below > 0))
