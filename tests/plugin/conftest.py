"""Viewers without a window, in a home of their own, each with its session closed afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from napari.components import ViewerModel
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QCoreApplication, QEvent

from napari_synthscope.session.session import Session


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder in which no project was ever begun."""
    folder = tmp_path / "home"
    for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(variable, str(folder / variable.lower()))
    monkeypatch.setenv("NAPARI_CONFIG", "")
    return folder


@pytest.fixture
def viewer(qtbot: QtBot, home: Path) -> ViewerModel:
    """A viewer without a canvas: layers, dims and events are napari's own."""
    del qtbot, home
    return ViewerModel()


@pytest.fixture
def session(viewer: ViewerModel) -> Iterator[Session]:
    """The session of the viewer."""
    made = Session.of(viewer)
    yield made
    made.close()
    made.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def stack(rng: np.random.Generator) -> np.ndarray:
    """A 16-bit stack (12, 48, 56)."""
    return rng.integers(2000, 50000, (12, 48, 56)).astype(np.uint16)


@pytest.fixture
def settled(qtbot: QtBot, session: Session) -> Callable[[Callable[[], Any]], None]:
    """Wait until something is so, no errand is under way, and no layer is still to come."""

    def wait(condition: Callable[[], Any]) -> None:
        qtbot.waitUntil(
            lambda: bool(condition()) and not session.errands.busy and not session.stage.busy, timeout=20000
        )

    return wait
