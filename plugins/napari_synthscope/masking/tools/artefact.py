"""Find rings, streaks, dead lines and dead pixels, show them as a proposal, and let a person decide."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

from napari_synthscope.masking.tools.bench import Bench
from napari_synthscope.masking.tools.centre import CentreTool
from napari_synthscope.masking.tools.frame import Choice
from napari_synthscope.masking.tools.ground import Ground, Slab, check_size, source_pixels, whole_box
from napari_synthscope.masking.tools.overlay import Overlay
from synthscope.imaging.masks.dead_lines import dead_lines_job
from synthscope.imaging.masks.dead_pixels import dead_pixels_job
from synthscope.imaging.masks.grids import painted_box
from synthscope.imaging.masks.holes import Combination
from synthscope.imaging.masks.proposals import Proposal
from synthscope.imaging.masks.ring_centre import estimate_centre
from synthscope.imaging.masks.rings import rings_job
from synthscope.imaging.masks.streaks import streaks_job
from synthscope.qt.buttons import TextButton
from synthscope.qt.flow import Flow
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.number_edit import NumberEdit
from synthscope.qt.theme import set_mark, set_role
from synthscope.qt.wheel import guard_wheel
from synthscope.records.events import Job, Progress

KINDS = (
    ("rings", "Rings", "Circles around the axis of rotation"),
    ("streaks", "Streaks", "Straight lines at any angle"),
    ("lines", "Dead lines", "Rows and columns of the detector that failed"),
    ("pixels", "Dead pixels", "Single pixels that are far too dark or bright"),
)
NAMES = {"rings": "rings", "streaks": "streaks", "lines": "dead lines", "pixels": "dead pixels"}
USUAL = {"rings": 3.5, "streaks": 6.0, "lines": 6.0, "pixels": 5.5}
FAINTER = "A smaller strength looks for fainter ones."
LOWEST, HIGHEST, PER_STEP = 2.0, 16.0, 0.5
Search = Callable[[Any, float], Job[Proposal]]
SEARCHES: dict[str, Search] = {
    "streaks": lambda pixels, strength: streaks_job(pixels, strength=strength),
    "lines": lambda pixels, strength: dead_lines_job(pixels, strength=strength),
    "pixels": lambda pixels, strength: dead_pixels_job(pixels, strength=strength),
}
Centre = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Found:
    """A proposal, where it lies, and the centre of its rings."""

    proposal: Proposal
    ground: Ground
    slices: slice
    centre: Centre | None


class ArtefactTool(QWidget):
    """Looks for artefacts and proposes them as mask.

    Signals
    -------
    answered()
        A search has ended; what it found is shown.
    """

    answered = Signal()

    def __init__(self, bench: Bench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bench = bench
        self.overlay = Overlay(bench.session.viewer, "Proposal", "proposal")
        self.found: Found | None = None
        # create
        self.kind = Choice(KINDS)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.strength = NumberEdit(float)
        self.centre = CentreTool(bench)
        self.find = TextButton("Find", name="magnify", role="primary", tip="Look for them; the mask stays as it is")
        self.sentence = WrappingLabel()
        self._answers = Flow(spacing=4)
        self.take = TextButton("Take it", role="primary", tip="Make the proposal the mask of these slices")
        self.add = TextButton("Add to mask", tip="Add the proposal to the mask")
        self.discard = TextButton("Discard", tip="Forget the proposal")
        # lay out
        self._lay_out()
        # connect
        self._connect()
        self._on_kind("rings")

    def begin(self, layer: Any) -> None:
        """Take the mouse: clicks set the centre of rings when they are asked for."""
        self._bench.hand.take(layer, "click")
        self.centre.set_shown(self.kind.value() == "rings")

    def end(self) -> None:
        """Forget the proposal."""
        self.forget()
        self.centre.set_shown(False)
        self._bench.hand.drop()

    def click(self, place: np.ndarray, held: str) -> None:
        """Set the centre of the rings."""
        del held
        if self.kind.value() == "rings":
            self.centre.click(place)

    def search(self) -> None:
        """Look for artefacts beside the window."""
        self._bench.ops.attempt(self._search)

    def accept(self, how: Combination) -> None:
        """Bring the proposal into the mask."""
        found = self.found
        if found is not None and self._bench.ops.attempt(lambda: self._accept(found, how)):
            self.forget()

    def forget(self) -> None:
        """Take the proposal off the canvas."""
        self.found = None
        self.overlay.hide()
        self.sentence.setText("")
        self.sentence.hide()
        self._answers.hide()
        set_role(self.find, "primary")

    def _search(self) -> None:
        bench, strength = self._bench, self.strength.value()
        if strength is None or not 0 < strength < float("inf") or bench.ops.busy:
            return
        self.forget()
        ground = bench.ops.ground()
        pixels = source_pixels(bench.session, ground)
        slices = bench.frame.where().slices(ground)
        box = whole_box(ground.shape)
        check_size((slices, *box[1:]) if len(box) == 3 else box, "A search in these slices")
        part = Slab(pixels, slices) if len(ground.shape) == 3 else pixels
        kind, centre = self.kind.value(), self.centre.value()
        job = partial(search_job, part, kind, float(strength), centre)
        bench.ops.start(job, lambda result: self._show(Found(result[0], ground, slices, result[1])))

    def _show(self, found: Found) -> None:
        proposal = found.proposal
        self.sentence.setText(proposal.sentence)
        self.sentence.show()
        if found.centre is not None:
            self.centre.show_found(found.centre)
        if proposal.mask.any():
            self.found = found
            self.overlay.show(found.ground, found.slices, proposal.mask)
            self._answers.show()
            set_role(self.find, "")  # the next thing to press is an answer
        else:
            self.sentence.setText(f"{proposal.sentence} {FAINTER}")
        self.answered.emit()

    def _accept(self, found: Found, how: Combination) -> None:
        ground, mask = found.ground, found.proposal.mask
        inner = painted_box(mask)
        assert inner is not None
        start = found.slices.start if mask.ndim == 3 else 0
        box = (slice(inner[0].start + start, inner[0].stop + start), *inner[1:])
        verb = "replace by" if how == "replace" else "add"
        name = f"{verb} {NAMES[found.proposal.kind]}"
        self._bench.ops.put(name, ground, box, mask[inner], how, found.slices)

    def _on_kind(self, kind: str) -> None:
        self.forget()
        self.strength.set_value(USUAL[kind])
        self.centre.set_shown(kind == "rings")

    def _on_slider(self, position: int) -> None:
        self.strength.set_value(LOWEST + position * PER_STEP)

    def _on_strength(self, strength: float | None) -> None:
        fits = strength is not None and 0 < strength < float("inf")
        set_mark(self.strength.line, "invalid", not fits)
        self.find.setEnabled(fits)
        if strength is not None and fits:
            self.slider.blockSignals(True)
            self.slider.setValue(round((strength - LOWEST) / PER_STEP))
            self.slider.blockSignals(False)

    def _connect(self) -> None:
        self.kind.value_changed.connect(self._on_kind)
        self.slider.sliderMoved.connect(self._on_slider)
        self.slider.actionTriggered.connect(lambda _: self._on_slider(self.slider.sliderPosition()))
        self.strength.value_changed.connect(self._on_strength)
        self.find.clicked.connect(self.search)
        self.take.clicked.connect(lambda: self.accept("replace"))
        self.add.clicked.connect(lambda: self.accept("add"))
        self.discard.clicked.connect(self.forget)
        self._bench.ops.busy_changed.connect(lambda: self.find.setEnabled(not self._bench.ops.busy))

    def _lay_out(self) -> None:
        self.slider.setRange(0, round((HIGHEST - LOWEST) / PER_STEP))
        self.slider.setAccessibleName("Strength")
        guard_wheel(self.slider)
        tip = "How far they must stand out, in robust standard deviations; larger finds fewer and clearer ones"
        for widget in (self.slider, self.strength):
            widget.setToolTip(tip)
        self.strength.line.setAccessibleName("Strength in standard deviations")
        self.strength.setMaximumWidth(72)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(QLabel("Strength"))
        row.addWidget(self.slider, 1)
        row.addWidget(self.strength)
        for button in (self.take, self.add, self.discard):
            self._answers.add(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.kind)
        column.addLayout(row)
        for part in (self.centre, self.find, self.sentence, self._answers):
            column.addWidget(part)


def search_job(pixels: Any, kind: str, strength: float, centre: Centre | None) -> Job[tuple[Proposal, Centre | None]]:
    """Look for artefacts of a kind; gives the proposal, and of rings their centre."""
    if kind != "rings":
        proposal = yield from SEARCHES[kind](pixels, strength)
        return proposal, None
    yield Progress(0, 0, "Looking for the centre")
    axis = estimate_centre(pixels) if centre is None else centre
    proposal = yield from rings_job(pixels, axis, strength=strength)
    if centre is None:  # it was given to the search, but by nobody
        proposal = replace(proposal, sentence=proposal.sentence.replace("given centre", "estimated centre"))
    return proposal, axis
