"""Choices between two images: who chose what where, counted by cell and rater, and how far they connect the items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from synthscope.errors import InputError

LEFT, RIGHT, TIE = 0, 1, -1


@dataclass(frozen=True, eq=False)
class Comparisons:
    """One row for each choice.

    Parameters
    ----------
    left, right : ndarray of int, shape (n,)
        Places among `items` of what stood left and right.
    choice : ndarray of int, shape (n,)
        0 for left, 1 for right, -1 for "no difference": as a `Rating` holds it.
    raters : ndarray of int, shape (n,)
        Places among `rater_names`.
    covariates : ndarray of float, shape (n, k)
        Of the left image less that of the right: zoom, contrast, time of day.
    cases : ndarray of int, shape (n, c)
        The cases of the images of each choice; c = 0 where they are not known.
    """

    left: np.ndarray
    right: np.ndarray
    choice: np.ndarray
    raters: np.ndarray
    items: tuple[str, ...]
    rater_names: tuple[str, ...]
    covariates: np.ndarray
    covariate_names: tuple[str, ...] = ()
    cases: np.ndarray = field(default_factory=lambda: np.empty((0, 0), int))

    def __len__(self) -> int:
        return len(self.left)

    @property
    def tied(self) -> bool:
        """Whether "no difference" was ever answered."""
        return bool((self.choice == TIE).any())

    def of(self, rows: np.ndarray) -> Comparisons:
        """Give some of the rows."""
        return Comparisons(
            self.left[rows], self.right[rows], self.choice[rows], self.raters[rows], self.items, self.rater_names,
            self.covariates[rows], self.covariate_names, self.cases[rows] if self.cases.size else self.cases,
        )  # fmt: skip


def make_comparisons(
    left: Sequence[str], right: Sequence[str], choice: np.ndarray, raters: Sequence[str] | None = None, *,
    covariates: np.ndarray | None = None, covariate_names: Sequence[str] = (), cases: np.ndarray | None = None,
) -> Comparisons:
    """Check choices between two images.

    Parameters
    ----------
    left, right : sequence of str, length n
        Items (arms, images) shown left and right.
    choice : ndarray of int, shape (n,)
        0 for left, 1 for right, -1 for "no difference".
    raters : sequence of str, length n, optional
        All by one rater when not given.
    covariates : ndarray of float, shape (n, k), optional
    cases : ndarray of str, shape (n, c), optional
        Of the images that were compared, and of their reference: where they come again in other choices.

    Raises
    ------
    InputError
        When lengths differ, an item meets itself, or a choice is none.
    """
    n, choice = len(left), np.asarray(choice, int)
    who = ["all"] * n if raters is None else list(raters)
    shown = np.empty((0, 0), int) if cases is None else np.unique(cases, return_inverse=True)[1].reshape(n, -1)
    extra = np.empty((n, 0)) if covariates is None else np.asarray(covariates, float).reshape(n, -1)
    if not n or {len(right), len(choice), len(who)} != {n}:
        raise InputError(f"{n} left items, {len(right)} right ones, {len(choice)} choices: give as many of each.")
    if not np.isin(choice, (LEFT, RIGHT, TIE)).all():
        raise InputError(f"A choice is {choice[~np.isin(choice, (LEFT, RIGHT, TIE))][0]}; it is 0, 1, or -1 for a tie.")
    if extra.shape[1] != len(covariate_names) or not np.isfinite(extra).all():
        raise InputError(f"{extra.shape[1]} covariates have {len(covariate_names)} names, or are not finite.")
    items, places = np.unique([*map(str, left), *map(str, right)], return_inverse=True)
    names, rater_places = np.unique([str(w) for w in who], return_inverse=True)
    same = np.flatnonzero(places[:n] == places[n:])
    if len(same):
        raise InputError(f"Item {str(items[places[same[0]]])!r} was compared with itself; leave such trials out.")
    return Comparisons(
        places[:n], places[n:], choice, rater_places, tuple(map(str, items)), tuple(map(str, names)), extra,
        tuple(covariate_names), shown,
    )  # fmt: skip


def from_wins(wins: np.ndarray, items: Sequence[str]) -> Comparisons:
    """Write a matrix of wins (row over column) as choices of one rater, the winner always left.

    The order of `items` is kept. There is no news of sides in such a matrix: fit it without a side term.
    """
    wins = np.asarray(wins)
    if wins.ndim != 2 or wins.shape != (len(items), len(items)) or (wins < 0).any():
        raise InputError(f"A matrix of wins of {len(items)} items has as many rows and columns, and no negative count.")
    winner, loser = np.nonzero(wins)
    times = wins[winner, loser].astype(int)
    n = int(times.sum())
    return Comparisons(
        np.repeat(winner, times), np.repeat(loser, times), np.zeros(n, int), np.zeros(n, int), tuple(items), ("all",),
        np.empty((n, 0)),
    )  # fmt: skip


def win_matrix(comparisons: Comparisons) -> np.ndarray:
    """Count how often each item (row) was chosen over each other (column); a tie is half a win for both."""
    k = len(comparisons.items)
    wins = np.zeros((k, k))
    for choice, share in ((LEFT, (1.0, 0.0)), (RIGHT, (0.0, 1.0)), (TIE, (0.5, 0.5))):
        rows = comparisons.choice == choice
        pair = np.bincount(comparisons.left[rows] * k + comparisons.right[rows], minlength=k * k).reshape(k, k)
        wins += share[0] * pair + share[1] * pair.T
    return wins


def check_connected(comparisons: Comparisons) -> bool:
    """Tell whether every item beats every other directly or through others (Ford 1957).

    Only then do scores have finite values without regularisation.

    Raises
    ------
    InputError
        When items fall into groups that were never compared with each other.
    """
    wins = csr_array(win_matrix(comparisons) > 0)
    count, label = connected_components(wins, directed=False)
    if count > 1:
        groups = [", ".join(np.array(comparisons.items)[label == k]) for k in range(count)]
        raise InputError(f"Items were never compared across groups ({' | '.join(groups)}); rank each group by itself.")
    return bool(connected_components(wins, directed=True, connection="strong")[0] == 1)


@dataclass(frozen=True, eq=False)
class Cells:
    """Choices that a model cannot tell apart, counted.

    Parameters
    ----------
    of : Comparisons
        One row for each cell.
    counts : sparse array, shape (raters, cells)
    cell : ndarray of int, shape (n,)
        That each choice is counted in.
    """

    of: Comparisons
    counts: csr_array
    cell: np.ndarray

    def totals(self, weights: np.ndarray | None = None) -> np.ndarray:
        """Count over raters, each as often as `weights` (raters,) say; shape (cells,)."""
        raters = self.counts.shape[0]
        return np.asarray((np.ones(raters) if weights is None else weights) @ self.counts)


def count_cells(comparisons: Comparisons) -> Cells:
    """Join rows with the same items, sides, choice and covariates."""
    k, n = len(comparisons.items), len(comparisons)
    code = (comparisons.left * k + comparisons.right) * 3 + comparisons.choice + 1
    if comparisons.covariates.shape[1]:
        _, code = np.unique(np.column_stack([code, comparisons.covariates]), axis=0, return_inverse=True)
    _, first, cell = np.unique(code, return_index=True, return_inverse=True)
    shape = (len(comparisons.rater_names), len(first))
    counts = csr_array((np.ones(n), (comparisons.raters, cell)), shape=shape)
    return Cells(comparisons.of(first), counts, cell)
