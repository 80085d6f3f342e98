"""The window: start page and workspace, one menu bar, one list of actions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from qtpy.QtCore import QSize, Qt, QTimer
from qtpy.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from qtpy.QtWidgets import QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from synthscope.desktop.actions import ACTIONS, OPEN, Action, by_id, sample_actions
from synthscope.desktop.handlers import HANDLERS
from synthscope.desktop.menus import Menus
from synthscope.desktop.notice import NoticeBar
from synthscope.desktop.predicates import PREDICATES
from synthscope.desktop.settings import Settings, SettingsStore
from synthscope.desktop.status import StatusLine
from synthscope.desktop.workspace import Workspace
from synthscope.qt.theme import apply_theme, tokens_named

TITLE = "Synthscope"
SIZE = QSize(1440, 900)
SMALLEST = QSize(1000, 640)


class MainWindow(QMainWindow):
    """The one window of the program.

    Parameters
    ----------
    store : SettingsStore
        What the window remembers between starts.
    samples : sequence of (key, title, description)
        The simulated stacks of the sample menu.
    """

    def __init__(self, store: SettingsStore, samples: Sequence[tuple[str, str, str]] = ()) -> None:
        super().__init__()
        # create
        self.store = store
        self.workspace: Workspace | None = None
        self.notices = NoticeBar()
        self.status = StatusLine()
        self._pages = QStackedWidget()
        self._start = QWidget()
        self._actions = by_id((*ACTIONS, *sample_actions(samples)))
        self.menus = Menus(self.menuBar(), self._actions.values(), self.run, self.can, self.is_on)
        # lay out
        self._lay_out()
        self.set_theme(store.value.theme)

    @property
    def settings(self) -> Settings:
        """What the window remembers, as it is now."""
        return self.store.value

    @property
    def actions_by_id(self) -> dict[str, Action]:
        """Every action, by id."""
        return self._actions

    @property
    def in_workspace(self) -> bool:
        """Whether the workspace shows, and not the start page."""
        return self.workspace is not None and self._pages.currentWidget() is self.workspace

    @property
    def session(self) -> Any:
        """The plugin's session, or None before a panel was opened."""
        return self.workspace.panels.session() if self.workspace is not None else None

    def run(self, action: Action) -> None:
        """Carry an action out."""
        if action.id.startswith("step."):
            self.enter_workspace().toggle_panel(action.panel)
        elif action.panel:
            self.enter_workspace().panels.offers(action.panel)[action.word]()
        elif action.id.startswith("sample."):
            self.open_sample(action.word)
        else:
            HANDLERS[action.id](self)

    def can(self, action: Action) -> bool:
        """Tell whether an action is possible at this moment."""
        return PREDICATES[action.enabled_when](self, action)

    def is_on(self, action: Action) -> bool:
        """Tell whether a switch is on."""
        return PREDICATES[action.checked_when](self, action)

    def enter_workspace(self) -> Workspace:
        """Show the workspace, made now if need be."""
        workspace = self.prepare_workspace()
        if self._pages.currentWidget() is not workspace:
            self._pages.setCurrentWidget(workspace)
            workspace.nested.show_layers(self.settings.layers_shown)
            QTimer.singleShot(0, workspace.nested.fit_controls)
            self.menus.refresh()
        return workspace

    def prepare_workspace(self) -> Workspace:
        """Make the workspace (and with it napari's viewer) without showing it."""
        if self.workspace is None:
            self.workspace = Workspace()
            self._pages.addWidget(self.workspace)
            self.workspace.set_theme(self.settings.theme)
            self.workspace.changed.connect(self.menus.refresh)
        return self.workspace

    def enter_start_page(self) -> None:
        """Show the start page; the workspace stays as it is."""
        self._pages.setCurrentWidget(self._start)
        self.menus.refresh()

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open files or folders through the Open panel, which asks what cannot be known."""
        panel: Any = self.enter_workspace().show_panel(OPEN)
        panel.open_paths(paths)

    def open_sample(self, key: str) -> None:
        """Open one of the simulated stacks."""
        panel: Any = self.enter_workspace().show_panel(OPEN)
        panel.open_sample(key)

    def set_theme(self, name: Literal["dark", "light"]) -> None:
        """Dress the window, and remember."""
        self.store.change(theme=name)
        tokens = tokens_named(name)
        palette = self.palette()
        palette.setColor(palette.ColorRole.Window, tokens.background)
        self.setPalette(palette)
        for part in (self.menuBar(), self._start, self.notices, self.status):
            apply_theme(part, tokens)
        self.menus.dress(tokens)
        if self.workspace is not None:
            self.workspace.set_theme(name)
        self.menus.refresh()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Welcome files and folders."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Open what was dropped."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        if paths:
            self.open_paths(paths)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Close the viewer and remember the window's size."""
        self.store.change(size=(self.width(), self.height()), maximized=self.isMaximized())
        if self.workspace is not None:
            self.workspace.close_workspace()
            self.workspace = None
        event.accept()

    def _lay_out(self) -> None:
        self.setWindowTitle(TITLE)
        self.setMinimumSize(SMALLEST)
        self.setAcceptDrops(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.menuBar().setCornerWidget(self.status, Qt.Corner.TopRightCorner)
        self._pages.addWidget(self._start)
        centre = QWidget()
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.notices)
        column.addWidget(self._pages, 1)
        self.setCentralWidget(centre)
        size = self.settings.size
        self.resize(QSize(*size) if len(size) == 2 else SIZE)
