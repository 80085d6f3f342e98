"""Pretrained pipelines that can be had: what each is, what it takes, and under which terms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from synthscope.records.model import Part

Gate = Literal["open", "non-commercial", "gated", "removed"]
"""What stands before a fetch: nothing but consent; an agreement to a licence that forbids commercial use; a sign-in at
the hub, which this program does not do; or that its publisher took it away."""
GATE_WORDS = {
    "open": "open",
    "non-commercial": "not for commercial use",
    "gated": "gated: sign in at the hub and accept",
    "removed": "removed upstream",
}
_FULL, _HALF = 4, 2


@dataclass(frozen=True)
class Checkpoint:
    """One published model of the catalogue.

    Parameters
    ----------
    serves : tuple of str
        Ids of generators that work with it.
    tasks : tuple of str
        What it does, in words to search by.
    hub : str
        The repository on the hub that it is fetched from; of a removed one a mirror, or empty.
    parameters : int
        Numbers of all its networks together, to two digits or so.
    trained_on : str
        As its publisher says.
    upstream : str
        Whether it is still there, in a sentence.
    seen : str
        As of when that is said; empty where nobody of this program has seen it.
    by_hand : str
        How it is had without this program.
    part : str
        What it is, where it is no model of its own.
    revision : str
        The commit or branch that is fetched.
    unverified : tuple of str
        Names of fields that no page of its publisher was read for.
    """

    id: str
    title: str
    serves: tuple[str, ...]
    tasks: tuple[str, ...]
    hub: str
    licence: str
    parameters: int
    trained_on: str
    upstream: str
    by_hand: str
    citation: str
    gate: Gate = "open"
    seen: str = ""
    part: Part | Literal[""] = ""
    revision: str = "main"
    unverified: tuple[str, ...] = ()

    @property
    def there(self) -> str:
        """Whether it is still there, and as of when that is said."""
        return f"As of {self.seen}: {self.upstream}" if self.seen else self.upstream

    @property
    def is_open(self) -> bool:
        """Whether its licence is one that all may work under, and no sign-in stands before it."""
        return self.gate in ("open", "removed")

    @property
    def can_be_fetched(self) -> bool:
        """Whether this program can fetch it."""
        return bool(self.hub) and self.gate != "gated"

    @property
    def needs_agreement(self) -> bool:
        """Whether its licence must be agreed to on its own."""
        return self.gate in ("non-commercial", "gated")

    def memory(self, *, half: bool) -> int:
        """Give the bytes of its weights, about: 4 for each number, or 2; what it computes with comes on top."""
        return self.parameters * (_HALF if half else _FULL)
