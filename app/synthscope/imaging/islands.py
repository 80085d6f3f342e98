"""Parts of a mask that lie so far apart that each can be filled by itself."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from scipy import ndimage

from synthscope.records.request import Region

EVERY_SIDE = np.ones((3, 3, 3), bool)


def islands_of(mask: np.ndarray, reach: int) -> tuple[Region, ...]:
    """Give boxes that hold all that is marked, and what lies within `reach` of it, without meeting each other.

    Holes whose boxes would meet share one. Boxes are laid on a grid of `reach` voxels, so that their number and the
    work of finding them do not grow with the number of holes.

    Parameters
    ----------
    mask : ndarray of bool (Z, Y, X)
    reach : int
        In voxels, 1 at least.

    Returns
    -------
    tuple of Region
        In the order of their starts; none where nothing is marked.
    """
    near = ndimage.binary_dilation(_cells(mask, reach), EVERY_SIDE)
    labels, _ = ndimage.label(near, EVERY_SIDE)
    boxes = [_box(found, reach, mask.shape) for found in ndimage.find_objects(labels)]
    while pair := next((pair for pair in combinations(boxes, 2) if _meet(*pair)), None):
        boxes = [box for box in boxes if not any(box is one for one in pair)]
        boxes.append(_united(*pair))
    return tuple(sorted(boxes, key=lambda box: box.start))


def _cells(mask: np.ndarray, side: int) -> np.ndarray:
    """Say which cubes of a grid hold something marked."""
    found = mask
    for axis, n in enumerate(mask.shape):
        found = np.logical_or.reduceat(found, np.arange(0, n, side), axis=axis)
    return found


def _box(cells: tuple[slice, ...], side: int, shape: tuple[int, ...]) -> Region:
    stop = (min(part.stop * side, n) for part, n in zip(cells, shape, strict=True))
    return Region(tuple(part.start * side for part in cells), tuple(stop))


def _meet(a: Region, b: Region) -> bool:
    sides = zip(a.slices, b.slices, strict=True)
    return all(max(one.start, other.start) < min(one.stop, other.stop) for one, other in sides)


def _united(a: Region, b: Region) -> Region:
    return Region(tuple(map(min, a.start, b.start)), tuple(map(max, a.stop, b.stop)))
