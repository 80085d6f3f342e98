"""RAW layouts that a person gave, remembered per folder: the next file there lies the same way."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import appdirs

from synthscope.errors import SynthscopeError
from synthscope.io.documents import read_document, write_document
from synthscope.io.layout import RawLayout

FILE_NAME = "raw-layouts.json"
LIMIT = 200

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RawMemory:
    """The last layout given in each folder."""

    layouts: Mapping[str, RawLayout] = field(default_factory=dict)
    format: str = "synthscope/raw-layouts"
    version: int = 1


def memory_path() -> Path:
    """Where the layouts are kept on this computer."""
    return Path(appdirs.user_config_dir("synthscope", appauthor=False)) / FILE_NAME


def remembered(folder: Path, *, path: Path | None = None) -> RawLayout | None:
    """Give the layout last used in a folder, or None."""
    return _read(path or memory_path()).layouts.get(str(folder))


def remember(folder: Path, layout: RawLayout, *, path: Path | None = None) -> None:
    """Keep a layout for the next file of a folder; a disk that refuses is no reason to stop."""
    path = path or memory_path()
    memory = _read(path)
    kept = {key: value for key, value in memory.layouts.items() if key != str(folder)}
    newest = {str(folder): layout} | dict(list(kept.items())[: LIMIT - 1])
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_document(path, replace(memory, layouts=newest))
    except (OSError, SynthscopeError) as error:
        log.warning("the RAW layout could not be remembered: %s", error)


def _read(path: Path) -> RawMemory:
    if not path.exists():
        return RawMemory()
    try:
        return read_document(path, RawMemory)
    except SynthscopeError as error:
        log.warning("remembered RAW layouts start afresh: %s", error)
        return RawMemory()
