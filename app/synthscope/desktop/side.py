"""The right side of the workspace: a rail of steps, and the panel of the step that is open."""

from __future__ import annotations

from collections.abc import Iterable

from qtpy.QtCore import QSize, Qt, Signal
from qtpy.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from synthscope.desktop.panels import PanelEntry
from synthscope.qt.theme import Tokens, icon, set_role

RAIL_WIDTH = 84
PANEL_WIDTH = 380


class Rail(QFrame):
    """One button per step, in the order of the work; one is open at a time, or none.

    `chosen` carries the id of the step that was pressed.
    """

    chosen = Signal(str)

    def __init__(self, entries: Iterable[PanelEntry], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries = {entry.id: entry for entry in entries}
        self._done: dict[str, bool] = dict.fromkeys(self._entries, False)
        self._buttons = {entry.id: self._button(entry) for entry in self._entries.values()}
        self._tokens: Tokens | None = None
        group = QButtonGroup(self)
        group.setExclusive(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 8, 4, 8)
        layout.setSpacing(4)
        for button in self._buttons.values():
            group.addButton(button)
            layout.addWidget(button)
        layout.addStretch(1)
        self.setFixedWidth(RAIL_WIDTH)

    def button(self, step: str) -> QToolButton:
        """Give the button of a step."""
        return self._buttons[step]

    def show_open(self, step: str) -> None:
        """Mark the step that is open; empty for none."""
        for name, button in self._buttons.items():
            button.setChecked(name == step)

    def show_state(self, step: str, done: bool, missing: str) -> None:
        """Tick a step, or say in its tooltip what is missing."""
        entry, button = self._entries[step], self._buttons[step]
        self._done[step] = done
        button.setToolTip(f"{entry.title}: {missing}" if missing else entry.title)
        if self._tokens is not None:
            self._draw(step)

    def dress(self, tokens: Tokens) -> None:
        """Draw the icons in the colours of a theme."""
        self._tokens = tokens
        for step in self._buttons:
            self._draw(step)

    def _draw(self, step: str) -> None:
        if self._tokens is not None:
            colour = self._tokens.accent if self._done[step] else self._tokens.text
            self._buttons[step].setIcon(icon(self._entries[step].icon, colour, self._tokens.disabled))

    def _button(self, entry: PanelEntry) -> QToolButton:
        button = QToolButton(self)
        button.setText(entry.title)
        button.setObjectName(entry.id)
        button.setCheckable(True)
        button.setIconSize(QSize(24, 24))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setFixedWidth(RAIL_WIDTH - 8)
        button.setToolTip(entry.title)
        set_role(button, "step")
        button.clicked.connect(lambda _=False, step=entry.id: self.chosen.emit(step))
        return button


class PanelArea(QFrame):
    """Shows one panel under its title, scrolled where it is taller than the window."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = QLabel()
        set_role(self._title, "title")
        self._stack = QStackedWidget()
        self._pages: dict[str, QWidget] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        heading = QHBoxLayout()
        heading.setContentsMargins(16, 12, 16, 4)
        heading.addWidget(self._title)
        layout.addLayout(heading)
        layout.addWidget(self._stack, 1)
        self.setMinimumWidth(300)

    @property
    def current(self) -> str:
        """Id of the panel that shows, empty when the area is hidden or empty."""
        shown = self._stack.currentWidget()
        found = [key for key, page in self._pages.items() if page is shown]
        return found[0] if found and not self.isHidden() else ""

    def show_panel(self, entry: PanelEntry, panel: QWidget) -> None:
        """Show a panel, taken in when it is new."""
        if entry.id not in self._pages:
            self._pages[entry.id] = self._page(panel)
            self._stack.addWidget(self._pages[entry.id])
        self._stack.setCurrentWidget(self._pages[entry.id])
        self._title.setText(entry.title)
        self.show()

    def _page(self, panel: QWidget) -> QScrollArea:
        page = QScrollArea()
        page.setWidgetResizable(True)
        page.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        page.setFrameShape(QFrame.Shape.NoFrame)
        page.setWidget(panel)
        return page
