"""A line-up of generators to look at: the grid of candidates, both tables, what they can and cannot say."""

from __future__ import annotations

from pathlib import Path

from qtpy.QtCore import QSize, Qt, QUrl, Signal
from qtpy.QtGui import QDesktopServices, QPixmap
from qtpy.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from synthscope.qt.buttons import TextButton
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.lineup_study import LineupStudy
from synthscope.qt.theme import set_role
from synthscope.records.lineup import LineupResult
from synthscope.services.lineup.page import HTML, Part, direction, parts_of

SIZE = QSize(1080, 860)
FAILED = "failed"


class LineupView(QDialog):
    """Shows one line-up, also while it runs; it is opened again for the next one.

    Signals
    -------
    resume_pressed(Path)
        What is missing is to be done.
    study_pressed(Path, tuple of str)
        A study of contenders, by their names, is wanted.
    """

    resume_pressed = Signal(object)
    study_pressed = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folder: Path | None = None
        self._incomplete = False
        # create
        self.grid = QLabel()
        self.tables = (QTableWidget(), QTableWidget())
        self.notes = (WrappingLabel(role="muted"), WrappingLabel(role="muted"))
        self.titles = (WrappingLabel(), WrappingLabel())
        self.sentences = WrappingLabel()
        self.page = TextButton("Open as a page", name="open-in-new", tip="One file, for a browser: to keep or print")
        self.resume = TextButton("Do what is missing", name="play", tip="What is there stays and is not made again")
        self.study = LineupStudy()
        # lay out
        self._lay_out()
        # connect
        self.page.clicked.connect(self.open_page)
        self.resume.clicked.connect(lambda: self.resume_pressed.emit(self._folder))
        self.study.asked.connect(lambda names: self.study_pressed.emit(self._folder, names))

    @property
    def folder(self) -> Path | None:
        """Of the line-up that is shown."""
        return self._folder

    def begin(self, folder: Path) -> None:
        """Show that a line-up has begun, before there is anything of it."""
        self._folder = folder
        self.setWindowTitle("Line-up of generators")
        self.grid.setText("The grid comes as soon as the images are read…")
        self.sentences.setText("")
        for part in (*self.titles, *self.tables, *self.notes, self.page, self.resume, self.study):
            part.hide()

    def show_running(self, running: bool) -> None:
        """Offer to do what is missing while nobody does it."""
        self.resume.setVisible(self._incomplete and not running)

    def set_value(self, folder: Path, result: LineupResult) -> None:
        """Show the line-up of a folder."""
        self._folder = folder
        self._incomplete = not result.complete
        self.setWindowTitle(f"Line-up of generators: {result.recipe.name}")
        self.grid.setPixmap(QPixmap(str(folder / result.grid)))
        self.grid.setAccessibleDescription(", ".join(row.contender.name for row in result.rows))
        for part, table, title, notes in zip(parts_of(result), self.tables, self.titles, self.notes, strict=True):
            title.setText(part.title)
            _fill(table, part)
            for widget in (title, table):
                widget.show()
            notes.setText("\n".join(part.notes))
            notes.setVisible(bool(part.notes))
        self.sentences.setText("\n".join(f"•  {sentence}" for sentence in result.sentences))
        self.page.setVisible((folder / HTML).is_file())
        self.study.set_value(tuple(row.contender.name for row in result.rows if any(s.windows for s in row.shots)))
        self.show_running(running=False)

    def open_page(self) -> None:
        """Open the report in the browser."""
        if self._folder is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder / HTML)))

    def _lay_out(self) -> None:
        self.resize(SIZE)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)  # nobody is interrupted at the keyboard
        self.grid.setAccessibleName("Candidates of each generator beside the source")
        page = QWidget()
        inner = QVBoxLayout(page)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(12)
        inner.addWidget(self.grid)
        for title, table, notes in zip(self.titles, self.tables, self.notes, strict=True):
            table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
            table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
            table.setTabKeyNavigation(False)
            for widget in (title, table, notes):
                inner.addWidget(widget)
        inner.addWidget(self.sentences)
        inner.addStretch(1)
        area = QScrollArea()
        area.setWidget(page)
        area.setWidgetResizable(True)
        set_role(page, "panel")
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.resume)
        buttons.addWidget(self.page)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(area, 1)
        column.addWidget(self.study)
        column.addLayout(buttons)


def _fill(table: QTableWidget, part: Part) -> None:
    """Put one of both tables in."""
    table.clear()
    table.setAccessibleName(part.title)
    table.setRowCount(len(part.lines))
    table.setColumnCount(len(part.kinds))
    for column, kind in enumerate(part.kinds):
        head = QTableWidgetItem("\n".join(filter(None, (kind.title, direction(kind)))))
        head.setToolTip(kind.about)
        table.setHorizontalHeaderItem(column, head)
    table.setVerticalHeaderLabels([line.title for line in part.lines])
    for row, line in enumerate(part.lines):
        for column, cell in enumerate(line.cells):
            item = QTableWidgetItem("\n".join((cell.value, *cell.below)))
            item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
            table.setItem(row, column, item)
        if line.problem:
            table.setItem(row, 0, QTableWidgetItem(FAILED))
            table.item(row, 0).setToolTip(line.problem)
    table.resizeColumnsToContents()
    table.resizeRowsToContents()
    rows = sum(table.rowHeight(row) for row in range(table.rowCount()))
    bar = table.horizontalScrollBar().sizeHint().height()
    table.setFixedHeight(rows + table.horizontalHeader().sizeHint().height() + bar + 2 * table.frameWidth())
