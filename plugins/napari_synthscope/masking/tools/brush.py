"""Options of napari's own brush and eraser: how wide they are, in pixels and in micrometres."""

from __future__ import annotations

import weakref
from typing import Any

import numpy as np
from qtpy.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from napari_synthscope.masking.tools.bench import Bench
from synthscope.errors import MaskError
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.number_edit import NumberEdit
from synthscope.qt.theme import set_mark

HINTS = {
    "brush": "Drag over what is to be made again. [ and ] change the width.",
    "erase": "Drag over what is to stay as it is. [ and ] change the width.",
    "fill": "Draw a closed line with the brush, then click inside it.",
    "polygon": "Click corner after corner; a double click or Enter closes it, Esc begins anew.",
    "move": "Drag moves the picture, the wheel zooms. Take a tool to mark something.",
}
WIDEST = 1000


class BrushTool(QWidget):
    """Edits the width of the brush; for tools without a width it only says how they are used."""

    def __init__(self, bench: Bench, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bench = bench
        self._key = key
        self._layer: weakref.ref[Any] | None = None
        self._step = 1.0
        # create
        self.pixels = NumberEdit(int, unit="px")
        self.length = NumberEdit(float)
        self._unit = QLabel()
        self._row = QWidget()
        # lay out
        self._lay_out()
        # connect
        self.pixels.value_changed.connect(self._on_pixels)
        self.length.value_changed.connect(self._on_length)

    def begin(self, layer: Any) -> None:
        """Show the width of the layer's brush and follow it."""
        self._layer = weakref.ref(layer)
        layer.events.brush_size.connect(self._follow)
        try:
            ground = self._bench.ops.ground()
        except MaskError:
            return
        self._step = float(ground.voxel_size[-1])
        self._unit.setText(ground.unit)
        for widget in (self.length, self._unit):
            widget.setVisible(ground.unit != "pixel")
        self._follow()

    def end(self) -> None:
        """Follow no more."""
        layer = self._layer() if self._layer is not None else None
        if layer is not None:
            layer.events.brush_size.disconnect(self._follow)
        self._layer = None

    def click(self, place: np.ndarray, held: str) -> None:
        """Clicks are napari's own."""
        del place, held

    def _follow(self, _event: object = None) -> None:
        layer = self._layer() if self._layer is not None else None
        if layer is None:
            return
        size = int(layer.brush_size)
        self.pixels.blockSignals(True)
        self.length.blockSignals(True)
        self.pixels.set_value(size)
        self.length.set_value(float(f"{size * self._step:.4g}"))
        self.pixels.blockSignals(False)
        self.length.blockSignals(False)

    def _on_pixels(self, size: int | None) -> None:
        self._set(size)

    def _on_length(self, length: float | None) -> None:
        self._set(None if length is None else round(length / self._step))

    def _set(self, size: float | None) -> None:
        layer = self._layer() if self._layer is not None else None
        fits = size is not None and 1 <= size <= WIDEST
        for edit in (self.pixels, self.length):
            set_mark(edit.line, "invalid", not fits)
        if layer is not None and size is not None and fits:
            layer.brush_size = int(size)

    def _lay_out(self) -> None:
        self.pixels.line.setAccessibleName("Width in pixels")
        self.length.line.setAccessibleName("Width in physical units")
        row = QHBoxLayout(self._row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(QLabel("Width"))
        row.addWidget(self.pixels, 1)
        row.addWidget(self.length, 1)
        row.addWidget(self._unit)
        self._row.setVisible(self._key in ("brush", "erase"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._row)
        column.addWidget(WrappingLabel(HINTS[self._key], role="muted"))
