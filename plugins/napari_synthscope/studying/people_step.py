"""Step 4 of a study: who is asked how much, and what raters read and agree to."""

from __future__ import annotations

from dataclasses import replace

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from napari_synthscope.parts.field_label import field_label
from napari_synthscope.studying.power_card import PowerCard
from napari_synthscope.studying.record_forms import RecordForms
from synthscope.qt.buttons import Fold, TextButton
from synthscope.qt.labels import WrappingLabel
from synthscope.records.study import AnalysisPlan, Plan, StudyDesign
from synthscope.services.studies.consent import consent_template, introduction_of

ROWS = 6


class PeopleStep(QWidget):
    """Edits plan, analysis, introduction and consent.

    Signals
    -------
    value_changed()
    replacing(str)
        Texts are about to be replaced: what may be undone.
    """

    value_changed = Signal()
    replacing = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._design: StudyDesign | None = None
        self._trials = 0
        # create
        self.forms = RecordForms(("Trials", "plan", Plan), ("Analysis", "analysis", AnalysisPlan))
        self.minutes = WrappingLabel(role="muted")
        self.power = PowerCard()
        self.introduction = QPlainTextEdit()
        self.consent = QPlainTextEdit()
        self.usual = TextButton("Propose both", name="text-box-plus-outline", tip="A start for your own words")
        # lay out
        self._lay_out()
        # connect
        self.forms.value_changed.connect(self.value_changed)
        self.introduction.textChanged.connect(self.value_changed)
        self.consent.textChanged.connect(self.value_changed)
        self.usual.clicked.connect(self.propose)
        self.usual.setEnabled(False)

    def apply(self, design: StudyDesign) -> StudyDesign:
        """Give a design with this plan and these texts."""
        self._design = replace(
            self.forms.apply(design),
            introduction=self.introduction.toPlainText().strip(),
            consent=self.consent.toPlainText().strip(),
        )
        return self._design

    def set_value(self, design: StudyDesign) -> None:
        """Show a design; texts that stand there already are not touched where they are the same."""
        self._design = design
        self.forms.set_value(design)
        for edit, text in ((self.introduction, design.introduction), (self.consent, design.consent)):
            if edit.toPlainText().strip() != text:
                edit.setPlainText(text)

    def propose(self) -> None:
        """Write a start for both texts, from the design as it stands."""
        if self._design is not None:
            design = self._design
            self.replacing.emit("proposing texts")
            self.introduction.setPlainText(introduction_of(design))
            self.consent.setPlainText(consent_template(design, self._trials))

    def show_schedule(self, trials: int, words: str) -> None:
        """Say what the schedule asks of a rater; texts can be proposed once their number of trials is known."""
        self._trials = trials
        self.minutes.setText(words)
        self.usual.setEnabled(trials > 0)

    def problem(self) -> str:
        """Say what is wrong, in a sentence; empty when all is well."""
        if self.forms.problem():
            return self.forms.problem()
        text = self.consent.toPlainText()
        if "[" in text:
            place = text[text.index("[") :].partition("]")[0][1:41]
            return f"The consent has a place to fill in: “{place}…”."
        return ""

    def _lay_out(self) -> None:
        note = WrappingLabel(
            "A proposal, not advice: your ethics board decides. Fill in what stands in brackets.", role="muted"
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (self.forms, self.minutes, Fold("Power: how many raters and images?", self.power)):
            column.addWidget(widget)
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
