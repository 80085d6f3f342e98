"""All shortcuts on one sheet, laid over the window until a key or a click."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qtpy.QtCore import QEvent, QObject, Qt, Signal
from qtpy.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from qtpy.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

COLUMNS = 4
COLUMN_WIDTH = 300
"""Least width of a column in pixels: where fewer fit, there are fewer."""
MARGIN, GAP = 32, 32
MOST = 640
"""Height in pixels from which on the sheet scrolls."""


@dataclass(frozen=True)
class KeyGroup:
    """Shortcuts that belong together: (keys, words) each."""

    title: str
    keys: tuple[tuple[str, str], ...]


class CheatSheet(QWidget):
    """Lies over its parent and shows groups of shortcuts; any key or click closes it.

    Signals
    -------
    value_changed(tuple)
        Other shortcuts are shown.
    closed()
        It was put away.
    """

    value_changed = Signal(object)
    closed = Signal()

    def __init__(self, groups: Sequence[KeyGroup] = (), *, parent: QWidget) -> None:
        super().__init__(parent)
        self._groups: tuple[KeyGroup, ...] = ()
        # create
        self._sheet = QFrame()
        self._scroll = QScrollArea()
        self._hint = QLabel("any key closes this")
        # lay out
        self._lay_out()
        self.hide()
        # connect
        parent.installEventFilter(self)
        self.set_value(groups)

    def value(self) -> tuple[KeyGroup, ...]:
        """Give the groups that are shown."""
        return self._groups

    def set_value(self, groups: Sequence[KeyGroup]) -> None:
        """Show other shortcuts."""
        self._groups = tuple(groups)
        self._fill()
        self.value_changed.emit(self._groups)

    def open(self) -> None:
        """Lay it over the parent."""
        self.setGeometry(self.parentWidget().rect())
        self._fill()
        self.show()
        self.raise_()
        self.setFocus()

    def toggle(self) -> None:
        """Show it, or put it away."""
        if self.isVisible():
            self._put_away()
        else:
            self.open()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Close."""
        event.accept()
        self._put_away()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Close."""
        event.accept()
        self._put_away()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Dim what lies behind."""
        del event
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(0, 0, 0, 140))
        painter.end()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Stay as large as the parent."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.setGeometry(self.parentWidget().rect())
            self._fill()
        handled: bool = super().eventFilter(watched, event)
        return handled

    def _fill(self) -> None:
        fitting = min(COLUMNS, max(1, (self.parentWidget().width() - 2 * MARGIN) // COLUMN_WIDTH))
        self._sheet.setMaximumWidth(fitting * (COLUMN_WIDTH + GAP))
        inner = QWidget()
        columns = QHBoxLayout(inner)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(GAP)
        for column in _in_columns(self._groups, fitting):
            side = QVBoxLayout()
            side.setSpacing(16)
            for group in column:
                side.addLayout(_group_layout(group))
            side.addStretch()
            columns.addLayout(side, 1)
        self._scroll.setWidget(inner)
        room = max(120, self.parentWidget().height() - 180)
        self._scroll.setMinimumHeight(min(inner.sizeHint().height() + 8, MOST, room))

    def _put_away(self) -> None:
        self.hide()
        self.closed.emit()

    def _lay_out(self) -> None:
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Keyboard shortcuts")
        self._sheet.setProperty("role", "card")
        self._sheet.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self._hint.setProperty("role", "muted")
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        title = QLabel("Keyboard")
        title.setProperty("role", "title")
        head = QHBoxLayout()
        head.addWidget(title)
        head.addStretch()
        head.addWidget(self._hint)
        inside = QVBoxLayout(self._sheet)
        inside.setContentsMargins(24, 20, 24, 20)
        inside.setSpacing(16)
        inside.addLayout(head)
        inside.addWidget(self._scroll, 1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        layout.addStretch(1)
        layout.addWidget(self._sheet, 100)
        layout.addStretch(1)


def _in_columns(groups: tuple[KeyGroup, ...], count: int = COLUMNS) -> list[list[KeyGroup]]:
    """Spread groups over columns of like length, in order of reading down."""
    columns: list[list[KeyGroup]] = [[] for _ in range(count)]
    for group in groups:
        shortest = min(columns, key=lambda column: sum(len(g.keys) + 2 for g in column))
        shortest.append(group)
    return [column for column in columns if column]


def _group_layout(group: KeyGroup) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(6)
    grid.setColumnStretch(1, 1)
    grid.setColumnMinimumWidth(0, 104)
    title = QLabel(group.title)
    title.setProperty("role", "accent")
    grid.addWidget(title, 0, 0, 1, 2)
    for row, (keys, words) in enumerate(group.keys, start=1):
        cap = QLabel(keys)
        cap.setProperty("role", "key")
        cap.setAlignment(Qt.AlignmentFlag.AlignCenter)
        label = QLabel(words)
        label.setWordWrap(True)
        grid.addWidget(cap, row, 0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(label, row, 1, Qt.AlignmentFlag.AlignVCenter)
    return grid
