"""The project folder as documents: what it is, which sources it keeps, where a person stood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from synthscope.records.labels import PackedLabels
from synthscope.records.request import Input, Prompts
from synthscope.records.run import AdapterUse, Note, Verdict

PROJECT_FORMAT = "synthscope/project"
SESSION_FORMAT = "synthscope/session"
VERDICTS_FORMAT = "synthscope/verdicts"
NOTES_FORMAT = "synthscope/notes"
SOURCE_FORMAT = "synthscope/source"
LABELS_FORMAT = "synthscope/labels"
MASK_FORMAT = "synthscope/mask"
VERSION = 1


@dataclass(frozen=True)
class ProjectDocument:
    """``project.json``: the name a person gave, and when it was begun (UTC)."""

    name: str
    made: str
    program: str
    format: str = PROJECT_FORMAT
    version: int = VERSION


@dataclass(frozen=True)
class SourceDocument:
    """``sources/<id>.json``: one source, by reference or kept in the project."""

    input: Input
    kept: bool
    axes_guessed: bool = False
    format: str = SOURCE_FORMAT
    version: int = VERSION


@dataclass(frozen=True)
class SessionDocument:
    """``session.json``: what was open, so that a person finds it again after a crash."""

    sources: tuple[Input, ...] = ()
    source: str = ""
    mask: Input | None = None
    mask_of: str = ""
    run: str = ""
    generator: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0
    count: int = 4
    feather: float = 0.0
    model: str = ""
    label: str = ""
    reference: Input | None = None
    prompts: Prompts = field(default_factory=Prompts)
    adapters: tuple[AdapterUse, ...] = ()
    format: str = SESSION_FORMAT
    version: int = VERSION


@dataclass(frozen=True)
class MaskDocument:
    """``runs/<id>/mask.json``: the mask in the run's region, as `imaging.mask_codec` packs it."""

    shape: tuple[int, ...]
    bits: str
    format: str = MASK_FORMAT
    version: int = VERSION


@dataclass(frozen=True)
class LabelsDocument:
    """``runs/<id>/labels.json``: the label map in the run's region, or of its new image."""

    labels: PackedLabels
    format: str = LABELS_FORMAT
    version: int = VERSION


@dataclass(frozen=True)
class VerdictsDocument:
    """``runs/<id>/verdicts.json``: what a person decided, by candidate."""

    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    format: str = VERDICTS_FORMAT
    version: int = VERSION


@dataclass(frozen=True)
class NotesDocument:
    """``notes.json``: open-label expert notes, oldest first."""

    notes: tuple[Note, ...] = ()
    format: str = NOTES_FORMAT
    version: int = VERSION
