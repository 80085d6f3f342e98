"""The words below the pictures: as high as the longest question needs, and scrolled where they are longer."""

from __future__ import annotations

from collections.abc import Iterable

from qtpy.QtCore import QRect, Qt
from qtpy.QtWidgets import QFrame, QLabel, QScrollArea, QSizePolicy, QWidget

_LINES = 5
_ANY = (1 << 24) - 1
"""Qt's word for a height without a limit."""
_MOST = 0.6
"""Of the window: what words take from the pictures at most."""
_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
_PAGES = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}
_BAR = """
QScrollBar:vertical { background: transparent; width: 16px; }
QScrollBar::handle:vertical { background: black; min-height: 32px; margin: 2px 4px; }
QScrollBar::add-line:vertical, QScrollBar::sub-line:vertical { height: 0; }
"""


class WordsArea(QScrollArea):
    """Shows words; in trials its height is one and the same, so that no picture moves."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = QLabel(alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.setWidget(self.words)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.verticalScrollBar().setStyleSheet(_BAR)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def say(self, words: str) -> None:
        """Show other words, from their beginning."""
        if words != self.words.text():
            self.words.setText(words)
            self.verticalScrollBar().setValue(0)

    def fix(self, texts: Iterable[str], width: int, height: int) -> None:
        """Be as high as the longest of `texts` needs in a window of this width and height."""
        self.words.ensurePolished()
        metrics = self.words.fontMetrics()
        room = QRect(0, 0, max(64, width - self.verticalScrollBar().sizeHint().width()), 1 << 20)
        flags = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
        needed = max((metrics.boundingRect(room, flags, text).height() for text in texts), default=0)
        least = _LINES * metrics.lineSpacing()
        self.setFixedHeight(min(max(least, needed + metrics.lineSpacing() // 2), round(_MOST * height)))

    def loosen(self) -> None:
        """Take all the room there is: no picture is in sight."""
        self.setMinimumHeight(0)
        self.setMaximumHeight(_ANY)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def page_on(self) -> bool:
        """Go on to the words below; tells whether there were any."""
        bar = self.verticalScrollBar()
        before = bar.value()
        bar.setValue(before + bar.pageStep())
        return bool(bar.value() > before)

    def scroll(self, key: int) -> bool:
        """Take an arrow or page key; tells whether it is one."""
        bar = self.verticalScrollBar()
        if key in _STEPS:
            bar.setValue(bar.value() + _STEPS[key] * self.words.fontMetrics().lineSpacing())
        elif key in _PAGES:
            bar.setValue(bar.value() + _PAGES[key] * bar.pageStep())
        return key in _STEPS or key in _PAGES
