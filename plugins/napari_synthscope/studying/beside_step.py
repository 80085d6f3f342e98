"""Step 11 of a study: what the program's own metrics say of the same pictures, beside what raters said."""

from __future__ import annotations

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from napari_synthscope.parts.encoder_list import EncoderList
from napari_synthscope.parts.field_label import field_label
from napari_synthscope.session.study_facts import StudyFacts
from synthscope.qt.buttons import TextButton
from synthscope.qt.labels import WrappingLabel
from synthscope.records.study_beside import BesideMetrics
from synthscope.records.study_ratings import Estimate

MOST = 18
"""Lines that are shown."""
WHAT = (
    "Metrics are taken of the very pictures that raters saw, and go beside their ratings: picture by picture, pair by "
    "pair, generator by generator, with what raters reach among themselves. Where an expert saw what a metric does "
    "not, the report shows the picture."
)
ONLY = "all that fit, or ids with commas, such as ssim, intensity:noise"
TIP = "Measures all pictures of the packs; networks take their time"


class BesideStep(QWidget):
    """Asks for metrics, and shows how far they go together with ratings.

    Signals
    -------
    beside_pressed(dict)
        What is asked, as `BesideAsked` in JSON.
    report_pressed()
        The report is to be written anew.
    """

    beside_pressed = Signal(object)
    report_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # create
        self.encoders = EncoderList()
        self.only = QLineEdit()
        self.measure = TextButton("Measure", name="chart-scatter-plot", role="primary", tip=TIP)
        self.reason = WrappingLabel(role="warning")
        self.found = WrappingLabel()
        self.notes = WrappingLabel(role="muted")
        self.report = TextButton("Write the report anew", name="file-document-outline", tip="With both in it")
        # lay out
        self._lay_out()
        # connect
        self.encoders.value_changed.connect(self._check)
        self.measure.clicked.connect(lambda: self.beside_pressed.emit(self.value()))
        self.report.clicked.connect(self.report_pressed)
        self._check()

    def value(self) -> dict[str, list[str]]:
        """Give what is asked for, as `synthscope.services.studies.beside_study.BesideAsked` in JSON."""
        names = [word.strip() for word in self.only.text().split(",")]
        return {"metrics": [word for word in names if word], "encoders": list(self.encoders.value())}

    def problem(self) -> str:
        """Say what is wrong, in a sentence; empty when all is well."""
        return "" if self.encoders.value() else "No encoder is ticked: choose by which features sets are compared."

    def show_facts(self, facts: StudyFacts) -> None:
        """Show what was found last."""
        found = facts.beside
        self.found.setText(words_of(found) if found is not None else "")
        self.found.setVisible(found is not None)
        self.notes.setText("\n".join(found.warnings) if found is not None else "")
        self.notes.setVisible(bool(self.notes.text()))
        self.report.setVisible(found is not None)
        self._check()

    def _check(self) -> None:
        problem = self.problem()
        self.measure.setEnabled(not problem)
        self.reason.setText(problem)
        self.reason.setVisible(bool(problem))

    def _lay_out(self) -> None:
        self.only.setPlaceholderText(ONLY)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(WrappingLabel(WHAT, role="muted"))
        for words, tip, edit in (
            ("Compared by", "What sets of pictures are compared by where whole pictures count", self.encoders),
            ("Metrics", "Only these; empty for all that fit", self.only),
        ):
            column.addWidget(field_label(words, tip, edit))
            column.addWidget(edit)
        for widget in (self.measure, self.reason, self.found, self.notes, self.report):
            column.addWidget(widget)


def words_of(found: BesideMetrics) -> str:
    """Give what matters most of a comparison: each statistic, and under it what it is of, with its interval."""
    from synthscope.services.studies.beside_study import told_rows

    by_title: dict[str, list[Estimate]] = {}
    for _, row in told_rows(found):
        by_title.setdefault(row.title, []).append(row)
    lines = [line for title, rows in by_title.items() for line in (title, *(f"• {_words(row)}" for row in rows))]
    more = len(lines) - MOST
    return "\n".join([*lines[:MOST], *([f"… and {more} more in the report."] if more > 0 else [])])


def _words(row: Estimate) -> str:
    span = f" ({row.low:.2f} to {row.high:.2f})" if row.low == row.low else ""
    return f"{row.subject or 'all'}: {row.value:.2f}{span}"
