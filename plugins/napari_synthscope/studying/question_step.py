"""Step 1 of a study: what one wants to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from qtpy.QtCore import Signal
from qtpy.QtGui import QMouseEvent
from qtpy.QtWidgets import QButtonGroup, QComboBox, QFrame, QLineEdit, QRadioButton, QVBoxLayout, QWidget

from napari_synthscope.parts.field_label import field_label
from napari_synthscope.studying.questions_edit import QuestionsEdit
from napari_synthscope.studying.words import WHEN
from synthscope.qt.buttons import TextButton
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.theme import set_mark, set_role
from synthscope.qt.wheel import guard_wheel
from synthscope.records.metric import DOMAINS, Domain
from synthscope.records.study import PARADIGMS, Paradigm, Question, StudyDesign
from synthscope.studies.design.paradigms import PARADIGM_RULES, default_questions

MATERIALS: Mapping[Domain, str] = {
    "any": "any", "rock": "rock or soil", "fibre": "fibres", "root": "roots", "cell": "cells",
}  # fmt: skip


class ParadigmTile(QFrame):
    """A paradigm with what it answers; the whole tile can be clicked."""

    def __init__(self, paradigm: Paradigm, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "card")
        set_mark(self, "inviting", value=True)
        self.button = QRadioButton(PARADIGMS[paradigm])
        rule = PARADIGM_RULES[paradigm]
        tip = f"Judged by: {rule.primary}.\nIt takes {rule.guide}."
        self.setToolTip(tip)
        self.button.setToolTip(tip)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 8, 4)
        column.setSpacing(0)
        column.addWidget(self.button)
        column.addWidget(WrappingLabel(WHEN[paradigm], role="muted"))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Choose the paradigm."""
        super().mousePressEvent(event)
        self.button.click()


class QuestionStep(QWidget):
    """Edits title, paradigm, material and questions.

    Signals
    -------
    value_changed()
    replacing(str)
        Something is about to be replaced: what may be undone.
    """

    value_changed = Signal()
    replacing = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._untouched = True
        self.tiles: dict[Paradigm, ParadigmTile] = {}
        # create
        self.title = QLineEdit()
        self._group = QButtonGroup(self)
        self.domain = QComboBox()
        self.questions = QuestionsEdit()
        self.usual = TextButton("The usual questions", name="restore", tip="Put back what is usually asked here")
        # lay out
        self._lay_out()
        # connect
        self.title.textChanged.connect(lambda _text: self.value_changed.emit())
        self._group.buttonToggled.connect(lambda _button, on: self._chosen() if on else None)
        self.domain.currentIndexChanged.connect(lambda _index: self._chosen())
        self.questions.value_changed.connect(self._edited)
        self.questions.replacing.connect(self.replacing)
        self.usual.clicked.connect(self._press_usual)
        self.tiles["real-or-synthetic"].button.setChecked(True)

    def apply(self, design: StudyDesign) -> StudyDesign:
        """Give a design with what is chosen here."""
        domain: Domain = self.domain.currentData()
        return replace(
            design,
            title=self.title.text().strip(),
            paradigm=self.kind(),
            domain=domain,
            questions=self.questions.value(),
        )

    def set_value(self, design: StudyDesign) -> None:
        """Show a design; without questions those that are usual are put."""
        if self.title.text().strip() != design.title:
            self.title.setText(design.title)
        self._untouched = True
        self.tiles[design.paradigm].button.setChecked(True)
        self.domain.setCurrentIndex(self.domain.findData(design.domain))
        self.questions.set_value(design.questions or self._defaults())
        self._untouched = self.questions.value() == self._defaults()

    def problem(self) -> str:
        """Say what is wrong, in a sentence; empty when all is well."""
        if not self.title.text().strip():
            return "Give the study a title: raters see it."
        return self.questions.problem()

    def kind(self) -> Paradigm:
        """Give the paradigm that is chosen."""
        return next(kind for kind, tile in self.tiles.items() if tile.button.isChecked())

    def put_usual(self) -> None:
        """Ask what is usually asked in this paradigm, of this material."""
        self.questions.set_value(self._defaults())
        self._untouched = True

    def _press_usual(self) -> None:
        self.replacing.emit("putting the usual questions")
        self.put_usual()

    def _defaults(self) -> tuple[Question, ...]:
        return tuple(default_questions(self.kind(), self.domain.currentData()))

    def _chosen(self) -> None:
        if self._untouched:
            self.put_usual()
        self.value_changed.emit()

    def _edited(self) -> None:
        self._untouched = self.questions.value() == self._defaults()
        self.value_changed.emit()

    def _lay_out(self) -> None:
        for domain in DOMAINS:
            self.domain.addItem(MATERIALS[domain], domain)
        guard_wheel(self.domain)
        self.title.setPlaceholderText("Shown to raters; do not name generators")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(field_label("Title", "Raters see it", self.title))
        column.addWidget(self.title)
        for paradigm in PARADIGMS:
            tile = self.tiles[paradigm] = ParadigmTile(paradigm)
            self._group.addButton(tile.button)
            column.addWidget(tile)
        column.addWidget(field_label("Material", "Questions use its words", self.domain))
        column.addWidget(self.domain)
        column.addWidget(self.questions)
        column.addWidget(self.usual)
