"""The quiet line in the corner: project, device, memory."""

from __future__ import annotations

import os

import psutil
from qtpy.QtCore import QSize, Qt, QTimer
from qtpy.QtGui import QResizeEvent
from qtpy.QtWidgets import QLabel, QMenuBar, QWidget

from synthscope.qt.theme import Tokens

SECONDS = 5
GIGABYTE = 1e9
WIDTH, LEAST, WIDEST_NAME = 460, 120, 160
MARGIN = 12
PADDING = 24
"""Around the title of a menu, at most."""
TIP = "Project · device that generators run on · memory used by this program of all there is"


class StatusLine(QLabel):
    """Project name, device of the worker and memory in use, kept up to date."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._project = ""
        self._device = self._words = ""
        self._process = psutil.Process(os.getpid())
        self._timer = QTimer(self)
        self._timer.setInterval(SECONDS * 1000)
        self._timer.timeout.connect(self.refresh)
        self._timer.start()
        self.setContentsMargins(0, 0, MARGIN, 4)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setToolTip(TIP)
        self.refresh()

    def set_project(self, name: str) -> None:
        """Show the name of the open project."""
        self._project = name
        self.refresh()

    def set_device(self, name: str, problem: str = "") -> None:
        """Show the device that the worker runs on; a sentence about it goes into the tooltip."""
        self._device = name
        self.setToolTip(f"{TIP}\n{problem}" if problem else TIP)
        self.refresh()

    def dress(self, tokens: Tokens) -> None:
        """Be quiet in the colours of a theme."""
        self.setStyleSheet(f"color: {tokens.muted}; background: transparent; font-size: 13px;")

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Ask for one width whatever is said: a menu bar does not make room for longer words later.

        In a narrow window the menus come first: Qt would hide those that it has no room for.
        """
        return QSize(max(LEAST, min(WIDTH, self._left_by_menus())), super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Fit the words to the room."""
        super().resizeEvent(event)
        self._write()

    def _left_by_menus(self) -> int:
        bar = self.parentWidget()
        if not isinstance(bar, QMenuBar):
            return WIDTH
        titles: list[str] = [action.text().replace("&", "") for action in bar.actions()]
        left: int = bar.width() - sum(bar.fontMetrics().horizontalAdvance(title) + PADDING for title in titles)
        return left

    def refresh(self) -> None:
        """Measure memory and write the line again."""
        project = self.fontMetrics().elidedText(self._project, Qt.TextElideMode.ElideMiddle, WIDEST_NAME)
        self._words = "  ·  ".join(part for part in (project, self._device, memory_words(self._process)) if part)
        self._write()

    def _write(self) -> None:
        room = self.width() - MARGIN
        self.setText(self.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideLeft, room))


def memory_words(process: psutil.Process) -> str:
    """Say the memory of a process and its children, and all there is."""
    used = 0
    for member in (process, *process.children(recursive=True)):
        try:
            used += member.memory_info().rss
        except psutil.Error:  # a child may end between being listed and being asked
            continue
    return f"{used / GIGABYTE:.1f} of {psutil.virtual_memory().total / GIGABYTE:.0f} GB"
