"""The door to a line-up of generators: its folder is chosen, its grid and tables are shown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from synthscope.qt.buttons import TextButton
from synthscope.records.lineup import LineupResult

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session
    from synthscope.qt.lineup_view import LineupView

TIP = "The grid and the tables of several generators on the same images, as `synthscope lineup` made them"


class LineupDoor(QWidget):
    """Opens line-ups."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._view: LineupView | None = None
        self.button = TextButton("Open a line-up…", name="scale-balance", tip=TIP)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.button)
        self.button.clicked.connect(self.ask_folder)

    @property
    def view(self) -> LineupView:
        """The window of a line-up; made when the first one is shown."""
        if self._view is None:
            from synthscope.qt.lineup_view import LineupView

            self._view = LineupView(self)
        return self._view

    def ask_folder(self) -> None:
        """Ask which line-up to open."""
        name = QFileDialog.getExistingDirectory(self, "Folder of a line-up: result.json and grid.png")
        if name:
            self.open(Path(name))

    def open(self, folder: Path) -> None:
        """Read a line-up off the window's thread, and show it; what is wrong is said in the panel."""

        def read() -> LineupResult:
            from synthscope.services.lineup.beginning import read_result

            return read_result(folder)

        self._session.errands.run(read, lambda result: self._show(folder, result), self._session.said.emit)

    def close_door(self) -> None:
        """Close the window of the line-up."""
        if self._view is not None:
            self._view.close()

    def _show(self, folder: Path, result: LineupResult) -> None:
        self.view.set_value(folder, result)
        self.view.show()
