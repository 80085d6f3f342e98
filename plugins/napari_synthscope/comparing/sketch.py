"""What a person draws on the canvas to compare: a line for a profile, a rectangle for a note."""

from __future__ import annotations

import weakref
from typing import Any, Literal

import numpy as np
from qtpy.QtCore import QObject, QTimer, Signal

from napari_synthscope.canvas.layers import KEY, spatial
from napari_synthscope.comparing.modes import SKETCH
from synthscope.qt.theme import DARK

Kind = Literal["line", "rectangle"]
WIDTH = 2.0


class Sketch(QObject):
    """One drawn shape at a time, on a layer of its own that goes when the comparison goes.

    Signals
    -------
    drawn(str, ndarray)
        ``line`` or ``rectangle``, and its corners (n, axes) in voxels of the layer it was drawn on.
    """

    drawn = Signal(str, object)

    def __init__(self, viewer: Any, kind: Kind, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self._kind = kind
        self._name = name
        self._layer: weakref.ref[Any] | None = None
        self._before: weakref.ref[Any] | None = None

    @property
    def layer(self) -> Any | None:
        """The layer that is drawn on; None before anything was drawn."""
        layer = self._layer() if self._layer is not None else None
        return layer if layer is not None and layer in self._viewer.layers else None

    def begin(self, over: Any) -> None:
        """Take the pen: the next drag of the mouse over the canvas draws."""
        layer = self.layer or self._make(over)
        selection = self._viewer.layers.selection
        if selection.active is not None and selection.active is not layer:
            self._before = weakref.ref(selection.active)
        selection.active = layer
        layer.visible = True
        layer.mode = f"add_{self._kind}"

    def show(self, over: Any, corners: np.ndarray) -> None:
        """Show a shape that was drawn earlier."""
        layer = self.layer or self._make(over, quiet=True)
        layer.selected_data = set()
        layer.data = []
        layer.add([np.asarray(corners, float)], shape_type=self._kind)

    def clear(self) -> None:
        """Take away what was drawn, and the layer with it."""
        layer, self._layer = self.layer, None
        if layer is not None:
            layer.mouse_drag_callbacks.remove(self._on_drag)
            self._viewer.layers.remove(layer)

    def _make(self, over: Any, *, quiet: bool = False) -> Any:
        from napari.layers import Shapes

        steps = np.abs(np.asarray(over.scale)[-2:])
        layer = Shapes(
            ndim=over.ndim,
            name=self._name,
            edge_color=DARK.accent,
            face_color="transparent",
            edge_width=WIDTH,
            metadata={KEY: {"role": SKETCH}},
            **spatial(over),
        )
        layer.current_edge_width = max(1.0, WIDTH * float(steps.min() / steps.max()))
        active = self._viewer.layers.selection.active
        self._viewer.add_layer(layer)
        if quiet:
            self._viewer.layers.selection.active = active
        layer.mouse_drag_callbacks.append(self._on_drag)
        self._layer = weakref.ref(layer)
        return layer

    def _on_drag(self, layer: Any, event: Any) -> Any:
        """Wait for the end of a drag: napari's own tools draw."""
        del layer
        yield
        while event.type == "mouse_move":
            yield
        QTimer.singleShot(0, self._finish)

    def _finish(self) -> None:
        layer = self.layer
        if layer is None or not len(layer.data):
            return
        corners = np.array(layer.data[-1], float)
        if len(layer.data) > 1:  # the newest stays alone
            self.show(layer, corners)
        self.drawn.emit(self._kind, corners)

    def put_down(self) -> None:
        """Lay the pen down, and give the layer back that was active before."""
        layer = self.layer
        if layer is not None:
            layer.mode = "pan_zoom"
        before = self._before() if self._before is not None else None
        if before is not None and before in self._viewer.layers:
            self._viewer.layers.selection.active = before
