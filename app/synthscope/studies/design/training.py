"""Trials before the study: a fixed set, of images that do not come again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NoReturn

from synthscope.records.study import Plan
from synthscope.records.study_schedule import StudyItem
from synthscope.studies.design.drafts import Draft
from synthscope.studies.design.pools import Items, Pools, by_case
from synthscope.studies.design.refusing import refuse


def reserve_training(pools: Pools, plan: Plan) -> tuple[list[Draft], Pools]:
    """Draw the training trials, arm after arm, and give the pools without their images.

    Where trials have references, no other image of their cases comes again either.

    Raises
    ------
    ParameterError
        If there are too few images.
    """
    drafts = []
    for number in range(plan.training):
        draft = replace(_draw(pools, plan, number), role="training")
        drafts.append(draft)
        pools = pools.without(draft)
    return drafts, pools


def _draw(pools: Pools, plan: Plan, number: int) -> Draft:
    shown = pools.rule.shown
    if shown == "choice":
        return _choice(pools, plan, number)
    if shown in ("pair", "triplet"):
        return _pair(pools, plan, number)
    arms = pools.synthetic if shown == "reference" else pools.arms
    arm = sorted(arms)[number % len(arms)]
    references = by_case(pools.all_real) if shown == "reference" else None
    item = next((one for one in arms[arm] if references is None or one.case in references), None)
    if item is None:
        _too_few(arm, plan.training)
    reference = references[item.case] if references is not None else None
    return Draft(arm, (item,), "", (arm,), reference)


def _choice(pools: Pools, plan: Plan, number: int) -> Draft:
    arm = sorted(pools.synthetic)[number % len(pools.synthetic)]
    others, real = pools.synthetic[arm][: plan.places - 1], pools.all_real
    if len(others) < plan.places - 1 or not real:
        _too_few(arm if real else "real", plan.training)
    right = number % plan.places
    return Draft(arm, (*others[:right], real[0], *others[right:]), "", (arm,), right=right)


def _pair(pools: Pools, plan: Plan, number: int) -> Draft:
    with_reference = pools.rule.shown == "triplet"
    arms: Mapping[str, Items] = pools.synthetic if with_reference else pools.arms
    names = sorted(arms)
    a, b = names[number % len(names)], names[(number + 1) % len(names)]
    left, right = by_case(arms[a]), by_case(arms[b])
    references = by_case(pools.all_real) if with_reference else left
    case = next((case for case in left if case in right and case in references), None)
    if case is None and (with_reference or not left or not right):
        _too_few(a if with_reference or not left else b, plan.training)
    places: tuple[StudyItem, ...] = (left[case], right[case]) if case is not None else (arms[a][0], arms[b][0])
    reference = references[case] if with_reference and case is not None else None
    return Draft(f"{a} | {b}", places, "", (a, b), reference)


def _too_few(arm: str, training: int) -> NoReturn:
    refuse(
        "training",
        f"{training} training trials take images that do not come again, and those of arm {arm!r} are used up; "
        "set fewer training trials, or add images.",
    )
