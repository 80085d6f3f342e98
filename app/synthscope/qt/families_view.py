"""A comparison of families to look at: the table, the grid of samples, what both can and cannot say."""

from __future__ import annotations

from pathlib import Path

from qtpy.QtCore import QSize, Qt, QUrl, Signal
from qtpy.QtGui import QDesktopServices, QPixmap
from qtpy.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QScrollArea,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from synthscope.qt.buttons import TextButton
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.theme import set_role
from synthscope.records.families import MEASURES, FamiliesResult
from synthscope.services.families.page import REPORT, Cell, direction, lines_of
from synthscope.services.reporting.words import NONE

SIZE = QSize(1180, 820)
ABOUT = "Below each value: ± standard deviation over seeds, and its 95 % interval. The first row is real against real."


class FamiliesView(QDialog):
    """Shows one comparison; it is opened again for the next one.

    Signals
    -------
    resume_pressed(Path)
        What is missing is to be done.
    """

    resume_pressed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folder: Path | None = None
        # create
        self.table = QTableWidget()
        self.grid = QLabel()
        self.sentences = WrappingLabel()
        self.page = TextButton("Open as a page", name="open-in-new", tip="One file, for a browser: to keep or print")
        self.resume = TextButton("Do what is missing", name="play", tip="What is there stays and is not made again")
        # lay out
        self._lay_out()
        # connect
        self.page.clicked.connect(self.open_page)
        self.resume.clicked.connect(self._resume)

    @property
    def folder(self) -> Path | None:
        """Of the comparison that is shown."""
        return self._folder

    def set_value(self, folder: Path, result: FamiliesResult) -> None:
        """Show a comparison of a folder."""
        self._folder = folder
        self.setWindowTitle(f"Comparison of families: {', '.join(image.name for image in result.recipe.images)}")
        self._fill(result)
        self.grid.setPixmap(QPixmap(str(folder / result.grid)))
        self.grid.setAccessibleDescription(", ".join(row.title for row in result.rows))
        self.sentences.setText("\n".join(f"•  {sentence}" for sentence in result.sentences))
        self.resume.setVisible(not result.complete)

    def open_page(self) -> None:
        """Open the report in the browser."""
        if self._folder is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder / REPORT)))

    def _resume(self) -> None:
        if self._folder is not None:
            self.resume_pressed.emit(self._folder)

    def _fill(self, result: FamiliesResult) -> None:
        lines = lines_of(result)
        self.table.clear()
        self.table.setRowCount(len(lines))
        self.table.setColumnCount(len(MEASURES))
        for column, kind in enumerate(MEASURES.values()):
            head = QTableWidgetItem("\n".join(filter(None, (kind.title, direction(kind)))))
            head.setToolTip(kind.about)
            self.table.setHorizontalHeaderItem(column, head)
        self.table.setVerticalHeaderLabels([line.title for line in lines])
        for row, line in enumerate(lines):
            for column, cell in enumerate(line.cells):
                self.table.setItem(row, column, _item(cell))
            if line.problem:
                self.table.setItem(row, 0, QTableWidgetItem("failed"))
                self.table.item(row, 0).setToolTip(line.problem)
        self.table.resizeColumnsToContents()
        self.table.resizeRowsToContents()
        self.table.setFixedHeight(self._height())

    def _height(self) -> int:
        rows = sum(self.table.rowHeight(row) for row in range(self.table.rowCount()))
        bar = self.table.horizontalScrollBar().sizeHint().height()
        return int(rows + self.table.horizontalHeader().sizeHint().height() + bar + 2 * self.table.frameWidth())

    def _lay_out(self) -> None:
        self.resize(SIZE)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)  # nobody is interrupted at the keyboard
        self.table.setAccessibleName("Measures of each generator")
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.table.setTabKeyNavigation(False)
        self.grid.setAccessibleName("Samples of each generator below real fields")
        page = QWidget()
        inner = QVBoxLayout(page)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(12)
        for widget in (self.table, WrappingLabel(ABOUT, role="muted"), self.grid, self.sentences):
            inner.addWidget(widget)
        inner.addStretch(1)
        area = QScrollArea()
        area.setWidget(page)
        area.setWidgetResizable(True)
        set_role(page, "panel")
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.resume)
        buttons.addStretch(1)
        buttons.addWidget(self.page)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(area, 1)
        column.addLayout(buttons)


def _item(cell: Cell) -> QTableWidgetItem:
    item = QTableWidgetItem("\n".join(filter(None, (cell.value, cell.spread, cell.interval))))
    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
    if cell.value == NONE:
        item.setToolTip("There is no such number for this row")
    return item
