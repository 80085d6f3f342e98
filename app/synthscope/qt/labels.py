"""A label whose words wrap and are never cut."""

from __future__ import annotations

import re

from qtpy.QtCore import QEvent, Qt
from qtpy.QtGui import QResizeEvent
from qtpy.QtWidgets import QLabel, QWidget

from synthscope.qt.theme import Role

LONG = 24
"""Letters of a word from which it may be broken: the name of a file is no reason for a panel to widen."""
BREAK = "\u200b"
_LONG_WORD, _PLACES = re.compile(rf"\S{{{LONG},}}"), re.compile(rf"[_./\\-]+|[^_./\\-]{{{LONG}}}")


class WrappingLabel(QLabel):
    """Plain text over as many lines as its width needs, and as high as they are.

    Qt's own label may be squeezed where its panel is short of room; this one asks for its height. Text is
    never read as markup: a file name may look like it. Long words break too, unless they can be selected: what is
    copied must be what was said.
    """

    def __init__(self, text: str = "", *, role: Role = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self.setText(text)

    def setText(self, text: str) -> None:  # noqa: N802 - Qt's name
        """Show other words."""
        copied = bool(self.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse)
        super().setText(text if copied else _LONG_WORD.sub(_breakable, text))
        self._claim_height()

    def text(self) -> str:
        """Give the words as they were set."""
        words: str = super().text()
        return words.replace(BREAK, "")

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Ask for the height that the new width needs."""
        super().resizeEvent(event)
        self._claim_height()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Ask for the height that another font needs."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._claim_height()

    def _claim_height(self) -> None:
        if self.testAttribute(Qt.WidgetAttribute.WA_Resized) or self.isVisible():
            self.setMinimumHeight(0)  # else Qt gives no height below the last one
            self.setMinimumHeight(max(0, self.heightForWidth(self.width())))


def _breakable(word: re.Match[str]) -> str:
    return _PLACES.sub(lambda place: place[0] + BREAK, word[0])
