"""Answers of raters to cases, checked, and how many raters gave a case each category."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from synthscope.errors import InputError


@dataclass(frozen=True, eq=False)
class Counts:
    """How many raters put each case into each category.

    Parameters
    ----------
    table : ndarray of float, shape (N, K)
        Cases without any answer are left out.
    categories : ndarray, shape (K,)
        Their values, in rising order.
    """

    table: np.ndarray
    categories: np.ndarray

    @property
    def raters(self) -> np.ndarray:
        """Answers of each case, shape (N,)."""
        return np.asarray(self.table.sum(axis=1))


def checked(ratings: np.ndarray, *, raters: int = 2, cases: int = 2) -> np.ndarray:
    """Give ratings as floating-point numbers, or say why they cannot be used.

    Parameters
    ----------
    ratings : ndarray, shape (R, N)
        One row for each rater, one column for each case; not a number where there is no answer.

    Raises
    ------
    InputError
        If it is no table of that shape, has too few rows or columns, or holds infinite values.
    """
    found = np.asarray(ratings, float)
    if found.ndim != 2:
        raise InputError(f"Ratings have {found.ndim} axes; give one row for each rater and one column for each case.")
    if found.shape[0] < raters:
        raise InputError(f"Agreement needs {raters} raters and has {found.shape[0]}; add answers of another rater.")
    if found.shape[1] < cases:
        raise InputError(f"Agreement needs {cases} cases and has {found.shape[1]}; add cases that several have seen.")
    if np.isinf(found).any():
        raise InputError("Ratings hold infinite values; put NaN where there is no answer.")
    return found


def complete(ratings: np.ndarray) -> np.ndarray:
    """Leave out the cases that not every rater has answered."""
    found = checked(ratings, cases=0)
    return found[:, np.isfinite(found).all(axis=0)]


def checked_complete(ratings: np.ndarray, name: str, *, cases: int = 2) -> np.ndarray:
    """Give ratings where no answer is missing, or say how many cases lack one.

    Parameters
    ----------
    name : str
        Of the statistic that needs them.
    """
    found = checked(ratings, cases=cases)
    lacking = int((~np.isfinite(found)).any(axis=0).sum())
    if lacking:
        raise InputError(
            f"{name} needs every rater's answer to every case, and {lacking} of {found.shape[1]} cases lack one; "
            "leave those cases out or use Krippendorff's alpha."
        )
    return found


def counts_of(ratings: np.ndarray, categories: Sequence[float] | np.ndarray | None = None) -> Counts:
    """Count answers.

    Parameters
    ----------
    ratings : ndarray, shape (R, N)
        Not a number where there is no answer.
    categories : sequence, optional
        All that could be answered, also those that nobody used: chance-corrected coefficients depend on them. Only
        those that were used, if left out.

    Raises
    ------
    InputError
        If an answer is none of the categories, or no case has two answers.
    """
    found = checked(ratings, cases=1)
    used = np.unique(found[np.isfinite(found)])
    known = used if categories is None else np.unique(np.asarray(categories, float))
    strange = np.setdiff1d(used, known)
    if len(strange):
        raise InputError(f"The answer {strange[0]:g} is none of the categories {_listed(known)}; add it to them.")
    table = np.stack([(found == value).sum(axis=0) for value in known], axis=1).astype(float)
    return checked_counts(Counts(table[table.sum(axis=1) > 0], known))


def checked_counts(counts: Counts) -> Counts:
    """Refuse tables in which no case has two answers."""
    if not (counts.raters >= 2).any():
        raise InputError("No case was rated by two raters; agreement needs cases that several raters have seen.")
    return counts


def _listed(values: np.ndarray) -> str:
    return ", ".join(f"{value:g}" for value in values)
