"""Which state of a study may follow which."""

from __future__ import annotations

from synthscope.errors import InputError
from synthscope.records.study import STATES, State

OPENED: tuple[State, ...] = ("unblinded", "reported")
"""States in which the key is open."""


def check_transition(before: State, after: State, by: str, reason: str) -> None:
    """Refuse a step that the course of a study does not have.

    A study goes one state at a time; back only from audited to draft, before anything is frozen.

    Raises
    ------
    InputError
        It names both states and what may come next; also if nobody is named, or no reason.
    """
    if not by.strip() or not reason.strip():
        raise InputError(f"The step from {before} to {after} names no person or no reason; give both.")
    if (before, after) == ("audited", "draft"):
        return
    place = STATES.index(before)
    allowed = STATES[place + 1 : place + 2]
    if after not in allowed:
        what = f"only {allowed[0]} may follow" if allowed else "nothing may follow"
        raise InputError(f"A study that is {before} cannot become {after}: {what}.")
