"""The edges of the present slice on the canvas: one layer over the image, found beside the window, kept by nobody."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from qtpy.QtCore import QObject, Signal

from napari_synthscope.canvas.layers import EDGES, shown_axes
from napari_synthscope.canvas.placing import add_quietly, box_layer, moved, top_image
from synthscope.errors import SynthscopeError
from synthscope.imaging.regions import from_block
from synthscope.records.control import Lead
from synthscope.records.image import Image
from synthscope.records.model import ModelCard
from synthscope.records.request import Region
from synthscope.services.leading import Leading, led_slice, scale_of

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session

NAME = "Edges"
COLOUR = "#39d5ff"
FAR = "This slice is not part of what is made."


@dataclass(frozen=True, eq=False)
class Wish:
    """What is to be shown: the edges of an image by a lead, in a region of it, as a model sees it."""

    image: Image
    source: weakref.ref[Any]
    lead: Lead
    region: Region
    mask: np.ndarray | None
    card: ModelCard | None
    second: Image | None
    at: Mapping[str, int]

    @property
    def ground(self) -> tuple[object, ...]:
        """What the scale of the image depends on, beside the mask."""
        return self.source, self.region, "" if self.card is None else self.card.weights_sha256


@dataclass(frozen=True, eq=False)
class Known:
    """The scale of an image, found on a ground and under a mask."""

    ground: tuple[object, ...]
    mask: np.ndarray | None
    scale: tuple[float, float]

    def holds_under(self, mask: np.ndarray | None) -> bool:
        """Whether the scale is that under another mask too: of the same voxels, each of which is looked at."""
        if mask is None or self.mask is None:
            return mask is self.mask
        return mask is self.mask or np.array_equal(mask, self.mask)


class EdgesView(QObject):
    """Shows one wish at a time: while one is worked out, only the newest of those that follow is kept.

    Signals
    -------
    changed()
        Something else is shown, or `words` says why nothing is.
    """

    changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._layer: weakref.ref[Any] | None = None
        self._next: Wish | None = None
        self._busy = self._wanted = False
        self._known: Known | None = None
        self.words = ""

    @property
    def layer(self) -> Any | None:
        """The layer on the canvas; None for none."""
        layer = self._layer() if self._layer is not None else None
        return layer if layer is not None and layer in self._session.viewer.layers else None

    @property
    def busy(self) -> bool:
        """Whether something is still to be shown."""
        return self._busy

    def want(self, wish: Wish) -> None:
        """Show this, as soon as what is worked on now is done."""
        self._next, self._wanted = wish, True
        self._go()

    def clear(self, words: str = "") -> None:
        """Show nothing, and say why."""
        self._next, self._wanted = None, False
        self._take_off(words)

    def forget(self) -> None:
        """Let go of what is known of an image whose voxels may be others now."""
        self._known = None

    def _go(self) -> None:
        wish = self._next
        if wish is None or self._busy:
            return
        self._next, self._busy = None, True
        known = self._known if self._known is not None and self._known.ground == wish.ground else None
        self._session.errands.run(_worked(wish, known), lambda found: self._show(wish, *found), self._failed)

    def _show(self, wish: Wish, scale: tuple[float, float], picture: np.ndarray | None) -> None:
        self._busy, self._known = False, Known(wish.ground, wish.mask, scale)
        source = wish.source()
        if not self._wanted or source is None or source is not self._session.source:
            return
        if self._next is not None:
            self._go()
        elif picture is None:
            self._take_off(FAR)
        else:
            self._draw(wish, source, picture)
            low, high = scale
            share = float(np.mean(picture[..., 0] > 0))
            self._say(f"In {share:.1%} of the slice; black is {low:g}, white {high:g}.")

    def _draw(self, wish: Wish, source: Any, picture: np.ndarray) -> None:
        viewer, fresh = self._session.viewer, _layer(wish, source, picture)
        layer = self.layer
        if layer is not None and layer.data.shape == fresh.data.shape:
            layer.data, layer.translate = fresh.data, fresh.translate
            return
        if layer is not None:
            viewer.layers.remove(layer)
        add_quietly(viewer, fresh, top_image(viewer, source))
        self._layer = weakref.ref(fresh)

    def _take_off(self, words: str) -> None:
        layer, self._layer = self.layer, None
        if layer is not None:
            self._session.viewer.layers.remove(layer)
        self._say(words)

    def _failed(self, error: SynthscopeError) -> None:
        self._busy = False
        if self._next is not None:
            self._go()
        elif self._wanted:
            self._take_off(error.sentence)

    def _say(self, words: str) -> None:
        self.words = words
        self.changed.emit()


def _worked(wish: Wish, known: Known | None) -> Callable[[], tuple[tuple[float, float], Any]]:
    def work() -> tuple[tuple[float, float], np.ndarray | None]:
        held = known is not None and known.holds_under(wish.mask)
        scale = known.scale if known and held else scale_of(wish.image, wish.region, wish.mask, wish.card)
        return scale, led_slice(Leading(wish.image, wish.region, wish.lead, scale, wish.second), wish.at)

    return work


def _layer(wish: Wish, source: Any, picture: np.ndarray) -> Any:
    """Make the layer of a map, on its slice over the source."""
    from napari.utils.colormaps import Colormap

    axes, start = wish.image.space.axes, list(wish.region.start)
    space = wish.image.space.mask_space()
    for axis, place in wish.at.items():
        start[axes.index(axis)] = place
    plane = (picture[..., 0] > 0).astype(np.uint8)
    sides = dict(zip("yx", plane.shape, strict=True))
    box = Image(from_block(plane, space, tuple(sides.get(axis, 1) for axis in space.axes)), space, NAME)
    paint = Colormap([[0, 0, 0, 0], COLOUR], name="synthscope edges")
    return box_layer(
        box, None, moved(source, axes, start, mask=True), EDGES, name=NAME, colormap=paint, contrast_limits=(0, 1),
        blending="translucent_no_depth", interpolation2d="nearest",
    )  # fmt: skip


def place_of(session: Session, image: Image) -> dict[str, int] | None:
    """Say where the present slice lies along the axes of an image; None where the canvas shows no rows and columns."""
    viewer, source = session.viewer, session.source
    if source is None or viewer.dims.ndisplay != 2:
        return None
    order = shown_axes(image.space.axes).removesuffix("s")
    seen = [axis - viewer.dims.ndim + len(order) for axis in viewer.dims.displayed]
    if any(axis < 0 or order[axis] not in "yx" for axis in seen):
        return None
    where = np.round(source.world_to_data(np.asarray(viewer.dims.point)[-source.ndim :]))
    return {axis: int(where[i]) for i, axis in enumerate(order) if axis in "zt"}
