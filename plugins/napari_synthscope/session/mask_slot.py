"""The labels layer that says what is to be replaced."""

from __future__ import annotations

import weakref
from typing import Any

import numpy as np
from qtpy.QtCore import QObject, Signal

from napari_synthscope.canvas.layers import shown_axes, spatial
from napari_synthscope.errands import Errands
from napari_synthscope.session.mask_fit import FittedMask, Meant, fit_layer, grid_map, same_grid
from napari_synthscope.session.mask_watch import MaskWatch, Painted
from synthscope.errors import MaskError
from synthscope.records.image import Image
from synthscope.records.request import Region

MASK_COLOUR = "#62b5f3"


class MaskSlot(QObject):
    """Holds one labels layer weakly and knows where it is painted.

    Signals
    -------
    changed()
        Another layer, or other voxels painted (told once the painting rests).
    taken(layer)
        A layer is the mask from now on.
    stroked(layer)
        Somebody painted on the canvas.
    """

    changed = Signal()
    taken = Signal(object)
    stroked = Signal(object)

    def __init__(self, errands: Errands, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._errands = errands
        self._layer: weakref.ref[Any] | None = None
        self._watch: MaskWatch | None = None
        self._brought: tuple[object, FittedMask] | None = None
        self.meant: Meant = None

    @property
    def layer(self) -> Any | None:
        """The layer; None before there is one and after it was deleted."""
        return self._layer() if self._layer is not None else None

    @property
    def painted(self) -> Painted | None:
        """What is painted, in the layer's own axes; None for none."""
        return self._watch.value if self._watch is not None else None

    @property
    def searching(self) -> bool:
        """Whether a large mask is being searched; what was painted a moment ago is searched before answering."""
        return self._watch is not None and not self._watch.settle()

    def set_layer(self, layer: Any | None, *, empty: bool = False) -> None:
        """Hold another layer (known to be empty, if so told), or none."""
        self.close()
        self.meant = None
        if layer is None:
            self.changed.emit()
            return
        self._layer = weakref.ref(layer)
        self._watch = MaskWatch(layer, self._errands, self)
        self._watch.changed.connect(self.changed)
        self._watch.stroked.connect(self._on_stroke)
        self.taken.emit(layer)
        self._watch.begin(empty=empty)

    def written(self, box: Region | None = None) -> None:
        """Note that a program wrote within `box` of the layer's axes; anywhere, if left out."""
        if self._watch is not None:
            self._watch.widen(box)

    def fitted(self, source: Any, image: Image) -> FittedMask:
        """Give the mask on the mask axes of `image`, which the layer `source` shows.

        Raises
        ------
        MaskError
            If there is no mask, or it does not fit, must say which slices it is meant for, or is being searched.
        """
        mask = self.layer
        if mask is None:
            raise MaskError("There is no mask; draw one first: Mask.")
        if self.searching:  # a box of a moment ago would leave out what was painted since
            raise MaskError("What is painted is still being looked for; this takes a moment.")
        if mask.ndim == 2 or same_grid(mask, source):
            return fit_layer(mask, source, image, self.painted, self.meant)
        return self._brought_over(mask, source, image)

    def close(self) -> None:
        """Stop listening."""
        if self._watch is not None:
            self._watch.close()
            self._watch.deleteLater()
        self._watch = self._layer = self._brought = None

    def _brought_over(self, mask: Any, source: Any, image: Image) -> FittedMask:
        """Bring a mask of another grid over once for all who ask: it takes its time."""
        generation = self._watch.generation if self._watch is not None else 0
        grids = tuple(grid_map(layer, layer.ndim).tobytes() for layer in (mask, source))
        key = (generation, grids, mask.data.shape, image.shape, image.space.axes)
        if self._brought is None or self._brought[0] != key:
            self._brought = key, fit_layer(mask, source, image, None, self.meant)
        return self._brought[1]

    def _on_stroke(self) -> None:
        if self.layer is not None:
            self.stroked.emit(self.layer)


def empty_mask(source: Any, image: Image) -> Any:
    """Make an empty labels layer on the grid of `source`: address space, and memory where it is painted."""
    from napari.layers import Labels
    from napari.utils.colormaps import DirectLabelColormap

    own = image.space.mask_axes
    shape = tuple(image.mask_shape[own.index(axis)] for axis in shown_axes(own))
    return Labels(
        np.zeros(shape, np.uint8),
        name=f"Mask of {source.name}",
        opacity=0.5,
        colormap=DirectLabelColormap(color_dict={None: MASK_COLOUR, 0: "transparent"}),
        **spatial(source, mask=True),
    )
