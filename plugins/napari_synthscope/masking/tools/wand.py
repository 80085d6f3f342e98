"""The wand: what hangs together with a clicked voxel and has about its grey value."""

from __future__ import annotations

from typing import Any

import numpy as np
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

from napari_synthscope.masking.tools.bench import VERBS, Bench
from napari_synthscope.masking.tools.ground import Slab, source_pixels
from synthscope.errors import MaskError
from synthscope.imaging.masks.grids import Box, Mask
from synthscope.imaging.masks.wand import wand_box
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.number_edit import NumberEdit
from synthscope.qt.sentence import Said
from synthscope.qt.theme import set_mark
from synthscope.qt.wheel import guard_wheel

MOST = 1 << 26
"""Voxels that are looked at around a click: more would need gigabytes."""

STEPS = 200
WIDEST = 0.5  # of the contrast range
FIRST = 0.08


class WandTool(QWidget):
    """Selects a region by a click."""

    def __init__(self, bench: Bench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bench = bench
        self._range = 1.0
        # create
        self.tolerance = NumberEdit(float)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        # lay out
        self._lay_out()
        # connect
        self.slider.sliderMoved.connect(self._on_slider)
        self.slider.actionTriggered.connect(lambda _: self._on_slider(self.slider.sliderPosition()))
        self.tolerance.value_changed.connect(self._on_number)

    def begin(self, layer: Any) -> None:
        """Take the mouse; the tolerance fits the contrast of the image."""
        source = self._bench.session.source
        if source is not None:
            limits = source.contrast_limits if not source.rgb else (0, 255)
            reach = float(limits[1] - limits[0]) or 1.0
            if reach != self._range or self.tolerance.value() is None:
                self._range = reach
                whole = np.dtype(source.dtype).kind in "iu"
                first = FIRST * reach
                self.tolerance.set_value(float(round(first)) if whole and first >= 1 else float(f"{first:.3g}"))
        self._bench.hand.take(layer, "click")

    def end(self) -> None:
        """Give the mouse back."""
        self._bench.hand.drop()

    def click(self, place: np.ndarray, held: str) -> None:
        """Select around a voxel."""
        self._bench.ops.attempt(lambda: self._select(place, held))

    def _select(self, place: np.ndarray, held: str) -> None:
        bench = self._bench
        if bench.ops.busy:
            raise MaskError("Something is still being worked out; wait for it, or cancel it.")
        tolerance = self.tolerance.value()
        if tolerance is None or not 0 <= tolerance < float("inf"):
            raise MaskError("The tolerance is no number of at least 0; correct it.")
        ground = bench.ops.ground()
        pixels = source_pixels(bench.session, ground)
        seed = tuple(int(i) for i in np.floor(place[-len(ground.shape) :] + 0.5))
        if not all(0 <= i < n for i, n in zip(seed, ground.shape, strict=True)):
            raise MaskError("The click lies outside the image; click inside it.")
        slices = bench.frame.where().slices(ground)
        how = bench.how(held)
        name = f"{VERBS[how]} wand selection"

        def put(found: tuple[Box, Mask, str]) -> None:
            box, region, remark = found
            bench.ops.put(name, ground, box, region, how, slices)
            if remark:
                bench.ops.said.emit(Said(remark, "warning"))

        bench.ops.start(lambda: around(pixels, seed, float(tolerance), slices), put)

    def _on_slider(self, position: int) -> None:
        value = WIDEST * self._range * (position / STEPS) ** 2
        self.tolerance.set_value(float(f"{value:.3g}"))

    def _on_number(self, value: float | None) -> None:
        fits = value is not None and 0 <= value < float("inf")
        set_mark(self.tolerance.line, "invalid", not fits)
        if value is not None and fits:
            self.slider.blockSignals(True)
            self.slider.setValue(round(STEPS * min(value / (WIDEST * self._range), 1.0) ** 0.5))
            self.slider.blockSignals(False)

    def _lay_out(self) -> None:
        self.slider.setRange(0, STEPS)
        self.slider.setAccessibleName("Tolerance")
        guard_wheel(self.slider)
        tip = "How much a grey value may differ from the clicked one; larger takes more"
        for widget in (self.slider, self.tolerance):
            widget.setToolTip(tip)
        self.tolerance.line.setAccessibleName("Tolerance in grey values")
        self.tolerance.setMaximumWidth(96)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(QLabel("Tolerance"))
        row.addWidget(self.slider, 1)
        row.addWidget(self.tolerance)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(WrappingLabel("Click on the image.", role="muted"))


def around(pixels: Any, seed: tuple[int, ...], tolerance: float, slices: slice) -> tuple[Box, Mask, str]:
    """Select around a voxel within some slices, as many of them as memory allows.

    Returns
    -------
    box, region, remark
        Where the region lies in `pixels`, the region, and what a person should know of it.
    """
    if len(pixels.shape) == 2:
        box, region = wand_box(pixels, seed, tolerance)
        return box, region, ""
    if not slices.start <= seed[0] < slices.stop:
        raise MaskError(f"Slice {seed[0]} is not among those that are meant; show one of them and click there.")
    start, stop = _reach(pixels.shape, seed[0], slices)
    inner = (seed[0] - start, *seed[1:])
    box, region = wand_box(Slab(pixels, slice(start, stop)), inner, tolerance)
    moved = (slice(box[0].start + start, box[0].stop + start), *box[1:])
    ends = (moved[0].start == start > slices.start and region[0].any()) or (
        moved[0].stop == stop < slices.stop and region[-1].any()
    )
    remark = f"The region goes on beyond slices {start} to {stop - 1}; it was selected in these only." if ends else ""
    return moved, region, remark


def _reach(shape: tuple[int, ...], seed: int, slices: slice) -> tuple[int, int]:
    """Give the slices around the clicked one that may be looked at."""
    half = max(MOST // max(int(np.prod(shape[1:])), 1) // 2, 1)
    return max(slices.start, seed - half), min(slices.stop, seed + half + 1)
