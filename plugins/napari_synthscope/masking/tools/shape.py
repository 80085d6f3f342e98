"""Lasso, rectangle and ellipse: an outline drawn on a slice, through as many slices as are meant."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from qtpy.QtWidgets import QVBoxLayout, QWidget

from napari_synthscope.masking.tools.bench import VERBS, Bench
from napari_synthscope.masking.tools.canvas import Kind
from napari_synthscope.masking.tools.ground import check_size
from synthscope.errors import MaskError
from synthscope.imaging.masks.grids import Mask, box_shape, painted_box
from synthscope.imaging.masks.shapes import ellipse, polygon, rectangle
from synthscope.qt.labels import WrappingLabel

HINTS = {
    "lasso": "Drag around what you mean; the line closes itself.",
    "rectangle": "Drag from corner to corner.",
    "ellipse": "Drag from corner to corner of the frame around it.",
}


class ShapeTool(QWidget):
    """Paints the inside of an outline."""

    def __init__(self, bench: Bench, kind: Kind, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bench = bench
        self._kind: Kind = kind
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(WrappingLabel(HINTS[kind], role="muted"))

    def begin(self, layer: Any) -> None:
        """Take the mouse."""
        self._bench.hand.drawn.connect(self._on_drawn)
        self._bench.hand.take(layer, self._kind)

    def end(self) -> None:
        """Give the mouse back."""
        self._bench.hand.drawn.disconnect(self._on_drawn)
        self._bench.hand.drop()

    def click(self, place: np.ndarray, held: str) -> None:
        """Let clicks be: they are no outline."""
        del place, held

    def _on_drawn(self, kind: str, points: NDArray[np.float64], held: str) -> None:
        self._bench.ops.attempt(lambda: self._draw(kind, points, held))

    def _draw(self, kind: str, points: NDArray[np.float64], held: str) -> None:
        bench = self._bench
        ground = bench.ops.ground()
        plane = outlined(kind, points, (ground.shape[-2], ground.shape[-1]))
        inner = painted_box(plane)
        if inner is None:
            raise MaskError(f"The {kind} holds the centre of no voxel of this image; draw it larger, or zoom in.")
        slices = bench.frame.where().slices(ground)
        box = ground.through(slices, inner)
        check_size(box, f"A {kind} through these slices")
        selection = np.broadcast_to(plane[inner], box_shape(box))
        how = bench.how(held)
        bench.ops.put(f"{VERBS[how]} {kind}", ground, box, selection, how, slices)


def outlined(kind: str, points: NDArray[np.float64], shape: tuple[int, int]) -> Mask:
    """Give the pixels of a plane inside an outline of that kind, drawn by a drag."""
    if kind == "lasso":
        return polygon(shape, points)
    first, last = points[0], points[-1]
    if kind == "rectangle":
        return rectangle(shape, first.tolist(), last.tolist())
    return ellipse(shape, ((first + last) / 2).tolist(), (np.abs(last - first) / 2).tolist())
