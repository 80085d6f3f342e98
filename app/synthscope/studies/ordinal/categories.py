"""Answers on a scale as the fits read them: steps counted from 0, a design of columns, thresholds beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from synthscope.errors import InputError


@dataclass(frozen=True, eq=False)
class Scale:
    """Answers and what they are explained by.

    Parameters
    ----------
    steps : ndarray of int, shape (n,)
        From 0 to `levels` - 1; every step was used.
    design : ndarray of float, shape (n, p)
        Without a constant: thresholds stand for it.
    names : tuple of str
        Of the columns.
    values : tuple of float
        Answers that the steps stand for, in order.
    """

    steps: np.ndarray
    design: np.ndarray
    names: tuple[str, ...]
    values: tuple[float, ...]

    @property
    def levels(self) -> int:
        """Steps of the scale that were used."""
        return len(self.values)


def make_scale(answers: np.ndarray, design: np.ndarray, names: Sequence[str]) -> Scale:
    """Bring answers to steps from 0; steps that nobody used are left out, as they have no threshold of their own.

    Parameters
    ----------
    answers : ndarray, shape (n,)
        Numbers in the order of the scale.
    design : ndarray of float, shape (n, p)

    Raises
    ------
    InputError
        When fewer than two steps were used, something is not a number, or columns are no independent ones.
    """
    answers = np.asarray(answers, float)
    design = np.asarray(design, float).reshape(len(answers), -1)
    if not (np.isfinite(answers).all() and np.isfinite(design).all()):
        raise InputError("Answers and columns hold values that are not finite; leave those rows out.")
    if design.shape[1] != len(names):
        raise InputError(f"{design.shape[1]} columns have {len(names)} names; name each column once.")
    values, steps = np.unique(answers, return_inverse=True)
    if len(values) < 2:
        raise InputError(f"All {len(answers)} answers are on one step of the scale; a model needs at least two.")
    _check_columns(design, names)
    return Scale(steps.astype(int), design, tuple(names), tuple(float(v) for v in values))


def _check_columns(design: np.ndarray, names: Sequence[str]) -> None:
    """Refuse columns that the thresholds or other columns already say."""
    full = np.column_stack([np.ones(len(design)), design])
    for k in range(1, full.shape[1]):
        if np.linalg.matrix_rank(full[:, : k + 1]) <= k:
            raise InputError(
                f"Column {names[k - 1]!r} is constant or follows from the columns before it; leave it out."
            )


def arm_columns(arms: Sequence[str], base: str | None = None) -> tuple[np.ndarray, tuple[str, ...]]:
    """Give one 0/1 column for each arm but the base.

    Parameters
    ----------
    arms : sequence of str, length n
    base : str, optional
        Against which the others stand; the first in alphabetical order when not given.

    Returns
    -------
    ndarray of float, shape (n, arms - 1), and their names
    """
    known = sorted(set(arms))
    base = known[0] if base is None else base
    if base not in known:
        raise InputError(f"Arm {base!r} has no answers; choose the base among {', '.join(known)}.")
    others = tuple(arm for arm in known if arm != base)
    labels = np.asarray(arms, dtype=object)
    return np.column_stack([labels == arm for arm in others] or [np.empty((len(labels), 0))]).astype(float), others


def ends(steps: np.ndarray, thresholds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give the threshold above and below each step, infinite at the ends of the scale."""
    cuts = np.concatenate([[-np.inf], thresholds, [np.inf]])
    return cuts[steps + 1], cuts[steps]


def threshold_sums(steps: np.ndarray, upper: np.ndarray, lower: np.ndarray, levels: int) -> np.ndarray:
    """Sum derivatives by the upper and by the lower end over the thresholds they belong to; shape (levels - 1,)."""
    above = np.bincount(steps, upper, levels)[:-1]
    below = np.bincount(steps, lower, levels)[1:]
    return above + below
