"""What stays of raters whose answers were erased: whose, how many, when and why; nothing of what they answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

ERASURE_FORMAT = "synthscope/study-erasure"
VERSION = 1


@dataclass(frozen=True)
class ErasedSession:
    """A session that is gone.

    Parameters
    ----------
    head : str
        Hash (SHA-256, hex) of its last event: the leaf that it has in the root of all heads.
    events : int
        How many it had.
    """

    id: str
    head: str
    events: int


@dataclass(frozen=True)
class Erasure:
    """The erasing of one rater's answers.

    Parameters
    ----------
    sessions : tuple of ErasedSession
        That the study held.
    at : str
        UTC, ISO 8601.
    demanded : bool
        Whether it was demanded otherwise than in the program, such as by a letter.
    results : mapping
        From the name of a document to its SHA-256: results that were computed with these answers before, and forgotten.
    server : str
        Where the answers are to be erased as well; empty for nowhere.
    complete : bool
        Whether nothing is left to do. An erasing that was interrupted is finished by asking for it again.
    """

    rater: str
    sessions: tuple[ErasedSession, ...]
    by: str
    reason: str
    at: str
    demanded: bool = False
    results: Mapping[str, str] = field(default_factory=dict)
    server: str = ""
    complete: bool = False

    @property
    def events(self) -> int:
        """How many events there were."""
        return sum(one.events for one in self.sessions)

    @property
    def heads(self) -> dict[str, str]:
        """From a session to the hash of its last event."""
        return {one.id: one.head for one in self.sessions}


@dataclass(frozen=True)
class Erasures:
    """All of a study, each rater once."""

    raters: tuple[Erasure, ...] = ()
    format: str = ERASURE_FORMAT
    version: int = VERSION

    def of(self, rater: str) -> Erasure | None:
        """Give that of a rater; None for none."""
        return next((one for one in self.raters if one.rater == rater), None)

    @property
    def heads(self) -> dict[str, str]:
        """From each session that is gone to the hash of its last event."""
        return {session: head for one in self.raters for session, head in one.heads.items()}
