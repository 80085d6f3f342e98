"""Distances between rows of features: as many rows at a time as fit into bounded memory."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

ROUNDING = 1e-13
"""Of the largest squared length: squared distances below it are those of equal rows."""
HELD = 2**23
"""Distances that are held at a time: 64 MiB of them."""


def distance_blocks(a: np.ndarray, b: np.ndarray, rows: int = 0) -> Iterator[tuple[slice, np.ndarray]]:
    """Give squared distances of all rows to all rows, some of `a` after the others; zero where all is rounding.

    Parameters
    ----------
    a, b : ndarray of float64 (N, D), (M, D)
    rows : int
        How many at a time; 0 for as many as hold `HELD` distances.

    Yields
    ------
    slice
        Of the rows of `a`.
    ndarray (rows, M)
    """
    rows = rows or max(1, HELD // len(b))
    middle = a.mean(axis=0)  # differences survive rounding best around zero
    itself = a is b
    a = a - middle
    b = a if itself else b - middle
    of_a = (a**2).sum(axis=1)
    of_b = of_a if itself else (b**2).sum(axis=1)
    least = ROUNDING * (of_a.max() + of_b.max())
    for first in range(0, len(a), rows):
        here = slice(first, min(first + rows, len(a)))
        products: np.ndarray = a[here] @ b.T
        products *= -2
        products += of_a[here, None]
        products += of_b
        products[products < least] = 0
        yield here, products


def own_distance_blocks(features: np.ndarray, rows: int = 0) -> Iterator[tuple[slice, np.ndarray]]:
    """Give squared distances of rows (N, D) to each other as `distance_blocks` does; infinite to themselves."""
    for here, distances in distance_blocks(features, features, rows):
        distances[np.arange(len(distances)), np.arange(here.start, here.stop)] = np.inf
        yield here, distances
