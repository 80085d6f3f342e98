"""Pairs of arms: which are compared, on which images, and which stands left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from synthscope.records.study import Plan
from synthscope.records.study_schedule import StudyItem
from synthscope.studies.design.drafts import Draft
from synthscope.studies.design.pcg64 import Pcg64
from synthscope.studies.design.pools import Pools, by_case, dealt, part
from synthscope.studies.design.refusing import refuse
from synthscope.studies.design.squares import Pair, oriented, rounds


def draw_pairs(pools: Pools, plan: Plan, raters: int, random: Pcg64) -> list[list[Draft]]:
    """Draw comparisons of two arms for each rater; with a reference where the paradigm has one.

    A rater sees every arm `per_arm` times, in whole rounds of the circle method; raters go on where the last
    one stopped, so that over all of them every pair comes equally often to within 1, also where no rater can see all
    pairs. Where all arms hold images of the same cases, both images of a pair are of one case.

    Raises
    ------
    ParameterError
        If an arm has too few images, or `per_arm` cannot be shared among pairs.
    """
    arms = pools.synthetic if pools.rule.reference else pools.arms
    names = random.shuffled(sorted(arms))
    size = _size(arms, plan)
    shared = _shared_cases(pools, arms)
    if pools.rule.reference and len(shared) < size:
        refuse(
            "per_arm",
            f"{size} cases are wanted of which every arm and the reference hold an image, and {len(shared)} are there; "
            "show fewer, or name the case of each image.",
        )
    matched = len(shared) >= size
    enough = min(len(shared), -(-size * len(names) // (len(names) // 2 * 2)))  # an odd arm out sits by
    cases = [random.shuffled(own) for own in _dealt_names(shared, enough, raters, random)] if matched else []
    over_all = {arm: Counter[str]() for arm in arms}
    images = {} if matched else {arm: dealt(items, size, raters, random) for arm, items in arms.items()}
    references = by_case(pools.all_real) if pools.rule.reference else {}
    found = []
    for rater in range(raters):
        sides = _sides(_pairs(len(names), size, rater), rater, random)
        if matched:
            own = {arm: [by_case(items)[case] for case in cases[rater]] for arm, items in arms.items()}
        else:
            own = {arm: images[arm][rater] for arm in arms}
        shown = _images([(names[a], names[b]) for a, b in sides], own, over_all, matched=matched)
        found.append([_draft(pair, references) for pair in shown])
    return found


def _size(arms: Mapping[str, Sequence[StudyItem]], plan: Plan) -> int:
    least = min(arms, key=lambda arm: len(arms[arm]))
    size = part(arms[least], plan.per_arm, least)
    if len(arms) % 2 and size % 2 and plan.per_arm == 0:
        size -= 1
    if (len(arms) % 2 and size % 2) or not size:
        refuse(
            "per_arm",
            f"{size} showings of each of {len(arms)} arms cannot be made of pairs: their product is odd; "
            f"show {size + 1} or {size - 1} images of each arm.",
        )
    return size


def _shared_cases(pools: Pools, arms: Mapping[str, Sequence[StudyItem]]) -> list[str]:
    groups = [*arms.values(), *([pools.all_real] if pools.rule.reference else [])]
    return sorted(set.intersection(*({item.case for item in items if item.case} for items in groups)))


def _dealt_names(names: Sequence[str], size: int, raters: int, random: Pcg64) -> list[list[str]]:
    stand_ins = [StudyItem(name, "", "", name, is_real=False, code="") for name in names]
    return [[one.case for one in own] for own in dealt(stand_ins, size, raters, random)]


def _pairs(arms: int, size: int, rater: int) -> list[Pair]:
    """Give the pairs of one rater, round by round."""
    every = rounds(arms)
    count = size // 2 if arms % 2 else size
    return [pair for turn in range(count) for pair in every[(rater * count + turn) % len(every)]]


def _sides(pairs: Sequence[Pair], rater: int, random: Pcg64) -> list[Pair]:
    """Decide which stands left; every other rater sees what is left over the other way round."""
    mixed = random.shuffled(range(len(pairs)))
    turned = dict(zip(mixed, oriented([pairs[i] for i in mixed]), strict=True))
    return [turned[i] if rater % 2 else turned[i][::-1] for i in range(len(pairs))]


def _images(
    pairs: Sequence[tuple[str, str]],
    own: Mapping[str, Sequence[StudyItem]],
    over_all: Mapping[str, Counter[str]],
    *,
    matched: bool,
) -> list[tuple[StudyItem, StudyItem]]:
    """Give images to pairs: those that the rater has seen least, then those that all have; `over_all` goes on counting.

    Where arms are matched, both are of one case.
    """
    used = {arm: Counter[int]() for arm in own}

    def rank(arm: str, number: int) -> tuple[int, int]:
        return used[arm][number], over_all[arm][own[arm][number].code]

    found = []
    for a, b in pairs:
        every = range(len(own[a]))
        if matched:
            ranks = {i: sorted((rank(a, i), rank(b, i)), reverse=True) for i in every}
            chosen = (min(every, key=ranks.__getitem__),) * 2
        else:
            chosen = (min(every, key=lambda i, arm=a: rank(arm, i)), min(every, key=lambda i, arm=b: rank(arm, i)))  # type: ignore[misc]
        for arm, number in zip((a, b), chosen, strict=True):
            used[arm][number] += 1
            over_all[arm][own[arm][number].code] += 1
        found.append((own[a][chosen[0]], own[b][chosen[1]]))
    return found


def _draft(pair: tuple[StudyItem, StudyItem], references: Mapping[str, StudyItem]) -> Draft:
    arms = tuple(item.arm for item in pair)
    return Draft(" | ".join(sorted(arms)), pair, "", arms, references.get(pair[0].case) if references else None)
