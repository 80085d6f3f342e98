"""Rows of a table that are those of another set: different images do not have the same numbers to the last digit."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from synthscope.records.evaluation import Score, SetFacts

FEWEST = 2
"""Equal numbers that are told of, at least."""
_WHOLE = 1e-6


def copied_rows(scores: Sequence[Score], sets: Sequence[SetFacts]) -> Iterator[str]:
    """Say which generated sets of different images share more than half of their numbers.

    Counts, such as a part of the fields, and numbers that are 0 or none may well be equal and are passed over.
    """
    hashes = {one.name: one.sha256 for one in sets if one.role == "generated"}
    rows = {name: _told(scores, name) for name in hashes}
    for (a, first), (b, second) in combinations(rows.items(), 2):
        both = first.keys() & second.keys()
        equal = sum(first[key] == second[key] for key in both)
        if hashes[a] != hashes[b] and equal >= FEWEST and 2 * equal > len(both):
            yield (
                f"{equal} of {len(both)} numbers of {a!r} and {b!r} are equal to the last digit, and their images are "
                "not: one row may be a copy of the other; judge both again."
            )


def _told(scores: Sequence[Score], subject: str) -> Mapping[tuple[str, str], float]:
    """Give the numbers of a set that are measured and not counted."""
    return {
        (score.metric, score.encoder): score.value
        for score in scores
        if score.subject == subject and math.isfinite(score.value) and not _is_count(score)
    }


def _is_count(score: Score) -> bool:
    """Whether it may be a whole number, or a whole number of fields as a part or in per cent."""
    fields = score.value * score.n
    return any(abs(value - round(value)) < _WHOLE for value in (score.value, fields, fields / 100))
