"""Notes of a person who knew what was what, as figures of their own: never among blinded ratings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from synthscope.errors import InputError
from synthscope.records.run import Note
from synthscope.records.study import Grade
from synthscope.records.study_ratings import NAN, Estimate

GRADE: Grade = "0"
OPEN_LABEL = f"open label, blinding grade {GRADE}"
"""What is said wherever such notes are shown."""
HEADING = "Open-label notes (blinding grade 0)"
"""Under which they stand, apart from everything that was rated blind."""
WARNING = (
    "Whoever wrote these notes knew which image is synthetic: they are an opinion, no measurement, and stand beside "
    "blinded ratings without ever being added to them."
)
SCALES: tuple[tuple[str, str, Callable[[Note], int]], ...] = (
    ("open-label-realism", "Realistic, by open-label notes", lambda note: note.realism),
    ("open-label-usability", "Usable, by open-label notes", lambda note: note.usability),
)


def open_label_estimates(notes: Sequence[Note], arms: Mapping[str, str] | None = None) -> tuple[Estimate, ...]:
    """Sum up open-label notes.

    Parameters
    ----------
    notes : sequence of Note
        Of a project, oldest first (`services.notes.read_notes`). Of each candidate the last note with an answer counts.
    arms : mapping, optional
        From a candidate to the generator that made it; all are taken together, if left out.

    Returns
    -------
    tuple of Estimate
        Of each generator ``open-label-realism`` and ``open-label-usability``: mean steps from 1 (no) to 5 (fully),
        without an interval, since one person who knew generalises over nothing; then ``open-label-reason``: the part
        of its candidates with a note that names the reason.

    Raises
    ------
    InputError
        If a note answers with a step that is not there.
    """
    for note in notes:
        if not (0 <= note.realism <= 5 and 0 <= note.usability <= 5):
            raise InputError(
                f"The note on {note.candidate} says {note.realism} and {note.usability}; steps run from 1 to 5, and 0 "
                "is none."
            )
    groups: dict[str, list[Note]] = {}
    for note in notes:
        groups.setdefault("" if arms is None else arms.get(note.candidate, ""), []).append(note)
    return tuple(row for arm in sorted(groups) for row in (*_steps(arm, groups[arm]), *_reasons(arm, groups[arm])))


def _steps(arm: str, notes: Sequence[Note]) -> list[Estimate]:
    found = []
    for name, title, step in SCALES:
        last = {note.candidate: step(note) for note in notes if step(note)}
        if last:
            mean = float(np.mean(list(last.values())))
            words = "mean over candidates of the last note on each, from 1 (no) to 5 (fully)"
            found.append(_row(name, title, mean, len(last), words, arm))
    return found


def _reasons(arm: str, notes: Sequence[Note]) -> list[Estimate]:
    by_candidate: dict[str, set[str]] = {}
    for note in notes:
        by_candidate.setdefault(note.candidate, set()).update(note.reasons)
    count = Counter(reason for reasons in by_candidate.values() for reason in reasons)
    n = len(by_candidate)
    return [
        _row("open-label-reason", f"Open-label reason: {reason}", count[reason] / n, n,
             "part of the candidates with a note", arm)
        for reason in sorted(count, key=lambda one: (-count[one], one))
    ]  # fmt: skip


def _row(name: str, title: str, value: float, n: int, words: str, arm: str) -> Estimate:
    return Estimate(name, title, value, NAN, NAN, n, f"{words}; {OPEN_LABEL}", arm, caveats=(WARNING,))
