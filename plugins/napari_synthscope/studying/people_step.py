"""Step 4 of a study: what raters read and agree to."""

from __future__ import annotations

from dataclasses import replace

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from napari_synthscope.parts.field_label import field_label
from napari_synthscope.studying.words import trials_of
from synthscope.qt.buttons import TextButton
from synthscope.qt.labels import WrappingLabel
from synthscope.records.study import StudyDesign
from synthscope.services.studies.consent import consent_template, introduction_of

ROWS = 5


class PeopleStep(QWidget):
    """Edits the introduction and the consent.

    Signals
    -------
    value_changed()
    """

    value_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._design: StudyDesign | None = None
        # create
        self.introduction = QPlainTextEdit()
        self.consent = QPlainTextEdit()
        self.usual = TextButton("Propose both", name="text-box-plus-outline", tip="A start for your own words")
        note = WrappingLabel(
            "A proposal, not advice: your ethics board decides. Fill in what stands in brackets.", role="muted"
        )
        # lay out
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for words, tip, edit in (
            ("Introduction", "What raters read first; do not name generators", self.introduction),
            ("Consent", "What raters agree to before the first image; empty for none", self.consent),
        ):
            edit.setTabChangesFocus(True)
            edit.setMinimumHeight(edit.fontMetrics().lineSpacing() * ROWS)
            column.addWidget(field_label(words, tip, edit))
            column.addWidget(edit)
        column.addWidget(self.usual)
        column.addWidget(note)
        # connect
        self.introduction.textChanged.connect(self.value_changed)
        self.consent.textChanged.connect(self.value_changed)
        self.usual.clicked.connect(self.propose)

    def apply(self, design: StudyDesign) -> StudyDesign:
        """Give a design with these texts."""
        return replace(
            design,
            introduction=self.introduction.toPlainText().strip(),
            consent=self.consent.toPlainText().strip(),
        )

    def set_value(self, design: StudyDesign) -> None:
        """Show a design; texts that stand there already are not touched where they are the same."""
        self._design = design
        for edit, text in ((self.introduction, design.introduction), (self.consent, design.consent)):
            if edit.toPlainText().strip() != text:
                edit.setPlainText(text)

    def propose(self) -> None:
        """Write a start for both texts, from the design as it stands."""
        if self._design is not None:
            design = self._design
            trials = trials_of(design.plan, max(len(design.arms), 2), design.paradigm)
            self.introduction.setPlainText(introduction_of(design))
            self.consent.setPlainText(consent_template(design, trials))

    def problem(self) -> str:
        """Say what is wrong, in a sentence; empty when all is well."""
        text = self.consent.toPlainText()
        if "[" in text and "]" in text:
            start = text.index("[")
            return f"The consent has a place to fill in: {text[start : start + 40]}…"
        return ""
