"""Raters whose answers lie outside too often, by ITU-R BT.500."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthscope.errors import InputError
from synthscope.studies.tables import RatingTable

OFTEN = 0.05
"""A rater is looked at when more than this part of the answers lies outside."""
ONE_SIDED = 0.3
"""And is left out when the sides differ by less than this part: one who is merely lenient or strict is kept."""
NORMAL = (2.0, 4.0)
"""Kurtosis between which the ratings of an item count as normal."""
FEW = 15
CITATION = "ITU-R BT.500-15, annex 1"


@dataclass(frozen=True)
class Outlying:
    """What BT.500 says of one rater.

    Parameters
    ----------
    above, below : int
        Answers far above and far below those of the others (P and Q).
    judged : int
        Items that could be judged: those with different answers.
    rejected : bool
        Whether the rule would leave the rater out.
    """

    rater: str
    above: int
    below: int
    judged: int
    rejected: bool

    @property
    def part(self) -> float:
        """Of the answers that lie outside."""
        return (self.above + self.below) / self.judged if self.judged else 0.0


def screen_by_kurtosis(table: RatingTable) -> tuple[Outlying, ...]:
    """Count outlying answers of every rater.

    Outside means at least two standard deviations (of the sample) from the item's mean where the item's ratings look
    normal, else the square root of twenty. Items on which all agree say nothing and are skipped: their deviation is
    zero, so that everybody would lie on both sides.

    Raises
    ------
    InputError
        When there are fewer than three raters.

    Notes
    -----
    Below 15 raters the rule finds little, and it rejects where `project` weighs: use that first.
    """
    values = table.values
    if len(table.raters) < 3:
        raise InputError(f"BT.500 compares each rater with the others, and there are {len(table.raters)}; it needs 3.")
    there = np.isfinite(values)
    count = there.sum(axis=0)
    centred = np.where(there, values - table.means, 0.0)
    second = (centred**2).sum(axis=0)
    usable = (count > 2) & (second > 0)
    spread = np.sqrt(np.divide(second, count - 1, out=np.ones_like(second), where=usable))
    fourth = np.divide((centred**4).sum(axis=0) * count, second**2, out=np.zeros_like(second), where=usable)
    limit = np.where((fourth >= NORMAL[0]) & (fourth <= NORMAL[1]), 2.0, np.sqrt(20.0)) * spread
    counted = there & usable
    above = (counted & (centred >= limit)).sum(axis=1)
    below = (counted & (centred <= -limit)).sum(axis=1)
    return tuple(
        Outlying(name, int(p), int(q), int(n), _rejected(int(p), int(q), int(n)))
        for name, p, q, n in zip(table.raters, above, below, counted.sum(axis=1), strict=True)
    )


def _rejected(above: int, below: int, judged: int) -> bool:
    outside = above + below
    return bool(judged and outside / judged > OFTEN and abs(above - below) / outside < ONE_SIDED)
