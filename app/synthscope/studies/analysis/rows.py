"""Answers as arrays: what the statistics take, made of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from synthscope.records.study_key import TrialRole
from synthscope.records.study_ratings import NOWHERE, Rating


@dataclass(frozen=True, eq=False)
class Table:
    """Answers of raters to pictures.

    Parameters
    ----------
    values : ndarray (R, N)
        NaN where a rater has not seen a picture; the mean where it came more than once.
    letters, cases : tuple of str
        Of each picture.
    real : ndarray (N,) of bool, optional
        Only after unblinding.
    """

    raters: tuple[str, ...]
    codes: tuple[str, ...]
    letters: tuple[str, ...]
    cases: tuple[str, ...]
    values: np.ndarray
    real: np.ndarray | None = None

    def of(self, letters: Iterable[str]) -> Table:
        """Give the pictures of some arms."""
        wanted = set(letters)
        return self.part(np.array([one in wanted for one in self.letters], bool))

    def part(self, chosen: np.ndarray) -> Table:
        """Give some pictures (N,) of bool; raters who saw none of them stay."""
        index = np.flatnonzero(chosen)
        return Table(
            self.raters,
            tuple(self.codes[i] for i in index),
            tuple(self.letters[i] for i in index),
            tuple(self.cases[i] for i in index),
            self.values[:, index],
            None if self.real is None else self.real[index],
        )


def rows_of(
    ratings: Iterable[Rating], question: str = "", roles: Sequence[TrialRole] = ("test",)
) -> tuple[Rating, ...]:
    """Give the rows of a question (of all, if empty) in trials of some roles, by rater and in the order of showing."""
    found = [row for row in ratings if row.role in roles and question in ("", row.question)]
    return tuple(sorted(found, key=lambda row: (row.rater, row.ordinal, row.question)))


def table_of(rows: Sequence[Rating], value: Callable[[Rating], float] = lambda row: float(row.value)) -> Table:
    """Lay out rows of trials that show one picture each (or one beside its reference)."""
    raters = _sorted(row.rater for row in rows)
    first = {row.codes[0]: row for row in reversed(rows)}
    codes = tuple(sorted(first, key=lambda code: (first[code].letters[0], code)))
    values, shown = np.full((len(raters), len(codes)), np.nan), np.zeros((len(raters), len(codes)))
    row_of, column_of = _numbers(raters), _numbers(codes)
    for row in rows:
        place = row_of[row.rater], column_of[row.codes[0]]
        shown[place] += 1
        values[place] = value(row) if shown[place] == 1 else values[place] + value(row)
    values /= np.maximum(shown, 1)
    known = bool(rows) and all(row.truth for row in rows)
    return Table(
        raters,
        codes,
        tuple(first[code].letters[0] for code in codes),
        tuple(first[code].cases[0] for code in codes),
        values,
        np.array([first[code].truth[0] for code in codes], bool) if known else None,
    )


def by_picture(rows: Iterable[Rating]) -> tuple[Rating, ...]:
    """Part rows of marks by the pictures that were marked: one row for each picture of a trial, with its own marks."""
    return tuple(
        replace(
            row, codes=(code,), letters=(row.letters[place],), cases=(row.cases[place],),
            truth=row.truth[place : place + 1], value=tuple(mark for mark in row.value if mark.place == place),
        )
        for row in rows
        for place, code in enumerate(row.codes)
    )  # fmt: skip


def wins_of(rows: Sequence[Rating]) -> tuple[tuple[str, ...], np.ndarray, np.ndarray]:
    """Count choices between two arms.

    Returns
    -------
    letters : tuple of str
    wins : ndarray (A, A)
        How often the arm of the row was chosen over that of the column; ties count half for each.
    left : ndarray (n, 4)
        Each comparison: arm on the left, arm on the right (numbers of `letters`), 1 where the left was chosen, .5
        for "no difference", and the number of the rater.
    """
    letters = _sorted(letter for row in rows for letter in row.letters)
    raters = _numbers(_sorted(row.rater for row in rows))
    number = _numbers(letters)
    wins = np.zeros((len(letters), len(letters)))
    left = np.zeros((len(rows), 4))
    for i, row in enumerate(rows):
        a, b = number[row.letters[0]], number[row.letters[1]]
        score = 0.5 if row.value == NOWHERE else float(row.value == 0)
        wins[a, b] += score
        wins[b, a] += 1 - score
        left[i] = a, b, score, raters[row.rater]
    return letters, wins, left


def repeats_of(rows: Iterable[Rating]) -> tuple[tuple[Rating, Rating], ...]:
    """Pair each repeated trial with the one it repeats, question by question."""
    rows = tuple(rows)
    known = {(row.rater, row.trial, row.question): row for row in rows}
    return tuple(
        (known[key], row)
        for row in rows
        if row.role == "repeat" and (key := (row.rater, row.repeats, row.question)) in known
    )


def _sorted(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(names)))


def _numbers(names: Sequence[str]) -> dict[str, int]:
    return {name: i for i, name in enumerate(names)}
