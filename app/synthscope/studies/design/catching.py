"""Catch trials: who attends, answers them rightly."""

from __future__ import annotations

from collections.abc import Sequence

from synthscope.records.study import StudyDesign
from synthscope.records.study_schedule import StudyItem
from synthscope.studies.design.drafts import Draft
from synthscope.studies.design.paradigms import default_questions
from synthscope.studies.design.pcg64 import Pcg64
from synthscope.studies.design.pools import Pools
from synthscope.studies.design.refusing import refuse


def reserve_catches(pools: Pools, design: StudyDesign) -> tuple[list[Draft], Pools]:
    """Draw the catch trials of every rater, and give the pools without the real images that they give away.

    Single images: a catch picture, whose right answer is the last step of a confidence scale and the first of
    another. Choices: a catch picture against an image; beside a reference, against the reference itself.

    Raises
    ------
    ParameterError
        If a choice has too few real images for them.
    """
    if not (pools.rule.catch and design.plan.catches):
        return [], pools
    drafts = []
    for number in range(design.plan.catches):
        picture = pools.catches[number % len(pools.catches)]
        if pools.rule.catch == "place":
            draft = _choice(pools, design, number)
            pools = pools.without(draft) if pools.rule.shown == "choice" else pools
        else:
            real = pools.all_real
            reference = real[number % len(real)] if pools.rule.reference else None
            draft = Draft("", (picture,), "", (), reference, _right_step(design, pools), "catch")
        drafts.append(draft)
    return drafts, pools


def with_catches(order: Sequence[Draft], catches: Sequence[Draft], random: Pcg64) -> list[tuple[Draft, bool]]:
    """Put catch trials into an order; True beside each of them.

    Each stands in the middle half of a stretch of its own, or else wherever no neighbour shares a case with it.

    Raises
    ------
    ParameterError
        If there is no such place.
    """
    chosen: dict[int, Draft] = {}
    for number, catch in enumerate(catches):
        start, stop = (len(order) * (4 * number + part) // (4 * len(catches)) for part in (1, 3))
        near = random.shuffled(range(start, max(stop, start + 1)))
        options = [*near, *(at for at in random.shuffled(range(len(order) + 1)) if at not in near)]
        free = (at for at in options if at not in chosen and _is_free(order, at, catch))
        at = next(free, -1)
        if at < 0:
            refuse(
                "catches",
                f"{len(catches)} catch trials find no place among {len(order)} trials where no neighbour shares a case "
                "with them; set fewer, or name finer cases.",
            )
        chosen[at] = catch
    found = []
    for at in range(len(order) + 1):
        found += [(chosen[at], True)] if at in chosen else []
        found += [(order[at], False)] if at < len(order) else []
    return found


def _is_free(order: Sequence[Draft], at: int, catch: Draft) -> bool:
    return all(catch.cases.isdisjoint(near.cases) for near in order[max(0, at - 1) : at + 1])


def _right_step(design: StudyDesign, pools: Pools) -> int:
    asked = (design.questions or default_questions(design.paradigm, design.domain))[0]
    return asked.steps if pools.rule.catch == "last" else 1


def _choice(pools: Pools, design: StudyDesign, number: int) -> Draft:
    places = design.plan.places if pools.rule.shown == "choice" else 2
    good = _good(pools, design, number)
    wrong = [pools.catches[(number + i) % len(pools.catches)] for i in range(places - 1)]
    right = number % places
    shown = (*wrong[:right], good, *wrong[right:])
    return Draft("", shown, "", (), good if pools.rule.reference else None, right, "catch")


def _good(pools: Pools, design: StudyDesign, number: int) -> StudyItem:
    if pools.rule.shown != "choice" and not pools.rule.reference:
        items = [item for arm in pools.arms.values() for item in arm]
        return items[number % len(items)]
    real = pools.all_real
    if not real:
        refuse(
            "catches",
            f"{design.plan.catches} catch trials take real images that do not come again, and none is left; "
            "set fewer catch trials, or add real images.",
        )
    return real[0] if pools.rule.shown == "choice" else real[number % len(real)]
