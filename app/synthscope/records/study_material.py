"""What a study is shown from: its pictures under codes, what each was made of, and how. It stays with the designer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from synthscope.records.leaks import SourceFacts
from synthscope.records.study_rendering import RenderRecord
from synthscope.records.study_schedule import StudyItem

MATERIAL_FORMAT = "synthscope/study-material"
VERSION = 1


@dataclass(frozen=True)
class StudyMaterial:
    """Everything that was rendered.

    Parameters
    ----------
    letters : mapping
        From the letter of an arm to its name.
    items : tuple of StudyItem
        All pictures, those for catch trials among them. The picture of each lies in ``renders/CODE.npy``.
    sources : mapping
        From a code to what its source file tells; catch pictures have none.
    """

    letters: Mapping[str, str]
    items: tuple[StudyItem, ...]
    rendering: RenderRecord
    sources: Mapping[str, SourceFacts] = field(default_factory=dict)
    format: str = MATERIAL_FORMAT
    version: int = VERSION


@dataclass(frozen=True)
class StudySecret:
    """What codes are made with: 32 bytes as hex. It is part of the key and never leaves the designer."""

    secret: str
