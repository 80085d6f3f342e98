"""Events as rows and lines of JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from synthscope.errors import DocumentError, SynthscopeError
from synthscope.records.documents import canonical, from_json
from synthscope.records.study_events import Event


def line_of(event: Event) -> bytes:
    """Give the line of an event: its canonical JSON and a line end."""
    return canonical(event) + b"\n"


def event_of(row: Mapping[str, Any], where: str) -> Event:
    """Make an event of a row, whose payload is JSON text, or of the object of a line.

    Raises
    ------
    DocumentError
        If it is none.
    """
    try:
        payload = row.get("payload", {})
        return from_json(Event, {**row, "payload": json.loads(payload) if isinstance(payload, str) else payload})
    except (ValueError, TypeError, AttributeError, RecursionError, SynthscopeError) as error:
        raise DocumentError(f"{where} is damaged ({error}); recover the answers from the other copy.") from error


def events_of(data: bytes, where: str) -> tuple[tuple[Event, ...], int]:
    """Read the events of lines; a last line that was torn off is dropped.

    Returns
    -------
    events : tuple of Event
    length : int
        Bytes of the whole lines.

    Raises
    ------
    DocumentError
        If a line that is whole holds no event.
    """
    length = data.rfind(b"\n") + 1
    found = []
    for number, line in enumerate(data[:length].splitlines(), 1):
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise DocumentError(f"{where}, line {number} is damaged ({error}); use the other copy.") from error
        found.append(event_of(row, f"{where}, line {number}"))
    return tuple(found), length
