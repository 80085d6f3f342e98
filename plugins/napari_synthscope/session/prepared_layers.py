"""The layers of a run's first candidate, made hidden before its job runs: napari takes a while to make a layer."""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_synthscope.canvas.layers import SUFFIX
from napari_synthscope.canvas.outlines import add_waiting_outline, claim_outline
from napari_synthscope.canvas.placing import add_quietly, box_layer, follow_look, moved, top_image
from synthscope.jobs.rows import QueuedJob
from synthscope.records.image import Image, Origin

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session
    from napari_synthscope.session.turns import Turns
    from synthscope.services.planning import Plan

NAME = f"Candidate to come{SUFFIX}"
ROLE = "candidate to come"
ALIKE = ("scale", "translate", "rotate", "shear")


class PreparedLayers:
    """An empty image and the outline of its mask, hidden, until a candidate of the same box takes them over.

    Both are held weakly: whoever deletes them in the meantime does no harm.
    """

    def __init__(self, session: Session, turns: Turns) -> None:
        self._session = weakref.ref(session)
        self._turns = turns
        self._layer: weakref.ref[Any] | None = None
        self._outline: weakref.ref[Any] | None = None
        self._to_make: tuple[Image, weakref.ref[Any], Sequence[int]] | None = None
        """The box whose layer is yet to be made, its source, and where it begins there."""
        self._to_outline: Image | None = None
        """The box whose outline is yet to be made."""

    def prepare(self, planned: Plan, source: Any | None) -> None:
        """Make the layers of a run that is about to be queued, in the next turns; those of an earlier one go.

        They come before the run is queued: whoever pressed *Run* looks for an answer, and paints on while it works.
        """
        self.drop()
        session = self._session()
        if session is None or source is None or planned.region is None or planned.mask is None:
            return  # a new image has no place over its source
        image = session.source_image()
        empty = np.zeros(planned.region.shape, image.dtype)
        box = image.with_(pixels=empty, levels=(), synthetic=planned.mask, origin=Origin())
        self._to_make = box, weakref.ref(source), planned.region.start
        self._turns.then(self._make_it, self._outline_it)

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
        self._layer = self._outline = self._to_make = self._to_outline = None
        for layer in gone:
            if layer is not None:
                self._viewer().layers.remove(layer)

    def _make_it(self) -> None:
        """Make the layer, unless it is made, or wanted no more, or its source is gone."""
        wanted, self._to_make = self._to_make, None
        source = self._present(wanted[1]) if wanted is not None else None
        if wanted is None or source is None:
            return
        box, _, start = wanted
        layer = box_layer(box, source, moved(source, box.space.axes, start), ROLE, name=NAME, visible=False)
        add_quietly(self._viewer(), layer, top_image(self._viewer(), source))
        follow_look(layer, source, self._viewer())
        self._layer = weakref.ref(layer)
        self._to_outline = box

    def _outline_it(self) -> None:
        """Make the outline, unless it is made or its layer is gone."""
        box, self._to_outline = self._to_outline, None
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
