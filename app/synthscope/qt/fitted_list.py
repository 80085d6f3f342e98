"""A list that is as high as its rows, up to a number of them."""

from __future__ import annotations

from qtpy.QtCore import QEvent, Qt
from qtpy.QtWidgets import QListWidget, QWidget


class FittedList(QListWidget):
    """Claims the height of its rows, or of `most` of them and scrolls; call `fit` after they have changed.

    Parameters
    ----------
    most : int
        Rows that are in sight at a time, at most.
    """

    def __init__(self, most: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._most = most
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)

    def fit(self) -> None:
        """Claim the height that the rows need now."""
        rows = [max(0, self.sizeHintForRow(row)) for row in range(min(self._most, self.count()))]
        self.setFixedHeight(sum(rows) + 2 * self.frameWidth() + 4)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Claim the height that another style gives the rows."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self.fit()
