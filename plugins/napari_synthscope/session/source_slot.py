"""The image layer that is worked on."""

from __future__ import annotations

import weakref
from typing import Any

from qtpy.QtCore import QObject, Signal

from napari_synthscope.canvas.layers import KEY, image_of, uuid_of
from synthscope.errors import InputError
from synthscope.records.image import Image, Origin

_SPACE_EVENTS = ("scale", "translate", "units", "axis_labels")


class SourceSlot(QObject):
    """Holds one image layer weakly.

    Signals
    -------
    changed()
        Another layer, or other data, scale or axes of the same one.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._layer: weakref.ref[Any] | None = None

    @property
    def layer(self) -> Any | None:
        """The layer; None before one is chosen and after it was deleted."""
        return self._layer() if self._layer is not None else None

    def set_layer(self, layer: Any | None) -> None:
        """Hold another layer, or none."""
        self._listen("disconnect")
        self._layer = weakref.ref(layer) if layer is not None else None
        self._listen("connect")
        self.changed.emit()

    def needed(self) -> Any:
        """Give the layer.

        Raises
        ------
        InputError
            If there is none.
        """
        if self.layer is None:
            raise InputError("There is no image to work on; open one first.")
        return self.layer

    def image(self) -> Image:
        """Give the image of the layer, lazily; without its file where its voxels were changed in napari."""
        layer = self.needed()
        image = image_of(layer)
        return image.with_(origin=Origin()) if layer.metadata.get(KEY, {}).get("edited") else image

    def close(self) -> None:
        """Stop listening."""
        self._listen("disconnect")
        self._layer = None

    def _listen(self, verb: str) -> None:
        if self.layer is None:
            return
        for name in _SPACE_EVENTS:
            getattr(getattr(self.layer.events, name), verb)(self._on_space)
        getattr(self.layer.events.data, verb)(self._on_data)

    def _on_space(self, event: Any) -> None:
        del event
        self.changed.emit()

    def _on_data(self, event: Any) -> None:
        # Its file, if any, holds other voxels from now on: the layer must be kept as a copy.
        del event
        if self.layer is not None:
            uuid_of(self.layer)
            self.layer.metadata[KEY]["edited"] = True
            self.changed.emit()
