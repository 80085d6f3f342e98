"""Step 2 of a study: what is asked."""

from __future__ import annotations

from dataclasses import replace

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QComboBox, QLineEdit, QVBoxLayout, QWidget
from synthscope.studies.design.paradigms import default_questions

from napari_synthscope.parts.field_label import field_label
from napari_synthscope.studying.questions_edit import QuestionsEdit
from napari_synthscope.studying.words import WHEN
from synthscope.qt.buttons import TextButton
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.wheel import guard_wheel
from synthscope.records.metric import DOMAINS, Domain
from synthscope.records.study import PARADIGMS, Paradigm, Question, StudyDesign

MATERIALS: dict[Domain, str] = {
    "any": "any", "rock": "rock or soil", "fibre": "fibres", "root": "roots", "cell": "cells",
}  # fmt: skip


class QuestionStep(QWidget):
    """Edits title, paradigm, material and questions.

    Signals
    -------
    value_changed()
    """

    value_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._untouched = True
        # create
        self.title = QLineEdit()
        self.paradigm = QComboBox()
        self.when = WrappingLabel(role="muted")
        self.domain = QComboBox()
        self.questions = QuestionsEdit()
        self.usual = TextButton("The usual questions", name="restore", tip="Put back what is usually asked here")
        # lay out
        self._lay_out()
        # connect
        self.title.textChanged.connect(lambda _text: self.value_changed.emit())
        self.paradigm.currentIndexChanged.connect(lambda _index: self._chosen())
        self.domain.currentIndexChanged.connect(lambda _index: self._chosen())
        self.questions.value_changed.connect(self._edited)
        self.usual.clicked.connect(self.put_usual)
        self.put_usual()

    def apply(self, design: StudyDesign) -> StudyDesign:
        """Give a design with what is chosen here."""
        return replace(
            design,
            title=self.title.text().strip(),
            paradigm=self.kind(),
            domain=self.domain.currentData(),
            questions=self.questions.value(),
        )

    def set_value(self, design: StudyDesign) -> None:
        """Show a design."""
        self.title.setText(design.title)
        self.paradigm.setCurrentIndex(self.paradigm.findData(design.paradigm))
        self.domain.setCurrentIndex(self.domain.findData(design.domain))
        if design.questions:
            self.questions.set_value(design.questions)
            self._untouched = design.questions == self._defaults()

    def problem(self) -> str:
        """Say what is wrong, in a sentence; empty when all is well."""
        if not self.title.text().strip():
            return "Give the study a title: raters see it."
        return self.questions.problem()

    def kind(self) -> Paradigm:
        """Give the paradigm that is chosen."""
        paradigm: Paradigm = self.paradigm.currentData()
        return paradigm

    def put_usual(self) -> None:
        """Ask what is usually asked in this paradigm, of this material."""
        self.questions.set_value(self._defaults())
        self._untouched = True
        self.when.setText(WHEN[self.kind()])

    def _defaults(self) -> tuple[Question, ...]:
        return tuple(default_questions(self.kind(), self.domain.currentData()))

    def _chosen(self) -> None:
        self.when.setText(WHEN[self.kind()])
        if self._untouched:
            self.put_usual()
        self.value_changed.emit()

    def _edited(self) -> None:
        self._untouched = self.questions.value() == self._defaults()
        self.value_changed.emit()

    def _lay_out(self) -> None:
        for paradigm, words in PARADIGMS.items():
            self.paradigm.addItem(words, paradigm)
        for domain in DOMAINS:
            self.domain.addItem(MATERIALS[domain], domain)
        for box in (self.paradigm, self.domain):
            guard_wheel(box)
        self.title.setPlaceholderText("Shown to raters; do not name generators")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        rows = (
            ("Title", "Raters see it", self.title),
            ("What is asked", "The task of a trial; each answers another question", self.paradigm),
            ("Material", "Questions use its words", self.domain),
        )
        for words, tip, widget in rows:
            column.addWidget(field_label(words, tip, widget))
            column.addWidget(widget)
            if widget is self.paradigm:
                column.addWidget(self.when)
        column.addWidget(self.questions)
        column.addWidget(self.usual)
