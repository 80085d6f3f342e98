"""The studies of the project, each with how far it is."""

from __future__ import annotations

from collections.abc import Iterable

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QFrame, QLabel, QListWidgetItem, QVBoxLayout, QWidget

from napari_synthscope.session.study_lines import StudyLine
from napari_synthscope.studying.words import line_words
from synthscope.qt.buttons import TextButton
from synthscope.qt.fitted_list import FittedList
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.theme import set_role

ROWS = 8
WHAT = (
    "A blinded study asks people who know the material: is it real, how good is it, which is better? "
    "Raters see pictures under codes; their answers stand beside the automatic figures."
)


class StudyList(QWidget):
    """Lists studies, newest first, and begins new ones.

    Signals
    -------
    opened(Path)
        One was clicked, or chosen by Return.
    new_pressed()
    """

    opened = Signal(object)
    new_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # create
        self.new = TextButton("New study", name="plus", role="primary", tip="Design a blinded study")
        self.list = FittedList(ROWS)
        self._none = WrappingLabel("No study yet in this project: press New study.", role="muted")
        # lay out
        card = QFrame()
        set_role(card, "card")
        title = QLabel("Studies")
        set_role(title, "title")
        self.list.setAccessibleName("Studies of this project")
        inner = QVBoxLayout(card)
        inner.setContentsMargins(12, 12, 12, 12)
        inner.setSpacing(8)
        for widget in (title, self.list, self._none):
            inner.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for widget in (WrappingLabel(WHAT, role="muted"), self.new, card):
            column.addWidget(widget)
        # connect
        self.new.clicked.connect(self.new_pressed)
        self.list.itemClicked.connect(self._open)
        self.list.itemActivated.connect(self._open)
        self.set_value(())

    def set_value(self, lines: Iterable[StudyLine]) -> None:
        """List studies; one that cannot be read is greyed and says why."""
        lines = tuple(lines)
        self.list.clear()
        for line in lines:
            item = QListWidgetItem(f"{line.title}\n{line_words(line)}")
            item.setData(Qt.ItemDataRole.UserRole, line.folder)
            item.setToolTip(line.problem or f"Open the study {line.title}")
            if line.problem:
                item.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(item)
        self.list.fit()
        self.list.setVisible(bool(lines))
        self._none.setVisible(not lines)

    def _open(self, item: QListWidgetItem) -> None:
        if item.flags() & Qt.ItemFlag.ItemIsEnabled:
            self.opened.emit(item.data(Qt.ItemDataRole.UserRole))


