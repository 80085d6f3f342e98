"""Designs that are not frozen yet, kept as they are typed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from synthscope.io.documents import read_document, write_document
from synthscope.records.study import StudyDesign
from synthscope.services.naming import file_stem, new_folder

DRAFT = "draft.json"
STUDIES = "studies"


def new_study(project: Path, title: str) -> Path:
    """Make the folder of a study in a project, named by the time and its title.

    Raises
    ------
    FileError, DiskFull
        If it cannot be made.
    """
    stem = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{file_stem(title, 'study')}"
    return new_folder(project / STUDIES, stem)


def write_draft(folder: Path, design: StudyDesign) -> Path:
    """Keep a design as it stands; its arms may still be missing."""
    return write_document(folder / DRAFT, design)


def read_draft(folder: Path) -> StudyDesign:
    """Read the design that was kept.

    Raises
    ------
    FileError, DocumentError
        If there is none, or it cannot be understood.
    """
    return read_document(folder / DRAFT, StudyDesign)
