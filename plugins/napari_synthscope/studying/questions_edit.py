"""Edits the questions of a trial: wording, steps of a scale, reasons of marks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QCheckBox, QComboBox, QFrame, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from napari_synthscope.parts.field_label import field_label
from synthscope.qt.buttons import IconButton, TextButton, clear_layout
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.theme import set_role
from synthscope.qt.wheel import guard_wheel
from synthscope.records.study import Question, QuestionKind

KINDS: Mapping[QuestionKind, str] = {
    "confidence": "Confidence, both ways",
    "choice": "Choice of a picture",
    "scale": "Scale",
    "marks": "Marks on the picture",
    "count": "A count",
    "trace": "A traced line",
    "text": "A remark",
}
LABELLED: tuple[QuestionKind, ...] = ("confidence", "scale")
MOST = 8


class QuestionCard(QFrame):
    """Edits one question.

    Signals
    -------
    value_changed(), removed()
    """

    value_changed = Signal()
    removed = Signal()

    def __init__(self, question: Question, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "card")
        self._question = question
        # create
        self.prompt = QLineEdit()
        self.steps = QLineEdit()
        self.required = QCheckBox("Must be answered")
        self.tie = QCheckBox("“No difference” may be chosen")
        self._remove = IconButton("close", "Take this question out")
        self._steps_label = field_label("Steps", "Words of the scale in their order, with commas between", self.steps)
        # lay out
        self._lay_out()
        self.set_value(question)
        # connect
        for line in (self.prompt, self.steps):
            line.textChanged.connect(lambda _text: self.value_changed.emit())
        for box in (self.required, self.tie):
            box.toggled.connect(lambda _on: self.value_changed.emit())
        self._remove.clicked.connect(self.removed)

    def value(self) -> Question:
        """Give the question as it stands."""
        words = tuple(filter(None, (word.strip() for word in self.steps.text().split(","))))
        kind = self._question.kind
        return replace(
            self._question,
            prompt=self.prompt.text().strip(),
            labels=words if kind in LABELLED else (),
            reasons=words if kind == "marks" else (),
            required=self.required.isChecked(),
            tie=kind == "choice" and self.tie.isChecked(),
        )

    def set_value(self, question: Question) -> None:
        """Show a question."""
        self._question = question
        self.prompt.setText(question.prompt)
        self.steps.setText(", ".join(question.labels or question.reasons))
        self.required.setChecked(question.required)
        self.tie.setChecked(question.tie)
        listed = question.kind in LABELLED or question.kind == "marks"
        self.steps.setVisible(listed)
        self._steps_label.setVisible(listed)
        self._steps_label.setText("Reasons" if question.kind == "marks" else "Steps")
        self.tie.setVisible(question.kind == "choice")

    def problem(self) -> str:
        """Say what is wrong, in a sentence; empty when all is well."""
        question = self.value()
        if not question.prompt:
            return f"A question ({KINDS[question.kind].casefold()}) has no words; write what the rater is asked."
        if question.kind in LABELLED and not 2 <= len(question.labels) <= 9:
            return f"{question.prompt!r} has {len(question.labels)} steps; give 2 to 9, with commas between."
        if question.kind == "confidence" and len(question.labels) % 2:
            return f"{question.prompt!r} has {len(question.labels)} steps; confidence needs an even number."
        return ""

    def _lay_out(self) -> None:
        kind = QLabel(KINDS[self._question.kind])
        set_role(kind, "title")
        self.prompt.setAccessibleName("Wording")
        self.prompt.setPlaceholderText("What the rater is asked")
        self.steps.setAccessibleName("Steps")
        head = QHBoxLayout()
        head.addWidget(kind, 1)
        head.addWidget(self._remove)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 12)
        column.setSpacing(6)
        column.addLayout(head)
        for widget in (self.prompt, self._steps_label, self.steps, self.tie, self.required):
            column.addWidget(widget)


class QuestionsEdit(QWidget):
    """Edits all questions of a trial, in their order.

    Signals
    -------
    value_changed()
    replacing(str)
        Something is about to be taken out or replaced: what may be undone.
    """

    value_changed = Signal()
    replacing = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards: list[QuestionCard] = []
        # create
        self.kind = QComboBox()
        self.add = TextButton("Add", name="plus", tip="Ask this too, after the others")
        self._none = WrappingLabel("No question yet: a trial asks at least one.", role="warning")
        # lay out
        self._lay_out()
        # connect
        self.add.clicked.connect(self._append)
        self._show()

    def value(self) -> tuple[Question, ...]:
        """Give the questions."""
        return tuple(card.value() for card in self.cards)

    def set_value(self, questions: Iterable[Question]) -> None:
        """Show questions."""
        clear_layout(self._column)
        self.cards = []
        for question in questions:
            self._card(question)
        self._show()

    def problem(self) -> str:
        """Say what is wrong, in a sentence; empty when all is well."""
        if not self.cards:
            return "A trial asks nothing; add a question."
        return next(filter(None, (card.problem() for card in self.cards)), "")

    def _append(self) -> None:
        kind: QuestionKind = self.kind.currentData()
        taken = {card.value().id for card in self.cards}
        number = next(n for n in range(1, MOST + 2) if f"{kind}-{n}" not in taken)
        labels = ("bad", "poor", "fair", "good", "excellent") if kind == "scale" else ()
        self._card(Question(f"{kind}-{number}", kind, "", labels))
        self._show()
        self.cards[-1].prompt.setFocus()

    def _card(self, question: Question) -> None:
        card = QuestionCard(question)
        card.value_changed.connect(self.value_changed)
        card.removed.connect(lambda: self._take_out(card))
        self.cards.append(card)
        self._column.addWidget(card)

    def _take_out(self, card: QuestionCard) -> None:
        self.replacing.emit("taking out a question")
        self.cards.remove(card)
        self._column.removeWidget(card)
        card.deleteLater()
        self._show()

    def _show(self) -> None:
        self._none.setVisible(not self.cards)
        self.add.setEnabled(len(self.cards) < MOST)
        self.value_changed.emit()

    def _lay_out(self) -> None:
        for kind, words in KINDS.items():
            self.kind.addItem(words, kind)
        self.kind.setCurrentIndex(self.kind.findData("scale"))
        self.kind.setAccessibleName("Kind of question")
        guard_wheel(self.kind)
        self._column = QVBoxLayout()
        self._column.setSpacing(8)
        foot = QHBoxLayout()
        foot.addWidget(self.kind, 1)
        foot.addWidget(self.add)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._none)
        column.addLayout(self._column)
        column.addLayout(foot)
