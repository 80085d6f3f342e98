"""Fields: boxes of one size that images are cut into, spread evenly, each with the part of space it belongs to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from synthscope.errors import InputError
from synthscope.records.request import Region

MANY = 8
"""From so many images on each is a unit of its own; of fewer, blocks of space are."""


@dataclass(frozen=True)
class Field:
    """One box of one image.

    Parameters
    ----------
    image : int
        Which of the images.
    moment : int
        Which time point of a series of stacks.
    region : Region
        In that image's block, (Z, Y, X).
    unit : int
        Fields of one unit are not independent of each other: a specimen, an image, or a block of space.
    """

    image: int
    moment: int
    region: Region
    unit: int


def field_side(shapes: Sequence[tuple[int, int, int]], wanted: int = 0, largest: int = 256) -> int:
    """Choose the side of square fields: the wanted one, or the largest that every image holds, up to a bound.

    Parameters
    ----------
    shapes : sequence of (Z, Y, X)
        Of all images of all sets.

    Raises
    ------
    InputError
        If an image is smaller than the wanted side.
    """
    least = min(min(shape[1:]) for shape in shapes)
    if wanted > least:
        raise InputError(f"Fields of {wanted} px do not fit an image of {least} px; choose a side of at most {least}.")
    return wanted or min(least, largest)


def cut_fields(
    shapes: Sequence[tuple[int, int, int, int]], size: tuple[int, int, int], most: int, specimens: Sequence[str] = ()
) -> tuple[Field, ...]:
    """Cut images into fields that do not overlap, and choose of them so that every unit has its share.

    Units are specimens where they are told; images, where there are at least `MANY`; else blocks of space, as wide
    as a field in the plane and as deep as it is wide: neighbouring slices look alike.

    Parameters
    ----------
    shapes : sequence of (T, Z, Y, X)
        Of the images; T counts the time points of a series of stacks.
    size : tuple of int
        (Z, Y, X) of a field.
    most : int
        How many at most.
    specimens : sequence of str
        Of each image, or none.

    Returns
    -------
    tuple of Field
        Ordered by image and place.
    """
    groups: dict[tuple[object, ...], list[tuple[int, int, Region]]] = defaultdict(list)
    by_image = len(shapes) >= MANY
    for image, shape in enumerate(shapes):
        for moment in range(shape[0]):
            for region in _boxes(shape[1:], size):
                place = (region.start[0] // max(size), *region.start[1:])
                key = (specimens[image],) if specimens else (image,) if by_image else (image, *place)
                groups[key].append((image, moment, region))
    chosen = _shares([_spread(group) for group in groups.values()], most)
    fields = [Field(*one, unit) for unit, group in enumerate(chosen) for one in group]
    return tuple(sorted(fields, key=lambda field: (field.image, field.moment, field.region.start)))


def _boxes(shape: tuple[int, ...], size: tuple[int, int, int]) -> list[Region]:
    counts = [n // s for n, s in zip(shape, size, strict=True)]
    margins = [(n - c * s) // 2 for n, c, s in zip(shape, counts, size, strict=True)]
    starts = [[m + i * s for i in range(c)] for m, c, s in zip(margins, counts, size, strict=True)]
    return [
        Region((z, y, x), (z + size[0], y + size[1], x + size[2]))
        for z in starts[0]
        for y in starts[1]
        for x in starts[2]
    ]  # fmt: skip


def _spread(group: list[tuple[int, int, Region]]) -> list[tuple[int, int, Region]]:
    """Order a group so that its first members lie far apart: the middle, then the middles of what is left."""
    order: list[int] = []
    parts = [(0, len(group))]
    while parts:
        start, stop = parts.pop(0)
        if start < stop:
            middle = (start + stop) // 2
            order.append(middle)
            parts += [(start, middle), (middle + 1, stop)]
    return [group[i] for i in order]


def _shares(groups: list[list[tuple[int, int, Region]]], most: int) -> list[list[tuple[int, int, Region]]]:
    """Take turns until there are enough; where there are more units than that, units far apart."""
    if len(groups) > most:
        step = len(groups) / most
        groups = [groups[int(i * step)] for i in range(most)]
    chosen: list[list[tuple[int, int, Region]]] = [[] for _ in groups]
    taken, turn = 0, 0
    while taken < most and any(turn < len(group) for group in groups):
        for group, kept in zip(groups, chosen, strict=True):
            if turn < len(group) and taken < most:
                kept.append(group[turn])
                taken += 1
        turn += 1
    return chosen
