"""Ratings as a table of raters by items, with gaps where nobody rated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthscope.errors import InputError


@dataclass(frozen=True, eq=False)
class RatingTable:
    """Ratings of every rater and item.

    Parameters
    ----------
    values : ndarray of float, shape (raters, items)
        Not a number where a rater did not see an item; the mean where an item was rated more than once.
    raters, items : tuple of str
    """

    values: np.ndarray
    raters: tuple[str, ...]
    items: tuple[str, ...]

    @property
    def means(self) -> np.ndarray:
        """Of each item over its raters, shape (items,)."""
        return item_means(self.values, np.ones(len(self.raters)))

    def of_items(self, places: np.ndarray) -> RatingTable:
        """Give some of the items."""
        return RatingTable(self.values[:, places], self.raters, tuple(self.items[p] for p in places))


def make_table(raters: np.ndarray, items: np.ndarray, values: np.ndarray) -> RatingTable:
    """Arrange single ratings.

    Parameters
    ----------
    raters, items : ndarray, shape (n,)
    values : ndarray of float, shape (n,)
        Such as steps of a scale, or 1 for "called real".

    Raises
    ------
    InputError
        When lengths differ, nothing was rated, or a rating is no number.
    """
    values = np.asarray(values, float)
    if not len(values) or len(raters) != len(values) or len(items) != len(values):
        raise InputError(f"{len(raters)} raters, {len(items)} items, {len(values)} ratings: give as many of each.")
    if not np.isfinite(values).all():
        raise InputError(f"{int((~np.isfinite(values)).sum())} ratings are no numbers; leave those rows out.")
    names, row = np.unique([str(r) for r in raters], return_inverse=True)
    things, column = np.unique([str(i) for i in items], return_inverse=True)
    shape = (len(names), len(things))
    cell = row * shape[1] + column
    count = np.bincount(cell, minlength=shape[0] * shape[1])
    total = np.bincount(cell, values, shape[0] * shape[1])
    table = np.divide(total, count, out=np.full(len(count), np.nan), where=count > 0)
    return RatingTable(table.reshape(shape), tuple(map(str, names)), tuple(map(str, things)))


def item_means(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Give the mean of each item, each rater counted as often as the weights say.

    Parameters
    ----------
    values : ndarray of float, shape (raters, items)
    weights : ndarray of float, shape (raters,) or (draws, raters)

    Returns
    -------
    ndarray of float, shape (items,) or (draws, items)
        Not a number for an item without a rater.
    """
    there = np.isfinite(values)
    total = weights @ np.where(there, values, 0.0)
    count = weights @ there.astype(float)
    return np.asarray(np.divide(total, count, out=np.full(np.shape(total), np.nan), where=count > 0))
