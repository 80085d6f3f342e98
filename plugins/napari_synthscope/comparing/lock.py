"""One contrast for two layers: whichever is changed, the other follows."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

from napari_synthscope.canvas.placing import LOOK


class ContrastLock:
    """Holds contrast, gamma and colours of two layers together, and gives the second its own back.

    Parameters
    ----------
    changed : callable
        Called after either was changed.
    """

    def __init__(self, changed: Callable[[], None] = lambda: None) -> None:
        self._changed = changed
        self._layers: tuple[weakref.ref[Any], ...] = ()
        self._before: dict[str, Any] = {}

    @property
    def layers(self) -> tuple[Any, ...]:
        """The layers that are held together and are still there."""
        return tuple(layer for layer in (held() for held in self._layers) if layer is not None)

    def hold(self, real: Any, fill: Any) -> None:
        """Show `fill` as `real` is shown from now on; colour images are shown as they are."""
        if self.layers == (real, fill):
            return
        self.release()
        if real.rgb or fill.rgb:
            return
        self._layers = (weakref.ref(real), weakref.ref(fill))
        # What the two had in common before stays common: a person's later choice is then both's.
        self._before = {name: _value(fill, name) for name in LOOK if _value(fill, name) != _value(real, name)}
        self._copy(real, fill)
        for layer in (real, fill):
            for name in LOOK:
                getattr(layer.events, name).connect(self._follow)

    def release(self) -> None:
        """Let both go their own ways."""
        layers, self._layers = self.layers, ()
        for layer in layers:
            for name in LOOK:
                getattr(layer.events, name).disconnect(self._follow)
        if len(layers) == 2:
            for name, value in self._before.items():
                setattr(layers[1], name, value)
        self._before = {}

    def set_limits(self, limits: tuple[float, float]) -> None:
        """Give both one range."""
        for layer in self.layers:
            low, high = layer.contrast_limits_range
            layer.contrast_limits_range = (min(low, limits[0]), max(high, limits[1]))
            layer.contrast_limits = limits

    def _follow(self, event: Any) -> None:
        for layer in self.layers:
            if layer is not event.source:
                self._copy(event.source, layer)
        self._changed()

    def _copy(self, giver: Any, taker: Any) -> None:
        for name in LOOK:
            value = _value(giver, name)
            if value == _value(taker, name):
                continue
            if name == "contrast_limits":
                low, high = taker.contrast_limits_range
                taker.contrast_limits_range = (min(low, value[0]), max(high, value[1]))
            setattr(taker, name, value)


def _value(layer: Any, name: str) -> Any:
    value = getattr(layer, name)
    return tuple(value) if name == "contrast_limits" else value
