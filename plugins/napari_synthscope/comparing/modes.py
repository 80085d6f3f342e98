"""The ways to see two images: each enters a canvas, follows its settings, and leaves nothing behind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
from qtpy.QtCore import QTimer

from napari_synthscope.canvas.layers import KEY
from napari_synthscope.canvas.outlines import outline_of
from napari_synthscope.canvas.placing import add_quietly
from napari_synthscope.comparing.handle import Badges, CurtainHandle
from napari_synthscope.comparing.lock import ContrastLock
from napari_synthscope.comparing.pair import Pair
from napari_synthscope.comparing.restoring import Restoring
from napari_synthscope.comparing.sieve import Pattern, Side, Sieves, canvas_of
from napari_synthscope.comparing.twins import difference_layer, synthetic_twins
from synthscope.errors import InputError

Mode = Literal["side_by_side", "curtain", "flicker", "difference", "checkerboard"]
SKETCH = "sketch"
MAX_STRIDE = 50
"""What napari's grid can count to."""


@dataclass(frozen=True)
class Options:
    """How a person wants to see: `rate` in changes per second, `tile` in voxels, `reach` in grey values or 0."""

    rate: float = 1.5
    tile: int = 32
    reach: float = 0.0


@dataclass(frozen=True, eq=False)
class Stagehand:
    """What every mode works with: two layers, and their pair where they lie on one grid."""

    viewer: Any
    real: Any
    fill: Any
    pair: Pair | None

    @property
    def canvas(self) -> Any:
        """Qt's widget of the canvas."""
        return canvas_of(self.viewer).native

    def shown_with(self, *layers: Any) -> list[Any]:
        """Give layers, those of their outlines that nobody hid, and what a person drew to compare."""
        outlines = [outline_of(self.viewer, layer) for layer in layers]
        drawn = [x for x in self.viewer.layers if x.metadata.get(KEY, {}).get("role") == SKETCH]
        return [*layers, *(x for x in (*outlines, *drawn) if x is not None and x.visible)]


class View(Protocol):
    """One way to see two images, entered when it is made."""

    def follow(self, options: Options) -> None:
        """Take other settings."""

    def leave(self) -> None:
        """Put everything back as it was."""


class _Sieved:
    """Both images over each other, each shown where its sieve lets it through."""

    def __init__(self, hand: Stagehand) -> None:
        self._hand = hand
        self._restoring = Restoring()
        self._sieves = Sieves(hand.viewer)
        self._badges = Badges(hand.canvas)
        upper, lower = _ordered(hand)
        self._restoring.show_only(hand.viewer, hand.shown_with(hand.real, hand.fill))
        for layer in (upper, lower):
            self._restoring.cover(layer)
        self._sieves.add(upper, "synthetic" if upper is hand.fill else "real")
        sides: tuple[tuple[Any, Side], ...] = ((hand.real, "real"), (hand.fill, "synthetic"))
        for layer, side in sides:
            outline = outline_of(hand.viewer, layer)
            if outline is not None:
                self._sieves.add(outline, side)

    def leave(self) -> None:
        """Put everything back as it was."""
        self._sieves.clear()
        self._badges.close_badges()
        self._restoring.restore()


class CurtainView(_Sieved):
    """Real left of a handle, synthetic right of it."""

    def __init__(self, hand: Stagehand, options: Options, at: float = 0.5) -> None:
        super().__init__(hand)
        del options
        self.handle = CurtainHandle(hand.canvas)
        self.handle.value_changed.connect(self._draw)
        self._canvas_events = canvas_of(hand.viewer)._scene_canvas.events
        self._canvas_events.resize.connect(self._on_resize)
        self.handle.set_value(at)
        self.handle.show()
        self._draw(self.handle.value())

    def follow(self, options: Options) -> None:
        """Nothing to set."""

    def leave(self) -> None:
        """Take the handle away, and put everything back as it was."""
        self._canvas_events.resize.disconnect(self._on_resize)
        self.handle.close_handle()
        super().leave()

    def _on_resize(self, event: Any) -> None:
        del event
        self._draw(self.handle.value())

    def _draw(self, at: float) -> None:
        self._sieves.put(Pattern("curtain", edge=at * self._sieves.width))
        self._badges.put(at)


class CheckerboardView(_Sieved):
    """Real and synthetic in alternating squares that stay on the image."""

    def __init__(self, hand: Stagehand, options: Options) -> None:
        super().__init__(hand)
        self._badges.hide_both()
        self.follow(options)

    def follow(self, options: Options) -> None:
        """Draw squares of another size."""
        real = self._hand.real
        steps = np.asarray(real.scale)[-2:]
        start = np.asarray(real.data_to_world(np.full(real.ndim, -0.5)))[-2:]
        side = options.tile * float(np.abs(steps).max())
        # The scene of the canvas has columns first.
        self._sieves.put(Pattern("checkerboard", tile=(side, side), origin=(float(start[1]), float(start[0]))))


class FlickerView(_Sieved):
    """Real and synthetic in turn."""

    def __init__(self, hand: Stagehand, options: Options) -> None:
        super().__init__(hand)
        self.synthetic = True
        self._timer = QTimer()
        self._timer.timeout.connect(self.turn)
        self._timer.start()
        self.follow(options)
        self._draw()

    def follow(self, options: Options) -> None:
        """Change at another rate."""
        self._timer.setInterval(round(1000 / options.rate))

    def turn(self) -> None:
        """Show the other one."""
        self.synthetic = not self.synthetic
        self._draw()

    def leave(self) -> None:
        """Stop, and put everything back as it was."""
        self._timer.stop()
        self._timer.deleteLater()
        super().leave()

    def _draw(self) -> None:
        self._sieves.put(Pattern("all", flag=self.synthetic))
        self._badges.show_side(self.synthetic)


class DifferenceView:
    """Synthetic minus real, in grey values, in colours with grey at zero."""

    def __init__(self, hand: Stagehand, options: Options) -> None:
        if hand.pair is None or hand.pair.alike:
            raise InputError("A difference needs two images of one grid and type; choose others.")
        self._restoring = Restoring()
        self._viewer = hand.viewer
        self.layer, self._own = difference_layer(hand.viewer, hand.real, hand.fill, hand.pair)
        shown = [x for x in hand.shown_with(hand.fill) if x is not hand.fill]
        self._restoring.show_only(hand.viewer, [hand.real, *shown])
        add_quietly(hand.viewer, self.layer, hand.fill)
        self.follow(options)

    @property
    def reach(self) -> float:
        """The largest difference that the colours show."""
        return float(self.layer.contrast_limits[1])

    def follow(self, options: Options) -> None:
        """Let the colours reach further, or less far."""
        reach = options.reach or self._own
        self.layer.contrast_limits_range = (-max(reach, self._own), max(reach, self._own))
        self.layer.contrast_limits = (-reach, reach)

    def leave(self) -> None:
        """Take the difference away, and put everything back as it was."""
        if self.layer in self._viewer.layers:
            self._viewer.layers.remove(self.layer)
        self._restoring.restore()


class SideBySideView:
    """Real left and synthetic right, in two linked views of one canvas."""

    def __init__(self, hand: Stagehand, options: Options) -> None:
        del options
        if len(hand.viewer.layers) > MAX_STRIDE:
            raise InputError(f"Side by side needs at most {MAX_STRIDE} layers; remove some, or use the curtain.")
        self._viewer = hand.viewer
        self._restoring = Restoring()
        self._twins = synthetic_twins(hand.viewer, hand.real, hand.fill, hand.pair)
        self._restoring.show_only(hand.viewer, hand.shown_with(hand.real))
        for layer in self._twins:
            add_quietly(hand.viewer, layer)
        grid = hand.viewer.canvas.grid
        for name, value in (("stride", self._stride()), ("shape", (1, 2)), ("enabled", True)):
            self._restoring.change(grid, name, value)
        self._lock = ContrastLock()
        self._lock.hold(hand.real, self._twins[0])
        self._badges = Badges(hand.canvas)
        hand.viewer.layers.events.connect(self._on_layers)

    def follow(self, options: Options) -> None:
        """Nothing to set."""

    def leave(self) -> None:
        """Make one view again, and put everything back as it was."""
        self._viewer.layers.events.disconnect(self._on_layers)
        self._lock.release()
        self._badges.close_badges()
        self._restoring.restore()
        for layer in self._twins:
            if layer in self._viewer.layers:
                self._viewer.layers.remove(layer)

    def _stride(self) -> int:
        return int(self._viewer.layers.index(self._twins[0]))

    def _on_layers(self, event: Any) -> None:
        """Keep the parting between the two views where it is when layers come, go or move."""
        if event.type in ("inserted", "removed", "moved", "reordered") and self._twins[0] in self._viewer.layers:
            self._viewer.canvas.grid.stride = max(1, min(MAX_STRIDE, self._stride()))


VIEWS: dict[Mode, Any] = {
    "side_by_side": SideBySideView,
    "curtain": CurtainView,
    "flicker": FlickerView,
    "difference": DifferenceView,
    "checkerboard": CheckerboardView,
}


def _ordered(hand: Stagehand) -> tuple[Any, Any]:
    """Give the upper of the two layers, and the lower."""
    layers = hand.viewer.layers
    fill_above = layers.index(hand.fill) > layers.index(hand.real)
    return (hand.fill, hand.real) if fill_above else (hand.real, hand.fill)
