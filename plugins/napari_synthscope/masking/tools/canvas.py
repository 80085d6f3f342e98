"""A hand on the canvas: clicks, lassos, rectangles and ellipses over the mask, with their outline as drawn."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from qtpy.QtCore import QObject, QTimer, Signal

from napari_synthscope.canvas.layers import KEY
from napari_synthscope.canvas.placing import add_quietly
from synthscope.imaging.masks.holes import Combination

Kind = Literal["click", "lasso", "rectangle", "ellipse"]
ROLE = "sketch"
COLOUR = "#ffb056"
LINE = 2.0  # pixels of the screen
LEAST = 1e-6


class CanvasHand(QObject):
    """Takes the mouse on one mask layer for a tool of ours.

    Signals
    -------
    drawn(kind, points, how)
        An outline was finished: float64 array (n, 2) of rows and columns in voxels; `how` is what the
        held key asks for, or empty.
    clicked(place, how)
        A voxel was clicked: float64 array (ndim,) in voxels of the layer.
    refused(str)
        Why nothing can be drawn in this view.
    lost()
        Another tool or another layer was taken.
    """

    drawn = Signal(str, object, str)
    clicked = Signal(object, str)
    refused = Signal(str)
    lost = Signal()

    def __init__(self, viewer: Any, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self._layer: weakref.ref[Any] | None = None
        self._kind: Kind = "click"
        self._sketch: Any | None = None
        self._settling = False
        # A layer that is added quietly is the active one for a moment: who asks later sees what stays.
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self._check_active)

    @property
    def layer(self) -> Any | None:
        """The layer whose mouse is taken."""
        return self._layer() if self._layer is not None else None

    def take(self, layer: Any, kind: Kind) -> None:
        """Take the mouse: from now on the left button draws on `layer`, and moves nothing."""
        self.drop()
        self._settling = True
        self._kind = kind
        self._viewer.layers.selection.active = layer
        layer.mode = "pan_zoom"
        layer.mouse_pan = False
        layer.cursor = "crosshair"
        layer.mouse_drag_callbacks.append(self._on_mouse)
        layer.events.mode.connect(self._on_mode)
        self._viewer.layers.selection.events.active.connect(self._on_active)
        self._layer = weakref.ref(layer)
        if kind != "click":
            self._sketch = sketch_layer(layer)
            add_quietly(self._viewer, self._sketch)
        self._settling = False

    def drop(self) -> None:
        """Give the mouse back."""
        layer, sketch = self.layer, self._sketch
        self._layer = self._sketch = None
        if sketch is not None and sketch in self._viewer.layers:
            self._viewer.layers.remove(sketch)
        if layer is None:
            return
        layer.events.mode.disconnect(self._on_mode)
        self._viewer.layers.selection.events.active.disconnect(self._on_active)
        if self._on_mouse in layer.mouse_drag_callbacks:
            layer.mouse_drag_callbacks.remove(self._on_mouse)
        layer.mouse_pan = str(layer.mode) == "pan_zoom"
        if str(layer.mode) == "pan_zoom":
            layer.cursor = "standard"

    def _on_mouse(self, layer: Any, event: Any) -> Iterator[None]:
        if event.button != 1:
            return
        if tuple(event.dims_displayed) != (self._viewer.dims.ndim - 2, self._viewer.dims.ndim - 1):
            self.refused.emit("Drawing needs a slice of rows and columns; switch the view to 2D without rolled axes.")
            return
        how = _how(event.modifiers)
        points = [layer.world_to_data(event.position)]
        yield
        while event.type == "mouse_move":
            points.append(layer.world_to_data(event.position))
            self._show(np.asarray(points)[:, -2:])
            yield
        self._finish(np.asarray(points), how)

    def _finish(self, places: NDArray[np.float64], how: str) -> None:
        self._show(np.zeros((0, 2)))
        if self._kind == "click":
            self.clicked.emit(places[0], how)
            return
        points = places[:, -2:]
        if float(np.ptp(points, axis=0).max()) > LEAST:  # a click that draws nothing is no outline
            self.drawn.emit(self._kind, points, how)

    def _show(self, points: NDArray[np.float64]) -> None:
        sketch = self._sketch
        if sketch is None or sketch not in self._viewer.layers:
            return
        sketch.data = []
        if len(points) < 2:
            return
        zoom = max(float(self._viewer.scene.camera.zoom) * float(sketch.scale[-1]), LEAST)
        kind = "path" if self._kind == "lasso" else self._kind
        shape = points if self._kind == "lasso" else corners(points[0], points[-1])
        sketch.add(shape, shape_type=kind, edge_color=COLOUR, face_color="transparent", edge_width=LINE / zoom)
        sketch.selected_data = set()

    def _on_mode(self, _event: object = None) -> None:
        self._give_up()

    def _on_active(self, _event: object = None) -> None:
        self._later.start()

    def _check_active(self) -> None:
        if self._viewer.layers.selection.active is not self.layer:
            self._give_up()

    def _give_up(self) -> None:
        if not self._settling and self.layer is not None:
            self.drop()
            self.lost.emit()


def sketch_layer(mask: Any) -> Any:
    """Make the layer that shows an outline while it is drawn, in every slice."""
    from napari.layers import Shapes

    layer = Shapes(ndim=2, name="Drawing", metadata={KEY: {"role": ROLE}}, **flat_spatial(mask))
    layer.editable = False
    return layer


def flat_spatial(layer: Any) -> dict[str, Any]:
    """Give where rows and columns of a layer lie, for a layer of these two axes alone."""
    homogeneous = [layer.ndim - 2, layer.ndim - 1, layer.ndim]
    return {
        "scale": np.asarray(layer.scale)[-2:],
        "translate": np.asarray(layer.translate)[-2:],
        "affine": np.asarray(layer.affine.affine_matrix)[np.ix_(homogeneous, homogeneous)],
        "units": tuple(layer.units)[-2:],
        "axis_labels": tuple(layer.axis_labels)[-2:],
    }


def corners(first: NDArray[np.float64], last: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the four corners of the rectangle between two points."""
    (a, b), (c, d) = first, last
    return np.array([[a, b], [a, d], [c, d], [c, b]])


def _how(modifiers: Any) -> Combination | Literal[""]:
    """Tell what the held key asks for."""
    held = {str(getattr(key, "name", key)) for key in modifiers}
    return "add" if "Shift" in held else "subtract" if "Alt" in held else ""
