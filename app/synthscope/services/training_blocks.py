"""The blocks that a training learns from, read out of images, with the class and the label map of each."""

from __future__ import annotations

import numpy as np

from synthscope.errors import InputError
from synthscope.imaging.regions import block_axes, moments, to_block, whole
from synthscope.records.image import Image
from synthscope.records.request import Region


class Share:
    """Blocks that are learned from, or held out."""

    def __init__(self) -> None:
        self.blocks: list[np.ndarray] = []
        self.classes: list[int] = []
        self.maps: list[np.ndarray] = []

    def add(self, image: Image, labels: Image | None, region: Region, label: int) -> None:
        """Read a box of an image, and of its label map; `label` is the index of its class, -1 for none."""
        found = read_blocks(image, region)
        self.blocks += found
        self.classes += [label] * len(found)
        if labels is not None:
            self.maps += [block[..., 0] for block in read_blocks(labels, region)]


def block_shape(image: Image) -> tuple[int, int, int]:
    """Give (Z, Y, X) of an image's block: of one time point where it is a series of stacks."""
    sizes = dict(zip(image.space.axes, image.shape, strict=True))
    depth = block_axes(image.space).partition("y")[0]
    return (sizes[depth] if depth else 1, sizes["y"], sizes["x"])


def read_blocks(image: Image, region: Region) -> list[np.ndarray]:
    """Read a box (Z, Y, X) of an image as blocks (Z, Y, X, C): one for each time point of a series of stacks.

    Raises
    ------
    InputError
        If values are not numbers.
    """
    return [read_block(image, region, moment) for moment in moments(whole(image.shape), image.space)]


def read_block(image: Image, region: Region, moment: Region) -> np.ndarray:
    """Read a box (Z, Y, X) of an image, at one of its `moments`, as a block (Z, Y, X, C).

    Raises
    ------
    InputError
        If values are not numbers.
    """
    depth = block_axes(image.space).partition("y")[0]
    bounds = dict(zip((depth or "-", "y", "x"), zip(region.start, region.stop, strict=True), strict=True))
    index = tuple(
        slice(*bounds.get(axis, (a, b))) for axis, a, b in zip(image.space.axes, moment.start, moment.stop, strict=True)
    )
    block = to_block(np.asarray(image.pixels[index]), image.space)
    if block.dtype.kind == "f" and not np.isfinite(block).all():
        raise InputError(
            f"{image.name} holds values that are not numbers; crop it to where all are, or repair them first."
        )
    return block
