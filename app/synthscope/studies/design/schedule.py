"""Who sees what and when: seeded, exactly balanced, the same bytes on every computer."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from synthscope.errors import ParameterError
from synthscope.records.study import Plan, StudyDesign
from synthscope.records.study_key import TrialKey
from synthscope.records.study_pack import Slot, Trial
from synthscope.records.study_schedule import Schedule, StudyItem
from synthscope.studies.design.catching import reserve_catches, with_catches
from synthscope.studies.design.drafts import Draft
from synthscope.studies.design.drawing import draw_tests
from synthscope.studies.design.exposing import at_longest, exposures_of, in_turn, with_exposures
from synthscope.studies.design.ordering import Order, Rules, search
from synthscope.studies.design.pcg64 import Pcg64
from synthscope.studies.design.pools import pools_of
from synthscope.studies.design.refusing import check_order
from synthscope.studies.design.repeating import with_repeats
from synthscope.studies.design.squares import williams
from synthscope.studies.design.thirds import dealt_to_thirds
from synthscope.studies.design.training import reserve_training

ATTEMPTS = 10
"""Orders that are begun anew before the wish is refused."""
LEAST_EFFORT, EFFORT = 400, 40
"""Swaps that are tried in each, and for each trial."""
NameTrial = Callable[[str, int], str]
"""From a slot and the number of a trial to its opaque id."""


def make_schedule(
    design: StudyDesign, items: Sequence[StudyItem], seed: int, *, name_trial: NameTrial | None = None
) -> Schedule:
    """Make the schedule of every rater.

    Exact, for each rater: places of the right picture (of arms, in pairs) to within 1, and equal where numbers allow;
    new trials of arms; new trials of each arm in each third of the new trials, to within 1; no two neighbours of one
    case; at most `run` of a kind and two of an arm in a row; repeats at least `lag` trials later in another third.
    As even as the search finds: which arm follows which. Over all raters, to within 1: how often each image of an arm
    is seen (in pairs: about as often), each pair of arms, and mirrored scales. In a study of exposures each of them
    comes equally often, to within 1, for each rater and arm, and in each third of the new trials.

    Parameters
    ----------
    design : StudyDesign
    items : sequence of StudyItem
        All pictures with their codes, those for catch trials among them; their order is of no matter.
    seed : int
        The same seed and items give the same schedule, byte for byte.
    name_trial : callable, optional
        From slot and number to an opaque id; without it a hash of the seed: good for dry runs, since who holds the
        seed could tell.

    Raises
    ------
    ParameterError
        If the wishes cannot be met: which, its value, and what would do.
    """
    raters = design.plan.raters
    shared = Pcg64.of(seed, "all slots")
    pools = pools_of(design, items, shared)
    training, pools = reserve_training(pools, design.plan)
    catches, pools = reserve_catches(pools, design)
    tests = draw_tests(pools, design.plan, raters, shared)
    mirrored = shared.shuffled([number % 2 == 1 for number in range(raters)])
    exposures = exposures_of(design)
    training, catches = in_turn(training, exposures), at_longest(catches, exposures)
    tests = with_exposures(tests, exposures, shared, seed)
    names = name_trial or _namer(seed)
    sessions = []
    for number in range(raters):
        random = Pcg64.of(seed, f"slot {number}")
        slot = f"rater-{number + 1:03d}"
        sessions.append(_session(_Wishes(design, training, catches, tests[number]), random, slot, names))
    slots = [Slot(one.slot, mirror, one.trials) for one, mirror in zip(sessions, mirrored, strict=True)]
    return Schedule(tuple(slots), tuple(key for one in sessions for key in one.keys), seed)


@dataclass(frozen=True)
class _Wishes:
    design: StudyDesign
    training: Sequence[Draft]
    catches: Sequence[Draft]
    tests: Sequence[Draft]


@dataclass(frozen=True)
class _Session:
    slot: str
    trials: tuple[Trial, ...]
    keys: tuple[TrialKey, ...]


def _session(wishes: _Wishes, random: Pcg64, slot: str, names: NameTrial) -> _Session:
    plan = wishes.design.plan
    drafts, order = _ordered(wishes, random)
    waiting = iter(order)
    placed = with_catches([drafts[number] for number in order], wishes.catches, random)
    main = [(-1 if is_catch else next(waiting), shown) for shown, is_catch in placed]
    blocks = -(-len(main) // plan.block)
    ids: dict[int, str] = {}
    trials, keys = [], []
    begin = [(0, -1, draft) for draft in random.shuffled(wishes.training)]
    later = [(1 + at * blocks // len(main), number, draft) for at, (number, draft) in enumerate(main)]
    for count, (block, number, draft) in enumerate([*begin, *later]):
        name = names(slot, count)
        if number >= 0:
            ids[number] = name
        trials.append(_trial(name, block, draft))
        keys.append(TrialKey(name, slot, draft.role, ids[draft.origin] if draft.origin >= 0 else "", draft.right))
    return _Session(slot, tuple(trials), tuple(keys))


def _trial(name: str, block: int, draft: Draft) -> Trial:
    places = tuple(item.code for item in draft.places)
    return Trial(name, block, places, draft.reference.code if draft.reference else "", draft.exposure)


def _ordered(wishes: _Wishes, random: Pcg64) -> tuple[list[Draft], list[int]]:
    """Give all drafts but catches, and the order in which they come.

    Raises
    ------
    ParameterError
        If no order keeps all rules.
    """
    plan = wishes.design.plan
    worst: dict[str, int] = {}
    for attempt in range(ATTEMPTS):
        thirds = dealt_to_thirds(wishes.tests, random)
        drafts, segments = with_repeats(thirds, plan, random)
        if attempt == 0:
            check_order(drafts, plan)
        rules = Rules(plan.run, plan.lag, frozenset(segment.start for segment in segments))
        order = Order(drafts, _started(drafts, segments, random), rules)
        if search(order, segments, random, LEAST_EFFORT + EFFORT * len(drafts)):
            return drafts, order.order
        worst = order.why()
    raise _refusal(worst, plan)


def _started(drafts: Sequence[Draft], segments: Sequence[range], random: Pcg64) -> list[int]:
    """Begin with rows of Williams squares, in which every arm follows every other equally often."""
    strata = random.shuffled(sorted({draft.stratum for draft in drafts}))
    rows = random.shuffled(williams(len(strata))) if len(strata) < LARGEST_SQUARE else [tuple(range(len(strata)))]
    order = []
    for segment in segments:
        waiting: dict[str, list[int]] = {name: [] for name in strata}
        for number in random.shuffled(segment):
            waiting[drafts[number].stratum].append(number)
        turn = 0
        while any(waiting.values()):
            row = [strata[place] for place in rows[turn % len(rows)]]
            order += [waiting[name].pop() for name in row if waiting[name]]
            turn += 1
    return order


LARGEST_SQUARE = 64
"""Arms or pairs of arms beyond which a square would have more rows than a session."""


def _refusal(worst: dict[str, int], plan: Plan) -> ParameterError:
    rule = max(worst, key=lambda name: worst[name])
    sentences = {
        "run": f"No order was found with at most {plan.run} trials of one kind in a row; allow {plan.run + 1}.",
        "per_arm": "No order was found with at most two trials of one arm in a row; show arms equally often.",
        "cases": (
            "No order was found in which images of one case are never neighbours; name finer cases, or show fewer "
            "images of each case."
        ),
        "lag": (
            f"No order was found with {plan.repeats:.0%} of the trials repeated at least {plan.lag} trials later; "
            f"set the lag to {max(1, plan.lag // 2)}, or repeat fewer."
        ),
    }
    return ParameterError(sentences[rule], problems={rule: sentences[rule]})


def _namer(seed: int) -> NameTrial:
    def name(slot: str, number: int) -> str:
        return hashlib.sha256(f"synthscope trial {seed} {slot} {number}".encode()).hexdigest()[:16]

    return name
