"""One line under the menu bar that says what went wrong, with the technical text folded away."""

from __future__ import annotations

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from synthscope.qt.buttons import Fold, IconButton
from synthscope.qt.theme import set_mark, set_role

DETAILS_HEIGHT = 160


class NoticeBar(QFrame):
    """Shows the last notice until it is closed; hidden while there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # create
        self._sentence = QLabel()
        self._sentence.setWordWrap(True)
        self._sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._details = QPlainTextEdit()
        self._details.setReadOnly(True)
        self._details.setFixedHeight(DETAILS_HEIGHT)
        self._fold = Fold("Details", self._details)
        self._close = IconButton("close", "Close this notice")
        self._card = QFrame()
        set_role(self._card, "sentence")  # type: ignore[arg-type]
        # lay out
        self._lay_out()
        self.hide()
        # connect
        self._close.clicked.connect(self.hide)

    @property
    def sentence(self) -> str:
        """What the notice says."""
        return self._sentence.text()

    def say(self, sentence: str, *, details: str = "", level: str = "error") -> None:
        """Show a sentence; `details` go into a fold. `level` is ``info``, ``warning`` or ``error``."""
        self._sentence.setText(sentence)
        self._details.setPlainText(details)
        self._fold.set_open(False)
        self._fold.setVisible(bool(details))
        set_mark(self._card, "level", level)
        self.show()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self._sentence, 1)
        row.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        inner = QVBoxLayout(self._card)
        inner.setContentsMargins(12, 8, 8, 8)
        inner.setSpacing(4)
        inner.addLayout(row)
        inner.addWidget(self._fold)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(8, 8, 8, 8)
        outer.addWidget(self._card)
