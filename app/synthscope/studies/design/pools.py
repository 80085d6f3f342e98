"""The images of each arm: which are kept for training, and which each rater sees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from synthscope.records.study import StudyDesign
from synthscope.records.study_schedule import StudyItem
from synthscope.studies.design.allocating import blocks
from synthscope.studies.design.drafts import Draft
from synthscope.studies.design.paradigms import PARADIGM_RULES, ParadigmRule
from synthscope.studies.design.pcg64 import Pcg64
from synthscope.studies.design.refusing import refuse

Items = tuple[StudyItem, ...]


@dataclass(frozen=True)
class Pools:
    """The items of a study, sorted.

    Parameters
    ----------
    real, synthetic : mapping
        From the name of an arm to its items, in a random order.
    catches : tuple of StudyItem
    """

    rule: ParadigmRule
    real: Mapping[str, Items]
    synthetic: Mapping[str, Items]
    catches: Items

    @property
    def arms(self) -> dict[str, Items]:
        """Real ones first."""
        return {**self.real, **self.synthetic}

    def without(self, draft: Draft) -> Pools:
        """Give the pools without the images of a trial; where trials have references, without their cases."""
        codes = {item.code for item in draft.places}
        cases = draft.cases if self.rule.reference else frozenset[str]()
        kept = [
            {arm: tuple(one for one in items if one.code not in codes and one.case not in cases)
             for arm, items in arms.items()}
            for arms in (self.real, self.synthetic)
        ]  # fmt: skip
        return Pools(self.rule, kept[0], kept[1], self.catches)

    @property
    def all_real(self) -> Items:
        """Of all real arms."""
        return tuple(item for items in self.real.values() for item in items)


def pools_of(design: StudyDesign, items: Sequence[StudyItem], random: Pcg64) -> Pools:
    """Sort items by arm.

    Raises
    ------
    ParameterError
        If the paradigm needs other arms, or catch trials have no pictures.
    """
    rule = PARADIGM_RULES[design.paradigm]
    grouped: dict[str, list[StudyItem]] = {}
    for item in sorted(items, key=lambda one: one.item):
        grouped.setdefault(item.arm, []).append(item)
    catches = tuple(grouped.pop("", ()))
    mixed = {arm: tuple(random.shuffled(grouped[arm])) for arm in sorted(grouped)}
    real = {arm: found for arm, found in mixed.items() if found[0].is_real}
    synthetic = {arm: found for arm, found in mixed.items() if arm not in real}
    for word, found, least in (("real", real, rule.real), ("synthetic", synthetic, rule.synthetic)):
        if len(found) < least:
            refuse("arms", f"This paradigm needs {least} {word} arm(s) and there are {len(found)}; add {word} images.")
    if len(mixed) < rule.least_arms:
        refuse("arms", f"This paradigm compares {rule.least_arms} arms and there are {len(mixed)}; add another.")
    if rule.catch and design.plan.catches and not catches:
        refuse(
            "catches",
            f"{design.plan.catches} catch trials are wanted and no catch picture was made; make some, or set 0.",
        )
    return Pools(rule, real, synthetic, catches)


def part(items: Sequence[StudyItem], wanted: int, arm: str, field: str = "per_arm") -> int:
    """Check how many images of an arm can be shown; 0 asks for all.

    Raises
    ------
    ParameterError
        If more are wanted than there are, or there are none.
    """
    if not items or wanted > len(items):
        refuse(
            field,
            f"{max(wanted, 1)} images of arm {arm!r} are wanted for each rater and {len(items)} are there beside those "
            f"for training; show {len(items)} or fewer, leave training out, or add images.",
        )
    return wanted or len(items)


def dealt(items: Sequence[StudyItem], size: int, raters: int, random: Pcg64) -> list[list[StudyItem]]:
    """Give the items that each rater sees, each about equally often over all raters."""
    return [[items[i] for i in random.shuffled(own)] for own in blocks(len(items), size, raters, random)]


def by_case(items: Sequence[StudyItem]) -> dict[str, StudyItem]:
    """Give the first item of each case."""
    found: dict[str, StudyItem] = {}
    for item in items:
        found.setdefault(item.case, item)
    return found
