"""Layers that *Undo* takes off the canvas and *Redo* puts back: the same layers, where they were."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from napari_synthscope.session.turns import Turns


class Returning:
    """Layers that come and go together; held strongly only while they are off the canvas."""

    def __init__(self, viewer: Any, turns: Turns) -> None:
        self._viewer = viewer
        self._turns = turns
        self._held: list[weakref.ref[Any]] = []
        self._away: list[tuple[int, Any]] = []

    def hold(self, layer: Any | None) -> None:
        """Let a layer come and go with those before it."""
        if layer is not None:
            self._held.append(weakref.ref(layer))

    def take(self) -> None:
        """Take those that are still there off the canvas, the first now; one that was deleted does no harm."""
        self._turns.finish()
        layers = self._viewer.layers
        there = [layer for held in self._held if (layer := held()) is not None and layer in layers]
        self._away = sorted(((layers.index(layer), layer) for layer in there), key=lambda pair: pair[0])
        self._one_by_one([partial(self._remove, layer) for layer in there])

    def put_back(self) -> bool:
        """Put back what was taken, lowest first, which is put back now; False when there was nothing to put back."""
        self._turns.finish()
        away, self._away = self._away, []
        self._one_by_one([partial(self._insert, place, layer) for place, layer in away])
        return bool(away)

    def _one_by_one(self, steps: Sequence[Callable[[], None]]) -> None:
        for step in steps[:1]:
            step()
        self._turns.then(*steps[1:])

    def _remove(self, layer: Any) -> None:
        if layer in self._viewer.layers:
            self._viewer.layers.remove(layer)

    def _insert(self, place: int, layer: Any) -> None:
        if layer not in self._viewer.layers:
            self._viewer.layers.insert(min(place, len(self._viewer.layers)), layer)
