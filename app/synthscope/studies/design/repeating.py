"""Trials that are shown again, unannounced: what a rater's answers are worth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from synthscope.records.study import Plan
from synthscope.studies.design.drafts import Draft
from synthscope.studies.design.pcg64 import Pcg64
from synthscope.studies.design.thirds import THIRDS


def with_repeats(thirds: Sequence[Sequence[Draft]], plan: Plan, random: Pcg64) -> tuple[list[Draft], list[range]]:
    """Add repeats to the thirds in which they come, and give all drafts in a row with the range of each third.

    What is repeated is taken in turn from each arm and each right answer. A repeat never comes in the third of
    what it repeats; with a long lag all lie in the last third and repeat the first.
    """
    tests = [draft for third in thirds for draft in third]
    count = int(plan.repeats * len(tests) + 0.5)
    starts = [0, len(thirds[0]), len(thirds[0]) + len(thirds[1])]
    is_long = plan.lag * THIRDS > len(tests)
    routes = ((0, 2),) if is_long else ((0, 1), (1, 2), (0, 2))
    waiting = {third: random.shuffled(range(starts[third], starts[third + 1])) for third in (0, 1)}
    chosen: Counter[tuple[str, int]] = Counter()
    added: list[list[int]] = [[] for _ in thirds]
    for number in range(count):
        here, there = routes[number % len(routes)]
        here = here if waiting[here] else 1 - here
        if waiting[here]:
            origin = _next(waiting[here], tests, chosen)
            waiting[here].remove(origin)
            added[there if here == 0 else 2].append(origin)
    return _in_a_row(thirds, added)


def _next(waiting: Sequence[int], tests: Sequence[Draft], chosen: Counter[tuple[str, int]]) -> int:
    """Give a trial of the arm that was repeated least so far, and of the right answer that was."""
    arms: Counter[str] = Counter()
    for (stratum, _), times in chosen.items():
        arms[stratum] += times

    def rank(number: int) -> tuple[int, int]:
        draft = tests[number]
        return arms[draft.stratum], chosen[draft.stratum, draft.right]

    found = min(waiting, key=rank)
    chosen[tests[found].stratum, tests[found].right] += 1
    return found


def _in_a_row(thirds: Sequence[Sequence[Draft]], added: Sequence[Sequence[int]]) -> tuple[list[Draft], list[range]]:
    tests = [draft for third in thirds for draft in third]
    moved: dict[int, int] = {}
    found: list[Draft] = []
    segments = []
    number = 0
    for third, repeated in zip(thirds, added, strict=True):
        start = len(found)
        for draft in third:
            moved[number] = len(found)
            found.append(draft)
            number += 1
        found += [tests[origin].again(moved[origin]) for origin in repeated]
        segments.append(range(start, len(found)))
    return found, segments
