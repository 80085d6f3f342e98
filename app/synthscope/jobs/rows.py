"""One row of the queue, and which state may follow which."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias, get_args

from synthscope.errors import DocumentError

State: TypeAlias = Literal["waiting", "running", "done", "failed", "cancelled", "interrupted"]
STATES: tuple[State, ...] = get_args(State)
ENDED: tuple[State, ...] = ("done", "failed", "cancelled")

MAY_BECOME: Mapping[State, tuple[State, ...]] = {
    "waiting": ("running", "cancelled"),
    "running": ("done", "failed", "cancelled"),
    "done": (),
    "failed": ("waiting",),
    "cancelled": ("waiting",),
    "interrupted": ("waiting", "cancelled"),
}
"""What a person or the worker may make of a job; only opening the queue makes one interrupted."""


@dataclass(frozen=True)
class QueuedJob:
    """A job as the queue keeps it.

    Parameters
    ----------
    created, started, ended : str
        ISO 8601 in UTC; empty for what has not been.
    error, details : str
        The sentence, and the technical text, of the last failure.
    result : JSON value
        What the job gave; None until it is done.
    attempts : int
        How often it was begun.
    """

    id: str
    kind: str
    title: str
    state: State
    payload: Mapping[str, Any] = field(default_factory=dict)
    created: str = ""
    started: str = ""
    ended: str = ""
    error: str = ""
    details: str = ""
    result: Any = None
    attempts: int = 0

    @property
    def ended_already(self) -> bool:
        """Whether nothing more happens to it by itself."""
        return self.state in ENDED


def from_row(row: Mapping[str, Any]) -> QueuedJob:
    """Read a row of the database.

    Raises
    ------
    DocumentError
        If its JSON is damaged.
    """
    values = {name: row[name] for name in row.keys() if name != "position"}  # noqa: SIM118 - not a dict
    try:
        values["payload"] = json.loads(values["payload"])
        values["result"] = json.loads(values["result"])
        if not isinstance(values["payload"], dict):
            raise ValueError("no object")
    except (TypeError, ValueError) as error:
        raise DocumentError(f"Job {values['id']!r} in the job list is damaged; remove it.") from error
    return QueuedJob(**values)


def storable(text: str) -> str:
    """Give a text that UTF-8 can hold: file names need not be valid Unicode."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
