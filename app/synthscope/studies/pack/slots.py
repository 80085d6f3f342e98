"""What of a study goes into the pack of one rater: that rater's schedule, and the pictures in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from synthscope.records.study_pack import PackManifest, Slot


def shown_in(slots: Iterable[Slot]) -> tuple[str, ...]:
    """Give the codes of all pictures that slots show, sorted."""
    trials = [trial for slot in slots for trial in slot.trials]
    return tuple(sorted({code for trial in trials for code in (*trial.places, trial.reference)} - {""}))


def manifest_of(whole: PackManifest, slot: Slot) -> PackManifest:
    """Give the manifest of one slot's pack: no other rater's trials, and no picture that this one never sees."""
    return replace(whole, codes=shown_in([slot]), slots=(slot,))
