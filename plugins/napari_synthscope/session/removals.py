"""Deleted layers can be taken back, and take their outlines with them."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

import numpy as np
from qtpy.QtCore import QObject, QTimer

from napari_synthscope.canvas.layers import KEY
from napari_synthscope.canvas.outlines import add_outline, outline_of
from napari_synthscope.session.turns import BREATH_MS

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session
    from napari_synthscope.session.undo import Step

HELD_BYTES = 1 << 30
"""So much of deleted layers is held in memory, the newest first: who deletes more wants the memory."""


class Removals(QObject):
    """Makes a step of *Undo* of every layer that is deleted from a viewer."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._held: list[tuple[weakref.ref[Step], int]] = []
        session.viewer.layers.events.removed.connect(self._on_removed)

    def _on_removed(self, event: Any) -> None:
        layer, session = event.value, self._session
        if layer.metadata.get(KEY, {}).get("role") or session.closed:
            return
        QTimer.singleShot(BREATH_MS, lambda: self._drop_outline(layer))
        size = _bytes_held(layer)
        if size <= HELD_BYTES:
            place, part = event.index, "source" if layer is session.source else "mask" if layer is session.mask else ""
            step = session.undo_stack.push(f"delete {layer.name}", lambda: self._put_back(layer, place, part))
            self._hold(step, size)

    def _hold(self, step: Step | None, size: int) -> None:
        """Let the oldest deleted layers go where all together hold too much."""
        self._held = [(held, n) for held, n in self._held if held() is not None]
        if step is not None:
            self._held.append((weakref.ref(step), size))
        while sum(n for _, n in self._held) > HELD_BYTES:
            oldest = self._held.pop(0)[0]()
            if oldest is not None:
                self._session.undo_stack.drop(oldest)

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


def _bytes_held(layer: Any) -> int:
    """Give the bytes of memory that a layer's voxels take; what lies in a file takes none."""
    data = getattr(layer, "data", None)
    return data.nbytes if isinstance(data, np.ndarray) and not isinstance(data, np.memmap) else 0
