"""The project that is open: new, open, recent, and its name in the corner."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QObject
from qtpy.QtWidgets import QFileDialog

from synthscope.desktop.recent import still_there, with_project, without_project
from synthscope.errors import SynthscopeError
from synthscope.qt.sentence import Said, said_of

if TYPE_CHECKING:
    from synthscope.desktop.main_window import MainWindow


class Projects(QObject):
    """What the window does about projects; the project itself belongs to the plugin's session."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._session: Any = None

    def follow(self, session: Any) -> None:
        """Show what a session says and which project it has open."""
        self._session = session
        if session is not None:
            session.said.connect(self._say)
            session.project_changed.connect(self._project_changed)
            if session.has_project:  # the one that serves until somebody chooses
                self._window.status.set_project(session.project.name)

    def new(self) -> None:
        """Ask for an empty folder and begin a project there."""
        folder = self._ask("New project: choose an empty folder")
        if folder is not None:
            self._switch(lambda: self._needed().new_project(folder))

    def choose(self) -> None:
        """Ask for a project folder and open it."""
        folder = self._ask("Open project: choose its folder")
        if folder is not None:
            self.open(folder)

    def open(self, folder: Path) -> None:
        """Open a project folder; one that cannot be opened is taken off the recent ones when it is gone."""
        self._switch(lambda: self._needed().open_project(folder))
        if not folder.is_dir():
            store = self._window.store
            store.change(recent=without_project(store.value.recent, folder))

    def recent(self) -> tuple[tuple[str, Path], ...]:
        """Give name and folder of the recent projects that are there."""
        return tuple((project.name, Path(project.path)) for project in still_there(self._window.settings.recent))

    def _needed(self) -> Any:
        self._window.enter_workspace()
        return self._session

    def _ask(self, title: str) -> Path | None:
        name = QFileDialog.getExistingDirectory(self._window, title, self._window.settings.last_folder)
        return Path(name) if name else None

    def _switch(self, change: Any) -> None:
        try:
            change()
        except SynthscopeError as error:
            self._window.notices.set_value(said_of(error))

    def _say(self, said: object) -> None:
        shown = said_of(said) if isinstance(said, SynthscopeError) else Said(str(said))
        self._window.notices.set_value(shown)

    def _project_changed(self) -> None:
        project = self._session.project
        self._window.status.set_project(project.name)
        store = self._window.store
        store.change(recent=with_project(store.value.recent, Path(project.folder), datetime.now().astimezone()))
