"""Where and when codes are looked at: windows of a patch's side, each cell nearest to the middle of its own; rounds."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np


def starts(length: int, side: int) -> np.ndarray:
    """Give where windows begin along an axis of at least `side` cells: half a side apart, the last at its end."""
    last = length - side
    return np.unique(np.append(np.arange(0, last + 1, max(side // 2, 1)), last))


def owners(length: int, side: int) -> np.ndarray:
    """Give for each cell along an axis the window, by its number, whose middle is nearest; the first of two."""
    middles = starts(length, side) + (side - 1) / 2
    return np.asarray(np.abs(np.arange(length)[:, None] - middles).argmin(axis=1))


def looks(
    cells: np.ndarray, shape: tuple[int, int], side: int, together: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Give the windows that are needed for cells, some at a time.

    Parameters
    ----------
    cells : ndarray of int (N, 2)
        Row and column of each.
    shape : (int, int)
        Of the field.
    together : int
        Windows that are given at once, at most.

    Yields
    ------
    corners : ndarray of int (W, 2)
        Row and column at which each window begins.
    window : ndarray of int (N,)
        The window, 0 to W - 1, in which each cell is looked at; -1 for those whose turn it is not.
    """
    begins = [starts(length, side) for length in shape]
    own = np.stack([owners(length, side)[cells[:, axis]] for axis, length in enumerate(shape)], axis=1)
    needed, which = np.unique(own, axis=0, return_inverse=True)
    which = which.reshape(-1)
    for first in range(0, len(needed), together):
        part = needed[first : first + together]
        corners = np.stack([begins[axis][part[:, axis]] for axis in range(2)], axis=1)
        here = (which >= first) & (which < first + together)
        yield corners, np.where(here, which - first, -1)


def round_ends(count: int, rounds: int) -> tuple[int, ...]:
    """Give how many of `count` codes are drawn after each round: one by one where there are as many rounds."""
    if rounds >= count:
        return tuple(range(1, count + 1))
    share = 1 - np.cos(np.pi / 2 * np.arange(1, rounds + 1) / rounds)
    ends = np.unique(np.ceil(count * share - 1e-9).astype(int))
    return tuple(int(end) for end in ends if end > 0)
