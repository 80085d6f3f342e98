"""Step 11 of a study: what the program's own metrics say of the same pictures, beside what raters said."""

from __future__ import annotations

from collections.abc import Sequence

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLineEdit,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from napari_synthscope.parts.encoder_list import EncoderList
from napari_synthscope.parts.field_label import field_label
from napari_synthscope.session.study_facts import StudyFacts
from synthscope.qt.buttons import TextButton
from synthscope.qt.labels import WrappingLabel
from synthscope.records.study_beside import BesideMetrics
from synthscope.records.study_ratings import Estimate

HEADS = ("What", "Value", "95 %")
MOST = 14
WHAT = (
    "Metrics are taken of the very pictures that raters saw, and go beside their ratings: picture by picture, pair by "
    "pair, generator by generator, with what raters reach among themselves. Where an expert saw what a metric does "
    "not, the report shows the picture."
)
ONLY = "all that fit, or ids with commas, such as ssim, intensity:noise"
TIP = "Measures all pictures of the pack; networks take their time"


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
        self.table = QTableWidget(0, len(HEADS))
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
        rows = rows_of(found) if found is not None else ()
        self._fill(rows)
        left = len(rows) - MOST
        words = [*((f"… and {left} more in the report.",) if left > 0 else ()), *(found.warnings if found else ())]
        self.notes.setText("\n".join(words))
        self.notes.setVisible(bool(words))
        self.report.setVisible(found is not None)
        self._check()

    def _check(self) -> None:
        problem = self.problem()
        self.measure.setEnabled(not problem)
        self.reason.setText(problem)
        self.reason.setVisible(bool(problem))

    def _fill(self, rows: Sequence[tuple[str, str, str, str]]) -> None:
        shown = rows[:MOST]
        self.table.setRowCount(len(shown))
        for number, (*cells, tip) in enumerate(shown):
            for column, words in enumerate(cells):
                item = QTableWidgetItem(words)
                item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
                item.setToolTip(tip)
                self.table.setItem(number, column, item)
        self.table.resizeRowsToContents()
        high = self.table.horizontalHeader().sizeHint().height()
        high += sum(self.table.rowHeight(row) for row in range(len(shown)))
        self.table.setFixedHeight(high + 2 * self.table.frameWidth() + 4)
        self.table.setVisible(bool(shown))

    def _lay_out(self) -> None:
        self.only.setPlaceholderText(ONLY)
        self.table.setHorizontalHeaderLabels(HEADS)
        self.table.verticalHeader().setVisible(False)
        self.table.setWordWrap(True)
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setAccessibleName("Metrics beside ratings")
        self.table.setTabKeyNavigation(False)
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
        for widget in (self.measure, self.reason, self.table, self.notes, self.report):
            column.addWidget(widget)


def rows_of(found: BesideMetrics) -> tuple[tuple[str, str, str, str], ...]:
    """Give what matters most of a comparison: what, its value, its interval, and a tip that says more."""
    from synthscope.services.studies.beside_study import told_rows

    return tuple(_row(heading, row) for heading, row in told_rows(found))


def _row(heading: str, row: Estimate) -> tuple[str, str, str, str]:
    about = f", {row.subject}" if row.subject else ""
    span = f"{row.low:.2f} to {row.high:.2f}" if row.low == row.low else ""
    tip = "\n".join(part for part in (f"{heading}, n = {row.n}", row.method, *row.caveats) if part)
    return f"{row.title}{about}", f"{row.value:.2f}", span, tip
