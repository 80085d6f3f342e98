"""A label whose words wrap and are never cut."""

from __future__ import annotations

from qtpy.QtCore import QEvent, Qt
from qtpy.QtGui import QResizeEvent
from qtpy.QtWidgets import QLabel, QWidget

from synthscope.qt.theme import Role


class WrappingLabel(QLabel):
    """Plain text over as many lines as its width needs, and as high as they are.

    Qt's own label may be squeezed where its panel is short of room; this one asks for its height. Text is
    never read as markup: a file name may look like it.
    """

    def __init__(self, text: str = "", *, role: Role = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self.setText(text)

    def setText(self, text: str) -> None:  # noqa: N802 - Qt's name
        """Show other words."""
        super().setText(text)
        self._claim_height()

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
