"""The studies of the project, each with how far it is."""

from __future__ import annotations

from collections.abc import Iterable

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QVBoxLayout, QWidget

from napari_synthscope.parts.kept_list import Kept, KeptList
from napari_synthscope.session.study_lines import StudyLine
from napari_synthscope.studying.words import line_words
from synthscope.qt.buttons import TextButton
from synthscope.qt.labels import WrappingLabel

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
        self._kept = KeptList("Studies", "No study yet in this project: press New study.", ROWS)
        self.list = self._kept.list
        # lay out
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for widget in (WrappingLabel(WHAT, role="muted"), self.new, self._kept):
            column.addWidget(widget)
        # connect
        self.new.clicked.connect(self.new_pressed)
        self._kept.opened.connect(self.opened)

    def set_value(self, lines: Iterable[StudyLine]) -> None:
        """List studies; one that cannot be read is greyed and says why."""
        self._kept.set_rows(
            Kept(f"{line.title}\n{line_words(line)}", line.folder, f"Open the study {line.title}", line.problem)
            for line in lines
        )
