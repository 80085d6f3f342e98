"""The numbers of a comparison, and the baseline's beside them; worked out apart from the window."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qtpy.QtCore import Qt, QTimer, Signal
from qtpy.QtWidgets import QCheckBox, QFileDialog, QFrame, QVBoxLayout, QWidget

from napari_synthscope.canvas.layers import KEY
from napari_synthscope.comparing.measuring import Maker, Numbers, figures_of, measure_pair
from napari_synthscope.comparing.scene import Scene
from napari_synthscope.errands import Errands
from napari_synthscope.files.saving import completed, kept_words
from napari_synthscope.session.session import Session
from napari_synthscope.session.staging import ROLE as CANDIDATE
from synthscope.errors import SynthscopeError
from synthscope.io.atomic import write_text
from synthscope.qt.buttons import TextButton
from synthscope.qt.figures_table import Figure, FiguresTable
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.theme import set_role
from synthscope.services.run_folder import RunFolder

FRAME, EMPTY = 84, 64
NONE_YET = "No numbers yet: they need two images of one grid"

DEBOUNCE = 200
MASKED = "The source is undamaged under the mask: use it as the partner"
CLAIMED = "Both show the same thing: use the real one as the partner"


class CompareNumbers(QFrame):
    """Shows figures of the compared layer.

    Signals
    -------
    value_changed(tuple)
        Other figures are shown.
    said(str or SynthscopeError)
        Something was done, or could not be.
    """

    value_changed = Signal(object)
    said = Signal(object)

    def __init__(self, session: Session, scene: Scene, errands: Errands, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "card")
        self._session, self._scene, self._errands = session, scene, errands
        self._asked = 0
        self._numbers: Numbers | None = None
        self._awaited = ""
        # create
        self.partner = QCheckBox()
        self.partner_words = WrappingLabel(role="muted")
        self.table = FiguresTable(empty=NONE_YET, sizes=False)  # n is one for all: it stands above
        self.words = WrappingLabel(role="muted")
        self.baseline = TextButton("Make the baseline", name="plus", tip="Fill the same mask with biharmonic, beside")
        self._timer = QTimer(self)
        # lay out
        self._lay_out()
        # connect
        self._timer.setSingleShot(True)
        self._timer.setInterval(DEBOUNCE)
        self._timer.timeout.connect(self.refresh)
        self.partner.toggled.connect(self._show)
        self.baseline.clicked.connect(self.make_baseline)
        self.table.save_wanted.connect(self._ask_save)
        scene.changed.connect(self._timer.start)
        self._show()

    def value(self) -> tuple[Figure, ...]:
        """Give the figures that are shown."""
        return self.table.value()

    def refresh(self) -> None:
        """Measure again."""
        pair = self._scene.pair
        self._asked += 1
        if pair is None:
            self._put(self._asked, None)
            return
        self.table.set_empty("Measuring…")
        session, asked, maker = self._session, self._asked, self.maker()
        project = session.project if session.has_project else None
        self._errands.run(
            lambda: measure_pair(pair, maker, project),
            lambda numbers: self._put(asked, numbers),
            lambda error: self._fail(asked, error),
        )

    def maker(self) -> Maker | None:
        """Tell which candidate of which run the compared layer is; None for any other layer."""
        layers = self._scene.layers
        return maker_of(self._session, layers[1]) if layers is not None else None

    def make_baseline(self) -> None:
        """Queue a baseline run of the same source and mask; the numbers come when it is done."""
        from synthscope.services.comparing import begin_baseline

        maker, session = self.maker(), self._session
        if maker is None:
            return
        try:
            run = begin_baseline(session.project, maker.run)
            payload = {"run": str(run.path), "project": str(session.project.folder)}
            session.work.ended.connect(self._on_ended, Qt.ConnectionType.UniqueConnection)
            self._awaited = session.work.add("run", payload, "Baseline for Compare: biharmonic")
        except SynthscopeError as error:
            self.said.emit(error)
            return
        self.baseline.setEnabled(False)
        self._say("The baseline is being made; its numbers come beside these.")

    def _on_ended(self, job: Any) -> None:
        if job.id == self._awaited:
            self._awaited = ""
            self.baseline.setEnabled(True)
            self.refresh()

    def _put(self, asked: int, numbers: Numbers | None) -> None:
        if asked == self._asked:
            self._numbers = numbers
            self._show()

    def _fail(self, asked: int, error: SynthscopeError) -> None:
        if asked == self._asked:
            self._numbers = None
            self._show()
            self._say(error.sentence)

    def _show(self, *_: object) -> None:
        numbers = self._numbers
        self.table.set_empty(NONE_YET)
        self.partner.setVisible(numbers is not None)
        self.partner_words.setVisible(numbers is not None)
        self.baseline.setVisible(numbers is not None and numbers.wanted)
        self._say(_baseline_words(numbers))
        figures = () if numbers is None else figures_of(numbers, partner=self.partner.isChecked())
        if numbers is not None:
            what = "synthetic voxels" if numbers.masked else "voxels"
            words = MASKED if numbers.masked else CLAIMED
            self.partner_words.setText(f"{words}. Over {numbers.fill.partner.voxels} {what}.")
        self.table.set_value(figures)
        self.table.setFixedHeight(FRAME + self.table.rows_height() if figures else EMPTY)
        self.value_changed.emit(figures)

    def _say(self, words: str) -> None:
        self.words.setText(words)
        self.words.setVisible(bool(words))

    def _ask_save(self, text: str) -> None:
        name, _ = QFileDialog.getSaveFileName(self, "Save figures", "figures.csv", "Table (*.csv)")
        if not name:
            return
        path = completed(Path(name), (".csv",), ".csv")
        try:
            write_text(path, text)
        except SynthscopeError as error:
            self.said.emit(error)
        else:
            self.said.emit(f"The figures are saved as {path.name}.{kept_words(Path(name), path)}")

    def _lay_out(self) -> None:
        self.partner.setText("True partner")
        self.partner.setToolTip(
            "PSNR, SSIM and MSE ask how close a fill is to the truth. They mean something only where the real voxels "
            "under the mask are the truth: not where an artefact was painted over."
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        for widget in (self.partner, self.partner_words, self.table, self.words):
            column.addWidget(widget)
        column.addWidget(self.baseline, 0, Qt.AlignmentFlag.AlignLeft)


def maker_of(session: Session, layer: Any) -> Maker | None:
    """Tell which candidate of which run a layer shows; None where no run made it."""
    record = layer.metadata.get(KEY, {})
    current = session.runs.current
    if record.get("role") == CANDIDATE:
        shown = session.stage.on_canvas
        return Maker(current, shown) if current is not None and shown else None
    path, candidate = record.get("run", ""), record.get("candidate", "")
    if path and candidate and Path(path).is_dir():
        return Maker(RunFolder(Path(path)), candidate)
    return None


def _baseline_words(numbers: Numbers | None) -> str:
    if numbers is None:
        return ""
    if numbers.is_baseline:
        return "This is the baseline itself: smooth, and without texture."
    if numbers.baseline is not None:
        return "Baseline: a biharmonic fill of the same mask, smooth and without texture."
    if numbers.wanted:
        return "Is it better than the cheapest fill? Make a biharmonic baseline of the same mask to see."
    return ""
