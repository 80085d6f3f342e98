"""How even a schedule is, counted from the schedule alone."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from synthscope.records.study_key import TrialKey
from synthscope.records.study_pack import Slot, Trial
from synthscope.records.study_schedule import Balance, Schedule, StudyItem
from synthscope.studies.design.thirds import third_of

Shown = tuple[Trial, TrialKey]


def balance_of(schedule: Schedule, items: Iterable[StudyItem]) -> Balance:
    """Count everything that a schedule promises, without knowing how it was made."""
    book = {item.code: item for item in items}
    keys = {key.trial: key for key in schedule.trials}
    sessions = [_Session([(trial, keys[trial.id]) for trial in slot.trials if trial.block], book, slot)
                for slot in schedule.slots]  # fmt: skip
    seen = Counter(code for one in sessions for trial, _ in one.tests for code in trial.places)
    lags = [lag for one in sessions for lag in one.lags()]
    return Balance(
        sides=max(one.sides() for one in sessions),
        arms=max(spread(one.arms().values()) for one in sessions),
        thirds=max(one.thirds() for one in sessions),
        images=_images(seen, book),
        carry_over=max(one.carry_over() for one in sessions),
        kind_run=max(longest(one.kinds()) for one in sessions),
        arm_run=max(longest(one.strata()) for one in sessions),
        case_neighbours=sum(one.case_neighbours() for one in sessions),
        least_lag=min(lags, default=0),
        repeats_in_third=sum(one.repeats_in_third() for one in sessions),
    )


def spread(counts: Iterable[int]) -> int:
    """Give the largest less the smallest; 0 of nothing."""
    found = list(counts)
    return max(found) - min(found) if found else 0


def longest(values: Sequence[str]) -> int:
    """Give the length of the longest run of one value, empty ones apart."""
    best = length = 0
    for at, value in enumerate(values):
        length = length + 1 if at and value == values[at - 1] else 1
        best = max(best, length if value else 0)
    return best


def _images(seen: Mapping[str, int], book: Mapping[str, StudyItem]) -> int:
    by_arm: dict[str, list[int]] = {}
    for code, count in seen.items():
        by_arm.setdefault(book[code].arm, []).append(count)
    return max((spread(counts) for counts in by_arm.values()), default=0)


class _Session:
    """One rater's trials after training."""

    def __init__(self, shown: Sequence[Shown], book: Mapping[str, StudyItem], slot: Slot) -> None:
        self.slot = slot.id
        self._shown = shown
        self._book = book
        self.tests = [(trial, key) for trial, key in shown if key.role == "test"]
        self._uncaught = [(trial, key) for trial, key in shown if key.role != "catch"]

    def sides(self) -> int:
        """Count places of the right picture by generator; without one, places of arms."""
        places = max((len(trial.places) for trial, _ in self.tests), default=1)
        if places < 2:
            return 0
        counts: dict[str, list[int]] = {}
        for trial, key in self.tests:
            arms = [self._book[code].arm for code in trial.places]
            right = [(arm, place) for place, arm in enumerate(arms)]
            if key.right >= 0:
                right = [(arms[key.right - 1], key.right)]  # a neighbour: the generator
            for arm, place in right:
                counts.setdefault(arm, [0] * places)[place] += 1
        return max(spread(one) for one in counts.values())

    def arms(self) -> Counter[str]:
        """Count new trials by arm; in a choice, by generator."""
        return Counter(arm for trial, key in self.tests for arm in self._arms_of(trial, key))

    def thirds(self) -> int:
        """Count new trials by arm and third."""
        counts: dict[str, list[int]] = {}
        for number, (trial, key) in enumerate(self.tests):
            for arm in self._arms_of(trial, key):
                counts.setdefault(arm, [0, 0, 0])[third_of(number, len(self.tests))] += 1
        return max((spread(one) for one in counts.values()), default=0)

    def carry_over(self) -> int:
        """Count how often an arm follows each other arm, where a trial shows one."""
        strata = self.strata()
        follows = Counter((a, b) for a, b in itertools.pairwise(strata) if a != b)
        names = sorted(set(strata))
        several = len(self.arms()) != len(names) or len(names) < 2
        return 0 if several else spread(follows[a, b] for a in names for b in names if a != b)

    def strata(self) -> list[str]:
        """Give the arms of each trial but catches, as one word; nothing where all are the same."""
        found = [" | ".join(sorted(self._arms_of(trial, key))) for trial, key in self._uncaught]
        return found if len(set(found)) > 1 else [""] * len(found)

    def kinds(self) -> list[str]:
        """Give the kind of each trial but catches: where the real picture is, or whether it is real."""
        found = [self._kind(trial, key) for trial, key in self._uncaught]
        return found if len(set(found)) > 1 else [""] * len(found)

    def case_neighbours(self) -> int:
        """Count neighbours that share a case."""
        cases = [self._cases(trial) for trial, _ in self._shown]
        return sum(not a.isdisjoint(b) for a, b in itertools.pairwise(cases))

    def lags(self) -> list[int]:
        """Give how many trials later each repeat comes."""
        place = {trial.id: at for at, (trial, _) in enumerate(self._shown)}
        return [place[trial.id] - place[key.repeats] for trial, key in self._shown if key.repeats]

    def repeats_in_third(self) -> int:
        """Count repeats in the third of what they repeat: that of the last new trial before them."""
        number, third, found = 0, {}, 0
        for trial, key in self._shown:
            if key.role == "test":
                third[trial.id] = third_of(number, len(self.tests))
                number += 1
            elif key.role == "repeat":
                found += third[key.repeats] == third_of(max(number - 1, 0), len(self.tests))
        return found

    def _arms_of(self, trial: Trial, key: TrialKey) -> list[str]:
        arms = [self._book[code].arm for code in trial.places]
        return [arms[key.right - 1]] if key.right >= 0 else arms

    def _kind(self, trial: Trial, key: TrialKey) -> str:
        if len(trial.places) > 1:
            return f"right-at-{key.right}" if key.right >= 0 else ""
        return "" if trial.reference else str(self._book[trial.places[0]].is_real)

    def _cases(self, trial: Trial) -> frozenset[str]:
        codes = [*trial.places, *([trial.reference] if trial.reference else [])]
        return frozenset(self._book[code].case for code in codes if self._book[code].case)
