"""What a study still knows of answers that were erased, and what stands of its results."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from synthscope.errors import InputError
from synthscope.records.study_erasure import Erasures
from synthscope.records.study_events import Event
from synthscope.records.study_ratings import Analysis
from synthscope.services.studies.study_file import StudyFile
from synthscope.studies.store.chain import heads_of, sessions_of
from synthscope.studies.store.erasing import gone_from, slot_of, without_gone

ERASED, BLIND, OPEN = "erased", "analysis-blind", "analysis"
"""Documents of a study."""


def erasures_of(study: StudyFile) -> Erasures:
    """Give what was erased."""
    return study.get(ERASED, Erasures) if study.holds(ERASED) else Erasures()


def all_heads(study: StudyFile, events: Iterable[Event] | None = None) -> dict[str, str]:
    """Give the heads of all sessions that a study holds or held: the leaves of the root that is noted down.

    Parameters
    ----------
    events : iterable of Event, optional
        Those of the study, where they were read already.
    """
    return heads_of(study.events() if events is None else events) | erasures_of(study).heads


def analysis_of(study: StudyFile, name: str) -> Analysis:
    """Give an analysis that stands, its flow with the raters whose answers were erased since.

    Raises
    ------
    InputError
        If it was computed with answers that were erased, and not anew since.
    """
    erased = erasures_of(study).raters
    if not study.holds(name) and any(one.results for one in erased):
        raise InputError("The results were computed with answers that were erased since; analyse the study again.")
    found = study.get(name, Analysis)
    if not erased:
        return found
    count = len({one.rater for one in erased} | erased_by_raters(study.events()))
    return replace(found, flow={**found.flow, "erased": count})


def without_erased(study: StudyFile, events: tuple[Event, ...]) -> tuple[tuple[Event, ...], tuple[str, ...]]:
    """Leave out what was erased, here or by its rater; also say so.

    Raises
    ------
    InputError
        If nothing else is there.
    """
    gone, erased = gone_from((*study.events(), *events)), erasures_of(study)
    left, notes = without_gone(events, gone), []
    for chain in sessions_of(left).values():
        if found := erased.of(slot_of(chain)):
            left = tuple(event for event in left if event.session != chain[0].session)
            notes.append(
                f"The answers of {found.rater} were erased on {found.at[:10]} ({found.reason}) and are not taken in "
                "again; delete these files."
            )
    if notes and not left:
        raise InputError(notes[0])
    return left, tuple(dict.fromkeys(notes))


def erased_by_raters(events: Iterable[Event]) -> frozenset[str]:
    """Give the raters who erased their answers at their own computer, as what they left behind says."""
    return frozenset(gone_from(events).values())
