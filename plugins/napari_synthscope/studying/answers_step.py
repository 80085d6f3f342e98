"""Step 9 of a study: answers come in; nobody sees who was right."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import Qt, Signal
from qtpy.QtGui import QDragEnterEvent, QDropEvent
from qtpy.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from napari_synthscope.parts.field_label import field_label
from napari_synthscope.session.study_facts import StudyFacts
from napari_synthscope.studying.erase_edit import EraseEdit
from synthscope.qt.buttons import Fold, TextButton
from synthscope.qt.labels import WrappingLabel

if TYPE_CHECKING:
    from synthscope.services.studies.collecting import RaterProgress

HEADS = ("Rater", "Done", "Pace", "Catch", "Away")
TIPS = (
    "The place in the schedule",
    "Trials answered, of those planned",
    "Median time of an answer",
    "Catch trials answered as who looks would, of those seen",
    "How often another window was in front",
)
WHAT = (
    "Drop files of answers here (responses_….db or .jsonl), or folders that hold them. The same file may come again. "
    "Nothing here tells who was right."
)
MOST = 12


class AnswersStep(QWidget):
    """Takes answers in, shows how far each rater is, and closes the study.

    Signals
    -------
    files_given(tuple of Path)
        Files or folders were dropped or chosen.
    close_pressed(str)
        The collection is to end, for this reason.
    """

    files_given = Signal(object)
    close_pressed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # create
        self.files = TextButton("Files…", name="file-plus-outline", tip="Choose files of answers")
        self.folder = TextButton("Folder…", name="folder-plus-outline", tip="Choose a folder that holds answers")
        self.notes = WrappingLabel(role="muted")
        self.table = QTableWidget(0, len(HEADS))
        self.why = QLineEdit("All raters are done.")
        self.close_study = TextButton("Close the study", name="lock-outline", tip="No answers are taken after it")
        self.reason = WrappingLabel(role="warning")
        self.erasing = EraseEdit()
        self.erase_fold = Fold("A rater's answers are to be erased", self.erasing)
        # lay out
        self._lay_out()
        # connect
        self.setAcceptDrops(True)
        self.files.clicked.connect(self._ask_files)
        self.folder.clicked.connect(self._ask_folder)
        self.close_study.clicked.connect(lambda: self.close_pressed.emit(self.why.text().strip()))

    def show_facts(self, facts: StudyFacts) -> None:
        """Show how far raters are, and whether the study can be closed."""
        self._fill(facts.raters)
        self.erasing.set_value(facts.raters, facts.server.url if facts.server is not None else "")
        self.erase_fold.setVisible(any(one.erasable for one in facts.raters))
        collects = facts.state in ("frozen", "collecting")
        for button in (self.files, self.folder):
            button.setEnabled(collects)
        answered = any(one.answered for one in facts.raters)
        self.close_study.setEnabled(collects and answered)
        self.why.setEnabled(collects)
        self.reason.setText("" if answered else "Nobody has answered yet.")
        self.reason.setVisible(bool(self.reason.text()))
        closed = next((reason for state, _, reason, _ in facts.course if state == "closed"), "")
        if closed:
            self.say(f"Closed. {closed} Let somebody else note this hash down.")

    def say(self, words: str) -> None:
        """Say what came of an import."""
        self.notes.setText(words)
        self.notes.setVisible(bool(words))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Take files while answers are collected."""
        if event.mimeData().hasUrls() and self.files.isEnabled():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Take in what was dropped."""
        paths = tuple(Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile())
        if paths:
            event.acceptProposedAction()
            self.files_given.emit(paths)

    def _fill(self, raters: tuple[RaterProgress, ...]) -> None:
        self.table.setRowCount(len(raters))
        for row, one in enumerate(raters):
            for column, words in enumerate(cells(one)):
                item = QTableWidgetItem(words)
                item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
                item.setToolTip(TIPS[column])
                self.table.setItem(row, column, item)
        heights = self.table.horizontalHeader().sizeHint().height()
        heights += sum(self.table.rowHeight(row) for row in range(min(len(raters), MOST)))
        self.table.setFixedHeight(heights + 2 * self.table.frameWidth() + 4)
        self.table.setVisible(bool(raters))

    def _ask_files(self) -> None:
        names, _kind = QFileDialog.getOpenFileNames(self, "Answers", "", "Answers (responses_*.db responses_*.jsonl)")
        if names:
            self.files_given.emit(tuple(Path(name) for name in names))

    def _ask_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, "Folder of answers")
        if name:
            self.files_given.emit((Path(name),))

    def _lay_out(self) -> None:
        self.table.setHorizontalHeaderLabels(HEADS)
        self.table.verticalHeader().setVisible(False)
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setAccessibleName("Raters, and how far each is")
        self.table.setTabKeyNavigation(False)
        for column, tip in enumerate(TIPS):
            self.table.horizontalHeaderItem(column).setToolTip(tip)
        buttons = QHBoxLayout()
        buttons.addWidget(self.files)
        buttons.addWidget(self.folder)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(WrappingLabel(WHAT, role="muted"))
        column.addLayout(buttons)
        column.addWidget(self.notes)
        column.addWidget(self.table)
        column.addWidget(field_label("Why close", "Stands in the log of the study", self.why))
        for widget in (self.why, self.close_study, self.reason, self.erase_fold):
            column.addWidget(widget)
        self.say("")


def cells(one: RaterProgress) -> tuple[str, ...]:
    """Give the words of a rater's row."""
    if one.interrupted_erasing:
        return one.slot, "not all erased", "", "", ""
    if one.erased:
        return one.slot, "to be erased" if one.held else "erased", "", "", ""
    if not one.sessions:
        return one.slot, "not begun", "", "", ""
    pace = "" if math.isnan(one.median_ms) else f"{one.median_ms / 1000:.1f} s"
    answered = f"{one.answered}/{one.planned}"
    caught = f"{one.caught}/{one.catches}" if one.catches else ""
    return one.slot, "withdrawn" if one.withdrawn else answered, pace, caught, str(one.focus_lost or "")
