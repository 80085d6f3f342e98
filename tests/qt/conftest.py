"""What the tests of the bricks share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

import pytest
from qtpy.QtCore import QEvent
from qtpy.QtWidgets import QApplication, QWidget

from synthscope.qt.theme import DARK, LIGHT, Tokens, apply_theme

W = TypeVar("W", bound=QWidget)


@pytest.fixture(autouse=True)
def no_leaked_windows(qapp: QApplication) -> Iterator[None]:
    """Fail a test that leaves a top-level widget behind."""
    before = set(QApplication.topLevelWidgets())
    yield
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    left = [w for w in QApplication.topLevelWidgets() if w not in before]
    assert not left, f"left behind: {left}"


@pytest.fixture(params=[LIGHT, DARK], ids=["light", "dark"])
def tokens(request: pytest.FixtureRequest) -> Tokens:
    chosen: Tokens = request.param
    return chosen


@pytest.fixture
def shown(qapp: QApplication) -> Iterator[Callable[[W], W]]:
    """Show a widget for the time of a test, dressed, and let it go afterwards."""
    kept: list[QWidget] = []

    def show(widget: W, tokens: Tokens = DARK) -> W:
        apply_theme(widget, tokens)
        kept.append(widget)
        widget.show()
        return widget

    yield show
    for widget in kept:
        widget.close()
        widget.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
