"""Settings of the program: one versioned JSON document in the user's configuration folder."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import appdirs

from synthscope.desktop.recent import RecentProject
from synthscope.errors import SynthscopeError
from synthscope.io.documents import read_document, write_document

FORMAT = "synthscope/settings"
VERSION = 1
FILE_NAME = "settings.json"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Settings:
    """What the window remembers between starts.

    Parameters
    ----------
    theme : str
        ``dark`` or ``light``.
    size : tuple of int
        Width and height of the window in logical pixels, empty before the first close.
    layers_shown : bool
        Whether the layer list is unfolded; the canvas has its room until somebody asks for it.
    shared_models : str
        A folder of models that many use; it is only read.
    """

    theme: Literal["dark", "light"] = "dark"
    size: tuple[int, ...] = ()
    maximized: bool = False
    layers_shown: bool = False
    outline_shown: bool = True
    last_folder: str = ""
    shared_models: str = ""
    recent: tuple[RecentProject, ...] = ()
    format: str = FORMAT
    version: int = VERSION


def config_folder() -> Path:
    """Where settings lie on this computer."""
    return Path(appdirs.user_config_dir("synthscope", appauthor=False))


def log_folder() -> Path:
    """Where logs and crash reports lie on this computer."""
    return Path(appdirs.user_log_dir("synthscope", appauthor=False))


class SettingsStore:
    """The settings of one folder: read once, written at each change.

    A document that cannot be read is kept beside under another name, and the program starts with
    its defaults: settings are never worth a program that does not start.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE_NAME
        self._value = self._read() if self._path.exists() else Settings()

    @property
    def value(self) -> Settings:
        """The settings as they are now."""
        return self._value

    @property
    def folder(self) -> Path:
        """Where the document lies."""
        return self._path.parent

    def change(self, **changes: Any) -> Settings:
        """Replace some fields and write the document."""
        changed = replace(self._value, **changes)
        if changed != self._value:
            self._value = changed
            self._write()
        return self._value

    def _read(self) -> Settings:
        try:
            return read_document(self._path, Settings)
        except SynthscopeError as error:
            log.warning("settings start afresh: %s", error)
            self._put_aside()
            return Settings()

    def _put_aside(self) -> None:
        try:
            self._path.replace(self._path.with_suffix(".unreadable.json"))
        except OSError as error:
            log.warning("unreadable settings stay where they are: %s", error)

    def _write(self) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_document(self._path, self._value)
        except (OSError, SynthscopeError) as error:
            log.warning("settings could not be saved: %s", error)
