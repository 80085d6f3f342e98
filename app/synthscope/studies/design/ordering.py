"""The order of a rater's trials: what is forbidden does not occur, and what follows what is even."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from synthscope.studies.design.drafts import Draft
from synthscope.studies.design.pcg64 import Pcg64
from synthscope.studies.design.refusing import ARM_RUN
from synthscope.studies.design.thirds import third_of


@dataclass(frozen=True)
class Rules:
    """What an order has to keep.

    Parameters
    ----------
    run : int
        Most of a kind in a row.
    lag : int
        Least trials from a trial to its repeat.
    starts : frozenset of int
        Places at which a third begins: with a new trial, so that a repeat is in it.
    """

    run: int
    lag: int
    starts: frozenset[int] = frozenset()


class Order:
    """An order of drafts that can be changed by swaps, and knows what each swap is worth.

    All numbers are whole, so that a search takes the same way on every computer.
    """

    def __init__(self, drafts: Sequence[Draft], order: Sequence[int], rules: Rules) -> None:
        strata = sorted({draft.stratum for draft in drafts})
        kinds = {draft.kind for draft in drafts if draft.kind}
        self.order = list(order)
        self._rules = rules
        self._stratum = [strata.index(draft.stratum) for draft in drafts]
        self._kind = [draft.kind if len(kinds) > 1 else "" for draft in drafts]
        self._cases = [draft.cases for draft in drafts]
        self._origin = [draft.origin for draft in drafts]
        self._repeats: list[list[int]] = [[] for _ in drafts]
        for number, origin in enumerate(self._origin):
            if origin >= 0:
                self._repeats[origin].append(number)
        self._place = [0] * len(drafts)
        for place, number in enumerate(self.order):
            self._place[number] = place
        self._arm_run = ARM_RUN if len(strata) > 1 else len(drafts)
        self._reach = max(rules.run, ARM_RUN)
        self._weights = self._even(len(strata))
        self._follows = [[0] * len(strata) for _ in strata]
        for place in range(1, len(self.order)):
            self._count(place, 1)

    def broken(self) -> list[int]:
        """Give the places at which a rule is broken."""
        return [place for place in range(len(self.order)) if self._breaks(place)]

    def why(self) -> dict[str, int]:
        """Say how often each rule is broken."""
        found = {"run": 0, "per_arm": 0, "cases": 0, "lag": 0}
        for place in range(len(self.order)):
            for rule, count in zip(found, self._rules_at(place), strict=True):
                found[rule] += count > 0
        return found

    def try_swap(self, one: int, other: int, *, evenness: bool) -> None:
        """Swap two places unless that breaks more rules, or (with `evenness`) makes carry-over less even."""
        touched = self._touched((one, other))
        edges = {place for at in (one, other) for place in (at, at + 1) if 0 < place < len(self.order)}
        before = sum(self._breaks(place) for place in touched)
        change = self._swap(one, other, edges)
        after = sum(self._breaks(place) for place in touched)
        if after > before or (evenness and after == before and change > 0):
            self._swap(one, other, edges)

    def _even(self, count: int) -> list[list[int]]:
        """Weigh transitions so that unlike frequent arms follow each other as often as they would by chance."""
        seen = [0] * count
        for stratum in self._stratum:
            seen[stratum] += 1
        scale = max(seen) ** 2 * 4
        return [[scale // (a * b) for b in seen] for a in seen]

    def _swap(self, one: int, other: int, edges: Iterable[int]) -> int:
        """Swap two places; give the change of the carry-over term."""
        change = sum(self._count(place, -1) for place in edges)
        a, b = self.order[one], self.order[other]
        self.order[one], self.order[other] = b, a
        self._place[a], self._place[b] = other, one
        return change + sum(self._count(place, 1) for place in edges)

    def _count(self, place: int, step: int) -> int:
        """Add or take away the transition into a place; give the change of the sum of weighted squares."""
        a, b = self._stratum[self.order[place - 1]], self._stratum[self.order[place]]
        was = self._follows[a][b]
        self._follows[a][b] = was + step
        return self._weights[a][b] * (2 * was * step + 1)

    def _touched(self, places: Sequence[int]) -> set[int]:
        """Give the places whose rules look at one of these."""
        touched = {p for at in places for p in range(at, min(at + self._reach + 1, len(self.order)))}
        for at in places:
            touched.update(self._place[repeat] for repeat in self._repeats[self.order[at]])
        return touched

    def _breaks(self, place: int) -> int:
        kind, stratum, case, lag = self._rules_at(place)
        return kind + stratum + case + lag

    def _rules_at(self, place: int) -> tuple[int, int, int, int]:
        """Say how badly each rule is broken by what is at a place and before it."""
        order, number = self.order, self.order[place]
        kind = self._kind[number]
        run, arm_run = self._rules.run, self._arm_run
        of_kind = bool(kind) and place >= run and all(self._kind[n] == kind for n in order[place - run : place])
        own = self._stratum[number]
        of_arm = place >= arm_run and all(self._stratum[n] == own for n in order[place - arm_run : place])
        of_case = place > 0 and not self._cases[number].isdisjoint(self._cases[order[place - 1]])
        return int(of_kind), int(of_arm), int(of_case), self._too_early(place)

    def _too_early(self, place: int) -> int:
        """Say by how much a repeat is too near to what it repeats, in steps of four; 1 for one in its third."""
        origin = self._origin[self.order[place]]
        if origin < 0:
            return 0
        before, count = self._place[origin], len(self.order)
        in_third = place in self._rules.starts or third_of(before, count) == third_of(place, count)
        return max(int(in_third), -(-(self._rules.lag - place + before) // 4))


def search(order: Order, segments: Sequence[range], random: Pcg64, effort: int) -> bool:
    """Swap trials within their segments until no rule is broken and carry-over has become even.

    First only broken rules count, and one of the two is where a rule is broken; then evenness counts too.

    Parameters
    ----------
    segments : sequence of range
        The places between which trials may be swapped; together all places.
    effort : int
        Swaps that are tried.

    Returns
    -------
    bool
        Whether all rules are kept.
    """
    segment_of = [segment for segment in segments for _ in segment]
    broken = order.broken()
    for turn in range(effort):
        if broken and turn % 16 == 0:
            broken = order.broken()
        near = max(0, broken[random.below(len(broken))] - random.below(4)) if broken else random.below(len(segment_of))
        segment = segment_of[near]
        order.try_swap(near, segment.start + random.below(len(segment)), evenness=not broken)
    return not order.broken()
