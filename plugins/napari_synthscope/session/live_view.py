"""The live preview on the canvas: one layer over its source, outlined, that nobody can accept or save."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

from napari_synthscope.canvas.layers import LIVE, SUFFIX
from napari_synthscope.canvas.outlines import add_box_outline, outline_of
from napari_synthscope.canvas.placing import add_quietly, box_layer, follow_look, moved, top_image
from napari_synthscope.session.mask_veil import MaskVeil
from napari_synthscope.session.turns import Turns
from synthscope.records.image import Image

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session
    from synthscope.services.tasks import Task

NAME = f"Live preview{SUFFIX}"


class LiveView:
    """Shows one picture at a time; the next one of the same place takes over its layer."""

    def __init__(self, session: Session) -> None:
        self._session = weakref.ref(session)
        self._layer: weakref.ref[Any] | None = None
        self._place: object = None
        self._veil = MaskVeil(session)
        self._turns = Turns(session)

    @property
    def busy(self) -> bool:
        """Whether an outline is still to come."""
        return self._turns.busy

    @property
    def layer(self) -> Any | None:
        """The layer; None while nothing is shown, and after somebody deleted it."""
        layer, session = self._layer() if self._layer is not None else None, self._session()
        return layer if layer is not None and session is not None and layer in session.viewer.layers else None

    def show(self, task: Task, picture: Image, source: Any | None) -> None:
        """Show the picture of a task over the layer of its source."""
        session = self._session()
        if session is None:
            return
        region = task.region if task.recipe.request.task != "synthesize" else None
        start = None if region is None else region.start
        over = source if start is not None else None
        place = None if over is None or start is None else moved(over, picture.space.axes, start)
        fresh = box_layer(picture, source, place, LIVE, name=NAME)
        layer, here = self.layer, (start, fresh.data.shape, fresh.data.dtype, id(source))
        if layer is not None and here == self._place:
            layer.data = fresh.data
            return
        self.clear()
        add_quietly(session.viewer, fresh, top_image(session.viewer, source))
        follow_look(fresh, source, session.viewer)
        self._layer, self._place = weakref.ref(fresh), here
        self._veil.draw()
        self._turns.then(lambda: self._outline(fresh, picture))

    def clear(self) -> None:
        """Take the picture off the canvas."""
        layer, session = self.layer, self._session()
        self._layer = self._place = None
        if layer is not None and session is not None:
            outline = outline_of(session.viewer, layer)
            for one in (outline, layer):
                if one is not None:
                    session.viewer.layers.remove(one)
        self._veil.lift()

    def _outline(self, layer: Any, picture: Image) -> None:
        session = self._session()
        if session is not None and layer is self.layer:
            add_box_outline(session.viewer, layer, picture)
