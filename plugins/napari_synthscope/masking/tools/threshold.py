"""All voxels between two grey values, shown while the limits move."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import numpy as np
from qtpy.QtWidgets import QHBoxLayout, QLabel, QWidget

from napari_synthscope.canvas.contrast import sample
from napari_synthscope.masking.tools.bench import Bench
from napari_synthscope.masking.tools.grey import Chooser, GreyTool
from napari_synthscope.masking.tools.ground import source_pixels
from napari_synthscope.masking.tools.histogram import LimitsHistogram
from synthscope.errors import ParameterError, SynthscopeError
from synthscope.imaging.masks.thresholds import otsu_threshold, threshold_range
from synthscope.qt.buttons import TextButton
from synthscope.qt.number_edit import NumberEdit
from synthscope.qt.sentence import said_of
from synthscope.qt.theme import set_mark


class ThresholdTool(GreyTool):
    """Edits a range of grey values."""

    title = "grey range"

    def __init__(self, bench: Bench, parent: QWidget | None = None) -> None:
        super().__init__(bench, parent)
        self._values: np.ndarray = np.zeros(0)
        self._of: object = None
        # create
        self.histogram = LimitsHistogram()
        self.low = NumberEdit(float)
        self.high = NumberEdit(float)
        self.dark = TextButton("Dark part", tip="Everything up to Otsu's threshold between dark and bright")
        self.bright = TextButton("Bright part", tip="Everything above Otsu's threshold between dark and bright")
        # lay out
        self._lay_out()
        # connect
        self.histogram.value_changed.connect(self.set_limits)
        for number in (self.low, self.high):
            number.value_changed.connect(lambda _: self._on_number())
        self.dark.clicked.connect(lambda: self._automatic(bright=False))
        self.bright.clicked.connect(lambda: self._automatic(bright=True))

    def limits(self) -> tuple[float, float] | None:
        """Give the limits; None while they are none."""
        low, high = self.low.value(), self.high.value()
        if low is None or high is None or math.isnan(low) or math.isnan(high) or low > high:
            return None
        return float(low), float(high)

    def set_limits(self, limits: tuple[float, float]) -> None:
        """Show limits, rounded outward as far as the eye can tell, so that no voxel is lost; the preview follows."""
        low, high = self.histogram.ends()
        digits = 0 if high - low >= 100 else 3 - math.floor(math.log10(max(high - low, 1e-30)))
        self.low.set_value(rounded(limits[0], digits, math.floor))
        self.high.set_value(rounded(limits[1], digits, math.ceil))

    def chooser(self) -> Chooser | None:
        """Choose what lies between the limits."""
        limits = self.limits()
        return None if limits is None or not self._values.size else partial(_between, limits=limits)

    def prepare(self) -> None:
        """Look at a sample of the grey values, beside the window."""
        source = self.bench.session.source
        if source is self._of and self._values.size:
            return
        try:
            pixels = source_pixels(self.bench.session, self.bench.ops.ground())
        except SynthscopeError as error:
            self.share.setText(error.sentence)
            return
        self.share.setText("Looking at the grey values…")
        self._of = source
        self.bench.session.errands.run(
            lambda: sample(pixels), self._show, lambda error: self.bench.ops.said.emit(said_of(error))
        )

    def _show(self, values: np.ndarray) -> None:
        self._values = values
        self.histogram.set_values(values)
        self._automatic(bright=False)
        self.touch()

    def _automatic(self, *, bright: bool) -> None:
        try:
            middle = otsu_threshold(self._values[None, :])
        except ParameterError as error:
            self.bench.ops.said.emit(said_of(error))
            return
        if self._values.dtype.kind in "iub":
            middle = math.floor(middle)
        # few slices were looked at: what is darker or brighter than all of them belongs to its part too
        self.set_limits((_above(middle, self._values.dtype), math.inf) if bright else (-math.inf, middle))

    def _on_number(self) -> None:
        limits = self.limits()
        for number in (self.low, self.high):
            set_mark(number.line, "invalid", limits is None)
        if limits is not None:
            self.histogram.set_value(limits)
        self.touch()

    def _lay_out(self) -> None:
        self.low.line.setAccessibleName("Lowest grey value")
        self.high.line.setAccessibleName("Highest grey value")
        numbers = QHBoxLayout()
        numbers.setSpacing(8)
        numbers.addWidget(self.low, 1)
        numbers.addWidget(QLabel("to"))
        numbers.addWidget(self.high, 1)
        automatic = QHBoxLayout()
        automatic.setSpacing(8)
        automatic.addWidget(self.dark)
        automatic.addWidget(self.bright)
        automatic.addStretch(1)
        self.column.addWidget(self.histogram)
        self.column.addLayout(numbers)
        self.column.addLayout(automatic)
        self.column.addWidget(self.share)
        self.column.addWidget(self.button)


def rounded(limit: float, digits: int, toward: Callable[[float], int]) -> float:
    """Round a limit to decimals with `math.floor` or `math.ceil`; one that is infinite, or already short, stays.

    Where the step back to a float lands on the wrong side, the limit stays as it is.
    """
    if not math.isfinite(limit) or limit == round(limit, digits):
        return limit
    near = round(toward(limit * 10.0**digits) / 10.0**digits, max(digits, 0))
    return near if (near <= limit) == (toward is math.floor) else limit


def _above(middle: float, dtype: np.dtype) -> float:
    """Give the next value above a threshold that voxels of `dtype` may have."""
    return middle + 1 if dtype.kind in "iub" else math.nextafter(middle, math.inf)


def _between(plane: np.ndarray, limits: tuple[float, float]) -> np.ndarray:
    return threshold_range(plane, *limits)
