"""Which images lie within whose nearest neighbours, for all images and when groups of them are left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from synthscope.metrics.sets.distances import HELD, distance_blocks, own_distance_blocks

AHEAD = 8
"""Times k: neighbours that are sorted for radii without a group; where these are too few, all are looked at."""

Figure = Callable[[np.ndarray, np.ndarray], float]
"""Of the number of balls that each image of the other set lies in (M,), and of whether each ball holds any (N,)."""


@dataclass(frozen=True, eq=False)
class Balls:
    """Neighbourhoods of the images of one set, and who of the other set lies in them.

    Parameters
    ----------
    counts : ndarray of int (M,)
        Balls that each image of the other set lies in.
    filled : ndarray of bool (N,)
        Whether each ball holds an image of the other set.
    """

    counts: np.ndarray
    filled: np.ndarray


def balls(centres: np.ndarray, others: np.ndarray, k: int) -> Balls:
    """Find who lies within the k-th neighbour of whom.

    Parameters
    ----------
    centres, others : ndarray of float64 (N, D), (M, D)
        More than `k` centres.
    """
    counts, filled = np.zeros(len(others), int), np.zeros(len(centres), bool)
    for here, between, own in _blocks(centres, others):
        inside = between < _kth(own, k)[:, None]
        counts += inside.sum(axis=0)
        filled[here] = inside.any(axis=1)
    return Balls(counts, filled)


def radii(features: np.ndarray, k: int) -> np.ndarray:
    """Give the squared distance (N,) of each row (N, D) to its k-th neighbour."""
    return np.concatenate([_kth(own, k) for _, own in own_distance_blocks(features)])


def figures_without(
    figure: Figure, centres: np.ndarray, others: np.ndarray, groups: tuple[np.ndarray, np.ndarray], k: int
) -> tuple[np.ndarray, np.ndarray]:
    """Give a figure with each group of centres left out, and with each group of the others left out.

    All distances are taken once, some rows at a time, and none are kept.

    Parameters
    ----------
    groups : pair of ndarray of int (N,), (M,)
        Of each centre and of each other, from 0 without gaps.

    Returns
    -------
    pair of ndarray (G,), (H,)
        Not a number where too few centres, or none of the others, are left.
    """
    of_centres, of_others = groups
    count, every = int(of_centres.max()) + 1, np.eye(int(of_others.max()) + 1, dtype=np.float32)[of_others]
    counts, filled = np.zeros((count, len(others)), np.int32), np.zeros((count, len(centres)), bool)
    whole, held = np.zeros(len(others), int), np.zeros((len(centres), every.shape[1]))
    for here, between, own in _blocks(centres, others):
        inside = between < _kth(own, k)[:, None]
        whole += inside.sum(axis=0)
        held[here] = inside @ every
        for group, limits in enumerate(_radii_without(own, of_centres, count, k)):
            inside = between < np.where(of_centres[here] == group, -1.0, limits)[:, None]
            counts[group] += inside.sum(axis=0, dtype=np.int32)
            filled[group, here] = inside.any(axis=1)
    total = held.sum(axis=1)
    left = [of_centres != group for group in range(count)]
    without_centres = [
        figure(counts[group], filled[group, stay]) if stay.sum() > k else np.nan for group, stay in enumerate(left)
    ]
    stays = [of_others != group for group in range(every.shape[1])]
    without_others = [
        figure(whole[stay], total - held[:, group] > 0.5) if stay.any() else np.nan for group, stay in enumerate(stays)
    ]
    return np.asarray(without_centres), np.asarray(without_others)


def _blocks(centres: np.ndarray, others: np.ndarray) -> Iterator[tuple[slice, np.ndarray, np.ndarray]]:
    """Give the distances of some centres to the others, and to all centres."""
    rows = max(1, HELD // max(len(centres), len(others)))
    pairs = zip(distance_blocks(centres, others, rows), own_distance_blocks(centres, rows), strict=True)
    for (here, between), (_, own) in pairs:
        yield here, between, own


def _kth(own: np.ndarray, k: int) -> np.ndarray:
    kth: np.ndarray = np.partition(own, k - 1, axis=1)[:, k - 1]
    return kth


def _radii_without(own: np.ndarray, groups: np.ndarray, count: int, k: int) -> Iterator[np.ndarray]:
    """Give the squared radii (B,) of rows of distances (B, N) with each group of columns left out.

    Infinite, or of fewer neighbours, where no k are left.
    """
    most = min(own.shape[1], AHEAD * k)
    near = np.argpartition(own, most - 1, axis=1)[:, :most]
    order = np.argsort(np.take_along_axis(own, near, axis=1), axis=1)
    near = np.take_along_axis(near, order, axis=1)
    distances, owners = np.take_along_axis(own, near, axis=1), groups[near]
    for group in range(count):
        rank = np.cumsum(owners != group, axis=1)
        found = np.take_along_axis(distances, np.argmax(rank >= k, axis=1)[:, None], axis=1)[:, 0]
        short = np.flatnonzero(rank[:, -1] < k)
        columns = np.flatnonzero(groups != group)
        if len(short) and len(columns) >= k:
            found[short] = _kth(own[np.ix_(short, columns)], k)
        yield found
