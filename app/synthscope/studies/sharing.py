"""Answers to several images at once: which of them have an image's case in common, in whatever pairing."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.sparse import coo_array, csr_array

MOST_TOGETHER = 8
"""Different cases of one trial."""


@dataclass(frozen=True, eq=False)
class Sharing:
    """The n x n matrix of 0 and 1 that says which of n trials have a case in common, each with itself among them.

    It is held as ``sum_k (-1)^(k + 1) H_k H_k^T``, where H_k says which k cases together are in which trial: of t
    cases in common the terms count ``t - t (t - 1) / 2 + ...``, which is 1 for every t above 0. Time and memory grow
    with the trials and not with their pairs.

    Parameters
    ----------
    members : tuple of sparse array, shape (n, sets)
        H_1, H_2 and so on.
    fewest : int
        Different cases in the place that has the fewest.
    """

    members: tuple[csr_array, ...]
    fewest: int

    def spread(self, rows: np.ndarray) -> np.ndarray:
        """Sum each row (m, n) over the trials that share a case with each trial; shape (m, n)."""
        total = np.zeros(np.shape(rows))
        for place, member in enumerate(self.members):
            total += (-1) ** place * ((rows @ member) @ member.T)
        return total


def share_cases(cases: np.ndarray, within: np.ndarray | None = None) -> Sharing:
    """Tell which trials have a case in common.

    Parameters
    ----------
    cases : ndarray of int, shape (n, places)
        The case of each image of a trial.
    within : ndarray of int, shape (n,), optional
        Such as raters: trials of two of them share nothing.

    Raises
    ------
    ValueError
        If a trial holds more than eight cases: no paradigm shows as many.
    """
    cases = np.asarray(cases, int)
    sets = [tuple(sorted(set(row))) for row in cases.tolist()]
    most = max(map(len, sets), default=0)
    if most > MOST_TOGETHER:
        raise ValueError(f"a trial of {most} cases")
    groups = [0] * len(sets) if within is None else np.asarray(within).tolist()
    members = []
    for size in range(1, most + 1):
        known: dict[tuple[object, ...], int] = {}
        held = [
            (row, known.setdefault((group, *chosen), len(known)))
            for row, (own, group) in enumerate(zip(sets, groups, strict=True))
            for chosen in combinations(own, size)
        ]
        places = np.array(held, int).T
        members.append(coo_array((np.ones(len(held)), tuple(places)), shape=(len(sets), len(known))).tocsr())
    return Sharing(tuple(members), min(len(np.unique(place)) for place in cases.T))


def positive(matrix: np.ndarray) -> np.ndarray:
    """Give the nearest covariance: negative variances are taken as none."""
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    return np.asarray((vectors * np.maximum(values, 0.0)) @ vectors.T)
