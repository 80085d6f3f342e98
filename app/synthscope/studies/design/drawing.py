"""The trials of each rater, before their order: which images stand together, and where."""

from __future__ import annotations

from collections.abc import Sequence

from synthscope.records.study import Plan
from synthscope.records.study_schedule import StudyItem
from synthscope.studies.design.drafts import Draft
from synthscope.studies.design.grouping import draw_groups
from synthscope.studies.design.pairing import draw_pairs
from synthscope.studies.design.pcg64 import Pcg64
from synthscope.studies.design.pools import Pools, by_case, dealt, part
from synthscope.studies.design.refusing import refuse

REAL, SYNTHETIC = "real", "synthetic"


def draw_tests(pools: Pools, plan: Plan, raters: int, random: Pcg64) -> list[list[Draft]]:
    """Draw the new trials of each rater.

    Raises
    ------
    ParameterError
        If an arm has too few images, or a reference is missing.
    """
    if pools.rule.shown == "single":
        return _singles(pools, plan, raters, random)
    if pools.rule.shown == "reference":
        return _references(pools, plan, raters, random)
    if pools.rule.shown == "choice":
        return _choices(pools, plan, raters, random)
    return draw_pairs(pools, plan, raters, random)


def choice(real: StudyItem, others: Sequence[StudyItem], right: int, *, arm: str) -> Draft:
    """Put the real picture at its place among others."""
    places = [*others[:right], real, *others[right:]]
    return Draft(arm, tuple(places), f"real-at-{right + 1}", (arm,), right=right)


def single(item: StudyItem, reference: StudyItem | None = None) -> Draft:
    """Show one image, beside its reference if it has one."""
    kind = "" if reference else REAL if item.is_real else SYNTHETIC
    return Draft(item.arm, (item,), kind, (item.arm,), reference)


def even_places(count: int, places: int, first: int, random: Pcg64) -> list[int]:
    """Give a place for each of `count` trials: each place equally often, those from `first` on once more, shuffled."""
    return random.shuffled([(first + i) % places for i in range(count)])


def _singles(pools: Pools, plan: Plan, raters: int, random: Pcg64) -> list[list[Draft]]:
    found: list[list[Draft]] = [[] for _ in range(raters)]
    for arm, items in pools.arms.items():
        size = part(items, plan.per_arm, arm)
        for own, shown in zip(found, dealt(items, size, raters, random), strict=True):
            own += [single(item) for item in shown]
    return found


def _references(pools: Pools, plan: Plan, raters: int, random: Pcg64) -> list[list[Draft]]:
    references = by_case(pools.all_real)
    found: list[list[Draft]] = [[] for _ in range(raters)]
    for arm, items in pools.synthetic.items():
        paired = [item for item in items if item.case in references]
        if not paired:
            refuse(
                "arms",
                f"No image of arm {arm!r} has a real image of the same case beside it; name the case of each image.",
            )
        size = part(paired, plan.per_arm, arm)
        for own, shown in zip(found, dealt(paired, size, raters, random), strict=True):
            own += [single(item, references[item.case]) for item in shown]
    return found


def _choices(pools: Pools, plan: Plan, raters: int, random: Pcg64) -> list[list[Draft]]:
    """Draw choices among one real and ``places - 1`` synthetic images of one arm; no image comes twice."""
    others, real = plan.places - 1, pools.all_real
    sizes = {arm: _trials(arm, items, plan, len(real), len(pools.synthetic)) for arm, items in pools.synthetic.items()}
    total = sum(sizes.values())
    if total > len(real):
        least = len(real) // len(sizes) * others
        refuse(
            "per_arm",
            f"{total} choices need as many real images, and {len(real)} are there beside those for training: one that "
            f"came again would tell that it is real; add real images, or show {least} images of each arm.",
        )
    groups = draw_groups(pools, sizes, others, raters, random)
    found: list[list[Draft]] = [[] for _ in range(raters)]
    for position, (arm, count) in enumerate(sizes.items()):
        for rater, own in enumerate(found):
            rights = even_places(count, plan.places, rater + position + len(own), random)
            drawn = zip(groups[arm][rater], rights, strict=True)
            own += [choice(one, rest, right, arm=arm) for (one, rest), right in drawn]
    return found


def _trials(arm: str, items: Sequence[StudyItem], plan: Plan, real: int, arms: int) -> int:
    others = plan.places - 1
    wanted = min(len(items) // others, real // arms) if plan.per_arm == 0 else part(items, plan.per_arm, arm) // others
    if wanted == 0:
        refuse(
            "places",
            f"A choice among {plan.places} takes {others} images of arm {arm!r} and one real, more than a rater sees; "
            "put fewer side by side, or show more images of each arm.",
        )
    return wanted
