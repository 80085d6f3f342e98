"""The bar: what it shows, and that it never draws while it is told."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QEvent, QObject

from synthscope.qt.progress_bar import STEPS, ProgressBar


class Painted(QObject):
    """Counts how often a widget is drawn."""

    count = 0

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Paint
        return False


@pytest.fixture
def bar(shown: Callable[..., ProgressBar], qtbot: QtBot) -> ProgressBar:
    made = shown(ProgressBar())
    qtbot.waitExposed(made)
    return made


def test_it_is_drawn_in_the_next_turn_and_not_while_values_come(bar: ProgressBar, qtbot: QtBot) -> None:
    painted = Painted()
    bar.set_fraction(0.1)
    qtbot.wait(50)
    bar.installEventFilter(painted)
    for fraction in (0.2, 0.5, 0.9):
        bar.set_fraction(fraction)
    assert painted.count == 0
    qtbot.waitUntil(lambda: painted.count > 0)
    assert bar.value() == 0.9 * STEPS


def test_what_is_shown_already_is_not_drawn_again(bar: ProgressBar, qtbot: QtBot) -> None:
    bar.set_fraction(0.4)
    qtbot.wait(50)
    painted = Painted()
    bar.installEventFilter(painted)
    bar.set_fraction(0.4)
    qtbot.wait(50)
    assert painted.count == 0


def test_a_share_that_is_not_known_is_a_running_stripe(bar: ProgressBar) -> None:
    bar.set_fraction(0.4)
    bar.set_fraction(None)
    assert (bar.minimum(), bar.maximum()) == (0, 0)
    bar.set_fraction(0.0)
    assert (bar.maximum(), bar.value()) == (STEPS, 0)
