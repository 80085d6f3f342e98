"""Which pieces of one slice become which pieces of another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from synthscope.imaging.masks.grids import Mask, structure

_REACH = 2.0  # partners that do not overlap lie within twice the sum of their radii


def paired_pieces(first: Mask, last: Mask, size: Sequence[float]) -> list[tuple[Mask, Mask]]:
    """Group the connected pieces of two slices.

    Pieces that overlap, directly or through others, make one group. Of the rest, the two nearest become
    partners as long as their centres are within twice the sum of their radii (of circles of the same
    area). What is left has an empty partner.

    Parameters
    ----------
    first, last : bool ndarray (Y, X)
    size : sequence of float
        Step along both axes.

    Returns
    -------
    list of (before, after)
        Boolean planes of the shape of the slices, disjoint between groups.
    """
    near = structure(2, "full")
    labels_a, count_a = ndimage.label(first, near)
    labels_b, count_b = ndimage.label(last, near)
    groups = _overlap_groups(labels_a, labels_b, count_a, count_b)
    groups = _with_neighbours(groups, labels_a, labels_b, count_a, size)
    of_a = np.concatenate([[-1], groups[:count_a]])[labels_a]
    of_b = np.concatenate([[-1], groups[count_a:]])[labels_b]
    return [(of_a == group, of_b == group) for group in np.unique(groups)]


def _overlap_groups(labels_a: NDArray, labels_b: NDArray, count_a: int, count_b: int) -> NDArray[np.int64]:
    """Give each piece, those of the first slice before those of the last, the number of its group."""
    both = (labels_a > 0) & (labels_b > 0)
    links = np.unique(np.stack([labels_a[both] - 1, labels_b[both] - 1 + count_a]), axis=1)
    total = count_a + count_b
    graph = coo_array((np.ones(links.shape[1]), (links[0], links[1])), shape=(total, total))
    groups: NDArray[np.int64] = connected_components(graph, directed=False)[1].astype(np.int64)
    return groups


def _with_neighbours(
    groups: NDArray[np.int64], labels_a: NDArray, labels_b: NDArray, count_a: int, size: Sequence[float]
) -> NDArray[np.int64]:
    """Join lone pieces of the two slices, nearest first."""
    sizes = np.bincount(groups)
    alone_a = [i for i in range(count_a) if sizes[groups[i]] == 1]
    alone_b = [i for i in range(count_a, len(groups)) if sizes[groups[i]] == 1]
    if not alone_a or not alone_b:
        return groups
    centres_a, radii_a = _circles(labels_a, [i + 1 for i in alone_a], size)
    centres_b, radii_b = _circles(labels_b, [i - count_a + 1 for i in alone_b], size)
    distance = np.linalg.norm(centres_a[:, None] - centres_b[None, :], axis=2)
    distance[distance > _REACH * (radii_a[:, None] + radii_b[None, :])] = np.inf
    joined = groups.copy()
    while np.isfinite(distance.min()):
        i, j = np.unravel_index(np.argmin(distance), distance.shape)
        joined[alone_b[j]] = joined[alone_a[i]]
        distance[i, :] = np.inf
        distance[:, j] = np.inf
    return joined


def _circles(
    labels: NDArray, chosen: list[int], size: Sequence[float]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give centres and radii of circles of the pieces' areas, in physical units."""
    centres = np.array(ndimage.center_of_mass(labels > 0, labels, chosen)) * np.asarray(size)
    areas = np.bincount(labels.ravel())[chosen] * float(np.prod(size))
    return centres, np.sqrt(areas / np.pi)
