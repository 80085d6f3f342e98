"""One sentence beside the thing it is about: information, warning or error, never a box."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from qtpy.QtCore import QEvent, Qt, Signal
from qtpy.QtGui import QGuiApplication
from qtpy.QtWidgets import QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from synthscope.errors import SynthscopeError
from synthscope.qt.buttons import Fold, IconButton, TextButton
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.theme import icon, set_mark, tokens_of

Level = Literal["info", "warning", "error"]
_ICONS = {"info": "information-outline", "warning": "alert-outline", "error": "alert-octagon-outline"}


@dataclass(frozen=True)
class Said:
    """What is said.

    Parameters
    ----------
    text : str
        One sentence: what happened, to what, what to do.
    details : str
        Technical text for the *Details* fold.
    action : str
        Words of a button that does what the sentence asks for.
    """

    text: str
    level: Level = "info"
    details: str = ""
    action: str = ""


def said_of(error: SynthscopeError, action: str = "") -> Said:
    """Give the sentence of an error of ours."""
    return Said(error.sentence, "error", error.details, action)


class Sentence(QFrame):
    """Shows one `Said`, and nothing at all while there is none.

    Signals
    -------
    value_changed(Said or None)
        Something else is shown.
    acted()
        The action button was pressed.
    closed()
        Somebody has read it and put it away; the widget is empty then.
    """

    value_changed = Signal(object)
    acted = Signal()
    closed = Signal()

    def __init__(self, *, closable: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._said: Said | None = None
        self.setProperty("role", "sentence")
        # create
        self._icon = QLabel()
        self._text = WrappingLabel()
        self._action = TextButton("", role="quiet")
        self._close = IconButton("close", "Put away")
        self._details = QPlainTextEdit()
        self._copy = TextButton("Copy details", name="content-copy", role="quiet")
        inner = QWidget()
        self._fold = Fold("Details", inner)
        # lay out
        self._lay_out(inner, closable)
        # connect
        self._action.clicked.connect(self.acted)
        self._close.clicked.connect(self._put_away)
        self._copy.clicked.connect(self._copy_details)
        self.set_value(None)

    def value(self) -> Said | None:
        """Give what is shown."""
        return self._said

    def set_value(self, said: Said | None) -> None:
        """Show a sentence, or nothing."""
        changed, self._said = said != self._said, said
        self._appear()
        if said is not None:
            self._show(said)
        if changed:
            self.value_changed.emit(said)

    def say(self, error: SynthscopeError) -> None:
        """Show the sentence of an error."""
        self.set_value(said_of(error))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Redraw the icon in the colours of a new theme; appear in a new parent."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ParentChange:
            self._appear()
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.PaletteChange) and self._said is not None:
            self._draw_icon(self._said.level)

    def _appear(self) -> None:
        # Shown before it has a place in a panel, it would be a window of its own for a moment.
        self.setVisible(self._said is not None and self.parentWidget() is not None)

    def _show(self, said: Said) -> None:
        set_mark(self, "level", said.level)
        self._text.setText(said.text)
        self._action.setText(said.action)
        self._action.setVisible(bool(said.action))
        self._fold.setVisible(bool(said.details))
        self._fold.set_open(False)
        self._details.setPlainText(said.details)
        self.setAccessibleName(f"{said.level}: {said.text}")
        self._draw_icon(said.level)

    def _draw_icon(self, level: Level) -> None:
        tokens = tokens_of(self)
        colour = tokens.accent if level == "info" else tokens.warning
        self._icon.setPixmap(icon(_ICONS[level], colour).pixmap(20, 20))

    def _put_away(self) -> None:
        self.set_value(None)
        self.closed.emit()

    def _copy_details(self) -> None:
        QGuiApplication.clipboard().setText(f"{self._text.text()}\n\n{self._details.toPlainText()}")

    def _lay_out(self, inner: QWidget, closable: bool) -> None:
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setMinimumWidth(120)
        self._close.setVisible(closable)
        self._details.setReadOnly(True)
        self._details.setAccessibleName("Details")
        self._details.setFixedHeight(120)
        folded = QVBoxLayout(inner)
        folded.setContentsMargins(0, 0, 0, 0)
        folded.addWidget(self._details)
        folded.addWidget(self._copy, 0, Qt.AlignmentFlag.AlignLeft)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self._text, 1)
        line.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        # Action and details stand under the text, not beside it: panels are narrow.
        below = QVBoxLayout()
        below.setContentsMargins(20, 0, 0, 0)
        below.setSpacing(4)
        below.addWidget(self._action, 0, Qt.AlignmentFlag.AlignLeft)
        below.addWidget(self._fold)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 8, 8)
        layout.setSpacing(4)
        layout.addLayout(line)
        layout.addLayout(below)
