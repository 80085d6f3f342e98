"""Words that wrap are never cut."""

from __future__ import annotations

from collections.abc import Callable

from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QVBoxLayout, QWidget

from synthscope.qt.buttons import TextButton
from synthscope.qt.flow import Flow
from synthscope.qt.labels import WrappingLabel

LONG = "The mask touches the border of the stack; the fill there has neighbours on one side only. " * 2


def test_a_label_asks_for_the_height_of_all_its_lines(shown: Callable[..., QWidget], qtbot: QtBot) -> None:
    outer = QWidget()
    label = WrappingLabel(LONG)
    QVBoxLayout(outer).addWidget(label)
    shown(outer)
    for width in (500, 180, 300):
        outer.resize(width, 40)
        qtbot.waitUntil(lambda: label.height() >= label.heightForWidth(label.width()))
    label.setText("short")
    qtbot.waitUntil(lambda: label.minimumHeight() < 40)


def test_the_name_of_a_file_breaks_and_widens_nothing(shown: Callable[..., QWidget]) -> None:
    for name in ("rootsystem_maize_day14_pot3_0.05mm_voxels_normalised.tif", "a" * 90):
        label = WrappingLabel(f"{name} has no label map.")
        shown(label)
        assert label.minimumSizeHint().width() < label.fontMetrics().horizontalAdvance(name) / 2
        assert label.text() == f"{name} has no label map."


def test_words_that_can_be_copied_are_copied_as_they_are(qtbot: QtBot) -> None:
    label = WrappingLabel()
    qtbot.addWidget(label)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setText("/home/me/rootsystem_maize_day14_pot3.tif")
    label.setSelection(0, len(label.text()))
    assert label.selectedText() == "/home/me/rootsystem_maize_day14_pot3.tif"


def test_markup_is_shown_as_it_is(qapp: object) -> None:
    label = WrappingLabel("<b>a</b>")
    assert label.textFormat() == Qt.TextFormat.PlainText
    label.deleteLater()


def test_a_flow_goes_on_in_the_next_line(shown: Callable[..., QWidget], qtbot: QtBot) -> None:
    flow = Flow()
    buttons = [TextButton(f"button {i}") for i in range(6)]
    for button in buttons:
        flow.add(button)
    shown(flow)
    flow.resize(2000, 40)
    qtbot.waitUntil(lambda: len({b.y() for b in buttons}) == 1)
    flow.resize(220, 40)
    qtbot.waitUntil(lambda: len({b.y() for b in buttons}) > 2)
    assert flow.minimumHeight() >= buttons[-1].geometry().bottom()
    assert all(b.geometry().right() <= 220 for b in buttons)
