"""Scores of several readers for the images of several arms, and the area under each reader's curve in each arm."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthscope.errors import InputError
from synthscope.studies.discrimination.roc import placements


@dataclass(frozen=True, eq=False)
class ReaderScores:
    """What readers said of images.

    Parameters
    ----------
    scores : ndarray, shape (T, R, N)
        Of each arm, reader and image: such as confidence that it is real. Not a number where the image is no part of
        the arm, or was not answered. Real images that every arm is compared with stand in every arm.
    positive : ndarray of bool, shape (N,)
        Such as whether an image is real.
    units : ndarray of int, shape (N,)
        Number of the case that an image was taken from; images of one case depend on each other.
    """

    scores: np.ndarray
    positive: np.ndarray
    units: np.ndarray

    @property
    def arms(self) -> int:
        """How many arms there are."""
        return int(self.scores.shape[0])

    @property
    def readers(self) -> int:
        """How many readers there are."""
        return int(self.scores.shape[1])

    @property
    def rows(self) -> np.ndarray:
        """Scores with arm and reader as one axis, shape (T R, N)."""
        return self.scores.reshape(self.arms * self.readers, -1)

    @property
    def answers(self) -> int:
        """How many scores there are."""
        return int(np.isfinite(self.scores).sum())


@dataclass(frozen=True, eq=False)
class Areas:
    """Areas (T R,), and of each image its placement less the area, zero where there is none.

    Parameters
    ----------
    deviations : ndarray, shape (T R, N)
    there : ndarray of float, shape (T R, N)
        1 where there is a score.
    """

    values: np.ndarray
    deviations: np.ndarray
    there: np.ndarray


def reader_scores(scores: np.ndarray, positive: np.ndarray, cases: np.ndarray | None = None) -> ReaderScores:
    """Check scores of readers.

    Parameters
    ----------
    scores : ndarray, shape (T, R, N) or (R, N) for a single arm
    positive : ndarray of bool, shape (N,)
    cases : ndarray, shape (N,), optional
        Names of the cases; each image is one of its own, if left out.

    Raises
    ------
    InputError
        If shapes do not fit, there is one reader only, or a reader lacks images of a kind in an arm.
    """
    table = np.asarray(scores, float)
    table = table[None] if table.ndim == 2 else table
    kind = np.asarray(positive, bool)
    if table.ndim != 3 or kind.shape != table.shape[2:]:
        raise InputError(f"Scores {table.shape} do not fit the truth {kind.shape}; give (T, R, N), (N,).")
    if table.shape[1] < 2:
        raise InputError("One reader says nothing of other readers; add a second, or report this reader's own area.")
    there = np.isfinite(table)
    for name, chosen in (("positive", kind), ("negative", ~kind)):
        least = there[:, :, chosen].sum(axis=2)
        if (least < 2).any():
            arm, reader = np.argwhere(least < 2)[0]
            raise InputError(
                f"Reader {reader + 1} has {least[arm, reader]} answers to {name} images of arm {arm + 1}; an area "
                "needs 2 of each kind, so leave the reader out or show more."
            )
    names = np.arange(len(kind)) if cases is None else np.asarray(cases)
    return ReaderScores(table, kind, np.unique(names, return_inverse=True)[1].ravel())


def areas_of(data: ReaderScores) -> Areas:
    """Place every score among those of the other kind of the same reader and arm."""
    rows = data.rows
    values, deviations = np.zeros(len(rows)), np.zeros(rows.shape)
    there = np.isfinite(rows)
    for k, (row, has) in enumerate(zip(rows, there, strict=True)):
        positive, negative = has & data.positive, has & ~data.positive
        placed = placements(row[positive], row[negative])
        values[k] = placed.area
        deviations[k, positive] = placed.positive - placed.area
        deviations[k, negative] = placed.negative - placed.area
    return Areas(values, deviations, there.astype(float))
