"""The RAW layout last used in each folder, remembered between sessions."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import appdirs

from synthscope.errors import DocumentError, FileError
from synthscope.io.documents import read_document, write_document
from synthscope.io.layout import RawLayout

_FORMAT = "synthscope/raw-layouts"
_MOST = 500


@dataclass(frozen=True)
class RawLayouts:
    """Layouts by folder, the last used last."""

    folders: Mapping[str, RawLayout] = field(default_factory=dict)
    format: str = _FORMAT
    version: int = 1


def memory_path() -> Path:
    """Give the document in this user's data folder."""
    return Path(appdirs.user_data_dir("synthscope", appauthor=False)) / "raw-layouts.json"


def recall_layout(folder: Path | str, memory: Path | None = None) -> RawLayout | None:
    """Give the layout last used for RAW files of `folder`, or None.

    A memory that is missing or damaged remembers nothing: it is a convenience.
    """
    return _remembered(memory or memory_path()).folders.get(_key(folder))


def remember_layout(folder: Path | str, layout: RawLayout, memory: Path | None = None) -> None:
    """Remember a layout for the RAW files of `folder`.

    Raises
    ------
    DiskFull, FileError
        If the memory cannot be written.
    """
    memory = memory or memory_path()
    known = _remembered(memory)
    folders = {name: kept for name, kept in known.folders.items() if name != _key(folder)}
    newest = list((folders | {_key(folder): layout}).items())[-_MOST:]
    memory.parent.mkdir(parents=True, exist_ok=True)
    write_document(memory, replace(known, folders=dict(newest)))


def _remembered(memory: Path) -> RawLayouts:
    if not memory.is_file():
        return RawLayouts()
    try:
        return read_document(memory, RawLayouts)
    except (DocumentError, FileError):
        return RawLayouts()


def _key(folder: Path | str) -> str:
    return os.path.realpath(folder)
