"""The same field twice in one set, and the same set under two names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np

from synthscope.imaging.hashing import pixel_hash
from synthscope.imaging.normalised_correlation import unit
from synthscope.records.trust import Duplicate

ALIKE = 0.999
ROWS = 256


def duplicates(fields: np.ndarray, alike: float = ALIKE) -> tuple[Duplicate, ...]:
    """Name the pairs of fields that are the same, bit by bit or within a correlation above `alike`.

    Parameters
    ----------
    fields : ndarray (N, Z, Y, X, C)
    alike : float
        Normalised cross-correlation in place; copies that were shifted or turned are found by the search for copies.

    Returns
    -------
    tuple of Duplicate
        ``first < second``, in the order of the fields. Constant fields are the same only bit by bit.
    """
    hashes = [pixel_hash(field) for field in fields]
    rows = np.stack([unit(field).ravel() for field in fields]).astype(np.float32) if len(fields) else np.empty((0, 1))
    exact: dict[str, list[int]] = {}
    for index, digest in enumerate(hashes):
        exact.setdefault(digest, []).append(index)
    found = {pair: Duplicate(*pair, 1.0, True) for same in exact.values() for pair in combinations(same, 2)}
    for start in range(0, len(rows), ROWS):
        values = rows[start : start + ROWS] @ rows.T
        for i, j in np.argwhere(values > alike - 1e-4):
            first, second = int(i) + start, int(j)
            if first < second and (first, second) not in found:
                value = float((unit(fields[first]) * unit(fields[second])).sum())
                if value > alike:
                    found[first, second] = Duplicate(first, second, min(value, 1.0), False)
    return tuple(found[pair] for pair in sorted(found))


def same_sets(digests: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Name the pairs of sets whose content has one hash: one folder that was given twice.

    Parameters
    ----------
    digests : mapping
        Of each set's name: the hash of its fields or images.
    """
    return tuple((a, b) for a, b in combinations(digests, 2) if digests[a] == digests[b])


def shared_fields(first: Sequence[str], second: Sequence[str]) -> float:
    """Give the share of the smaller set's fields, by hash, that the other set holds as well (0 to 1)."""
    a, b = set(first), set(second)
    return len(a & b) / min(len(a), len(b)) if a and b else 0.0
