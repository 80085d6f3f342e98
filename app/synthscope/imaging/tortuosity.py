"""Tortuosity: how much longer the way through a phase is than the straight line."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import ndimage
from skimage.graph import MCP_Geometric

from synthscope.errors import InputError


def geodesic_tortuosity(phase: np.ndarray, axis: int, voxel_size: Sequence[float] | None = None) -> float:
    """Divide the mean length of the shortest ways through a phase by the distance between both ends.

    From every voxel of the phase on the last face the shortest way to the first face is taken, by steps to all
    neighbours that share a corner (Stenzel et al. 2016, AIChE J. 62, 1834: mean geodesic tortuosity).

    Parameters
    ----------
    phase : ndarray of bool (Y, X) or (Z, Y, X)
    axis : int
        Along which the phase is crossed.
    voxel_size : sequence of float, optional
        One per axis; 1 without it.

    Returns
    -------
    float
        1 for straight ways; not a number where there is no way through.

    Raises
    ------
    InputError
        If the axis has one voxel only, or there is not one voxel size for each axis.
    """
    size = tuple(float(s) for s in voxel_size) if voxel_size else (1.0,) * phase.ndim
    if len(size) != phase.ndim:
        raise InputError(f"A phase of {phase.ndim} axes has {len(size)} voxel sizes; give one for each axis.")
    if phase.shape[axis] < 2:
        raise InputError(f"Axis {axis} of {phase.shape} has one voxel; a way needs two.")
    ways = np.moveaxis(_crossing(np.asarray(phase, bool), axis), axis, 0)
    if not ways.any():
        return float("nan")
    starts = [(0, *place) for place in np.argwhere(ways[0])]
    steps = (size[axis], *(s for i, s in enumerate(size) if i != axis))
    costs, _ = MCP_Geometric(np.where(ways, 1.0, -1.0), sampling=steps).find_costs(starts)
    reached = costs[-1][ways[-1]]
    return float(reached[np.isfinite(reached)].mean() / ((len(ways) - 1) * size[axis]))


def _crossing(phase: np.ndarray, axis: int) -> np.ndarray:
    """Keep the pieces of a phase that touch both ends of an axis: the others need no search."""
    labels, count = ndimage.label(phase, np.ones((3,) * phase.ndim))
    both = np.zeros(count + 1, bool)
    both[np.intersect1d(labels.take(0, axis), labels.take(-1, axis))] = True
    both[0] = False
    kept: np.ndarray = both[labels]
    return kept
