"""News of the list of layers, for parts that show it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class LayerNews:
    """Calls `act` when a layer comes, goes, moves or is renamed, until it is closed; whoever listens holds it."""

    def __init__(self, viewer: Any, act: Callable[[], None]) -> None:
        events = viewer.layers.events
        self._events = (events.inserted, events.removed, events.reordered, events.renamed)
        self._act = act
        for event in self._events:
            event.connect(self._tell)

    def close(self) -> None:
        """Listen no more."""
        for event in self._events:
            event.disconnect(self._tell)

    def _tell(self, _event: Any = None) -> None:
        self._act()
