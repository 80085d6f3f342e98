"""What can be done with the candidates of a run: proof, uncertainty, reproduction, saving, room on disk."""

from __future__ import annotations

from datetime import UTC, datetime

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QComboBox, QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from napari_synthscope.generating.candidate_rows import proof_words
from napari_synthscope.words import bytes_words
from synthscope.qt.buttons import IconButton, TextButton
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.theme import set_role
from synthscope.records.run import Candidate
from synthscope.services.run_folder import RunFolder


class ResultsCard(QFrame):
    """Shows the runs of a project and one candidate of the chosen one.

    Signals
    -------
    run_chosen(str)
        The id of a run whose candidates are to be looked at.
    delete_pressed(), uncertainty_pressed(), reproduce_pressed(), settings_pressed(), save_pressed()
        A button was pressed.
    """

    run_chosen = Signal(str)
    delete_pressed = Signal()
    uncertainty_pressed = Signal()
    reproduce_pressed = Signal()
    settings_pressed = Signal()
    save_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "card")
        # create
        self.runs = QComboBox()
        self.delete = IconButton("trash-can-outline", "Delete this run; Undo brings it back until the project closes")
        self.settings = IconButton("restore", "Take the settings of this run again")
        self.uncertainty = TextButton("Uncertainty")
        self.reproduce = TextButton("Reproduce")
        self.save = TextButton("Save…")
        self.proof = QLabel()
        self.replayed = QLabel()
        self.repeats = WrappingLabel(role="warning")
        self._room = QLabel()
        self._hint = QLabel("Hold O over the canvas to see the original.")
        # lay out
        self._lay_out()
        # connect
        self.runs.activated.connect(lambda _: self.run_chosen.emit(self.runs.currentData()))
        self.delete.clicked.connect(self.delete_pressed)
        self.settings.clicked.connect(self.settings_pressed)
        self.uncertainty.clicked.connect(self.uncertainty_pressed)
        self.reproduce.clicked.connect(self.reproduce_pressed)
        self.save.clicked.connect(self.save_pressed)
        self.show_candidate(None)

    def show_runs(self, runs: tuple[tuple[str, str], ...], current: str, occupied: int) -> None:
        """List runs as (id, words), newest first; `occupied` are the bytes of the project's results."""
        self.runs.blockSignals(True)
        self.runs.clear()
        for run_id, words in runs:
            self.runs.addItem(words, run_id)
        self.runs.setCurrentIndex(max(0, self.runs.findData(current)) if current else -1)
        self.runs.blockSignals(False)
        count = len(runs)
        words = f"{count} run{'s' if count != 1 else ''} in this project, {bytes_words(occupied)} on disk"
        self._room.setText(f"{words} with all comparisons and found masks")
        self.setVisible(count > 0)
        for button in (self.delete, self.settings):
            button.setEnabled(bool(current))

    def show_spread(self, reason: str) -> None:
        """Offer the uncertainty, or say why there is none."""
        self.uncertainty.setEnabled(not reason)
        self.uncertainty.setToolTip(
            reason
            or "Add a layer that shows how much the candidates differ, voxel by voxel (standard deviation), and below "
            "it, hidden until its eye is clicked, one of their mean"
        )

    def show_candidate(self, candidate: Candidate | None) -> None:
        """Show the proof of the current candidate."""
        self.reproduce.setEnabled(candidate is not None)
        tip = "Make the current candidate again from its own record and compare every voxel"
        self.reproduce.setToolTip(tip if candidate else "Choose a candidate first")
        self.save.setEnabled(candidate is not None)
        self.save.setToolTip("Write the current candidate as a whole file, with its synthetic voxels and its record")
        self._hint.setVisible(candidate is not None)
        proof = candidate.outside if candidate is not None else None
        self.proof.setVisible(proof is not None)
        if proof is not None:
            self.proof.setText(f"Outside the mask {proof_words(proof)}")
            self.proof.setToolTip(f"before {proof.before}\nafter  {proof.after}")
            set_role(self.proof, "muted" if proof.holds else "warning")

    def show_repeats(self, words: str) -> None:
        """Say which candidates are one image; nothing where each is its own."""
        self.repeats.setText(words)
        self.repeats.setVisible(bool(words))

    def show_replay(self, words: str, *, good: bool = True) -> None:
        """Say what came of making a candidate again."""
        self.replayed.setText(words)
        self.replayed.setVisible(bool(words))
        set_role(self.replayed, "muted" if good else "warning")

    def _lay_out(self) -> None:
        for label in (self.proof, self.replayed, self._room, self._hint):
            label.setWordWrap(True)
            set_role(label, "muted")
        self.replayed.hide()
        self.repeats.hide()
        self.runs.setAccessibleName("Runs of this project")
        self.runs.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.runs.setMinimumContentsLength(6)
        grid = QGridLayout()
        grid.setHorizontalSpacing(4)
        grid.setColumnStretch(1, 1)
        for column, widget in enumerate((QLabel("Run"), self.runs, self.settings, self.delete)):
            grid.addWidget(widget, 0, column)
        acts = QGridLayout()
        acts.setSpacing(4)
        for place, button in enumerate((self.uncertainty, self.reproduce, self.save)):
            acts.addWidget(button, place // 2, place % 2)
        column_box = QVBoxLayout(self)
        column_box.setContentsMargins(12, 12, 12, 12)
        column_box.setSpacing(8)
        column_box.addLayout(grid)
        column_box.addLayout(acts)
        for widget in (self.repeats, self._hint, self.proof, self.replayed, self._room):
            column_box.addWidget(widget)


def run_words(run: RunFolder) -> str:
    """Name a run for a list: time, generator, number of candidates."""
    made = len(run.candidates())
    many = f"{made} candidate{'s' if made != 1 else ''}"
    try:
        begun = datetime.strptime(run.id[:15], "%Y%m%d-%H%M%S").replace(tzinfo=UTC).astimezone()
    except ValueError:  # a folder that was renamed
        return f"{run.id}, {many}"
    today = begun.date() == datetime.now(UTC).astimezone().date()
    name = run.id[16:].rpartition("-")[0] or run.id[16:]
    return f"{begun:%H:%M} {name}, {many}" if today else f"{begun:%Y-%m-%d %H:%M} {name}, {many}"
