"""Which part of the canvas shows which image: decided per pixel by the graphics card, no voxel is touched."""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from typing import Any, Literal

from vispy.visuals.filters.base_filter import Filter
from vispy.visuals.shaders import Function, Varying

from synthscope.errors import InputError

Side = Literal["real", "synthetic"]

_KEEP_PLACE = "void keep_place() { $v_place = gl_Position; }"
_SIEVE = """
void sieve() {
    bool synthetic = $flag > 0.5;
    if ($pattern > 1.5) {
        vec4 place = $to_scene($v_place);
        vec2 square = floor((place.xy / place.w - $origin) / $tile);
        synthetic = mod(square.x + square.y, 2.0) > 0.5;
    } else if ($pattern > 0.5) {
        synthetic = gl_FragCoord.x >= $edge;
    }
    if (synthetic != ($side > 0.5)) discard;
}
"""


@dataclass(frozen=True)
class Pattern:
    """Where the synthetic image shows.

    Parameters
    ----------
    kind : str
        ``curtain``: right of `edge` (in pixels of the canvas's frame buffer). ``checkerboard``: in every other
        square of `tile` (x, y; world units) counted from `origin`. ``all``: everywhere, or nowhere, by `flag`.
    """

    kind: Literal["curtain", "checkerboard", "all"] = "all"
    edge: float = 0.0
    tile: tuple[float, float] = (1.0, 1.0)
    origin: tuple[float, float] = (0.0, 0.0)
    flag: bool = True


_KINDS = {"all": 0.0, "curtain": 1.0, "checkerboard": 2.0}


class _Sieve(Filter):
    """Lets the pixels of one side through."""

    def __init__(self, side: Side) -> None:
        super().__init__(vcode=Function(_KEEP_PLACE), vhook="post", vpos=1, fcode=Function(_SIEVE), fhook="pre", fpos=1)
        place = Varying("v_place", "vec4")
        self.vshader["v_place"] = place
        self.fshader["v_place"] = place
        self.fshader["side"] = 1.0 if side == "synthetic" else 0.0
        self.put(Pattern())

    def put(self, pattern: Pattern) -> None:
        self.fshader["pattern"] = _KINDS[pattern.kind]
        self.fshader["edge"] = float(pattern.edge)
        self.fshader["tile"] = pattern.tile
        self.fshader["origin"] = pattern.origin
        self.fshader["flag"] = 1.0 if pattern.flag else 0.0

    def _attach(self, visual: Any) -> None:
        super()._attach(visual)
        self.fshader["to_scene"] = visual.get_transform("render", "scene")


class Sieves:
    """The sieves of the layers that are compared; `clear` leaves the canvas as it was."""

    def __init__(self, viewer: Any) -> None:
        self._canvas = canvas_of(viewer)
        self._attached: list[tuple[weakref.ref[Any], _Sieve]] = []

    def add(self, layer: Any, side: Side) -> None:
        """Show a layer on its side only."""
        for node in _nodes(self._canvas.layer_to_visual[layer].node):
            sieve = _Sieve(side)
            node.attach(sieve)
            self._attached.append((weakref.ref(node), sieve))

    def put(self, pattern: Pattern) -> None:
        """Change what shows where, and draw."""
        for node, sieve in self._attached:
            sieve.put(pattern)
            alive = node()
            if alive is not None:
                alive.update()

    def clear(self) -> None:
        """Take all sieves away."""
        for node, sieve in self._attached:
            alive = node()
            if alive is not None:
                alive.detach(sieve)
                alive.update()
        self._attached.clear()

    @property
    def width(self) -> int:
        """Width of the frame buffer: pixels of the screen, not of Qt."""
        return int(self._canvas._scene_canvas.physical_size[0])


def canvas_of(viewer: Any) -> Any:
    """Give napari's canvas of a viewer.

    Raises
    ------
    InputError
        If the viewer has no window.
    """
    window = getattr(viewer, "window", None)
    if window is None:
        raise InputError("This viewer has no window; images are compared on a canvas.")
    return window._qt_viewer.canvas


def _nodes(node: Any) -> list[Any]:
    """Give the drawn nodes of a layer: one, or the tiles of an image larger than a texture."""
    return [node] if hasattr(node, "attach") else [child for child in node.children if hasattr(child, "attach")]
