"""Distances to the end of a phase that is nowhere far: squares of whole voxels, exact, in little memory."""

from __future__ import annotations

import numpy as np

REACH = 32
"""Voxels within which distances are looked for."""
_FAR = 1 << 14
"""A square that stands for further; with that of `REACH` it fits 16 bits."""


def near_squared_distances(phase: np.ndarray) -> np.ndarray | None:
    """Give the square of the distance to the nearest voxel outside, in voxels; the border of the image is no end.

    Line by line along one axis, then as the least of ``f(i + k) + k^2`` along the others (Saito & Toriwaki 1994), with
    all lines of a plane at once and k only as far as the plane needs.

    Parameters
    ----------
    phase : ndarray of bool (Z, Y, X)

    Returns
    -------
    ndarray of int16 (Z, Y, X), or None
        None where a voxel lies further than `REACH` from the end of the phase.
    """
    squares = _along_lines(phase)
    for plane in squares:
        _lessen(plane)
    for row in range(phase.shape[1]):
        _lessen(squares[:, row])
    return squares if squares.max(initial=0) <= REACH**2 else None


def _along_lines(phase: np.ndarray) -> np.ndarray:
    """Give the squares along the last axis, int16; `_FAR` beyond `REACH`."""
    width = phase.shape[-1]
    places = np.arange(width, dtype=np.int32)
    before = np.maximum.accumulate(np.where(phase, np.int32(-2 * REACH), places), axis=-1)
    after = np.where(phase, np.int32(width + 2 * REACH), places)
    after = np.minimum.accumulate(after[..., ::-1], axis=-1)[..., ::-1]
    away = np.minimum(np.minimum(places - before, after - places), REACH + 1).astype(np.int16)
    away *= away
    away[away > REACH**2] = _FAR
    return away


def _lessen(plane: np.ndarray) -> None:
    """Take the least of ``f(i + k) + k^2`` along the first axis of squares (N, M), in place."""
    given = plane.copy()
    for k in range(1, min(REACH, len(plane) - 1) + 1):
        square = np.int16(k * k)
        if plane.max(initial=0) <= square:
            return
        np.minimum(plane[k:], given[:-k] + square, out=plane[k:])
        np.minimum(plane[:-k], given[k:] + square, out=plane[:-k])
