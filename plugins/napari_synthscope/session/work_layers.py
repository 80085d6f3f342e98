"""Source and mask of one viewer: which layers they are, what is painted, how they fit each other."""

from __future__ import annotations

import weakref
from typing import Any

from qtpy.QtCore import QObject, Signal

from napari_synthscope.canvas.adopting import last_source, may_be_mask, may_be_source
from napari_synthscope.errands import Errands
from napari_synthscope.session.mask_fit import FittedMask, Meant, needs_slices
from napari_synthscope.session.mask_slot import MaskSlot, empty_mask
from napari_synthscope.session.mask_watch import Painted
from napari_synthscope.session.source_slot import SourceSlot
from synthscope.errors import InputError, SynthscopeError
from synthscope.records.image import Image
from synthscope.records.request import Region


class WorkLayers(QObject):
    """Holds source and mask by identity and weakly: they may be renamed, replaced and deleted at any time.

    Where nobody has chosen, the first image becomes the source and the first labels the mask.

    Signals
    -------
    source_changed()
        Another layer is the source, or it was given other data, scale or axes.
    mask_changed()
        Another layer is the mask, or other voxels of it are painted (told once the painting rests).
    """

    source_changed = Signal()
    mask_changed = Signal()

    def __init__(self, viewer: Any) -> None:
        super().__init__()
        self._viewer = weakref.ref(viewer)
        self.errands = Errands(self)
        self._source = SourceSlot(self)
        self._mask = MaskSlot(self.errands, self)
        self._source.changed.connect(self.source_changed)
        self._mask.changed.connect(self.mask_changed)

    @property
    def viewer(self) -> Any:
        """The napari viewer; an `InputError` if it is gone."""
        viewer = self._viewer()
        if viewer is None:
            raise InputError("The viewer has been closed; open another one.")
        return viewer

    @property
    def source(self) -> Any | None:
        """The image layer that is worked on; None before one is chosen and after it was deleted."""
        return self._source.layer

    @property
    def image(self) -> Image | None:
        """The source as an image, lazily; None where `source_image` has none to give."""
        try:
            return self.source_image()
        except SynthscopeError:
            return None

    @property
    def mask(self) -> Any | None:
        """The labels layer that says what is to be replaced."""
        return self._mask.layer

    @property
    def painted(self) -> Painted | None:
        """What is painted: box in the mask layer's own axes, and voxels; None for none."""
        return self._mask.painted

    @property
    def searching(self) -> bool:
        """Whether a large mask is being searched, so that `painted` is not known yet; `mask_changed` follows."""
        return self._mask.searching

    @property
    def meant(self) -> Meant:
        """Which slices a 2D mask on a stack is meant for; None while nobody has said."""
        return self._mask.meant

    @property
    def asks_slices(self) -> bool:
        """Whether somebody must say which slices of the stack the 2D mask is meant for: `set_meant`."""
        both = self.source is not None and self.mask is not None
        return both and needs_slices(self.mask, self.source_image())

    def set_source(self, layer: Any | None) -> None:
        """Work on an image layer, or on none."""
        if layer is not self.source or layer is None:
            self._mask.meant = None
            self._source.set_layer(layer)
            self.mask_changed.emit()  # the same mask may fit no more, or now

    def set_mask(self, layer: Any | None) -> None:
        """Take a labels layer as the mask, or none."""
        if layer is not self.mask or layer is None:
            self._mask.set_layer(layer)

    def set_meant(self, meant: Meant) -> None:
        """Say which slices a 2D mask on a stack is meant for: (first, stop), or ``"all"``."""
        self._mask.meant = meant
        self.mask_changed.emit()

    def new_mask(self) -> Any:
        """Add an empty mask on the grid of the source, take it as the mask, and give its layer.

        Raises
        ------
        InputError
            If there is no source.
        """
        layer = empty_mask(self._source.needed(), self.source_image())
        self._mask.set_layer(layer, empty=True)
        self.viewer.add_layer(layer)
        return layer

    def mask_written(self, box: Region | None = None) -> None:
        """Tell that a program wrote voxels of the mask within `box` of the layer's axes; anywhere, if left out."""
        self._mask.written(box)

    def source_image(self) -> Image:
        """Give the source as an image, lazily.

        Raises
        ------
        InputError
            If there is no source, or its axes are none that an image can have.
        """
        return self._source.image()

    def mask_pixels(self) -> FittedMask:
        """Give the mask on the mask axes of the source's image, its box, and what was done to bring it there.

        Raises
        ------
        InputError
            If there is no source.
        MaskError
            If there is no mask, or it does not fit, or must say which slices it is meant for.
        """
        return self._mask.fitted(self._source.needed(), self.source_image())

    def _listen(self) -> None:
        """Follow the layers of the viewer; those that are there already count as new."""
        viewer = self.viewer
        viewer.layers.events.inserted.connect(self._on_inserted)
        viewer.layers.events.removed.connect(self._on_removed)
        for layer in viewer.layers:
            self._adopt(layer)

    def _on_inserted(self, event: Any) -> None:
        self._adopt(event.value)

    def _on_removed(self, event: Any) -> None:
        if event.value is self.source:
            self.set_source(last_source(self.viewer.layers))
        if event.value is self.mask:
            self.set_mask(None)

    def _adopt(self, layer: Any) -> None:
        """Take the first image as the source and the first labels as the mask, where nobody has chosen."""
        if self.source is None and may_be_source(layer):
            self.set_source(layer)
        elif self.mask is None and may_be_mask(layer):
            self.set_mask(layer)
