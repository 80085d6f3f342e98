"""The reports of the project, to be opened again."""

from __future__ import annotations

from collections.abc import Container, Iterable
from pathlib import Path

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QFrame, QLabel, QListWidgetItem, QVBoxLayout, QWidget

from napari_synthscope.session.report_lines import ReportLine
from synthscope.qt.fitted_list import FittedList
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.theme import set_role

ROWS = 5


class EarlierReports(QFrame):
    """Lists reports, newest first.

    Signals
    -------
    opened(Path)
        One was clicked, or chosen by Return.
    """

    opened = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "card")
        # create
        self.list = FittedList(ROWS)
        self._none = WrappingLabel("No report yet: each one is kept in the project and listed here.", role="muted")
        # lay out
        title = QLabel("Reports")
        set_role(title, "title")
        self.list.setAccessibleName("Reports of this project")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        for widget in (title, self.list, self._none):
            column.addWidget(widget)
        # connect
        self.list.itemClicked.connect(self._open)
        self.list.itemActivated.connect(self._open)
        self.set_value(())

    def value(self) -> tuple[Path, ...]:
        """Give the folders of the reports that are listed."""
        items = [self.list.item(i) for i in range(self.list.count())]
        return tuple(item.data(Qt.ItemDataRole.UserRole) for item in items)

    def set_value(self, lines: Iterable[ReportLine], running: Container[Path] = ()) -> None:
        """List reports; ones that cannot be read, or were not finished and do not run, are greyed and say why."""
        lines = tuple(lines)
        self.list.clear()
        for line in lines:
            live = line.folder in running
            item = QListWidgetItem(f"{'running' if live else line.made}  {line.title}")
            item.setData(Qt.ItemDataRole.UserRole, line.folder)
            done = line.finished or live
            reason = line.problem or ("" if done else "It was not finished: there is no report in it.")
            item.setToolTip(reason or f"Open the report {line.title}")
            if reason:
                item.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(item)
        self.list.fit()
        self.list.setVisible(bool(lines))
        self._none.setVisible(not lines)

    def _open(self, item: QListWidgetItem) -> None:
        if item.flags() & Qt.ItemFlag.ItemIsEnabled:
            self.opened.emit(item.data(Qt.ItemDataRole.UserRole))
