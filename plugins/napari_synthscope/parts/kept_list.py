"""A card that lists what the project keeps, to be opened again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QFrame, QLabel, QListWidgetItem, QVBoxLayout, QWidget

from napari_synthscope.session.comparison_desk import ComparisonLine
from synthscope.qt.fitted_list import FittedList
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.theme import set_role


@dataclass(frozen=True)
class Kept:
    """One row: what it says, its folder, its tooltip; with a reason it is greyed, and says that instead."""

    text: str
    folder: Path
    tip: str
    reason: str = ""


class KeptList(QFrame):
    """Lists what is kept.

    Parameters
    ----------
    title, empty : str
        What stands above, and instead of an empty list.
    rows : int
        Shown at once, at most.

    Signals
    -------
    opened(Path)
        One was clicked, or chosen by Return.
    """

    opened = Signal(object)

    def __init__(self, title: str, empty: str, rows: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "card")
        # create
        self.list = FittedList(rows)
        self._empty = WrappingLabel(empty, role="muted")
        # lay out
        head = QLabel(title)
        set_role(head, "title")
        self.list.setAccessibleName(f"{title} of this project")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        for widget in (head, self.list, self._empty):
            column.addWidget(widget)
        # connect
        self.list.itemClicked.connect(self._open)
        self.list.itemActivated.connect(self._open)
        self.set_rows(())

    def value(self) -> tuple[Path, ...]:
        """Give the folders that are listed."""
        items = [self.list.item(i) for i in range(self.list.count())]
        return tuple(item.data(Qt.ItemDataRole.UserRole) for item in items)

    def set_rows(self, rows: Iterable[Kept]) -> None:
        """List rows, in their order."""
        self.list.clear()
        for row in rows:
            item = QListWidgetItem(row.text)
            item.setData(Qt.ItemDataRole.UserRole, row.folder)
            item.setToolTip(row.reason or row.tip)
            if row.reason:
                item.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(item)
        self.list.fit()
        self.list.setVisible(self.list.count() > 0)
        self._empty.setVisible(self.list.count() == 0)

    def _open(self, item: QListWidgetItem) -> None:
        if item.flags() & Qt.ItemFlag.ItemIsEnabled:
            self.opened.emit(item.data(Qt.ItemDataRole.UserRole))


def kept_comparison(line: ComparisonLine, *, live: bool) -> Kept:
    """Say of a comparison when it was made or that it is at work, and what a click does."""
    tip = f"Open the table: {line.title}" if line.has_table else f"Go on with it: {line.title}"
    state = "running" if live else line.made if line.complete else f"{line.made} (not complete)"
    return Kept(f"{state}  {line.title}", line.folder, tip, line.problem)
