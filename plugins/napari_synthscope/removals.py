"""Deleted layers can be taken back, and take their outlines with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from qtpy.QtCore import QObject, QTimer

from napari_synthscope.layers import KEY
from napari_synthscope.outlines import add_outline, outline_of

if TYPE_CHECKING:
    from napari_synthscope.session import Session

HELD_BYTES = 1 << 30
"""A larger array in memory is let go with its layer: who deletes it wants the memory."""


class Removals(QObject):
    """Makes a step of *Undo* of every layer that is deleted from a viewer."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        session.viewer.layers.events.removed.connect(self._on_removed)

    def _on_removed(self, event: Any) -> None:
        layer, session = event.value, self._session
        if layer.metadata.get(KEY, {}).get("role") or session.closed:
            return
        QTimer.singleShot(0, lambda: self._drop_outline(layer))
        if not _is_heavy(layer):
            place, part = event.index, "source" if layer is session.source else "mask" if layer is session.mask else ""
            session.undo_stack.push(f"delete {layer.name}", lambda: self._put_back(layer, place, part))

    def _put_back(self, layer: Any, place: int, part: str) -> None:
        session = self._session
        session.viewer.layers.insert(min(place, len(session.viewer.layers)), layer)
        if part == "source":
            session.set_source(layer)
        elif part == "mask":
            session.set_mask(layer)
        if layer.metadata.get(KEY, {}).get("synthetic") is not None:
            add_outline(session.viewer, layer)

    def _drop_outline(self, layer: Any) -> None:
        viewer = None if self._session.closed else self._session.viewer
        outline = outline_of(viewer, layer) if viewer is not None and layer not in viewer.layers else None
        if viewer is not None and outline is not None:
            viewer.layers.remove(outline)


def _is_heavy(layer: Any) -> bool:
    data = getattr(layer, "data", None)
    return isinstance(data, np.ndarray) and not isinstance(data, np.memmap) and data.nbytes > HELD_BYTES
