"""Which images stand together in a choice: the same ones for all raters, where that leaves few images unseen."""

from __future__ import annotations

from collections.abc import Mapping

from synthscope.records.study_schedule import StudyItem
from synthscope.studies.design.allocating import blocks
from synthscope.studies.design.pcg64 import Pcg64
from synthscope.studies.design.pools import Items, Pools, dealt

STAYS_OUT = 0.1
"""Part of the images of an arm that may go unseen for the sake of groups that are the same for all raters."""
Group = tuple[StudyItem, Items]
"""A real image, and the synthetic ones of one arm beside it."""


def draw_groups(
    pools: Pools, sizes: Mapping[str, int], others: int, raters: int, random: Pcg64
) -> dict[str, list[list[Group]]]:
    """Give the groups that each rater sees of each arm; for a rater no image comes twice.

    Where the same images stand together for all, raters who lay their schedules side by side find no chain from one
    trial to the next, by which who is sure of one could tell all. Where that would leave more than `STAYS_OUT` of the
    images of an arm (or of the real ones) unseen by everybody, images are grouped anew for each rater.

    Parameters
    ----------
    sizes : mapping
        From an arm to the number of groups for each rater; together no more than there are real images.
    others : int
        Synthetic images of a group.
    """
    if counts := counts_alike(pools, sizes, others):
        return _alike(pools, sizes, counts, others, raters, random)
    return _anew(pools, sizes, others, raters, random)


def counts_alike(pools: Pools, sizes: Mapping[str, int], others: int) -> dict[str, int]:
    """Give the number of groups of each arm that are the same for all raters; none where too many images stay out."""
    counts, left = dict(sizes), len(pools.all_real) - sum(sizes.values())
    most = {arm: len(items) // others for arm, items in pools.synthetic.items()}
    while left and (growing := [arm for arm in counts if counts[arm] < most[arm]]):
        counts[min(growing, key=counts.__getitem__)] += 1
        left -= 1
    unseen = [(left, len(pools.all_real))]
    unseen += [(len(items) - counts[arm] * others, len(items)) for arm, items in pools.synthetic.items()]
    return counts if all(out <= STAYS_OUT * every for out, every in unseen) else {}


def _alike(
    pools: Pools, sizes: Mapping[str, int], counts: Mapping[str, int], others: int, raters: int, random: Pcg64
) -> dict[str, list[list[Group]]]:
    real = iter(random.shuffled(pools.all_real))
    found = {}
    for arm, items in pools.synthetic.items():
        mixed = random.shuffled(items)
        rest = [tuple(mixed[i * others : (i + 1) * others]) for i in range(counts[arm])]
        groups = [(next(real), own) for own in rest]
        shown = blocks(len(groups), sizes[arm], raters, random)
        found[arm] = [[groups[i] for i in random.shuffled(own)] for own in shown]
    return found


def _anew(
    pools: Pools, sizes: Mapping[str, int], others: int, raters: int, random: Pcg64
) -> dict[str, list[list[Group]]]:
    real = [iter(own) for own in dealt(pools.all_real, sum(sizes.values()), raters, random)]
    found = {}
    for arm, items in pools.synthetic.items():
        shown = dealt(items, sizes[arm] * others, raters, random)
        found[arm] = [
            [(next(own), tuple(mixed[i * others : (i + 1) * others])) for i in range(sizes[arm])]
            for own, mixed in zip(real, shown, strict=True)
        ]
    return found
