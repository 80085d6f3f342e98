"""The layers of a run's first candidate, made hidden before its job runs: napari takes a while to make a layer."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

import numpy as np
from qtpy.QtCore import QTimer

from napari_synthscope.canvas.layers import SUFFIX
from napari_synthscope.canvas.outlines import add_waiting_outline, claim_outline
from napari_synthscope.canvas.placing import add_quietly, box_layer, follow_look, moved
from synthscope.jobs.rows import QueuedJob
from synthscope.records.image import Image, Origin

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session
    from synthscope.services.planning import Plan

NAME = f"Candidate to come{SUFFIX}"
ROLE = "candidate to come"
BREATH_MS = 30
"""Between the two layers, so that the window answers between them."""

ALIKE = ("scale", "translate", "rotate", "shear")


class PreparedLayers:
    """An empty image and the outline of its mask, hidden, until a candidate of the same box takes them over.

    Both are held weakly: whoever deletes them in the meantime does no harm.
    """

    def __init__(self, session: Session) -> None:
        self._session = weakref.ref(session)
        self._layer: weakref.ref[Any] | None = None
        self._outline: weakref.ref[Any] | None = None
        self._pending: Image | None = None
        """The box whose outline is yet to be made."""

    def prepare(self, planned: Plan, source: Any | None) -> None:
        """Make the layers of a run that is about to be queued; those of an earlier one go."""
        self.drop()
        session = self._session()
        if session is None or source is None or planned.region is None or planned.mask is None:
            return  # a new image has no place over its source
        image = session.source_image()
        empty = np.zeros(planned.region.shape, image.dtype)
        box = image.with_(pixels=empty, levels=(), synthetic=planned.mask, origin=Origin())
        place = moved(source, image.space.axes, planned.region.start)
        layer = box_layer(box, source, place, ROLE, name=NAME, visible=False)
        add_quietly(session.viewer, layer, source)
        follow_look(layer, source, session.viewer)
        self._layer = weakref.ref(layer)
        self._pending = box
        QTimer.singleShot(BREATH_MS, self._outline_it)  # each layer takes napari more than a tenth of a second

    def on_ended(self, job: QueuedJob) -> None:
        """Remove the layers when the run ended without a candidate to show in them."""
        if job.state != "done":
            self.drop()

    def take(self, fresh: Any, box: Image) -> Any | None:
        """Give the prepared layer if a candidate's layer `fresh` would lie exactly there, else remove it.

        The outline becomes that of `box`. What is given is still hidden and empty; nothing is prepared any more.
        """
        self._outline_it()
        layer, outline = self._present(self._layer), self._present(self._outline)
        if layer is None or not _alike(layer, fresh):
            self.drop()
            return None
        self._layer = self._outline = None
        if outline is not None:
            claim_outline(outline, self._viewer(), box)
        return layer

    def drop(self) -> None:
        """Remove what was prepared and not taken."""
        gone = [self._present(self._outline), self._present(self._layer)]
        self._layer = self._outline = self._pending = None
        for layer in gone:
            if layer is not None:
                self._viewer().layers.remove(layer)

    def _outline_it(self) -> None:
        """Make the outline, unless it is made or its layer is gone."""
        box, self._pending = self._pending, None
        layer = self._present(self._layer)
        if box is not None and layer is not None:
            self._outline = weakref.ref(add_waiting_outline(self._viewer(), layer, box))

    def _viewer(self) -> Any:
        session = self._session()
        assert session is not None, "a layer that is present has a viewer"
        return session.viewer

    def _present(self, held: weakref.ref[Any] | None) -> Any | None:
        layer, session = held() if held is not None else None, self._session()
        return layer if layer is not None and session is not None and layer in session.viewer.layers else None


def _alike(layer: Any, fresh: Any) -> bool:
    same = layer.data.shape == fresh.data.shape and layer.data.dtype == fresh.data.dtype and layer.rgb == fresh.rgb
    return same and all(np.allclose(getattr(layer, name), getattr(fresh, name)) for name in ALIKE)
