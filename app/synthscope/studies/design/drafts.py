"""A trial before it has its place in a rater's schedule."""

from __future__ import annotations

from dataclasses import dataclass, replace

from synthscope.records.study_key import TrialRole
from synthscope.records.study_schedule import StudyItem

NO_KIND = ""


@dataclass(frozen=True)
class Draft:
    """One showing.

    Parameters
    ----------
    stratum : str
        The arm or the pair of arms: at most two of one follow each other.
    kind : str
        Real or synthetic, or where the real picture stands: at most `run` of one follow each other. Empty for none.
    arms : tuple of str
        Whose showings are counted.
    right : int
        As in `TrialKey`.
    origin : int
        Number of the draft of the same rater that it shows again; -1 for none.
    exposure : int
        For how long it is seen, in ms; 0 for as long as the study says.
    """

    stratum: str
    places: tuple[StudyItem, ...]
    kind: str = NO_KIND
    arms: tuple[str, ...] = ()
    reference: StudyItem | None = None
    right: int = -1
    role: TrialRole = "test"
    origin: int = -1
    exposure: int = 0

    @property
    def cases(self) -> frozenset[str]:
        """Of all its pictures."""
        shown = (*self.places, *((self.reference,) if self.reference else ()))
        return frozenset(item.case for item in shown if item.case)

    def again(self, origin: int) -> Draft:
        """Give its repeat."""
        return replace(self, role="repeat", origin=origin)
