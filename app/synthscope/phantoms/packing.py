"""Random dense packings of spheres and discs."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.spatial import cKDTree

Confine = Callable[[np.ndarray], np.ndarray]


def relax(centres: np.ndarray, radii: np.ndarray, confine: Confine, steps: int = 120) -> np.ndarray:
    """Push overlapping balls apart until they touch.

    Each step moves every overlapping pair apart by half of its overlap each, and then brings what left
    the container back: a relaxation in the spirit of Jodrey and Tory 1985 (Phys. Rev. A 32, 2347).

    Parameters
    ----------
    centres : ndarray (N, D)
        First positions; not changed.
    radii : ndarray (N,)
        In the same unit.
    confine : callable
        Gives positions moved back into the container.
    steps : int
        At most this many; fewer when nothing overlaps any more.

    Returns
    -------
    ndarray (N, D)
        Positions; where there is less room than the balls need, small overlaps stay.
    """
    moved = confine(np.array(centres, dtype=np.float64))
    if len(moved) < 2:
        return moved
    reach = 2.0 * float(np.max(radii))
    for _ in range(steps):
        pairs = cKDTree(moved).query_pairs(reach, output_type="ndarray")
        push, first, second = _push(moved, radii, pairs)
        if len(first) == 0:
            break
        np.subtract.at(moved, first, push)
        np.add.at(moved, second, push)
        moved = confine(moved)
    return moved


def largest_overlap(centres: np.ndarray, radii: np.ndarray) -> float:
    """Give the largest overlap of any two balls, relative to the smaller radius of the two (0 for none)."""
    pairs = cKDTree(centres).query_pairs(2.0 * float(np.max(radii)), output_type="ndarray")
    if len(pairs) == 0:
        return 0.0
    first, second = pairs.T
    distance = np.linalg.norm(centres[second] - centres[first], axis=1)
    overlap = radii[first] + radii[second] - distance
    return float(np.max(overlap / np.minimum(radii[first], radii[second])).clip(0.0))


def within_box(low: np.ndarray, high: np.ndarray) -> Confine:
    """Make a container with flat walls that centres cannot pass."""

    def confine(centres: np.ndarray) -> np.ndarray:
        clipped: np.ndarray = np.clip(centres, low, high)
        return clipped

    return confine


def within_ellipse(centre: np.ndarray, axes: np.ndarray) -> Confine:
    """Make an elliptic container (2D) with half axes `axes`."""

    def confine(centres: np.ndarray) -> np.ndarray:
        away = (centres - centre) / axes
        distance = np.linalg.norm(away, axis=1, keepdims=True)
        inside: np.ndarray = centre + away / np.maximum(distance, 1.0) * axes
        return inside

    return confine


def _push(centres: np.ndarray, radii: np.ndarray, pairs: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    first, second = pairs.T
    gap = centres[second] - centres[first]
    distance = np.maximum(np.linalg.norm(gap, axis=1), 1e-9)
    overlap = radii[first] + radii[second] - distance
    touching = overlap > 1e-3 * float(np.min(radii))
    push = (0.5 * overlap / distance)[:, None] * gap
    return push[touching], first[touching], second[touching]
