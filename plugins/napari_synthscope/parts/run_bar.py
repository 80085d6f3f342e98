"""The one button, what it will cost, why it cannot be pressed, and how far it is."""

from __future__ import annotations

from collections.abc import Sequence

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from napari_synthscope.words import bytes_words, seconds_words, span_words
from synthscope.errors import OutOfMemory
from synthscope.qt.buttons import IconButton, TextButton
from synthscope.qt.job_card import JobRow
from synthscope.qt.progress_row import ProgressRow
from synthscope.qt.theme import set_role
from synthscope.records.device import Device
from synthscope.records.timing import Estimate
from synthscope.services.foreseeing import as_held, check_plan_memory, placement_words
from synthscope.services.planning import Plan
from synthscope.services.timing import estimate_of


class RunBar(QWidget):
    """Shows a plan, or the reason why there is none.

    Signals
    -------
    run_pressed(), cancel_pressed(), copy_pressed(), undo_pressed()
    """

    run_pressed = Signal()
    cancel_pressed = Signal()
    copy_pressed = Signal()
    undo_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[Plan | None, str] = (None, "")
        self._devices: tuple[Device, ...] = ()
        # create
        self.run = TextButton("Run", name="play", role="primary", tip="Make candidates (Ctrl+Return)")
        self.copy = IconButton("console-line", "Copy the command line that does the same")
        self.undo = IconButton("undo", "Nothing to undo")
        self.reason = QLabel()
        self.estimate = QLabel()
        self.remarks = QLabel()
        self.cancel = IconButton("close", "Cancel; what was finished is kept", keys="Ctrl+.")
        self._progress = ProgressRow(self.cancel, "Progress of the run")
        # lay out
        self._lay_out()
        # connect
        self.run.clicked.connect(self.run_pressed)
        self.cancel.clicked.connect(self.cancel_pressed)
        self.copy.clicked.connect(self.copy_pressed)
        self.undo.clicked.connect(self.undo_pressed)
        self.show_job(None)
        self.show_undo("")

    def show_plan(self, planned: Plan | None, reason: str = "") -> None:
        """Show what a run will cost, or why none can be begun."""
        self._shown = (planned, reason)
        reason = reason or ("" if planned is None else memory_problem(planned, self._devices))
        planned = as_held(planned, self._devices) if planned is not None else None
        self.run.setEnabled(planned is not None and not reason)
        self.copy.setEnabled(planned is not None)
        self.reason.setText(reason)
        self.reason.setVisible(bool(reason))
        told = (cost_words(planned, estimate_of(planned)), placement_words(planned, self._devices)) if planned else ()
        self.estimate.setText("\n".join(filter(None, told)))
        self.estimate.setVisible(planned is not None)
        remarks = "\n".join(planned.remarks) if planned is not None else ""
        self.remarks.setText(remarks)
        self.remarks.setVisible(bool(remarks))

    def know_devices(self, devices: tuple[Device, ...]) -> None:
        """Tell by these devices how a pretrained model will be held."""
        if devices != self._devices:
            self._devices = devices
            self.show_plan(*self._shown)

    def show_undo(self, step: str) -> None:
        """Name the step that can be taken back; empty for none."""
        self.undo.setEnabled(bool(step))
        self.undo.set_words(f"Undo: {step}" if step else "Nothing to undo")

    def show_job(self, row: JobRow | None) -> None:
        """Show how far the running job is; None for none."""
        self._progress.set_value(row)

    def _lay_out(self) -> None:
        set_role(self.reason, "warning")
        for label in (self.estimate, self.remarks):
            set_role(label, "muted")
        for label in (self.reason, self.estimate, self.remarks):
            label.setWordWrap(True)
        self.run.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.run, 1)
        buttons.addWidget(self.copy)
        buttons.addWidget(self.undo)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(buttons)
        for widget in (self.reason, self.estimate, self.remarks, self._progress):
            column.addWidget(widget)


def cost_words(planned: Plan, known: Estimate) -> str:
    """Say what a run will take.

    ``About 8 s for 4 candidates (6 to 11 s, by 12 made here) · 85 MB of memory``, or *roughly* where
    nothing was learned yet.
    """
    count = len(planned.seeds)
    many = f" for {count} candidates" if count > 1 else ""
    words = seconds_words(known.seconds)
    if known.known:
        span = f" ({span_words(known.low, known.high)}, by {known.known} made here)"
    else:
        words, span = words.replace("about", "roughly"), ""
    return f"{words[0].upper()}{words[1:]}{many}{span} · {bytes_words(planned.cost.memory)} of memory"


def memory_problem(planned: Plan, devices: Sequence[Device]) -> str:
    """Say that there is not memory enough; empty when there is."""
    try:
        check_plan_memory(planned, devices)
    except OutOfMemory as error:
        return error.sentence
    return ""
