"""What a generator may see: the region of context."""

from __future__ import annotations

from synthscope.errors import InputError, MaskError
from synthscope.imaging.regions import context_margin, image_to_mask, mask_to_image, whole, widened
from synthscope.records.image import Image
from synthscope.records.request import Region


def region_of_context(image: Image | None, box: Region | None, chosen: Region | None, context: float) -> Region | None:
    """Give the box of an image that a generator may see: the chosen one, or the mask's with its context, or all.

    Parameters
    ----------
    image : Image, optional
        None has no region.
    box : Region, optional
        Where the mask is not empty, in the mask's axes.
    chosen : Region, optional
        In the image's axes.
    context : float
        Width around the mask, in voxels of the finest spatial axis.

    Raises
    ------
    InputError, MaskError
        If the chosen region does not lie in the image, or does not hold the mask.
    """
    if image is None:
        return None
    if chosen is not None:
        return _checked_region(image, box, chosen)
    if box is None:
        return whole(image.shape)
    margin = context_margin(image.space, context)
    return widened(mask_to_image(box, image.space, image.shape), margin, image.shape)


def _checked_region(image: Image, box: Region | None, region: Region) -> Region:
    words = f"Region {region.start} to {region.stop}"
    if len(region.stop) != len(image.shape):
        raise InputError(f"{words} has {len(region.stop)} axes, the image {len(image.shape)}; give one pair for each.")
    if any(b > n for b, n in zip(region.stop, image.shape, strict=True)):
        raise InputError(f"{words} lies outside the image of {image.shape}; make it smaller.")
    if box is None:
        return region
    inner = image_to_mask(region, image.space)
    for a, b, first, stop in zip(inner.start, inner.stop, box.start, box.stop, strict=True):
        if b <= first or a >= stop:
            raise MaskError("The mask is empty inside the chosen region; choose a region that holds it.")
        if first < a or stop > b:
            raise MaskError(
                f"The mask reaches from {box.start} to {box.stop}, beyond the chosen region; choose one that holds it."
            )
    return region
