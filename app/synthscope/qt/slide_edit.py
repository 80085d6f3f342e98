"""A number between two limits with a slider beside it: typed where it is known, moved where it is felt."""

from __future__ import annotations

import math

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QHBoxLayout, QSlider, QWidget

from synthscope.qt.number_edit import NumberEdit
from synthscope.qt.wheel import guard_wheel

FINEST = 200
"""Steps of a slider of real numbers, at most; typing is finer."""


def slider_step(low: float, high: float, kind: type) -> float:
    """Give the step of a slider: 1, 2 or 5 times a power of ten, at most `FINEST` of them; whole for whole numbers."""
    least = (high - low) / FINEST
    power = 10.0 ** math.floor(math.log10(least))
    # A least step of 0.005 is told a little larger by the division: it is still one of 5.
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least * (1 - 1e-9))
    return max(1.0, step) if kind is int else step


class SlideEdit(QWidget):
    """Edits one number; the line and the slider follow each other.

    What is typed is kept as it is, also between two steps of the slider and beyond its ends.

    Parameters
    ----------
    kind : type
        int or float.
    low, high : float
        The ends of the slider.

    Signals
    -------
    value_changed(number or None)
        As of `NumberEdit`.
    """

    value_changed = Signal(object)

    def __init__(self, kind: type, low: float, high: float, *, unit: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind = kind
        self._low, self._high = low, high
        self._step = slider_step(low, high, kind)
        # create
        self.number = NumberEdit(kind, unit=unit)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, max(1, math.ceil((high - low) / self._step - 1e-9)))
        self.slider.setPageStep(max(1, self.slider.maximum() // 10))
        self.setFocusProxy(self.number)
        guard_wheel(self.slider)
        # lay out
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.slider, 3)
        row.addWidget(self.number, 2)
        # connect
        self.slider.valueChanged.connect(self._on_slid)
        self.number.value_changed.connect(self._on_typed)

    def value(self) -> float | int | None:
        """Give the number, or None where the text is none."""
        return self.number.value()

    def set_value(self, number: float) -> None:
        """Show a number."""
        self.number.set_value(number)

    def text(self) -> str:
        """Give what is typed."""
        return self.number.text()

    def _on_slid(self, position: int) -> None:
        digits = max(0, -math.floor(math.log10(self._step)))  # 30 steps of 0.01 read 0.3
        number = round(self._low + position * self._step, digits)
        self.number.set_value(self._kind(min(max(number, self._low), self._high)))

    def _on_typed(self, number: float | None) -> None:
        if number is not None and math.isfinite(number):
            self.slider.blockSignals(True)
            self.slider.setValue(self._position(number))
            self.slider.blockSignals(False)
        self.value_changed.emit(number)

    def _position(self, number: float) -> int:
        within = min(max(number, self._low), self._high)  # first: a quotient of a huge number is none
        last: int = self.slider.maximum()
        return min(round((within - self._low) / self._step), last)
