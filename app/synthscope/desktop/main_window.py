"""The window: start page and workspace, one menu bar, one list of actions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from qtpy.QtCore import QSize, Qt, QTimer
from qtpy.QtGui import QCloseEvent, QColor, QDragEnterEvent, QDropEvent
from qtpy.QtWidgets import QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from synthscope.desktop.actions import ACTIONS, GENERATE, JOBS, OPEN, Action, by_id, sample_actions
from synthscope.desktop.closing import INTERRUPTED, interrupted, may_close
from synthscope.desktop.devices import DeviceWatch
from synthscope.desktop.handlers import HANDLERS
from synthscope.desktop.menus import Menus
from synthscope.desktop.predicates import PREDICATES
from synthscope.desktop.projects import Projects
from synthscope.desktop.rating import follow_start
from synthscope.desktop.settings import Settings, SettingsStore
from synthscope.desktop.start import start_rows
from synthscope.desktop.status import StatusLine
from synthscope.desktop.tool_column import ToolColumn
from synthscope.desktop.workspace import Workspace
from synthscope.phantoms.samples import SAMPLES
from synthscope.qt.cheat_sheet import CheatSheet
from synthscope.qt.sentence import Sentence
from synthscope.qt.start_page import StartPage
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
    """

    def __init__(self, store: SettingsStore) -> None:
        super().__init__()
        # create
        self.store = store
        self.workspace: Workspace | None = None
        self.start = StartPage()
        self.notices = Sentence()
        self.status = StatusLine()
        self.projects = Projects(self)
        self.devices = DeviceWatch(self.status, self)
        self.sheet = CheatSheet(parent=self)
        self._pages = QStackedWidget()
        self._actions = by_id((*ACTIONS, *sample_actions((s.key, s.title, s.summary) for s in SAMPLES)))
        self.menus = Menus(self.menuBar(), self._actions.values(), self.run, self.can, self.is_on)
        # lay out
        self._lay_out()
        self.set_theme(store.value.theme)
        # connect
        self._connect()

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
        """The plugin's session, or None before the workspace was made."""
        return self.workspace.panels.session() if self.workspace is not None else None

    def run(self, action: Action) -> None:
        """Carry an action out; one of a panel that is not installed does nothing."""
        if action.panel:
            self.prepare_workspace()
        if not self._has_panel(action):
            self.menus.refresh()
        elif action.id.startswith("step."):
            self.enter_workspace().toggle_panel(action.panel)
        elif action.panel:
            self.enter_workspace().panels.offers(action.panel)[action.word]()
        elif action.id.startswith("sample."):
            self.open_sample(action.word)
        else:
            HANDLERS[action.id](self)

    def can(self, action: Action) -> bool:
        """Tell whether an action is possible at this moment."""
        return self._has_panel(action) and PREDICATES[action.enabled_when](self, action)

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
            self.workspace = Workspace(ToolColumn(self._actions, self.menus.actions))
            self._pages.addWidget(self.workspace)
            self.workspace.set_theme(self.settings.theme)
            self.workspace.changed.connect(self.menus.refresh)
            for always in (OPEN, JOBS):  # the one holds the session, the other is the line at the bottom
                if always in self.workspace.panels:
                    self.workspace.panel(always)
            self.projects.follow(self.session)
            self.devices.follow(self.session)
            self.workspace.changed.connect(self._tell_interrupted)
            self._tell_interrupted()
        return self.workspace

    def enter_start_page(self) -> None:
        """Show the start page; the workspace stays as it is."""
        self.start.set_value(start_rows(self.settings.recent, datetime.now().astimezone()))
        self._pages.setCurrentWidget(self.start)
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
        palette.setColor(palette.ColorRole.Window, QColor(tokens.background))
        self.setPalette(palette)
        for part in (self.menuBar(), self.start, self._notice_place, self.sheet):
            apply_theme(part, tokens)
        self.status.dress(tokens)
        self.status.setFixedHeight(self.menuBar().sizeHint().height())
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
        """Ask once while work runs; then end the session, the viewer, and remember the window's size."""
        if not may_close(self):
            event.ignore()
            return
        self.devices.stop()
        self.store.change(size=(self.width(), self.height()), maximized=self.isMaximized())
        if self.workspace is not None:
            self.workspace.close_workspace()
            self.workspace = None
        event.accept()

    def _has_panel(self, action: Action) -> bool:
        """Tell whether the panel of an action is in the manifest; before the workspace is made it counts as there."""
        return not action.panel or self.workspace is None or action.panel in self.workspace.panels

    def _tell_interrupted(self) -> None:
        """Say that work can be resumed, as long as it can and nothing else is to be said."""
        said, waits = self.notices.value(), interrupted(self.workspace)
        if waits and said is None and not self.in_workspace:
            self.notices.set_value(INTERRUPTED)
        elif said is INTERRUPTED and not waits:
            self.notices.set_value(None)

    def _show_interrupted(self) -> None:
        """Show the work that can be resumed, beside the panel that offers what was open."""
        self.notices.set_value(None)
        workspace = self.enter_workspace()
        for panel in (GENERATE, JOBS):
            if panel in workspace.panels:
                workspace.show_panel(panel)

    def _connect(self) -> None:
        run, by_name = self.run, self._actions
        self.notices.acted.connect(self._show_interrupted)
        self.start.open_wanted.connect(lambda: run(by_name["file.open_stack"]))
        self.start.folder_wanted.connect(lambda: run(by_name["file.open_folder"]))
        follow_start(self)
        self.start.sample_wanted.connect(self.open_sample)
        self.start.project_wanted.connect(lambda name: self.projects.open(Path(name)))

    def _lay_out(self) -> None:
        self.setWindowTitle(TITLE)
        self.setMinimumSize(SMALLEST)
        self.setAcceptDrops(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.menuBar().setCornerWidget(self.status, Qt.Corner.TopRightCorner)
        self._notice_place = QWidget()
        QVBoxLayout(self._notice_place).addWidget(self.notices)
        self._notice_place.layout().setContentsMargins(0, 0, 0, 0)
        centre = QWidget()
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._notice_place)
        column.addWidget(self._pages, 1)
        self.setCentralWidget(centre)
        self._pages.addWidget(self.start)
        self.enter_start_page()
        size = self.settings.size
        self.resize(QSize(*size) if len(size) == 2 else SIZE)
