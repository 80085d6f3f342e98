"""The curves of a comparison: which, and from where; worked out apart from the window."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from qtpy.QtCore import QTimer, Signal
from qtpy.QtWidgets import QComboBox, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from napari_synthscope.comparing.pair import Pair, plane_index
from napari_synthscope.comparing.plots import Line, Where, histogram_of, profile_of, spectrum_of
from napari_synthscope.comparing.scene import Scene
from napari_synthscope.comparing.sketch import Sketch
from napari_synthscope.errands import Errands
from synthscope.errors import InputError, SynthscopeError
from synthscope.qt.buttons import TextButton
from synthscope.qt.curves import CurvesView, Plot
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.theme import set_role

KINDS = (("histogram", "Histogram"), ("profile", "Profile"), ("spectrum", "Spectrum"))
PLACES: tuple[tuple[Where, str], ...] = (
    ("inside", "inside the mask"),
    ("around", "inside and around"),
    ("slice", "whole slice"),
)
DEBOUNCE = 150
HEIGHT = 260


class CompareCurves(QFrame):
    """Shows one plot of the two images that a scene compares.

    Signals
    -------
    value_changed(Plot or None)
        Another plot is shown.
    """

    value_changed = Signal(object)

    def __init__(self, viewer: Any, scene: Scene, errands: Errands, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "card")
        self._viewer, self._scene, self._errands = viewer, scene, errands
        self._asked = 0
        self._line: Line | None = None
        self.sketch = Sketch(viewer, "line", "line profile", self)
        # create
        self.kind = _combo("Curve", KINDS)
        self.where = _combo("From where", PLACES)
        self.draw = TextButton("Draw a line", name="vector-line", tip="Then drag over the image")
        self.curves = CurvesView(empty="Nothing to draw yet")
        self.words = WrappingLabel(role="muted")
        self._timer = QTimer(self)
        # lay out
        self._lay_out()
        # connect
        self._timer.setSingleShot(True)
        self._timer.setInterval(DEBOUNCE)
        self._timer.timeout.connect(self.refresh)
        self.kind.activated.connect(lambda _: self._choose())
        self.where.activated.connect(lambda _: self._timer.start())
        self.draw.clicked.connect(self.begin_line)
        self.sketch.drawn.connect(self._on_drawn)
        scene.changed.connect(self._timer.start)
        viewer.dims.events.current_step.connect(self._on_step)
        self._choose()

    def value(self) -> Plot | None:
        """Give the plot that is shown."""
        return self.curves.value()

    def set_kind(self, kind: str) -> None:
        """Show another kind of curve: ``histogram``, ``profile`` or ``spectrum``."""
        self.kind.setCurrentIndex(self.kind.findData(kind))
        self._choose()

    def begin_line(self) -> None:
        """Let the next drag over the canvas draw the line."""
        layers = self._scene.layers
        if layers is not None:
            self.sketch.begin(layers[0])
            self._say("Drag over the image from one end to the other.")

    def refresh(self) -> None:
        """Work the curve out again."""
        pair = self._scene.pair
        self._asked += 1
        self._say("")
        if pair is None or self._scene.layers is None:
            self._put(self._asked, None)
            return
        try:
            work = self._work(pair)
        except SynthscopeError as error:
            self._fail(self._asked, error)
            return
        asked = self._asked
        self._errands.run(work, lambda plot: self._put(asked, plot), lambda error: self._fail(asked, error))

    def close_curves(self) -> None:
        """Let go of the viewer."""
        self._timer.stop()
        self._viewer.dims.events.current_step.disconnect(self._on_step)
        self.sketch.clear()

    def showEvent(self, event: Any) -> None:  # noqa: N802 - Qt's name
        """Work out what was asked for while nobody looked."""
        super().showEvent(event)
        self._timer.start()

    def _work(self, pair: Pair) -> Callable[[], Plot]:
        kind, where = self.kind.currentData(), self.where.currentData()
        if kind == "profile":
            line = self._line
            if line is None:
                raise InputError("Draw a line over the image to see its grey values along it.")
            return lambda: profile_of(pair, line)
        assert self._scene.layers is not None
        index = plane_index(self._viewer, self._scene.layers[0]) if where == "slice" else ()
        plot = histogram_of if kind == "histogram" else spectrum_of
        return lambda: plot(pair, where, index)

    def _choose(self) -> None:
        profile = self.kind.currentData() == "profile"
        self.where.setVisible(not profile)
        self.draw.setVisible(profile)
        self._timer.start()

    def _on_drawn(self, _kind: str, corners: np.ndarray) -> None:
        self._line = Line(tuple(map(float, corners[0])), tuple(map(float, corners[-1])))
        self.sketch.put_down()
        self._timer.start()

    def _on_step(self, event: Any) -> None:
        del event
        if self.where.currentData() == "slice" and self.kind.currentData() != "profile":
            self._timer.start()

    def _put(self, asked: int, plot: Plot | None) -> None:
        if asked == self._asked:
            self.curves.set_value(plot)
            self.value_changed.emit(plot)

    def _fail(self, asked: int, error: SynthscopeError) -> None:
        if asked == self._asked:
            self.curves.set_value(None)
            self._say(error.sentence)

    def _say(self, words: str) -> None:
        self.words.setText(words)
        self.words.setVisible(bool(words))

    def _lay_out(self) -> None:
        self.curves.setFixedHeight(HEIGHT)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.kind, 2)
        row.addWidget(self.where, 3)
        row.addWidget(self.draw, 3)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self.words)
        column.addWidget(self.curves)


def _combo(words: str, items: tuple[tuple[str, str], ...]) -> QComboBox:
    combo = QComboBox()
    combo.setAccessibleName(words)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    combo.setMinimumContentsLength(4)
    for data, text in items:
        combo.addItem(text, data)
    return combo
