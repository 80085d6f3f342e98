"""Layers that *Undo* takes off the canvas and *Redo* puts back: the same layers, where they were."""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from typing import Any


class Returning:
    """Layers that come and go together; held strongly only while they are off the canvas."""

    def __init__(self, viewer: Any, layers: Sequence[Any | None]) -> None:
        self._viewer = viewer
        self._held = [weakref.ref(layer) for layer in layers if layer is not None]
        self._away: list[tuple[int, Any]] = []

    def take(self) -> None:
        """Take those that are still there off the canvas; one that was deleted does no harm."""
        layers = self._viewer.layers
        there = [layer for held in self._held if (layer := held()) is not None and layer in layers]
        self._away = sorted(((layers.index(layer), layer) for layer in there), key=lambda pair: pair[0])
        for layer in there:
            layers.remove(layer)

    def put_back(self) -> bool:
        """Put back what was taken, lowest first; False when there was nothing to put back."""
        away, self._away = self._away, []
        for place, layer in away:
            self._viewer.layers.insert(min(place, len(self._viewer.layers)), layer)
        return bool(away)
