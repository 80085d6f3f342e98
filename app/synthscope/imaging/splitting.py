"""Training part and held-out part of a stack: blocks of space with a gap between them, never random crops."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from synthscope.errors import InputError
from synthscope.records.request import Region

Axis = Literal["z", "y", "x"]
AXES: tuple[Axis, ...] = ("z", "y", "x")
DEEP = 64
"""Slices from which on a stack is cut along z where the axis is left open."""
SLAB = 16
"""Slices of one slab of a stack that is too large to be learned from whole."""
STRIP = 4
"""Height of one strip of a picture that is too large, in patches."""


@dataclass(frozen=True)
class Split:
    """Two boxes (Z, Y, X) of one block; `held_out` is None where nothing is held out."""

    train: Region
    held_out: Region | None


def choose_axis(shape: tuple[int, int, int]) -> Axis:
    """Choose the axis to cut along: z for stacks of at least `DEEP` slices, else the longer one in the plane."""
    depth, rows, columns = shape
    if depth >= DEEP:
        return "z"
    return "y" if rows > columns else "x"


def gap_along(axis: Axis, shape: tuple[int, int, int], patch: int) -> int:
    """Give the width of the gap in voxels: a patch in the plane; along z a patch too, or an eighth of the slices.

    What is drawn from a stack along z are single slices with a few neighbours: an eighth of 64 slices is
    more than one such drawing.
    """
    if axis != "z":
        return patch
    return min(patch, max(shape[0] // 8, SLAB // 2))


def split_block(
    shape: tuple[int, int, int], axis: Axis, held_out: float, patch: int, *, gap: int | None = None
) -> Split:
    """Cut a block into a training part, a gap, and a held-out part at the end of an axis.

    Parameters
    ----------
    shape : tuple of int
        (Z, Y, X).
    held_out : float
        Part of the axis, 0 to 0.5, that is held out; at least one patch of it (along z: one gap).
    patch : int
        Side of the pieces that are learned from.
    gap : int, optional
        Voxels between the two; `gap_along` by default.

    Raises
    ------
    InputError
        If the block is smaller than a patch, or the axis too short for both parts and the gap.
    """
    _check_plane(shape, patch)
    if not 0 <= held_out <= 0.5:
        raise InputError(f"The part to hold out is {held_out:g}; give a number from 0 to 0.5.")
    everything = Region((0, 0, 0), shape)
    if held_out == 0:
        return Split(everything, None)
    index = AXES.index(axis)
    length = shape[index]
    between = gap_along(axis, shape, patch) if gap is None else gap
    least = between if axis == "z" else patch
    kept = max(math.ceil(held_out * length), least)
    stop = length - kept - between
    if stop < least:
        raise InputError(
            f"An image of {_words(shape)} voxels is too small along {axis} to hold a block out of the training: "
            f"{2 * least + between} are needed there; give a larger image, several images, a smaller patch, "
            "or hold nothing out."
        )
    return Split(Region((0, 0, 0), _with(shape, index, stop)), Region(_with((0, 0, 0), index, length - kept), shape))


def fitting(region: Region, bytes_per_voxel: int, budget: int, patch: int, *, slab: int = SLAB) -> tuple[Region, ...]:
    """Give evenly spaced parts of a box that take at most `budget` bytes together; the box itself if it fits.

    A stack is taken in slabs of `slab` slices; of one whose single slices are too large, the middle one is taken,
    in strips of `STRIP` patches (of one patch at least, whatever it takes).
    """
    depth, rows, columns = region.shape
    plane = rows * columns * bytes_per_voxel
    if depth * plane <= budget:
        return (region,)
    if plane <= budget:
        thick = max(1, min(slab, budget // plane, depth))
        return _spread(region, 0, thick, max(1, budget // (plane * thick)))
    middle = Region(
        (region.start[0] + depth // 2, *region.start[1:]), (region.start[0] + depth // 2 + 1, *region.stop[1:])
    )
    row = columns * bytes_per_voxel
    tall = max(patch, min(STRIP * patch, budget // row, rows))
    return _spread(middle, 1, min(tall, rows), max(1, budget // (row * tall)))


def _spread(region: Region, axis: int, thick: int, count: int) -> tuple[Region, ...]:
    """Place `count` slabs evenly along an axis, without overlap."""
    length = region.shape[axis]
    count = min(count, length // thick)
    free = length - count * thick
    starts = [i * thick + (free * i // (count - 1) if count > 1 else free // 2) for i in range(count)]
    parts = []
    for start in starts:
        first = region.start[axis] + start
        parts.append(Region(_with(region.start, axis, first), _with(region.stop, axis, first + thick)))
    return tuple(parts)


def _check_plane(shape: tuple[int, int, int], patch: int) -> None:
    if min(shape[1:]) < patch:
        raise InputError(
            f"An image of {_words(shape)} voxels is smaller than a patch of {patch}; "
            "give a larger image, or choose a smaller patch."
        )


def _with(numbers: tuple[int, ...], index: int, value: int) -> tuple[int, ...]:
    return (*numbers[:index], value, *numbers[index + 1 :])


def _words(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape))
