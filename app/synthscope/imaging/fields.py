"""Fields: boxes of one size that images are cut into, spread evenly, each with the part of space it belongs to."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby

from synthscope.errors import InputError
from synthscope.records.request import Region

MANY = 8
"""From so many images on each is a unit of its own; of fewer, blocks of space are."""

Inside = Callable[[int, int, int], bool]
_Box = tuple[int, int, Region]


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
    shapes: Sequence[tuple[int, int, int, int]], size: tuple[int, int, int], most: int,
    specimens: Sequence[str] = (), inside: Inside | None = None,
) -> tuple[Field, ...]:  # fmt: skip
    """Cut images into fields that do not overlap, and choose of them so that every unit has its share.

    Units are specimens where they are told; images, where there are at least `MANY`; else blocks of space, as wide
    as a field in the plane and as deep as it is wide: neighbouring slices look alike. Only the boxes that are chosen
    are made, however many there are.

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
    inside : callable, optional
        ``(image, y, x) -> bool``: whether fields of that image may start at that row and column.

    Returns
    -------
    tuple of Field
        Ordered by image and place.
    """
    groups: dict[tuple[object, ...], list[_Run]] = defaultdict(list)
    by_image = len(shapes) >= MANY
    for image, shape in enumerate(shapes):
        slices, rows, columns = starts_of(shape[1:], size)
        places = [(y, x) for y in rows for x in columns if inside is None or inside(image, y, x)]
        if not (places and slices):
            continue
        if specimens or by_image:
            key = (specimens[image],) if specimens else (image,)
            groups[key].append(_Run(image, shape[0], slices, tuple(places)))
            continue
        for block, near in groupby(slices, lambda z: z // max(size)):
            layers = tuple(near)
            for place in places:
                groups[(image, block, *place)].append(_Run(image, shape[0], layers, (place,)))
    chosen = _shares([_Group(tuple(runs), size) for runs in groups.values()], most)
    fields = [Field(*one, unit) for unit, group in enumerate(chosen) for one in group]
    return tuple(sorted(fields, key=lambda field: (field.image, field.moment, field.region.start)))


def starts_of(shape: Sequence[int], size: Sequence[int]) -> tuple[range, ...]:
    """Give where boxes of a size start along each axis of a shape: side by side, in its middle."""
    counts = [n // s for n, s in zip(shape, size, strict=True)]
    margins = [(n - c * s) // 2 for n, c, s in zip(shape, counts, size, strict=True)]
    return tuple(range(m, m + c * s, s) for m, c, s in zip(margins, counts, size, strict=True))


@dataclass(frozen=True)
class _Run:
    """Boxes of one image, numbered by moment, slice and place; none of them is made before it is asked for."""

    image: int
    moments: int
    slices: Sequence[int]
    places: tuple[tuple[int, int], ...]

    def __len__(self) -> int:
        return self.moments * len(self.slices) * len(self.places)

    def box(self, index: int, size: tuple[int, int, int]) -> _Box:
        rest, place = divmod(index, len(self.places))
        moment, layer = divmod(rest, len(self.slices))
        z, (y, x) = self.slices[layer], self.places[place]
        return self.image, moment, Region((z, y, x), (z + size[0], y + size[1], x + size[2]))


@dataclass(frozen=True)
class _Group:
    """Boxes of one unit."""

    runs: tuple[_Run, ...]
    size: tuple[int, int, int]

    def spread(self) -> Iterator[_Box]:
        """Give all boxes so that the first lie far apart: the middle, then the middles of what is left."""
        ends = list(accumulate(map(len, self.runs)))
        parts = deque([(0, ends[-1])])
        while parts:
            start, stop = parts.popleft()
            if start < stop:
                middle = (start + stop) // 2
                run = bisect_right(ends, middle)
                yield self.runs[run].box(middle - (ends[run - 1] if run else 0), self.size)
                parts += [(start, middle), (middle + 1, stop)]


def _shares(groups: list[_Group], most: int) -> list[list[_Box]]:
    """Take turns until there are enough; where there are more units than that, units far apart."""
    if len(groups) > most:
        step = len(groups) / most
        groups = [groups[int(i * step)] for i in range(most)]
    chosen: list[list[_Box]] = [[] for _ in groups]
    waiting = deque((kept, group.spread()) for kept, group in zip(chosen, groups, strict=True))
    taken = 0
    while waiting and taken < most:
        kept, boxes = waiting.popleft()
        box = next(boxes, None)
        if box is not None:
            kept.append(box)
            taken += 1
            waiting.append((kept, boxes))
    return chosen
