"""Curves of several sets over each other: the mean of each, and the spread of the real one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from qtpy.QtCore import Signal
from qtpy.QtWidgets import QComboBox, QVBoxLayout, QWidget

from synthscope.qt.curves import Curve, CurvesView, Plot
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.wheel import guard_wheel
from synthscope.records.evaluation import Band

if TYPE_CHECKING:
    from synthscope.qt.plot_canvas import Kind

KINDS: tuple[Kind, ...] = ("synthetic", "figure", "other", "baseline")
"""Of the generated sets, in their order."""
LOG_FROM = 50.0
"""A curve that spans more than this factor is drawn over logarithmic axes."""


def band_plot(bands: Iterable[Band], real: str) -> Plot:
    """Draw the bands of one curve: `real` is the set whose spread is drawn too.

    The spread is one closed line, mean minus and mean plus one standard deviation of fields.
    """
    bands = sorted(bands, key=lambda band: band.subject != real)
    first = bands[0]
    curves: list[Curve] = []
    others = 0
    for band in bands:
        x, mean, spread = (np.asarray(v, float) for v in (band.x, band.mean, band.spread))
        if band.subject == real:
            around = np.concatenate([mean - spread, (mean + spread)[::-1]])
            curves.append(Curve(f"{real} ± SD of fields", np.concatenate([x, x[::-1]]), around, "level"))
            curves.append(Curve(real, x, mean, "real"))
        else:
            curves.append(Curve(band.subject, x, mean, KINDS[others % len(KINDS)]))
            others += 1
    log = _spans([np.asarray(band.mean, float) for band in bands])
    log_x = log and min(min(band.x) for band in bands) > 0
    return Plot(tuple(curves), first.x_title, first.y_title, log_x=log_x, log_y=log, title=first.title)


def _spans(curves: list[np.ndarray]) -> bool:
    values = np.concatenate(curves)
    values = values[np.isfinite(values)]
    return bool(len(values)) and bool(values.min() > 0) and bool(values.max() > LOG_FROM * values.min())


class BandsView(QWidget):
    """Shows the curves of a report, one at a time, chosen above the plot.

    Signals
    -------
    saved(str)
        A file was written.
    failed(SynthscopeError)
        A file could not be written.
    """

    saved = Signal(str)
    failed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bands: dict[tuple[str, str], list[Band]] = {}
        self._real = ""
        # create
        self.combo = QComboBox()
        self.empty = WrappingLabel("The measures of this report draw no curves.", role="muted")
        self.view: CurvesView | None = None
        # lay out
        self.combo.setAccessibleName("Curve")
        self.combo.setToolTip("Which curve is drawn")
        self.combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.combo.setMinimumContentsLength(8)
        guard_wheel(self.combo)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.combo)
        column.addWidget(self.empty)
        # connect
        self.combo.currentIndexChanged.connect(lambda _: self._draw())
        self.set_value((), "")

    def value(self) -> tuple[Band, ...]:
        """Give all bands."""
        return tuple(band for bands in self._bands.values() for band in bands)

    def set_value(self, bands: Iterable[Band], real: str) -> None:
        """Show bands; `real` names the set that the others are compared with."""
        chosen = self.combo.currentData()
        self._real = real
        self._bands = {}
        for band in bands:
            self._bands.setdefault((band.extractor, band.name), []).append(band)
        self.combo.blockSignals(True)
        self.combo.clear()
        for key, found in self._bands.items():
            self.combo.addItem(found[0].title, key)
        self.combo.setCurrentIndex(max(0, self._place(chosen)) if self._bands else -1)
        self.combo.blockSignals(False)
        self.combo.setVisible(bool(self._bands))
        self.empty.setVisible(not self._bands)
        if self.view is not None:
            self.view.setVisible(bool(self._bands))
        if self.isVisible():
            self._draw()

    def look_at(self, extractor: str, name: str = "") -> bool:
        """Choose a curve of an extractor; False where it has none."""
        found = [key for key in self._bands if key == (extractor, name)]
        found = found or [key for key in self._bands if key[0] == extractor]
        if found:
            self.combo.setCurrentIndex(self._place(found[0]))
        return bool(found)

    def showEvent(self, event: object) -> None:  # noqa: N802 - Qt's name
        """Draw, now that somebody looks: pyqtgraph is slow to come."""
        super().showEvent(event)
        self._draw()

    def _place(self, key: object) -> int:
        return next((i for i in range(self.combo.count()) if self.combo.itemData(i) == key), -1)

    def _draw(self) -> None:
        key = self.combo.currentData()
        if key is None or not self.isVisible():
            return
        if self.view is None:
            self.view = CurvesView()
            self.view.saved.connect(self.saved)
            self.view.failed.connect(self.failed)
            self.layout().addWidget(self.view, 1)
        self.view.set_value(band_plot(self._bands[tuple(key)], self._real))
