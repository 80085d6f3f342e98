"""Boxes that keep clear of the blank margin around a round field of view, in parts of images."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from synthscope.imaging.blank_margins import blank_margin, clear_of
from synthscope.imaging.fields import starts_of
from synthscope.imaging.regions import moments, whole
from synthscope.records.image import Image
from synthscope.records.request import Region
from synthscope.services.training_blocks import block_shape, read_block


@dataclass(frozen=True, eq=False)
class Home:
    """Where a block of a part lies: its image, its box there (Z, Y, X), and what is blank in it (Y, X), if any."""

    image: int
    region: Region
    blank: np.ndarray | None

    def places(self, rows: int, columns: int) -> list[tuple[int, int]]:
        """Give starts (y, x), in the block, of boxes side by side that hold nothing blank."""
        found = self.all_places(rows, columns)
        if self.blank is None:
            return found
        clear = clear_of(self.blank, (rows, columns), found)
        return [place for place in found if place in clear]

    def all_places(self, rows: int, columns: int) -> list[tuple[int, int]]:
        """Give starts (y, x) of all boxes side by side."""
        shape = (1, *self.region.shape[1:])
        _, ys, xs = starts_of(shape, (1, rows, columns))
        return [(y, x) for y in ys for x in xs]


def homes_of(images: Sequence[Image], boxes: Sequence[Sequence[Region]]) -> tuple[Home, ...]:
    """Say where blocks lie that were read from boxes of images, in the order in which a training reads them.

    The middle slice of the first moment tells what is blank: a field of view is round all along a stack.
    """
    found = []
    for number, (image, regions) in enumerate(zip(images, boxes, strict=True)):
        times = sum(1 for _ in moments(whole(image.shape), image.space))
        margin = _margin(image) if regions else None
        for region in regions:
            blank = None if margin is None else margin[region.slices[1:]]
            found += [Home(number, region, blank)] * times
    return tuple(found)


def _margin(image: Image) -> np.ndarray | None:
    depth, height, width = block_shape(image)
    middle = Region((depth // 2, 0, 0), (depth // 2 + 1, height, width))
    moment = next(iter(moments(whole(image.shape), image.space)))
    return blank_margin(read_block(image, middle, moment)[0])
