"""A new mask that is painted already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from napari_synthscope.canvas.layers import shown_axes
from napari_synthscope.canvas.transposing import transposed
from synthscope.records.image import Image, PixelArray
from synthscope.records.request import Region

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session


def new_painted_mask(session: Session, image: Image, part: PixelArray, box: Region) -> Any:
    """Add a mask on the grid of the source, take it as the mask, and give its layer.

    Parameters
    ----------
    image : Image
        The source.
    part : array of bool
        What is painted within `box`; both of the axes ``image.space.mask_axes``.
    """
    layer = session.new_mask()
    own = image.space.mask_axes
    order = shown_axes(own)
    where = tuple(box.slices[own.index(axis)] for axis in order)
    layer.data[where] = transposed(part, own, order)
    layer.refresh()
    session.mask_written(Region(tuple(s.start for s in where), tuple(s.stop for s in where)))
    return layer
