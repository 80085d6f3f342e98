"""Materials by their grey values: how many there are, and which one is meant."""

from __future__ import annotations

from functools import partial

import numpy as np
from qtpy.QtWidgets import QGridLayout, QLabel, QWidget

from napari_synthscope.masking.tools.bench import Bench
from napari_synthscope.masking.tools.frame import Choice
from napari_synthscope.masking.tools.grey import Chooser, GreyTool
from napari_synthscope.masking.tools.ground import source_pixels
from synthscope.errors import SynthscopeError
from synthscope.imaging.masks.thresholds import Phases, find_phases, phase_mask
from synthscope.qt.buttons import clear_layout
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.sentence import said_of

COUNTS = ("2", "3", "4", "5")
HINT = "Click on the material in the image, or choose it here; 1 is the darkest."


class PhaseTool(GreyTool):
    """Splits the grey values by Otsu's criterion and selects one phase."""

    title = "phase"

    def __init__(self, bench: Bench, parent: QWidget | None = None) -> None:
        super().__init__(bench, parent)
        self._found: Phases | None = None
        self._of: tuple[object, int] = (None, 0)
        # create
        self.count = Choice([(n, n, f"{n} materials") for n in COUNTS])
        self.phase: Choice | None = None
        self._place = QGridLayout()
        # lay out
        self._lay_out()
        # connect
        self.count.value_changed.connect(lambda _: self.prepare())

    @property
    def phases(self) -> Phases | None:
        """The phases that were found."""
        return self._found

    def chooser(self) -> Chooser | None:
        """Choose the voxels of the phase."""
        if self._found is None or self.phase is None:
            return None
        return partial(phase_mask, phases=self._found, phase=int(self.phase.value()))

    def prepare(self) -> None:
        """Find the phases, beside the window."""
        wanted = (self.bench.session.source, int(self.count.value()))
        if wanted == self._of and self._found is not None:
            return
        try:
            pixels = source_pixels(self.bench.session, self.bench.ops.ground())
        except SynthscopeError as error:
            self.share.setText(error.sentence)
            return
        self.share.setText("Looking at the grey values…")
        self._of = wanted
        self.bench.session.errands.run(
            lambda: find_phases(pixels, wanted[1]), lambda found: self._show(wanted, found), self._lost
        )

    def click(self, place: np.ndarray, held: str) -> None:
        """Choose the phase under the mouse."""
        del held
        self.bench.ops.attempt(lambda: self._pick(place))

    def _pick(self, place: np.ndarray) -> None:
        ground = self.bench.ops.ground()
        pixels = source_pixels(self.bench.session, ground)
        where = tuple(int(i) for i in np.floor(place[-len(ground.shape) :] + 0.5))
        if (
            self._found is None
            or self.phase is None
            or not all(0 <= i < n for i, n in zip(where, ground.shape, strict=True))
        ):
            return
        value = float(np.asarray(pixels[tuple(slice(i, i + 1) for i in where)]).item())
        self.phase.set_value(str(self._found.at(value)))
        self.touch()

    def _show(self, wanted: tuple[object, int], found: Phases) -> None:
        if wanted != self._of:
            return
        self._found = found
        clear_layout(self._place)
        words = [(str(k), f"{k + 1} · {100 * part:.0f} %", _tip(found, k)) for k, part in enumerate(found.fractions)]
        self.phase = Choice(words)
        self.phase.value_changed.connect(lambda _: self.touch())
        self._place.addWidget(self.phase)
        self.touch()

    def _lost(self, error: SynthscopeError) -> None:
        self._found = None
        self.share.setText("")
        self.bench.ops.said.emit(said_of(error))
        self.touch()

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        grid.addWidget(QLabel("Materials"), 0, 0)
        grid.addWidget(self.count, 0, 1)
        grid.addWidget(QLabel("This one"), 1, 0)
        grid.addLayout(self._place, 1, 1)
        self.column.addWidget(WrappingLabel(HINT, role="muted"))
        self.column.addLayout(grid)
        self.column.addWidget(self.share)
        self.column.addWidget(self.button)


def _tip(found: Phases, phase: int) -> str:
    low, high = found.limits(phase)
    return f"Grey values above {low:.6g} and up to {high:.6g}".replace("above -inf and ", "").replace(
        " and up to inf", ""
    )
