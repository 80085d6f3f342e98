"""How much work a choice is, before any pixel is read."""

from __future__ import annotations

import math

import numpy as np

from synthscope.imaging.regions import block_axes, moments, to_block, whole
from synthscope.records.generator import Workload
from synthscope.records.image import Image
from synthscope.records.request import Region, Restoration, Task
from synthscope.records.space import Space
from synthscope.services.islands import pieces_of


def workload_of(
    image: Image | None, region: Region | None, mask: np.ndarray | None, task: Task, size: tuple[int, ...],
    restoration: Restoration | None, count: int, reach: int = 0,
) -> Workload:  # fmt: skip
    """Count the voxels that a generator sees and makes.

    Parameters
    ----------
    mask : ndarray of bool, optional
        Of the region; without one all of it is made.
    size : tuple of int
        Of a new image.
    reach : int
        How far a fill looks from a hole, as the generator's spec says; 0: everywhere.
    """
    box = (1, 1, 1, 1)
    if image is not None and region is not None:
        sizes = dict(zip(image.space.axes, region.shape, strict=True))
        depth, _, rest = block_axes(image.space).partition("yx")
        others = int(np.prod([sizes[a] for a in rest], dtype=np.int64))
        box = (sizes[depth] if depth else 1, sizes["y"], sizes["x"], others)
    made = math.prod(size) if task == "synthesize" else math.prod(box[:3])
    if restoration is not None:
        made *= math.prod(restoration.factors.values())
    unknown = made if mask is None else int(np.count_nonzero(mask))
    itemsize = 2 if image is None else image.dtype.itemsize
    piece = 0
    if task == "inpaint" and mask is not None and image is not None and reach:
        piece = _largest_piece(mask, image.space.mask_space(), reach)
    return Workload(task, box, unknown, itemsize, count, restoration, piece=piece)


def _largest_piece(mask: np.ndarray, space: Space, reach: int) -> int:
    """Count the voxels of the largest part of a mask's region that is filled at once; 0 where all of it is."""
    parts = (mask[moment.slices] for moment in moments(whole(mask.shape), space))
    found = [pieces_of(to_block(part, space)[..., 0], reach) for part in parts if part.any()]
    if not all(found):
        return 0
    return max((math.prod(piece.shape) for pieces in found for piece in pieces), default=0)
