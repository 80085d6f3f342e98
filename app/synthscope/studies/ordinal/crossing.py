"""Random terms that cross: raters, cases, raters by arm; their normal equations solved by eliminating the largest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.linalg import cho_solve, cholesky

from synthscope.errors import InputError

LARGEST = 50_000_000
"""Numbers in the block between the largest term and the others: 400 MB."""


@dataclass(frozen=True, eq=False)
class RandomTerm:
    """Effects that were drawn from a normal distribution, one for each group.

    Parameters
    ----------
    name : str
        Such as ``rater``, ``case`` or ``rater by arm``.
    groups : ndarray, shape (n,)
        To which group each answer belongs.
    covariate : ndarray of float, shape (n,), optional
        The effect is multiplied by it (a slope that differs between groups); 1 when not given.
    """

    name: str
    groups: np.ndarray
    covariate: np.ndarray | None = None


def rater_by_arm(raters: np.ndarray, arms: np.ndarray) -> RandomTerm:
    """Give the term for raters who see the arms differently: one effect for each rater in each arm.

    All share one variance, which is the compound-symmetric form of a slope of arm for each rater; it is the
    component Var(TR) of multi-reader analyses.
    """
    labels = np.unique(np.asarray(raters), return_inverse=True)[1], np.unique(np.asarray(arms), return_inverse=True)[1]
    return RandomTerm("rater by arm", labels[0] * (labels[1].max() + 1) + labels[1])


@dataclass(frozen=True, eq=False)
class Crossing:
    """Random terms as the solvers read them, the one with most groups first.

    Parameters
    ----------
    names : tuple of str
    places : tuple of ndarray of int, each of shape (n,)
        Group of each answer in each term, from 0.
    loads : tuple of ndarray of float, each of shape (n,)
        By what the effect is multiplied.
    sizes : tuple of int
        Groups of each term.
    """

    names: tuple[str, ...]
    places: tuple[np.ndarray, ...]
    loads: tuple[np.ndarray, ...]
    sizes: tuple[int, ...]

    @property
    def total(self) -> int:
        """Effects of all terms together."""
        return sum(self.sizes)

    def split(self, effects: np.ndarray) -> list[np.ndarray]:
        """Cut a vector of all effects into those of each term."""
        return np.split(effects, np.cumsum(self.sizes)[:-1])

    def shares(self, scales: np.ndarray, effects: np.ndarray) -> list[np.ndarray]:
        """Give what each term adds to the predictor of each answer; `effects` are in units of `scales`."""
        parts = zip(scales, self.split(effects), self.places, self.loads, strict=True)
        return [scale * load * effect[place] for scale, effect, place, load in parts]

    def project(self, scales: np.ndarray, residual: np.ndarray) -> np.ndarray:
        """Sum a vector over the groups of every term: the transpose of the design, shape (total,)."""
        parts = zip(scales, self.places, self.loads, self.sizes, strict=True)
        return np.concatenate([scale * np.bincount(place, load * residual, size) for scale, place, load, size in parts])


def make_crossing(terms: Sequence[RandomTerm], n: int) -> Crossing:
    """Count the groups of random terms, and put the largest term first.

    Raises
    ------
    InputError
        When a term does not have one group for each answer, has a single group or repeats nothing, or two terms are
        the same.
    """
    found = [_counted(term, n) for term in terms]
    for (one, first), (other, second) in combinations(zip(terms, found, strict=True), 2):
        if _same(first, second):
            raise InputError(f"Random terms {one.name!r} and {other.name!r} group the answers alike; leave one out.")
    order = sorted(range(len(terms)), key=lambda k: -found[k][2])
    sizes = tuple(found[k][2] for k in order)
    if sizes and sizes[0] * sum(sizes[1:]) > LARGEST:
        raise InputError(
            f"Random terms of {' and '.join(map(str, sizes))} groups need more memory than the model may take; "
            "leave a term out, or analyse a part of the cases."
        )
    return Crossing(
        tuple(terms[k].name for k in order), tuple(found[k][0] for k in order), tuple(found[k][1] for k in order), sizes
    )


def _same(one: tuple[np.ndarray, np.ndarray, int], other: tuple[np.ndarray, np.ndarray, int]) -> bool:
    """Whether two terms have the same groups and loads, under whatever names."""
    pairs = len(np.unique(one[0] * other[2] + other[0]))
    return one[2] == other[2] == pairs and bool(np.array_equal(one[1], other[1]))


def _counted(term: RandomTerm, n: int) -> tuple[np.ndarray, np.ndarray, int]:
    groups = np.asarray(term.groups)
    load = np.ones(n) if term.covariate is None else np.asarray(term.covariate, float)
    if groups.shape != (n,) or load.shape != (n,):
        raise InputError(f"Random term {term.name!r} has {len(groups)} groups for {n} answers; give one for each.")
    labels, place = np.unique(groups, return_inverse=True)
    if len(labels) < 2:
        raise InputError(f"Random term {term.name!r} has a single group; a variance needs at least two.")
    if len(labels) == n:
        raise InputError(f"Random term {term.name!r} has one answer in each of its {n} groups; leave it out.")
    return place, load, len(labels)


@dataclass(frozen=True, eq=False)
class Bordered:
    """``S Z' W Z S + 1``, factored: the first term's block is diagonal and is eliminated, the rest is a small matrix.

    Parameters
    ----------
    diagonal : ndarray, shape (first,)
    ratio : ndarray, shape (first, rest)
        The block between the first term and the others, divided by the diagonal.
    factor : ndarray, shape (rest, rest)
        Lower Cholesky factor of what remains.
    """

    diagonal: np.ndarray
    ratio: np.ndarray
    factor: np.ndarray

    @property
    def log_determinant(self) -> float:
        """Of the whole matrix."""
        return float(np.log(self.diagonal).sum() + 2 * np.log(np.diag(self.factor)).sum())

    def solve(self, right: np.ndarray) -> np.ndarray:
        """Solve for one right side (total,) or several (total, k)."""
        first = len(self.diagonal)
        top, rest = right[:first], right[first:]
        below = cho_solve((self.factor, True), rest - self.ratio.T @ top) if len(rest) else rest
        divisor = self.diagonal if right.ndim == 1 else self.diagonal[:, None]
        return np.concatenate([top / divisor - self.ratio @ below, below])

    def leverages(self, crossing: Crossing, scales: np.ndarray) -> list[np.ndarray]:
        """Give, for each term, its part of ``z S H^-1 S z`` of each answer; the parts sum to the whole."""
        rest = cho_solve((self.factor, True), np.eye(len(self.factor))) if len(self.factor) else self.factor
        cross = self.ratio @ rest
        top = 1 / self.diagonal + (cross * self.ratio).sum(axis=1)
        starts = [sum(crossing.sizes[1:s]) for s in range(1, len(crossing.sizes))]
        loads = [scale * load for scale, load in zip(scales, crossing.loads, strict=True)]
        places = [crossing.places[0], *(p + s for p, s in zip(crossing.places[1:], starts, strict=True))]

        def entry(t: int, s: int) -> np.ndarray:
            if t == 0 and s == 0:
                return np.asarray(top[places[0]])
            if 0 in (t, s):
                return np.asarray(-cross[places[0], places[max(t, s)]])
            return np.asarray(rest[places[t], places[s]])

        terms = range(len(loads))
        return [loads[t] * sum((loads[s] * entry(t, s) for s in terms), np.zeros_like(loads[t])) for t in terms]


def bordered(crossing: Crossing, scales: np.ndarray, weights: np.ndarray) -> Bordered:
    """Factor the normal equations of random effects in units of their standard deviations.

    Parameters
    ----------
    scales : ndarray of float, shape (terms,)
        Standard deviations.
    weights : ndarray of float, shape (n,)
        Of the answers; not negative.
    """
    loads = [scale * load for scale, load in zip(scales, crossing.loads, strict=True)]
    diagonal = 1 + np.bincount(crossing.places[0], weights * loads[0] ** 2, crossing.sizes[0])
    if len(loads) == 1:
        return Bordered(diagonal, np.empty((len(diagonal), 0)), np.empty((0, 0)))
    border = np.hstack([_block(crossing, loads, weights, 0, s) for s in range(1, len(loads))])
    rest = np.eye(border.shape[1]) + np.block(
        [[_block(crossing, loads, weights, t, s) for s in range(1, len(loads))] for t in range(1, len(loads))]
    )
    ratio = border / diagonal[:, None]
    return Bordered(diagonal, ratio, cholesky(rest - border.T @ ratio, lower=True))


def _block(crossing: Crossing, loads: list[np.ndarray], weights: np.ndarray, t: int, s: int) -> np.ndarray:
    """Give ``Z_t' W Z_s`` as a full matrix."""
    rows, columns = crossing.sizes[t], crossing.sizes[s]
    pair = crossing.places[t] * columns + crossing.places[s]
    return np.bincount(pair, weights * loads[t] * loads[s], rows * columns).reshape(rows, columns)
