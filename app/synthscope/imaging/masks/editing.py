"""Do an operation to a mask in place, where something is painted only, and remember it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from synthscope.errors import MaskError
from synthscope.imaging.masks.grids import Box, Mask, as_mask, box_shape, grown_box, margin_for, painted_box, steps
from synthscope.imaging.masks.history import Change, MaskHistory


def edit(
    mask: Any,
    name: str,
    operation: Callable[[Mask], Mask],
    history: MaskHistory,
    *,
    box: Box | None = None,
    reach: float = 0.0,
    voxel_size: Sequence[float] | None = None,
) -> Change | None:
    """Apply an operation to the surroundings of what is painted, write it back and remember it.

    The mask may be larger than memory (zarr, memory map): the box only is read and written. The result is that
    of the operation on the whole mask, for every operation that looks and paints no further than `reach`:
    the radius of `grow` and `shrink`, four and a half radii of `smooth`, 0 for `fill_holes` and
    `remove_specks`.

    Parameters
    ----------
    mask : array (Y, X) or (Z, Y, X)
        Boolean or labels; altered in place. Painted anew becomes 1.
    name : str
        Of the operation, for the menu.
    operation : callable
        ``(part of the mask) -> new part``, of one shape.
    history : MaskHistory
    box : tuple of slice, optional
        Where to apply it, such as one slice; around all that is painted when left out.
    reach : float
        Physical distance around what is painted.
    voxel_size : sequence of float, optional

    Returns
    -------
    Change or None
        None when nothing changed.

    Raises
    ------
    MaskError
        If the operation gives another shape.
    """
    shape = tuple(int(n) for n in mask.shape)
    place = painted_box(mask) if box is None else box
    if place is None:
        return None
    if box is None:
        margin = [max(m, 1) for m in margin_for(reach, steps(voxel_size, len(shape)))]
        place = grown_box(place, shape, margin)
    part = np.asarray(mask[place])
    before = as_mask(part).copy()
    after = as_mask(operation(before.copy()))
    if after.shape != box_shape(place):
        raise MaskError(f"{name!r} gave a mask of shape {after.shape} for one of {box_shape(place)}.")
    change = history.push(name, before, after, place)
    if change is not None:
        # labels that stay painted keep their number
        mask[place] = np.where(after == before, part, after.astype(part.dtype))
    return change
