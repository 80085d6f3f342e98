"""The help of a rater, laid over the window so that nothing under it moves."""

from __future__ import annotations

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QLabel, QWidget


class Sheet(QLabel):
    """Hidden until it has something to say."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setStyleSheet("background: white; color: black; border: 1px solid black; padding: 16px; font-size: 14pt;")
        self.hide()

    def tell(self, html: str) -> None:
        """Show this in the middle of the window; hide for nothing."""
        self.setVisible(bool(html))
        if html:
            self.setText(html)
            self.adjustSize()
            around = self.parentWidget().rect()
            self.move(around.center() - self.rect().center())
            self.raise_()
