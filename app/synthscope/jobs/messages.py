"""What the window and the worker say to each other: frozen messages, one line of JSON each."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np

from synthscope.errors import DocumentError
from synthscope.records.documents import from_json, to_json

PROTOCOL = 1


@dataclass(frozen=True)
class Submit:
    """Do this: `kind` names the work, `payload` is its JSON."""

    job: str
    kind: str
    payload: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Cancel:
    """Stop that job at its next step."""

    job: str


@dataclass(frozen=True)
class Quit:
    """Stop what runs and end the process."""


@dataclass(frozen=True)
class Ready:
    """The worker's process is there; `capabilities` says versions."""

    pid: int
    capabilities: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Started:
    """A job has begun."""

    job: str


@dataclass(frozen=True)
class ProgressSaid:
    """A job is at `done` of `total`."""

    job: str
    done: float
    total: float
    text: str = ""

    @property
    def fraction(self) -> float:
        """Between 0 and 1."""
        return min(max(self.done / self.total, 0.0), 1.0) if self.total > 0 else 0.0


@dataclass(frozen=True)
class PreviewSaid:
    """A picture of the work so far lies at `path` (.npy); it may be gone by the time it is opened."""

    job: str
    path: str
    text: str = ""


@dataclass(frozen=True)
class MadeSaid:
    """A job has put something finished on the disk."""

    job: str
    kind: str
    path: str = ""
    document: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class MeasuredSaid:
    """A point of a training's curves: figures by name after `step` steps."""

    job: str
    step: int
    values: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Finished:
    """A job has ended well; `result` is the JSON of what it returned."""

    job: str
    result: Any = None


@dataclass(frozen=True)
class Failed:
    """A job has ended badly.

    Parameters
    ----------
    sentence, details : str
        What to show, and what to show on request (a traceback, the worker's last words).
    error : str
        Name of the class in `synthscope.errors`.
    exit_status : int
        What the command line would end with.
    """

    job: str
    sentence: str
    details: str = ""
    error: str = "WorkError"
    exit_status: int = 1


@dataclass(frozen=True)
class CancelledSaid:
    """A job has ended because somebody asked."""

    job: str


Request: TypeAlias = Submit | Cancel | Quit
Ending: TypeAlias = Finished | Failed | CancelledSaid
Message: TypeAlias = Request | Ready | Started | ProgressSaid | PreviewSaid | MadeSaid | MeasuredSaid | Ending

_NAMES: dict[str, type[Any]] = {
    "submit": Submit,
    "cancel": Cancel,
    "quit": Quit,
    "ready": Ready,
    "started": Started,
    "progress": ProgressSaid,
    "preview": PreviewSaid,
    "made": MadeSaid,
    "measured": MeasuredSaid,
    "finished": Finished,
    "failed": Failed,
    "cancelled": CancelledSaid,
}
_TAGS = {message: name for name, message in _NAMES.items()}


def encode(message: Message) -> bytes:
    r"""Give the one line of a message, newline included.

    Pure ASCII, so that no terminal encoding, and no file name that is not valid Unicode, can damage it.

    Raises
    ------
    TypeError
        If it holds something that JSON has no word for.
    """
    words = {"say": _TAGS[type(message)], **to_json(message)}
    return json.dumps(words, separators=(",", ":"), default=_plain).encode("ascii") + b"\n"


def decode(line: bytes) -> Message:
    """Read the message of one line.

    Raises
    ------
    DocumentError
        If the line is damaged, or says what this version does not know.
    """
    try:
        words = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise DocumentError(f"A message between window and worker is damaged: {_shown(line)}.") from error
    name = words.pop("say", None) if isinstance(words, dict) else None
    if not isinstance(name, str) or name not in _NAMES:
        raise DocumentError(f"A message between window and worker is not known: {_shown(line)}.")
    message: Message = from_json(_NAMES[name], words)
    return message


def _plain(value: Any) -> Any:
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} cannot be sent as JSON")


def _shown(line: bytes) -> str:
    return repr(line[:80].decode("utf-8", "replace"))
