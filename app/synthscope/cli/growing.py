"""The commands that make images larger: extend, and restore's interpolate."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from synthscope.cli.inputs import read_image, read_parameters
from synthscope.cli.making import (
    Axes,
    Count,
    Dataset,
    Device,
    Generator,
    ImagePath,
    Json,
    Model,
    Out,
    Raw,
    Seed,
    Settings,
    Unit,
    VoxelSize,
    make,
)
from synthscope.services.growing import Grown, extend_image, interleave_image
from synthscope.services.planning import Choice

Margin = Annotated[int, typer.Option(help="Voxels to add on this side.")]
Context = Annotated[float, typer.Option(help="Width of what the generator may see around the new part, in voxels.")]


def extend(
    image: ImagePath,
    generator: Generator,
    out: Out,
    left: Margin = 0,
    right: Margin = 0,
    top: Margin = 0,
    bottom: Margin = 0,
    first: Annotated[int, typer.Option(help="Slices to add before the first.")] = 0,
    last: Annotated[int, typer.Option(help="Slices to add after the last.")] = 0,
    count: Count = 1,
    seed: Seed = 0,
    set_: Settings = [],  # noqa: B006 - typer makes a new list
    context: Context = 64,
    axes: Axes = "",
    dataset: Dataset = "",
    raw: Raw = "",
    voxel_size: VoxelSize = "",
    unit: Unit = "",
    model: Model = "",
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Extend an image beyond its borders; the voxels that were there stay as they are, bit for bit."""
    source = read_image(image, axes=axes, dataset=dataset, raw=raw, voxel_size=voxel_size, unit=unit)
    margins = {"x": (left, right), "y": (top, bottom), "z": (first, last)}
    grown = extend_image(source, {letter: pair for letter, pair in margins.items() if any(pair)})
    choice = Choice(
        "inpaint", generator, read_parameters(generator, set_), count, seed, context, model=model, device=device
    )
    _fill(grown, choice, out, as_json=as_json)


def interpolate(
    image: ImagePath,
    generator: Generator,
    out: Out,
    factor: Annotated[int, typer.Option(help="How many times finer the slices become.")] = 2,
    count: Count = 1,
    seed: Seed = 0,
    set_: Settings = [],  # noqa: B006 - typer makes a new list
    axes: Axes = "",
    dataset: Dataset = "",
    raw: Raw = "",
    voxel_size: VoxelSize = "",
    unit: Unit = "",
    model: Model = "",
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Make slices between those of a stack; the slices that were there stay as they are, bit for bit."""
    source = read_image(image, axes=axes, dataset=dataset, raw=raw, voxel_size=voxel_size, unit=unit)
    choice = Choice("inpaint", generator, read_parameters(generator, set_), count, seed, model=model, device=device)
    _fill(interleave_image(source, factor), choice, out, as_json=as_json)


def _fill(grown: Grown, choice: Choice, out: Path, *, as_json: bool) -> None:
    image, mask = grown
    make(image, mask, choice, out, region_only=False, as_json=as_json)
