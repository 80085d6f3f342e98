"""New trials dealt to the three thirds of a session, each arm evenly."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from synthscope.studies.design.drafts import Draft
from synthscope.studies.design.pcg64 import Pcg64

THIRDS = 3
TRIES = 200
"""Swaps that are tried for each trial."""


def third_of(number: int, count: int) -> int:
    """Give the third, from 0, in which new trial `number` of `count` lies."""
    return THIRDS * number // count


def dealt_to_thirds(drafts: Sequence[Draft], random: Pcg64) -> list[list[Draft]]:
    """Deal trials to thirds so that each arm comes in each of them equally often, to within 1.

    Trials are sorted by what they compare, then by exposure, and dealt round: that is exact where a trial shows one
    arm. Where it compares several, trials of unlike thirds are swapped as long as that makes the counts of arms more
    even.
    """
    mixed = sorted(random.shuffled(drafts), key=lambda draft: (draft.stratum, draft.exposure))
    deal = _Deal([third_of(i, len(mixed)) for i in _interleaved(len(mixed))], [draft.arms for draft in mixed])
    if any(len(draft.arms) > 1 for draft in drafts):
        for _ in range(TRIES * len(mixed)):
            if deal.is_even():
                break
            deal.try_swap(random.below(len(mixed)), random.below(len(mixed)))
    return [[draft for draft, at in zip(mixed, deal.third, strict=True) if at == third] for third in range(THIRDS)]


def _interleaved(count: int) -> list[int]:
    """Give numbers 0 to `count` - 1 in the order first of each third, second of each third, and so on."""
    starts = [-(-third * count // THIRDS) for third in range(THIRDS + 1)]
    sizes = [b - a for a, b in itertools.pairwise(starts)]
    return [starts[third] + i for i in range(max(sizes)) for third in range(THIRDS) if i < sizes[third]]


@dataclass
class _Deal:
    """Which trial is in which third, and how often arms are there."""

    third: list[int]
    arms: list[tuple[str, ...]]

    def __post_init__(self) -> None:
        self.counts = {arm: [0] * THIRDS for arms in self.arms for arm in arms}
        for trial in range(len(self.arms)):
            self._add(trial, 1)

    def is_even(self) -> bool:
        return all(max(counts) - min(counts) <= 1 for counts in self.counts.values())

    def try_swap(self, one: int, other: int) -> None:
        before = self._cost(one, other)
        self._swap(one, other)
        if self._cost(one, other) > before:
            self._swap(one, other)

    def _swap(self, one: int, other: int) -> None:
        for trial in (one, other):
            self._add(trial, -1)
        self.third[one], self.third[other] = self.third[other], self.third[one]
        for trial in (one, other):
            self._add(trial, 1)

    def _add(self, trial: int, step: int) -> None:
        for arm in self.arms[trial]:
            self.counts[arm][self.third[trial]] += step

    def _cost(self, one: int, other: int) -> int:
        touched = {*self.arms[one], *self.arms[other]}
        return sum(count * count for arm in touched for count in self.counts[arm])
