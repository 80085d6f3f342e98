"""All tests of the leak gate as one family: what each finds, and what of it is more than chance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from synthscope.records.leaks import LeakFinding, LeakGroup, Severity
from synthscope.studies.discrimination.multiplicity import holm
from synthscope.studies.leaks.classifying import Scorer, Sides, separation, single_areas

TOLD = 5
"""Features that a finding names."""
STOPPING: tuple[Severity, ...] = ("hard", "soft")
NAMED: tuple[Severity, ...] = ("levelled",)
ROUND = 1e-9
"""A p-value of 1 / 160 is one of 0.05 / 8, whatever their last digits."""


@dataclass(frozen=True, eq=False)
class LeakTest:
    """One test that is to be made.

    Parameters
    ----------
    names : (str, str)
        Of the two sides.
    columns : tuple of str
        Names of the features of `sides`.
    """

    group: LeakGroup
    severity: Severity
    names: tuple[str, str]
    sides: Sides
    columns: tuple[str, ...]
    scorer: Scorer
    seed: tuple[int, ...]

    @property
    def varies(self) -> bool:
        """Whether there is anything to test; labels have no part in that."""
        return bool(self.sides.scaled().shape[1])

    @property
    def apart(self) -> bool:
        """Whether some feature has one value on all of one side and another on all of the other."""
        one, other = (self.sides.features[self.sides.labels == side] for side in (1, 0))
        constant = (np.ptp(one, axis=0) == 0) & (np.ptp(other, axis=0) == 0)
        return bool((constant & (one[0] != other[0])).any())

    @property
    def dealings(self) -> int:
        """In how many ways chance could have dealt the cases."""
        return self.sides.dealings(self.sides.folds(np.random.default_rng(self.seed)))

    def finding(self, permutations: int) -> LeakFinding:
        """Make the test; whether it is more than chance is said when all are made."""
        labels = self.sides.labels
        found = separation(self.sides, self.scorer, permutations, np.random.default_rng(self.seed))
        areas = dict(zip(self.columns, single_areas(self.sides.features, labels), strict=True))
        most = sorted(areas, key=lambda name: (-abs(areas[name] - 0.5), name))[:TOLD]
        return LeakFinding(
            id=f"{self.group}: {self.names[0]} | {self.names[1]}",
            group=self.group,
            severity=self.severity,
            sides=self.names,
            auc=found.auc,
            p_value=found.p_value,
            n=(int((labels == 0).sum()), int((labels == 1).sum())),
            found=False,
            features={name: float(areas[name]) for name in most if areas[name] != 0.5},
        )


def enough_draws(tests: Sequence[LeakTest], least: int, level: float) -> int:
    """Give so many permutations that the smallest p-value is small enough to be found among all tests."""
    count = max(len(_family(tests, STOPPING)), len(_family(tests, NAMED)))
    return max(least, math.ceil(count / level - ROUND) - 1)


def too_few_cases(tests: Sequence[LeakTest], level: float) -> list[str]:
    """Say which sides have so few cases that no soft leak between them could be told from chance."""
    family = [tests[i] for i in _family(tests, STOPPING)]
    ways = {one.names: one.dealings for one in family}
    return [
        f"{first} and {second} have so few cases that chance deals them in {count} ways only: among {len(family)} "
        "tests no soft leak can be told from it. Add images, or look for leaks yourself."
        for (first, second), count in ways.items()
        if count * level < len(family) - ROUND
    ]


def corrected(tests: Sequence[LeakTest], findings: Sequence[LeakFinding], level: float) -> tuple[LeakFinding, ...]:
    """Say which findings are more than chance, all tests of all comparisons being looked at (Holm 1979).

    What may stop a study is one family, and what is only named another; where nothing varies, nothing was tested.
    A finding that is not soft and cuts the sides apart by a value of each needs no test.
    """
    found = {i for i, one in enumerate(tests) if one.severity != "soft" and one.apart}
    for family in (_family(tests, STOPPING), _family(tests, NAMED)):
        adjusted = holm(np.array([findings[i].p_value for i in family]))
        found |= {i for i, p in zip(family, adjusted, strict=True) if p <= level * (1 + ROUND)}
    return tuple(replace(one, found=i in found) for i, one in enumerate(findings))


def _family(tests: Sequence[LeakTest], severities: tuple[Severity, ...]) -> list[int]:
    return [i for i, one in enumerate(tests) if one.severity in severities and one.varies]
