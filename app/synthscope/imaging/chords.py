"""Chords of a phase: how far a straight line runs through it from border to border, along each axis."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from scipy import stats

from synthscope.errors import InputError


def chord_lengths(
    phase: np.ndarray, voxel_size: tuple[float, ...] | None = None, *, axes: Iterable[int] | None = None
) -> np.ndarray:
    """Give the length of every chord that the phase cuts out of the lines of voxels along the axes.

    The chord-length distribution p(z) of Torquato 2002 (Random Heterogeneous Materials, section 2.5), of the
    directions of the grid. A chord that reaches the end of the image is left out, for where it ends is not known; that
    counts long chords too seldom in small images, so compare images of one shape.

    Parameters
    ----------
    phase : ndarray of bool (spatial...)
    voxel_size : tuple of float, optional
        One per axis; 1 without it.
    axes : iterable of int, optional
        Directions of the lines; all by default.

    Returns
    -------
    ndarray of float64
        In units of the voxel size, in no particular order; empty where no chord has both its ends inside.

    Raises
    ------
    InputError
        If there is not one voxel size for each axis.
    """
    size = voxel_size or (1.0,) * phase.ndim
    if len(size) != phase.ndim:
        raise InputError(f"A phase of {phase.ndim} axes has {len(size)} voxel sizes; give one for each axis.")
    wanted = range(phase.ndim) if axes is None else axes
    found = [_runs(np.moveaxis(np.asarray(phase, bool), axis, -1)) * size[axis] for axis in wanted]
    return np.concatenate([np.empty(0), *found])


def chord_distance(a: np.ndarray, b: np.ndarray) -> float:
    """Give how far apart two sets of chord lengths lie, as a part of the mean length in the second.

    The area between both cumulative distributions (first Wasserstein distance) over the mean of `b`: 0 where they
    are the same, 0.1 where one is the other made a tenth longer; not a number where either has no chord.
    """
    if not len(a) or not len(b):
        return float("nan")
    return float(stats.wasserstein_distance(a, b) / b.mean())


def lineal_path(phase: np.ndarray, axes: Iterable[int] | None = None) -> np.ndarray:
    """Give L: the probability that a segment along an axis lies wholly in the phase, by its voxels.

    L(z) of Torquato 2002, Eq. 2.76, over all segments that lie in the image: those that reach its end count like the
    others, so that nothing is biased.

    Parameters
    ----------
    phase : ndarray of bool (spatial...)
    axes : iterable of int, optional
        Directions of the segments, whose probabilities are averaged; all by default.

    Returns
    -------
    ndarray of float64
        For 1, 2, ... voxels up to half of the shortest of these axes; the first is the phase's fraction.
    """
    wanted = list(range(phase.ndim) if axes is None else axes)
    longest = max(min(phase.shape[axis] for axis in wanted) // 2, 1)
    found = []
    for axis in wanted:
        lines = np.moveaxis(np.asarray(phase, bool), axis, -1)
        width = lines.shape[-1]
        first, past = _ends(lines.reshape(-1, width))
        counts = np.bincount(past - first, minlength=width + 1)
        # A run of n voxels holds n - k + 1 segments of k.
        longer = np.cumsum(counts[::-1])[::-1]
        segments = np.cumsum(longer[::-1])[::-1]
        k = np.arange(1, longest + 1)
        found.append(segments[k] / (phase.size // width * (width - k + 1)))
    mean: np.ndarray = np.mean(found, axis=0)
    return mean


def mean_chord(phase: np.ndarray, voxel_size: tuple[float, ...] | None = None) -> float:
    """Give the mean chord length of a phase, in units of the voxel size; not a number where no chord ends.

    The phase's fraction over the probability that a step along an axis leaves it, each over all that lie in the
    image: unlike the mean of whole chords it counts long ones in full.
    """
    size = voxel_size or (1.0,) * phase.ndim
    inside, left = 0.0, 0.0
    for axis, step in enumerate(size):
        lines = np.moveaxis(np.asarray(phase, bool), axis, -1)
        if lines.shape[-1] > 1:
            inside += step * (lines[..., :-1].mean() + lines[..., 1:].mean()) / 2
            left += (lines[..., :-1] != lines[..., 1:]).mean() / 2
    return inside / left if left else float("nan")


def _runs(lines: np.ndarray) -> np.ndarray:
    """Count the voxels of every run that neither begins nor ends at the end of its line (..., N)."""
    flat = lines.reshape(-1, lines.shape[-1])
    first, past = _ends(flat)
    lengths: np.ndarray = (past - first)[(first > 0) & (past < flat.shape[1])]
    return lengths


def _ends(lines: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Find where runs begin and what comes after them, both in the order of the lines (M, N)."""
    padded = np.pad(lines, ((0, 0), (1, 1))).astype(np.int8)
    change = np.diff(padded, axis=1)
    return np.nonzero(change == 1)[1], np.nonzero(change == -1)[1]
