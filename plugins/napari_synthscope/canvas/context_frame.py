"""The region of context as a rectangle on the canvas."""

from __future__ import annotations

import weakref
from typing import Any

import numpy as np

from napari_synthscope.canvas.layers import KEY, shown_axes
from napari_synthscope.canvas.placing import add_quietly, moved
from synthscope.qt.theme import DARK
from synthscope.records.request import Region

ROLE = "context"
NAME = "Region of context"


class ContextFrame:
    """Draws the box that a generator may see round the mask, on every slice it reaches through."""

    def __init__(self, viewer: Any) -> None:
        self._viewer = weakref.ref(viewer)
        self._layer: weakref.ref[Any] | None = None
        self._shown: tuple[Region, int] | None = None

    @property
    def layer(self) -> Any | None:
        """The layer of the rectangle, while there is one."""
        viewer, layer = self._viewer(), self._layer() if self._layer is not None else None
        return layer if viewer is not None and layer is not None and layer in viewer.layers else None

    def show(self, source: Any, axes: str, region: Region) -> None:
        """Draw the rectangle of a region of the image that `source` shows."""
        from napari.layers import Shapes

        viewer = self._viewer()
        if viewer is None or (self._shown == (region, id(source)) and self.layer is not None):
            return
        self.hide()
        corners = _rectangle(axes, region)
        arguments = moved(source, axes, (0,) * len(axes), mask=True)
        keep = slice(len(arguments["axis_labels"]) - 2, None)
        layer = Shapes(
            [corners],
            shape_type="rectangle",
            name=NAME,
            edge_color=DARK.accent,
            face_color="transparent",
            edge_width=max(1.0, float(np.ptp(corners)) / 300),
            scale=np.asarray(arguments["scale"])[keep],
            translate=np.asarray(arguments["translate"])[keep],
            units=tuple(arguments["units"])[keep],
            axis_labels=tuple(arguments["axis_labels"])[keep],
            metadata={KEY: {"role": ROLE}},
        )
        layer.editable = False
        add_quietly(viewer, layer)
        self._layer, self._shown = weakref.ref(layer), (region, id(source))

    def hide(self) -> None:
        """Take the rectangle away."""
        viewer, layer = self._viewer(), self.layer
        self._layer = self._shown = None
        if viewer is not None and layer is not None:
            viewer.layers.remove(layer)


def _rectangle(axes: str, region: Region) -> np.ndarray:
    """Give the corners (4, 2) round the voxels of a region, in rows and columns."""
    order = [a for a in shown_axes(axes) if a in "yx"]
    low = [region.start[axes.index(a)] - 0.5 for a in order]
    high = [region.stop[axes.index(a)] - 0.5 for a in order]
    return np.array([[low[0], low[1]], [low[0], high[1]], [high[0], high[1]], [high[0], low[1]]])
