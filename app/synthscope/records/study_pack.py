"""What a rater is given: pictures under codes, questions, and an own schedule. No label is in it."""

from __future__ import annotations

from dataclasses import dataclass

from synthscope.records.study import Paradigm, Question, Showing

PACK_FORMAT = "synthscope/rater-pack"
VERSION = 1


@dataclass(frozen=True)
class Trial:
    """One showing.

    Parameters
    ----------
    id : str
        Opaque, one of its kind in the whole study.
    block : int
        0 for training, then from 1 on.
    places : tuple of str
        Codes of the pictures, from left to right.
    reference : str
        Code of the picture that the others are held against; empty for none.
    exposure_ms : int
        For how long its pictures are seen before a mask; 0 for as long as `Showing` says.
    """

    id: str
    block: int
    places: tuple[str, ...]
    reference: str = ""
    exposure_ms: int = 0


@dataclass(frozen=True)
class Slot:
    """The place of one rater.

    Parameters
    ----------
    mirrored : bool
        Whether this rater sees scales from right to left; answers are kept in the order of the labels.
    """

    id: str
    mirrored: bool
    trials: tuple[Trial, ...]


@dataclass(frozen=True)
class PackManifest:
    """The document of a rater pack; in a study's own file, of all its packs together.

    Parameters
    ----------
    shape : tuple of int
        (Z, Y, X, C) of every picture: C is 1 or 3, values are uint8.
    codes : tuple of str
        Of the pictures, in the order in which they lie in the pack: sorted, so that it says nothing.
    slots : tuple of Slot
        In a pack the one of its rater: who sees what others see together could tell what is real by it. Packs of
        earlier versions hold the slots of all raters.
    design_sha256, schedule_sha256, key_commitment : str
        What was frozen; the schedule is that of all slots.
    """

    study: str
    title: str
    paradigm: Paradigm
    questions: tuple[Question, ...]
    showing: Showing
    shape: tuple[int, int, int, int]
    codes: tuple[str, ...]
    slots: tuple[Slot, ...]
    introduction: str = ""
    consent: str = ""
    design_sha256: str = ""
    schedule_sha256: str = ""
    key_commitment: str = ""
    format: str = PACK_FORMAT
    version: int = VERSION

    def slot(self, name: str) -> Slot | None:
        """Give the slot of that name."""
        return next((slot for slot in self.slots if slot.id == name), None)
