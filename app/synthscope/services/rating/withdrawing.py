"""What becomes of the answers of a rater who withdrew: their place is closed, and they may be erased."""

from __future__ import annotations

from typing import TYPE_CHECKING

from synthscope.errors import InputError
from synthscope.studies.store.replaying import SlotProgress

if TYPE_CHECKING:
    from synthscope.services.rating.session import RatingSession


def check_erasable(progress: SlotProgress) -> None:
    """Refuse a place that is closed for good: its rater can neither go on nor erase anything.

    Raises
    ------
    InputError
        If the answers were erased, or were left to be used.
    """
    if progress.erased:
        raise InputError("The answers of this place were erased; ask the coordinator for another one.")
    if not progress.erasable:
        raise InputError("The consent of this slot was withdrawn; ask the coordinator for another slot.")


def is_erasable(session: RatingSession) -> bool:
    """Whether the rater withdrew without leaving the answers to be used, and they or copies of them are still here."""
    left = session.progress.erasable or session.responses.half_erased
    return session.step in ("withdrawn", "closed") and left


def erase_answers(session: RatingSession) -> str:
    """Erase all answers of a slot from this computer, and give the hash that the marker of it ends with.

    Raises
    ------
    InputError
        If the rater did not withdraw, or left the answers to be used.
    DiskFull, FileError
        If it cannot be done whole; it may be tried again.
    """
    if not is_erasable(session):
        raise InputError("Answers are erased only after a withdrawal that does not leave them to be used.")
    head = session.responses.erase()
    session.step = "closed"
    return head
