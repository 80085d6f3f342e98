"""Copies seen by features: how near generated fields lie to training ones, against held-out real ones."""

from __future__ import annotations

import math

import numpy as np
from scipy.spatial.distance import cdist
from scipy.stats import rankdata

from synthscope.errors import InputError

ROWS = 1024
"""Rows of distances that are held at a time."""


def nearest_two(features: np.ndarray, training: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Find the two nearest training rows of each row, by Euclidean distance.

    Parameters
    ----------
    features, training : ndarray (N, D), (M, D)
        M is 2 at least.

    Returns
    -------
    distances : ndarray (N, 2)
        Nearest first.
    indices : ndarray of int (N, 2)
    """
    if len(training) < 2 or features.shape[1:] != training.shape[1:]:
        raise InputError(
            f"Features of shape {features.shape} have no two neighbours among {training.shape}; "
            "give two or more training fields and the same encoder for both."
        )
    distances, indices = np.empty((len(features), 2)), np.empty((len(features), 2), int)
    for first in range(0, len(features), ROWS):
        rows = slice(first, first + ROWS)
        all_of = cdist(features[rows], training)
        two = np.argpartition(all_of, 1, axis=1)[:, :2]
        near = np.take_along_axis(all_of, two, axis=1)
        order = np.argsort(near, axis=1, kind="stable")
        distances[rows] = np.take_along_axis(near, order, axis=1)
        indices[rows] = np.take_along_axis(two, order, axis=1)
    return distances, indices


def neighbour_ratio(features: np.ndarray, training: np.ndarray) -> np.ndarray:
    """Divide the distance to the nearest training row by that to the second nearest (N,).

    0 is a copy of one training field; honest fields lie near 1, since no single field is nearer than all others.
    1 where both distances are 0: the training set then holds that field twice.
    """
    distances, _ = nearest_two(features, training)
    ratio: np.ndarray = np.divide(
        distances[:, 0], distances[:, 1], out=np.ones(len(distances)), where=distances[:, 1] > 0
    )
    return ratio


def copying_statistic(
    training: np.ndarray, held_out: np.ndarray, generated: np.ndarray, *, cells: int = 1, seed: int = 0
) -> float:
    """Give C_T of Meehan, Chaudhuri and Dasgupta 2020: below 0, far, is copying; above 0, far, is underfitting.

    In each cell the Mann-Whitney statistic asks whether generated rows lie nearer to training rows than held-out rows
    do, in standard deviations under "as near"; cells are averaged with their shares of the held-out rows (their
    equation 4). Under "as near" it is of mean 0, and for one cell of deviation 1.

    Parameters
    ----------
    training, held_out, generated : ndarray (N, D), (M, D), (K, D)
    cells : int
        Clusters (k-means of the training rows); 1 for none.
    seed : int
        Of the clustering.

    Returns
    -------
    float
        Not a number where no cell holds both held-out and generated rows.
    """
    if min(len(training), len(held_out), len(generated)) < 2:
        raise InputError(
            f"C_T of {len(training)} training, {len(held_out)} held-out and {len(generated)} generated fields cannot "
            "be told; give two of each at least."
        )
    theirs, ours = nearest_two(held_out, training)[0][:, 0], nearest_two(generated, training)[0][:, 0]
    cell_theirs, cell_ours = _cells(training, held_out, generated, cells, seed)
    total, weight = 0.0, 0.0
    for cell in range(cells):
        real, made = theirs[cell_theirs == cell], ours[cell_ours == cell]
        if len(real) and len(made):
            share = len(real) / len(theirs)
            total, weight = total + share * mann_whitney_z(made, real), weight + share
    return total / weight if weight else math.nan


def mann_whitney_z(a: np.ndarray, b: np.ndarray) -> float:
    """Say by how many standard deviations `a` exceeds `b` more often than it would if both were alike.

    Mann and Whitney 1947, with the correction for ties; 0 where all values are the same.
    """
    n, m = len(a), len(b)
    ranks = rankdata(np.concatenate([a, b]))
    above = float(ranks[:n].sum()) - n * (n + 1) / 2
    _, ties = np.unique(ranks, return_counts=True)
    size = n + m
    spread = n * m / 12 * (size + 1 - float((ties**3 - ties).sum()) / (size * (size - 1)))
    return (above - n * m / 2) / math.sqrt(spread) if spread > 1e-12 else 0.0


def _cells(
    training: np.ndarray, held_out: np.ndarray, generated: np.ndarray, cells: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    if cells == 1:
        return np.zeros(len(held_out), int), np.zeros(len(generated), int)
    from sklearn.cluster import KMeans

    if not 1 < cells <= len(training):
        raise InputError(f"{cells} cells cannot be made of {len(training)} training fields; choose fewer, 1 at least.")
    found = KMeans(cells, n_init=4, random_state=seed).fit(training)
    return found.predict(held_out), found.predict(generated)
