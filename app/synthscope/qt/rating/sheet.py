"""The help of a rater, laid over the window so that nothing under it moves."""

from __future__ import annotations

from qtpy.QtCore import Qt
from qtpy.QtGui import QTextDocument
from qtpy.QtWidgets import QWidget

from synthscope.qt.rating.words_area import WordsArea

_AROUND = 24
"""Pixels of the window that stay in sight on each side, at least."""
_WITHIN = 34
"""Pixels between the words and the edge of the sheet, both sides together."""


class Sheet(WordsArea):
    """Hidden until it has something to say; scrolled where the window is too small for it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.words.setTextFormat(Qt.TextFormat.RichText)
        self.words.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.words.setStyleSheet("padding: 16px;")
        self.setStyleSheet("background: white; color: black;")
        self.hide()

    def tell(self, html: str) -> None:
        """Show this in the middle of the window; hide for nothing."""
        self.setVisible(bool(html))
        if html:
            self.say(html)
            self.words.ensurePolished()
            around, bar = self.parentWidget().rect(), self.verticalScrollBar().sizeHint().width()
            wide = min(self._natural_width(html) + bar, around.width() - 2 * _AROUND)
            high = self.words.heightForWidth(wide - bar) + 2
            self.setFixedSize(wide, min(high, around.height() - 2 * _AROUND))
            self.move(around.center() - self.rect().center())
            self.raise_()

    def _natural_width(self, html: str) -> int:
        laid = QTextDocument()
        laid.setDefaultFont(self.words.font())
        laid.setHtml(html)
        return round(float(laid.idealWidth())) + _WITHIN
