"""Wishes that cannot be met, as a sentence: which, its value, and what would do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NoReturn

from synthscope.errors import ParameterError
from synthscope.records.study import Plan
from synthscope.studies.design.drafts import Draft

ARM_RUN = 2
"""Trials of one arm in a row, at most."""


def refuse(field: str, sentence: str) -> NoReturn:
    """Raise a ParameterError about one field of a design."""
    raise ParameterError(sentence, problems={field: sentence})


def check_order(drafts: Sequence[Draft], plan: Plan) -> None:
    """Refuse what no order of these trials can satisfy.

    Raises
    ------
    ParameterError
        If one kind, arm or case is too many, or repeats cannot lie far enough from what they repeat.
    """
    _check_kinds(drafts, plan)
    _check_arms(drafts)
    _check_cases(drafts)
    _check_lag(drafts, plan)


def _check_kinds(drafts: Sequence[Draft], plan: Plan) -> None:
    counts = Counter(draft.kind for draft in drafts if draft.kind)
    if len(counts) < 2:
        return
    kind, most = counts.most_common(1)[0]
    others = len(drafts) - most
    if most > plan.run * (others + 1):
        refuse(
            "run",
            f"At most {plan.run} trials of one kind in a row cannot be kept with {most} {kind} trials and {others} "
            f"others; allow {-(-most // (others + 1))} in a row, or add images of the rarer kind.",
        )


def _check_arms(drafts: Sequence[Draft]) -> None:
    counts = Counter(draft.stratum for draft in drafts)
    if len(counts) < 2:
        return
    stratum, most = counts.most_common(1)[0]
    others = len(drafts) - most
    if most > ARM_RUN * (others + 1):
        refuse(
            "per_arm",
            f"{stratum} has {most} trials and all other arms together {others}: more than {ARM_RUN} of one arm would "
            f"follow each other; show at most {ARM_RUN * (others + 1)} of it.",
        )


def _check_cases(drafts: Sequence[Draft]) -> None:
    counts = Counter(case for draft in drafts for case in draft.cases)
    if not counts or len(drafts) < 2:
        return
    case, most = counts.most_common(1)[0]
    room = (len(drafts) + 1) // 2
    if most > room:
        refuse(
            "cases",
            f"Case {case!r} is in {most} of {len(drafts)} trials, and images of one case must not follow each other; "
            f"show it at most {room} times, or name finer cases.",
        )


def _check_lag(drafts: Sequence[Draft], plan: Plan) -> None:
    repeats = sum(draft.role == "repeat" for draft in drafts)
    room = len(drafts) - repeats
    if repeats and plan.lag > room:
        refuse(
            "lag",
            f"Repeats at least {plan.lag} trials later do not fit into {len(drafts)} trials with {repeats} repeats; "
            f"set the lag to {max(room - repeats, 1)} or less, or leave repeats out.",
        )
