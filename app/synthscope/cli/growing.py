"""The commands that make images larger: extend, and restore's interpolate."""

from __future__ import annotations

from typing import Annotated

import typer

from synthscope.cli.making import make
from synthscope.cli.options import ImagePath, Making, Reading, grouped
from synthscope.services.growing import extend_image, interleave_image

Margin = Annotated[int, typer.Option(help="Voxels to add on this side.")]


@grouped
def extend(
    image: ImagePath,
    making: Making,
    reading: Reading,
    left: Margin = 0,
    right: Margin = 0,
    top: Margin = 0,
    bottom: Margin = 0,
    first: Annotated[int, typer.Option(help="Slices to add before the first.")] = 0,
    last: Annotated[int, typer.Option(help="Slices to add after the last.")] = 0,
    context: Annotated[
        float, typer.Option(help="Width of what the generator may see around the new part, in voxels.")
    ] = 64,
) -> None:
    """Extend an image beyond its borders; the voxels that were there stay as they are, bit for bit."""
    margins = {"x": (left, right), "y": (top, bottom), "z": (first, last)}
    grown, mask = extend_image(reading.open(image), {axis: pair for axis, pair in margins.items() if any(pair)})
    make(grown, mask, making.choice("inpaint", context=context), making)


@grouped
def interpolate(
    image: ImagePath,
    making: Making,
    reading: Reading,
    factor: Annotated[int, typer.Option(help="How many times finer the slices become.")] = 2,
) -> None:
    """Make slices between those of a stack; the slices that were there stay as they are, bit for bit."""
    grown, mask = interleave_image(reading.open(image), factor)
    make(grown, mask, making.choice("inpaint"), making)
