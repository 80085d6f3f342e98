"""What happens in a rater's session: events in a chain, answers, marks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

EventKind = Literal[
    "session_open",
    "consent_given",
    "consent_withdrawn",
    "display_check",
    "block_start",
    "trial_armed",
    "stimulus_onset",
    "stimulus_offset",
    "first_interaction",
    "view_state",
    "answer_changed",
    "answer_submitted",
    "comment",
    "flag_recognised",
    "break_start",
    "break_end",
    "focus_lost",
    "focus_gained",
    "trial_interrupted",
    "crash_recovered",
    "session_close",
    "amendment",
    "exclusion_proposed",
]
GENESIS = "0" * 64
"""What the first event of a session follows."""
TIE = "tie"
"""The answer "no difference" to a choice, as it is submitted."""
MarkShape = Literal["point", "box", "region"]


@dataclass(frozen=True)
class Event:
    """One row of a session's chain.

    Parameters
    ----------
    session : str
        Opaque; a rater who comes back opens a new one that names the last.
    seq : int
        From 0, without gaps.
    id : str
        One of its kind anywhere (UUID4 hex).
    at : str
        UTC, ISO 8601 with microseconds. The clock of the computer may jump; `clock` does not.
    clock : int
        Monotonic clock of this session, in ns.
    payload : mapping
        JSON. Of `session_open`: study, slot, rater (pseudonym), program, previous (session or ""), clock_utc; of
        `stimulus_onset`: exposure (1 for the first showing; a trial that was armed counts, for its picture may have
        been seen before that was saved), exposure_ms (for how long it is to be seen; 0 until the
        answer), latency_ms (from armed to drawn); of `stimulus_offset`, where a picture is hidden before the answer:
        seen_ms (as measured), frames (the nearest number of them), frame_ms; of `answer_submitted`: answers
        {question id: value}, rt_ms (from onset), dwell_ms (in sight; whole frames where it was hidden), exposure; of
        `view_state`: slice (from 0), zoom, and front (the picture in sight, from 0) where all lie in one place; of
        `consent_withdrawn`: keep (whether answers so far may be used), and, where the rater erased them, erased
        ({session: {events, head}}: what is gone).
    previous, hash : str
        SHA-256 (hex): `hash` is that of `previous` followed by the canonical JSON of all other fields.
    """

    session: str
    seq: int
    id: str
    kind: EventKind
    at: str
    clock: int
    trial: str = ""
    payload: Mapping[str, Any] = field(default_factory=dict)
    previous: str = GENESIS
    hash: str = ""


@dataclass(frozen=True)
class Mark:
    """What a rater marked as wrong, in voxels of the picture.

    Parameters
    ----------
    points : tuple of (float, float)
        (y, x): one for a point, two corners of a box, the outline of a region.
    place : int
        Which of the pictures shown, from 0.
    slice : int
        Which of its slices, from 0.
    reason : str
        One of the question's reasons; empty for none.
    """

    shape: MarkShape
    points: tuple[tuple[float, float], ...]
    place: int = 0
    slice: int = 0
    reason: str = ""
