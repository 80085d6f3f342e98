"""What a comparison changes on the canvas for its time, remembered and put back."""

from __future__ import annotations

import weakref
from collections.abc import Collection
from typing import Any


class Restoring:
    """Remembers properties of layers and of the grid before they are changed."""

    def __init__(self) -> None:
        self._before: list[tuple[weakref.ref[Any], str, Any, Any]] = []

    def change(self, owner: Any, name: str, value: Any) -> None:
        """Set a property, and remember what it was."""
        before = getattr(owner, name)
        if before != value:
            setattr(owner, name, value)
            self._before.append((weakref.ref(owner), name, before, getattr(owner, name)))

    def show_only(self, viewer: Any, shown: Collection[Any]) -> None:
        """Hide every layer but these."""
        for layer in viewer.layers:
            self.change(layer, "visible", layer in shown)

    def cover(self, layer: Any) -> None:
        """Let a layer hide what lies under it."""
        self.change(layer, "opacity", 1.0)
        if layer.blending not in ("translucent", "translucent_no_depth", "opaque"):
            self.change(layer, "blending", "translucent_no_depth")

    def restore(self) -> None:
        """Put everything back, latest first; what somebody changed meanwhile stays as he wants it."""
        while self._before:
            owner, name, before, ours = self._before.pop()
            alive = owner()
            if alive is not None and getattr(alive, name) == ours:
                setattr(alive, name, before)
