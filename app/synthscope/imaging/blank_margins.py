"""The blank margin around a round field of view: where it lies in a plane, and which boxes keep clear of it."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

CORNER = 32
"""A blank margin holds squares of this part of the shorter side, 3 px at least, in all four corners."""
LEAST = 0.02
"""Part of a plane that a margin takes at least."""
STROKE = 3
"""Side (px) of the square that a margin can be painted with: pores that touch it by a thread are no part of it."""


def blank_margin(plane: np.ndarray) -> np.ndarray | None:
    """Find the margin of one value that surrounds a field of view.

    Parameters
    ----------
    plane : ndarray (Y, X, C)

    Returns
    -------
    ndarray of bool (Y, X), or None
        What is blank; None where the four corners do not hold one and the same value, or hardly anything does.
    """
    side = max(3, min(plane.shape[:2]) // CORNER)
    if min(plane.shape[:2]) < 2 * side or not np.ptp(plane):
        return None
    flat = (plane == plane[0, 0]).all(axis=-1)
    corners = [flat[rows, columns] for rows in (slice(side), slice(-side, None)) for columns in
               (slice(side), slice(-side, None))]  # fmt: skip
    if not all(corner.all() for corner in corners):
        return None
    # Beyond the edge of the picture it goes on: else the brush would not reach into corners.
    wide = np.pad(flat, STROKE, mode="edge")
    painted = ndimage.binary_opening(wide, np.ones((STROKE, STROKE), bool))[STROKE:-STROKE, STROKE:-STROKE]
    parts, _ = ndimage.label(painted)
    ends = [parts[y, x] for y in (0, -1) for x in (0, -1)]
    margin: np.ndarray = np.isin(parts, [number for number in ends if number])
    return margin if margin.mean() >= LEAST else None


def clear_of(margin: np.ndarray, size: tuple[int, int], starts: list[tuple[int, int]]) -> frozenset[tuple[int, int]]:
    """Give those starts (y, x) of boxes of a size that hold nothing of a margin (Y, X)."""
    sums = np.pad(margin.astype(np.int64), ((1, 0), (1, 0))).cumsum(axis=0).cumsum(axis=1)

    def blank(y: int, x: int) -> int:
        b, r = y + size[0], x + size[1]
        return int(sums[b, r] - sums[y, r] - sums[b, x] + sums[y, x])

    return frozenset((y, x) for y, x in starts if not blank(y, x))
