"""A real window in a home of its own, closed properly after each test."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import shiboken6
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QCoreApplication, QEvent
from qtpy.QtWidgets import QApplication, QWidget

from synthscope.desktop.application import make_application, make_window
from synthscope.desktop.main_window import MainWindow
from synthscope.desktop.settings import SettingsStore, config_folder


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder in which nothing was ever set or opened."""
    for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        folder = tmp_path / "home" / variable.lower()
        folder.mkdir(parents=True)
        monkeypatch.setenv(variable, str(folder))
    monkeypatch.setenv("NAPARI_CONFIG", "")  # napari keeps its settings in memory
    return tmp_path / "home"


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    """The window with its start page, shown; whatever it opened is gone afterwards."""
    del home
    before = living()
    children = set(psutil.Process().children(recursive=True))
    made = make_window(SettingsStore(config_folder()))
    made.resize(1400, 900)
    made.show()
    qtbot.waitExposed(made)
    yield made
    del made
    # nobody sits here who could answer, should a failed test leave work behind
    monkeypatch.setattr("synthscope.desktop.main_window.may_close", lambda _window: True)
    close_all()
    left = {name for name in living() - before if not name.startswith(NAPARIS)}
    assert not left, f"widgets that were left: {left}"
    started = set(psutil.Process().children(recursive=True)) - children
    assert not [p for p in started if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]


NAPARIS = ("QtPopup", "QModelMenu", "QModelSubmenu", "QMenu", "QFrame")
"""Hidden top-level widgets that napari itself leaves to the end of the program."""


def close_all() -> None:
    """Close our windows and let Qt delete what they held."""
    for widget in QApplication.topLevelWidgets():
        if isinstance(widget, MainWindow):
            widget.close()
    gc.collect()
    for _ in range(3):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QCoreApplication.processEvents()


def living() -> set[str]:
    """Name the top-level widgets there are, each by where Qt keeps it: its Python face may be made anew."""
    return {f"{type(w).__name__} {w.objectName()} {shiboken6.getCppPointer(w)[0]}" for w in tops()}


def tops() -> list[QWidget]:
    """Give the top-level widgets there are."""
    return list(QApplication.topLevelWidgets())


@pytest.fixture(scope="session")
def qapp_cls() -> type[QApplication]:
    """Our own application, as the program makes it."""
    os.environ.setdefault("NAPARI_CONFIG", "")
    make_application()
    ours: type[QApplication] = QApplication
    return ours
