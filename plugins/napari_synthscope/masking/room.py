"""A larger image as a layer of its own, with a mask over what is new: room beyond the border, or between slices."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from napari_synthscope.canvas.layers import add_image, shown_axes, spatial
from napari_synthscope.canvas.placing import LOOK, moved
from napari_synthscope.masking.ops import MaskOps
from napari_synthscope.session.painted_mask import new_painted_mask
from napari_synthscope.session.session import Session
from synthscope.imaging.regions import whole
from synthscope.qt.sentence import Said
from synthscope.records.image import Image
from synthscope.services.growing import Grown, extend_image, interleave_image

MADE = "What is new is empty and marked. Generate, Fill makes it; the voxels that were there stay as they are."


@dataclass(frozen=True)
class Room:
    """How an image is made larger.

    Parameters
    ----------
    margins : mapping
        (before, after) in voxels, by axis; empty for slices between slices.
    factor : int
        How many times finer the slices become; 1 for a frame.
    """

    margins: Mapping[str, tuple[int, int]]
    factor: int = 1

    def grow(self, image: Image) -> Grown:
        """Make the larger image and the mask of what is new; an `InputError` says why that cannot be."""
        return interleave_image(image, self.factor) if self.factor != 1 else extend_image(image, self.margins)

    def place(self, source: Any, image: Image) -> dict[str, Any]:
        """Say where the layer of the larger image lies: known voxels stay where they are in the world."""
        order = shown_axes(image.space.axes)
        if self.factor == 1:
            start = tuple(-self.margins.get(axis, (0, 0))[0] for axis in image.space.axes)
            return moved(source, image.space.axes, start)
        found = spatial(source)
        steps = [step / (self.factor if axis == "z" else 1) for axis, step in zip(order, source.scale, strict=False)]
        return found | {"scale": tuple(steps)}


def make_room(ops: MaskOps, room: Room) -> None:
    """Add the larger image and its mask as layers beside the window's work, and take them as source and mask.

    One step of *Undo*; what is wrong is said by `ops`.

    Raises
    ------
    InputError
        If there is no source.
    """
    session = ops.session
    source, image = session.source, session.source_image()

    def show(grown: Grown) -> None:
        if source is not session.source:
            return  # somebody chose another image meanwhile
        _show(session, source, room.place(source, image), grown)
        ops.said.emit(Said(MADE))

    ops.start(lambda: room.grow(image), show)


def _show(session: Session, source: Any, place: Mapping[str, Any], grown: Grown) -> None:
    (larger, marked), before = grown, session.mask
    look = {} if source.rgb else {name: getattr(source, name) for name in LOOK}
    layer = add_image(session.viewer, larger, **place)
    for name, value in look.items():
        setattr(layer, name, value)
    session.set_source(layer)
    mask = new_painted_mask(session, larger, marked, whole(marked.shape))
    hidden = [old for old in (source, before) if old is not None and old.visible]
    for old in hidden:
        old.visible = False
    undo = _taking_back(session, (layer, mask), hidden, source, before)
    session.undo_stack.push("make room in the image", undo)


def _taking_back(
    session: Session, made: tuple[Any, Any], hidden: Sequence[Any], source: Any, mask: Any | None
) -> Callable[[], None]:
    away, shown = ([weakref.ref(layer) for layer in layers] for layers in (reversed(made), hidden))
    old, painted = (None if layer is None else weakref.ref(layer) for layer in (source, mask))

    def there(held: weakref.ref[Any] | None) -> Any | None:
        layer = held() if held is not None else None
        return layer if layer is not None and layer in session.viewer.layers else None

    def take_back() -> None:
        for layer in filter(None, map(there, away)):
            session.viewer.layers.remove(layer)
        for layer in filter(None, map(there, shown)):
            layer.visible = True
        if there(old) is not None:
            session.set_source(there(old))
        session.set_mask(there(painted))

    return take_back
