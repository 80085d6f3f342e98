"""Boxes of voxels: margins, crops, and the one layout (Z, Y, X, C) that generators work in."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from synthscope.errors import InputError
from synthscope.imaging.hashing import slabs
from synthscope.records.image import PixelArray
from synthscope.records.request import Region
from synthscope.records.space import Space


def whole(shape: tuple[int, ...]) -> Region:
    """Give the box of a whole array."""
    return Region((0,) * len(shape), tuple(shape))


def widened(region: Region, margin: tuple[int, ...], shape: tuple[int, ...]) -> Region:
    """Grow a box by `margin` voxels per axis, within an array of `shape`."""
    start = tuple(max(0, a - m) for a, m in zip(region.start, margin, strict=True))
    stop = tuple(min(n, b + m) for b, m, n in zip(region.stop, margin, shape, strict=True))
    return Region(start, stop)


def painted(mask: PixelArray) -> Region | None:
    """Find the smallest box that holds all non-zero voxels; None for an empty mask.

    A mask of any size is read in pieces, and a lazy one is never held whole.
    """
    low: np.ndarray | None = None
    high: np.ndarray | None = None
    for index in slabs(tuple(mask.shape), np.dtype(mask.dtype).itemsize):
        piece = np.asarray(mask[index])
        if not piece.any():
            continue
        offset = [s.start for s in index]
        lines = [np.flatnonzero(piece.any(axis=_others(axis, piece.ndim))) for axis in range(piece.ndim)]
        first = np.array([line[0] + o for line, o in zip(lines, offset, strict=True)])
        last = np.array([line[-1] + o + 1 for line, o in zip(lines, offset, strict=True)])
        low = first if low is None else np.minimum(low, first)
        high = last if high is None else np.maximum(high, last)
    if low is None or high is None:
        return None
    return Region(tuple(low.tolist()), tuple(high.tolist()))


def _others(axis: int, ndim: int) -> tuple[int, ...]:
    return tuple(i for i in range(ndim) if i != axis)


def mask_to_image(region: Region, space: Space, shape: tuple[int, ...]) -> Region:
    """Turn a box of the mask's axes into one of the image's: channels and colours are taken whole."""
    bounds = dict(zip(space.mask_axes, zip(region.start, region.stop, strict=True), strict=True))
    pairs = [bounds.get(axis, (0, n)) for axis, n in zip(space.axes, shape, strict=True)]
    return Region(tuple(a for a, _ in pairs), tuple(b for _, b in pairs))


def image_to_mask(region: Region, space: Space) -> Region:
    """Turn a box of the image's axes into one of the mask's."""
    keep = [i for i, axis in enumerate(space.axes) if axis not in "cs"]
    return Region(tuple(region.start[i] for i in keep), tuple(region.stop[i] for i in keep))


def spread_mask(mask: PixelArray, space: Space) -> np.ndarray:
    """Give a mask an axis of length 1 for every channel or colour axis of the image."""
    index = tuple(None if axis in "cs" else slice(None) for axis in space.axes)
    return np.asarray(mask, dtype=bool)[index]


def context_margin(space: Space, context: float) -> tuple[int, ...]:
    """Turn a context width in voxels of the finest spatial axis into voxels per axis.

    Coarser axes take fewer voxels, so that the context is as wide in every direction; time, channels
    and colours take none.
    """
    finest = min(space.voxel_size[i] for i in space.spatial)
    return tuple(
        math.ceil(context * finest / space.voxel_size[i]) if i in space.spatial else 0 for i in range(space.ndim)
    )


def moments(region: Region, space: Space) -> Iterator[Region]:
    """Cut a box into single time points where it has depth too; otherwise give it whole.

    A generator works in space: a series of stacks is filled one stack at a time, a series of
    pictures is treated as a stack.
    """
    t = space.index("t")
    if t is None or space.index("z") is None:
        yield region
        return
    for moment in range(region.start[t], region.stop[t]):
        start, stop = list(region.start), list(region.stop)
        start[t], stop[t] = moment, moment + 1
        yield Region(tuple(start), tuple(stop))


def block_axes(space: Space) -> str:
    """Name the image's axes in the order of a block: depth, rows, columns, then all else."""
    depth = "z" if "z" in space.axes else "t" if "t" in space.axes else ""
    rest = "".join(a for a in space.axes if a not in depth + "yx")
    return depth + "yx" + rest


def to_block(pixels: np.ndarray, space: Space) -> np.ndarray:
    """Lay an array out as (Z, Y, X, C).

    Raises
    ------
    InputError
        If it holds several time points of a stack; cut it by `moments` first.
    """
    if "t" in space.axes and "z" in space.axes and pixels.shape[space.axes.index("t")] != 1:
        raise InputError(f"A block of axes {space.axes!r} holds several time points; give one at a time.")
    order = block_axes(space)
    moved = np.transpose(pixels, [space.axes.index(a) for a in order])
    depth = 1 if len(order.partition("y")[0]) == 0 else moved.shape[0]
    rows, columns = pixels.shape[space.axes.index("y")], pixels.shape[space.axes.index("x")]
    return np.ascontiguousarray(moved).reshape(depth, rows, columns, -1)


def from_block(block: np.ndarray, space: Space, shape: tuple[int, ...]) -> np.ndarray:
    """Undo `to_block`: give an array of `shape` with the image's axes."""
    order = block_axes(space)
    sizes = [shape[space.axes.index(a)] for a in order]
    moved = block.reshape(sizes)
    return np.ascontiguousarray(np.transpose(moved, [order.index(a) for a in space.axes]))


def block_space(space: Space) -> Space:
    """Give the space of a block: axes ``zyxc``.

    Without a depth axis the step from one picture to the next counts as the finer step in the plane: time
    has no length, and what is made must not depend on the unit that the file happens to use.
    """
    depth = space.index("z")
    y, x = (space.voxel_size[space.axes.index(a)] for a in "yx")
    steps = (min(y, x) if depth is None else space.voxel_size[depth], y, x, 1.0)
    return replace(space, axes="zyxc", voxel_size=steps, origin=(0.0,) * 4, channel_names=())
