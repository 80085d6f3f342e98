"""Specimens of two sets of features: checked, drawn, relabelled, left out in groups."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import stats

from synthscope.errors import InputError

GROUPS = 24
"""Groups of specimens of each set that a jackknife leaves out one after the other."""

TWO_SIDED = 0.975
"""Below which all but the upper half of what a 95 % interval leaves out lies."""

JACKKNIFE = f"delete-a-group jackknife (at most {GROUPS} groups of specimens), groups drawn in the linearised number"

Units = tuple[np.ndarray, np.ndarray]
Figure = Callable[[np.ndarray, np.ndarray], float]
"""Gives a figure of some of the real and some of the generated rows, told by their indices."""


def check_pair(real: np.ndarray, generated: np.ndarray, least: int = 2) -> None:
    """Refuse features that cannot be compared.

    Parameters
    ----------
    real, generated : ndarray of float (N, D), (M, D)
    least : int
        Rows that each set needs.

    Raises
    ------
    InputError
        If there are fewer rows, different numbers of columns, or values that are not finite.
    """
    if real.ndim != 2 or generated.ndim != 2 or real.shape[1:] != generated.shape[1:]:
        raise InputError(f"Features of {real.shape} and {generated.shape} cannot be compared; give equal columns.")
    fewest = min(len(real), len(generated))
    if fewest < least:
        raise InputError(f"A set has {fewest} images and {least} are the least that can be compared; give more.")
    for name, features in (("real", real), ("generated", generated)):
        if not np.isfinite(features).all():
            raise InputError(f"Features of the {name} set are not finite; leave out what cannot be measured.")


def numbered(units: np.ndarray) -> tuple[np.ndarray, int]:
    """Give the number (N,) of each row's specimen, from 0, and how many specimens there are."""
    names, index = np.unique(units, return_inverse=True)
    return index.reshape(-1), len(names)


def membership(units: np.ndarray) -> np.ndarray:
    """Give which row is of which specimen: float64 (N, S) of zeros and ones."""
    index, count = numbered(units)
    rows: np.ndarray = np.eye(count)[index]
    return rows


def bootstrap_counts(specimens: int, rng: np.random.Generator, count: int) -> np.ndarray:
    """Draw specimens with replacement, `count` times: how often each came, float64 (count, S)."""
    return rng.multinomial(specimens, np.full(specimens, 1 / specimens), count).astype(np.float64)


def relabelled(real: int, generated: int, rng: np.random.Generator, count: int) -> np.ndarray:
    """Call `real` of all specimens real, by chance, `count` times: float64 (count, real + generated) of 0 and 1."""
    order = np.argsort(rng.random((count, real + generated)), axis=1)
    return (order < real).astype(np.float64)


def permutation_p(observed: float, relabels: np.ndarray) -> float:
    """Give the part of relabellings that are at least as large, the observed one counted (Phipson & Smyth 2010)."""
    slack = 1e-12 * max(abs(observed), float(np.abs(relabels).max()))
    return float((1 + np.count_nonzero(relabels >= observed - slack)) / (1 + len(relabels)))


@dataclass(frozen=True, eq=False)
class Influences:
    """What each specimen (or group of them) adds to a figure, to first order: (S,) for both sets."""

    real: np.ndarray
    generated: np.ndarray

    def widened(self) -> Influences:
        """Make intervals of few groups those of Student's t, with one degree less than the smaller set has groups."""
        groups = min(len(self.real), len(self.generated))
        if groups < 2:
            return self
        factor = float(stats.t.ppf(TWO_SIDED, groups - 1) / stats.norm.ppf(TWO_SIDED))
        return Influences(self.real * factor, self.generated * factor)

    def draw(self, value: float, rng: np.random.Generator, count: int) -> np.ndarray:
        """Draw specimens with replacement in the linearised figure.

        A drawn specimen counts twice in a sum, never as its own neighbour: no bias by duplicates.

        Returns
        -------
        ndarray (count,)
        """
        found = np.full(count, value)
        for influences in (self.real, self.generated):
            size = len(influences)
            if size < 2:
                return np.full(count, np.nan)
            centred = (influences - influences.mean()) * np.sqrt(size / (size - 1))
            found = found + bootstrap_counts(size, rng, count) @ centred
        return found


def grouped_jackknife(figure: Figure, units: Units, rng: np.random.Generator) -> Influences:
    """Leave out groups of specimens, one after the other, of the real and then of the generated set.

    The delete-a-group jackknife (Shao & Wu 1989): no row comes twice, so that figures of nearest neighbours, whose
    bootstrap is wrong (Abadie & Imbens 2008), keep their meaning. Nearly all rows stay, so that what depends on
    the number of rows is the same for every group and drops out of their differences.

    Parameters
    ----------
    figure : callable
        Of the indices of rows that stay.
    """
    every = [np.arange(len(of_set)) for of_set in units]
    found = []
    for side, group in enumerate(jackknife_groups(units, rng)):
        values = []
        for left_out in range(int(group.max()) + 1):
            rows = list(every)
            rows[side] = np.flatnonzero(group != left_out)
            values.append(figure(rows[0], rows[1]) if len(rows[side]) else np.nan)
        found.append(np.asarray(values))
    return jackknifed(found[0], found[1])


def jackknife_groups(units: Units, rng: np.random.Generator) -> Units:
    """Deal the specimens of both sets to groups, at most `GROUPS` of each: the group (N,), (M,) of each row."""
    return _groups(units[0], rng), _groups(units[1], rng)


def jackknifed(real: np.ndarray, generated: np.ndarray) -> Influences:
    """Give the influences of groups from a figure with each group of the real, and of the generated set left out."""
    return Influences(*((values.mean() - values) * (len(values) - 1) / len(values) for values in (real, generated)))


def _groups(units: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Deal specimens to at most `GROUPS` groups: the group (N,) of each row."""
    index, count = numbered(units)
    dealt = rng.permutation(count) % min(count, GROUPS)
    rows: np.ndarray = dealt[index]
    return rows
