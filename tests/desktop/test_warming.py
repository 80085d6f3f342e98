"""What napari compiles for labels is compiled beside the window, and the window is told."""

from __future__ import annotations

from pytestqt.qtbot import QtBot
from qtpy.QtCore import QObject

from synthscope.desktop.warming import Warming


def test_the_window_is_told_when_it_is_done(qtbot: QtBot) -> None:
    owner = QObject()
    warming = Warming(owner)
    with qtbot.waitSignal(warming.ready, timeout=60_000):
        warming.start()
    warming.wait()


def test_a_window_that_was_closed_meanwhile_does_no_harm(qtbot: QtBot) -> None:
    owner = QObject()
    warming = Warming(owner)
    warming.start()
    owner.deleteLater()
    warming.wait()
    qtbot.wait(1)
    assert not warming._thread.is_alive()
