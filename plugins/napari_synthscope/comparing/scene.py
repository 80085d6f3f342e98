"""The comparison on the canvas: two layers at one contrast, seen in one of five ways or in none."""

from __future__ import annotations

import weakref
from typing import Any

from qtpy.QtCore import QObject, Signal

from napari_synthscope.comparing.lock import ContrastLock
from napari_synthscope.comparing.modes import VIEWS, CurtainView, Mode, Options, Stagehand, View
from napari_synthscope.comparing.pair import Pair, pair_of
from synthscope.errors import InputError, SynthscopeError
from synthscope.imaging.contrast import contrast_limits

FLICKER_KEY = "J"


class Scene(QObject):
    """Holds the two layers weakly; closing it leaves the canvas as it was.

    Signals
    -------
    changed()
        Other layers, or another way to see them.
    contrast_changed()
        Both are shown at another contrast.
    said(SynthscopeError)
        Why something cannot be seen.
    """

    changed = Signal()
    contrast_changed = Signal()
    said = Signal(object)

    def __init__(self, viewer: Any, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self._layers: tuple[weakref.ref[Any], ...] = ()
        self._view: View | None = None
        self._curtain = 0.5
        self.mode: Mode | None = None
        self.options = Options()
        self.pair: Pair | None = None
        self.problem = ""
        self.lock = ContrastLock(self.contrast_changed.emit)
        viewer.dims.events.ndisplay.connect(self._on_ndisplay)

    @property
    def layers(self) -> tuple[Any, Any] | None:
        """The real layer and the one compared with it; None where one is missing."""
        found = [layer for layer in (held() for held in self._layers) if layer in self._viewer.layers]
        return (found[0], found[1]) if len(found) == 2 else None

    @property
    def view(self) -> View | None:
        """What is on the canvas now."""
        return self._view

    def set_layers(self, real: Any | None, fill: Any | None) -> None:
        """Compare two layers, or none; how they are seen stays."""
        self._leave()
        both = [layer for layer in (real, fill) if layer is not None]
        self._layers = tuple(weakref.ref(layer) for layer in both) if len(both) == 2 else ()
        self.pair, self.problem = None, ""
        if len(both) == 2:
            self._join(both[0], both[1])
        else:
            self.lock.release()
        self._enter()
        self.changed.emit()

    def set_mode(self, mode: Mode | None) -> None:
        """See them in another way; None ends the comparison on the canvas."""
        self._leave()
        self.mode = mode
        self._enter()
        self.changed.emit()

    def toggle(self, mode: Mode) -> None:
        """See them in this way, or stop seeing them so."""
        self.set_mode(None if self.mode == mode else mode)

    def set_options(self, options: Options) -> None:
        """Take other settings of the views."""
        self.options = options
        if self._view is not None:
            self._view.follow(options)

    def fit_contrast(self) -> None:
        """Give both the range that fits both: 0.1 to 99.9 % of their grey values together."""
        if self.pair is not None and not self.pair.real.space.is_rgb:
            self.lock.set_limits(contrast_limits([self.pair.part.pixels, self.pair.fill.pixels], budget=1 << 20))

    def close_scene(self) -> None:
        """Put everything back and stop listening."""
        self._leave()
        self.lock.release()
        self._layers, self.pair, self.mode = (), None, None
        self._viewer.dims.events.ndisplay.disconnect(self._on_ndisplay)

    def _join(self, real: Any, fill: Any) -> None:
        self.lock.hold(real, fill)
        try:
            self.pair = pair_of(real, fill)
            self.problem = self.pair.alike
        except InputError as error:
            self.problem = error.sentence

    def _enter(self) -> None:
        layers = self.layers
        if self.mode is None or layers is None:
            return
        if self._viewer.dims.ndisplay != 2:
            self.mode = None
            self.said.emit(InputError("Slices are compared, not volumes; switch the view to 2D first."))
            return
        hand = Stagehand(self._viewer, *layers, self.pair)
        try:
            made = VIEWS[self.mode](hand, self.options)
        except SynthscopeError as error:
            self.mode = None
            self.said.emit(error)
            return
        self._view = made
        if isinstance(made, CurtainView):
            made.handle.set_value(self._curtain)

    def _leave(self) -> None:
        view, self._view = self._view, None
        if isinstance(view, CurtainView):
            self._curtain = view.handle.value()
        if view is not None:
            view.leave()

    def _on_ndisplay(self, event: Any) -> None:
        del event
        if self._viewer.dims.ndisplay != 2 and self.mode is not None:
            self.set_mode(None)


def hold_to_flicker(viewer: Any, scene: Scene) -> None:
    """Let a held key flicker between the two, whatever is seen otherwise."""
    held = weakref.ref(scene)

    def flicker(_viewer: Any) -> Any:
        """Flicker between real and synthetic while the key is held."""
        alive = held()
        if alive is None or alive.layers is None:
            return
        before = alive.mode
        alive.set_mode("flicker")
        yield
        alive.set_mode(before)

    viewer.bind_key(FLICKER_KEY, flicker, overwrite=True)


def unbind_flicker(viewer: Any) -> None:
    """Give the key back."""
    viewer.bind_key(FLICKER_KEY, None)
