"""How long each picture of a study of exposures is seen: fixed steps, mixed, the same number of each for every arm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from synthscope.records.study import StudyDesign
from synthscope.studies.design.drafts import Draft
from synthscope.studies.design.pcg64 import Pcg64

LONGEST = 1000
"""Milliseconds, where the design names no exposure."""
STEPS = 6
"""Exposures, each half as long as the one before."""
SHORTEST = 17
"""Milliseconds: one frame of a common screen."""


def exposures_of(design: StudyDesign) -> tuple[int, ...]:
    """Give the exposures of a design in whole ms, falling; none in other paradigms.

    They begin with that of the design and are halved (method of constant stimuli: Wichmann & Hill 2001, Perception &
    Psychophysics 63:1293), down to one frame of a common screen. They cannot follow the answers as a staircase does,
    since whether an answer was right is nowhere on the rater's side.
    """
    if design.paradigm != "exposure":
        return ()
    longest = max(design.showing.exposure or LONGEST, SHORTEST)
    found = (int(longest / 2**step + 0.5) for step in range(STEPS))
    return tuple(one for one in found if one >= SHORTEST)


def with_exposures(
    tests: Sequence[Sequence[Draft]], exposures: Sequence[int], shared: Pcg64, seed: int
) -> list[list[Draft]]:
    """Give each trial of each rater its exposure: those of an arm equally often, to within 1, and every arm alike.

    Where all raters see all images of an arm, each image has another exposure for the next rater: so over as many
    raters as there are exposures every image is seen at each. Else exposures are drawn anew for each rater.

    Parameters
    ----------
    tests : sequence of sequence of Draft
        New trials of each rater.
    exposures : sequence of int
        None of them changes nothing.
    shared : Pcg64
        Draws what all raters share.
    """
    if not exposures:
        return [list(own) for own in tests]
    ranks = _ranks(tests, shared)
    return [_exposed(own, exposures, rater, ranks, Pcg64.of(seed, f"exposures {rater}"))
            for rater, own in enumerate(tests)]  # fmt: skip


def at_longest(drafts: Sequence[Draft], exposures: Sequence[int]) -> list[Draft]:
    """Show trials as long as any: a catch trial tells who attends, not who is quick."""
    return [replace(draft, exposure=exposures[0]) for draft in drafts] if exposures else list(drafts)


def in_turn(drafts: Sequence[Draft], exposures: Sequence[int]) -> list[Draft]:
    """Show trials at one exposure after the other, so that training meets all of them."""
    if not exposures:
        return list(drafts)
    return [replace(draft, exposure=exposures[i % len(exposures)]) for i, draft in enumerate(drafts)]


def _ranks(tests: Sequence[Sequence[Draft]], shared: Pcg64) -> dict[str, dict[str, int]]:
    """Give numbers to the images of each arm that every rater sees whole; other arms are not in it."""
    found = {}
    for arm in sorted({draft.stratum for own in tests for draft in own}):
        seen = [{draft.places[0].code for draft in own if draft.stratum == arm} for own in tests]
        if all(codes == seen[0] for codes in seen):
            found[arm] = {code: rank for rank, code in enumerate(shared.shuffled(sorted(seen[0])))}
    return found


def _exposed(
    own: Sequence[Draft], exposures: Sequence[int], rater: int, ranks: dict[str, dict[str, int]], random: Pcg64
) -> list[Draft]:
    found = []
    for arm in sorted({draft.stratum for draft in own}):
        drafts = [draft for draft in own if draft.stratum == arm]
        mixed = random.shuffled(range(len(drafts)))
        for draft, drawn in zip(drafts, mixed, strict=True):
            rank = ranks[arm][draft.places[0].code] if arm in ranks else drawn
            found.append(replace(draft, exposure=exposures[(rank + rater) % len(exposures)]))
    return found
