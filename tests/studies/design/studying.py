"""Items and designs for tests of schedules."""

from __future__ import annotations

from typing import Any

from synthscope.records.study import Paradigm, Plan, StudyDesign
from synthscope.records.study_schedule import StudyItem


def make_items(real: int, synthetic: tuple[int, ...], *, catches: int = 3, cases: int = 0) -> tuple[StudyItem, ...]:
    """Give items of arms ``real``, ``gen1``, ``gen2`` and so on; with `cases`, the i-th image of each is of case i."""
    arms = [("real", real, True)] if real else []
    arms += [(f"gen{number + 1}", count, False) for number, count in enumerate(synthetic)]
    found = []
    for number, (arm, count, is_real) in enumerate(arms):
        for i in range(count):
            case = f"case-{i % cases}" if cases else f"{arm}-{i}"
            found.append(StudyItem(f"{arm}-{i}", arm, "ABCDEFGHIJ"[number], case, is_real, f"{number:02d}{i:04d}"))
    found += [StudyItem(f"noise-{i}", "", "", "", is_real=False, code=f"catch{i}") for i in range(catches)]
    return tuple(found)


def make_design(paradigm: Paradigm, **plan: Any) -> StudyDesign:
    return StudyDesign("A study", paradigm, (), plan=Plan(**plan))
