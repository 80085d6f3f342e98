"""The commands that undo what an image suffered: restore's denoise, upscale, isotropic, artefacts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from synthscope.cli.inputs import read_box, read_image, read_parameters
from synthscope.cli.making import (
    Axes,
    Count,
    Dataset,
    Device,
    Feather,
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
from synthscope.cli.output import run_with_bar
from synthscope.records.image import Image
from synthscope.records.request import Restoration
from synthscope.services.artefacts import SEARCHES, artefacts_job
from synthscope.services.planning import Choice
from synthscope.services.restoring import restoration_of

Box = Annotated[str, typer.Option(help="Restore this part only: FIRST:STOP for every axis, by commas.")]
Sample = Annotated[
    bool, typer.Option("--sample/--mean", help="A sample of what may have been there, or the mean of all of it.")
]
Noise = Annotated[
    float, typer.Option(help="Standard deviation of the noise in what was measured, in the image's own units.")
]


def denoise(
    image: ImagePath,
    generator: Generator,
    out: Out,
    noise: Annotated[
        float, typer.Option(help="Standard deviation of the noise, in the image's own units; 0: estimated.")
    ] = 0.0,
    sample: Sample = False,
    count: Count = 1,
    seed: Seed = 0,
    set_: Settings = [],  # noqa: B006 - typer makes a new list
    box: Box = "",
    axes: Axes = "",
    dataset: Dataset = "",
    raw: Raw = "",
    voxel_size: VoxelSize = "",
    unit: Unit = "",
    model: Model = "",
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Take the noise out of an image; every voxel is made anew."""
    source = read_image(image, axes=axes, dataset=dataset, raw=raw, voxel_size=voxel_size, unit=unit)
    wanted = restoration_of("denoise", noise=noise, sample=sample)
    choice = Choice("restore", generator, read_parameters(generator, set_), count, seed, model=model, device=device)
    _restore(source, wanted, choice, out, box, as_json=as_json)


def upscale(
    image: ImagePath,
    generator: Generator,
    out: Out,
    factor: Annotated[int, typer.Option(help="How many times finer the pixels become.")] = 2,
    noise: Noise = 0.0,
    sample: Sample = True,
    count: Count = 1,
    seed: Seed = 0,
    set_: Settings = [],  # noqa: B006 - typer makes a new list
    box: Box = "",
    axes: Axes = "",
    dataset: Dataset = "",
    raw: Raw = "",
    voxel_size: VoxelSize = "",
    unit: Unit = "",
    model: Model = "",
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Make the pixels of an image finer; their means stay those that were measured."""
    source = read_image(image, axes=axes, dataset=dataset, raw=raw, voxel_size=voxel_size, unit=unit)
    wanted = restoration_of("upscale", factor=factor, noise=noise, sample=sample)
    choice = Choice("restore", generator, read_parameters(generator, set_), count, seed, model=model, device=device)
    _restore(source, wanted, choice, out, box, as_json=as_json)


def isotropic(
    image: ImagePath,
    generator: Generator,
    out: Out,
    factor: Annotated[int, typer.Option(help="How many times finer the slices become; 0: by the voxel size.")] = 0,
    noise: Noise = 0.0,
    sample: Sample = True,
    count: Count = 1,
    seed: Seed = 0,
    set_: Settings = [],  # noqa: B006 - typer makes a new list
    box: Box = "",
    axes: Axes = "",
    dataset: Dataset = "",
    raw: Raw = "",
    voxel_size: VoxelSize = "",
    unit: Unit = "",
    model: Model = "",
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Make the slices of a stack as fine as its pixels; their means stay those that were measured."""
    source = read_image(image, axes=axes, dataset=dataset, raw=raw, voxel_size=voxel_size, unit=unit)
    wanted = restoration_of("isotropic", factor=factor, noise=noise, sample=sample)
    choice = Choice("restore", generator, read_parameters(generator, set_), count, seed, model=model, device=device)
    _restore(source, wanted, choice, out, box, as_json=as_json)


def artefacts(
    image: ImagePath,
    generator: Generator,
    out: Out,
    kinds: Annotated[str, typer.Option(help="What to look for, by commas.")] = ",".join(SEARCHES),
    count: Count = 1,
    seed: Seed = 0,
    set_: Settings = [],  # noqa: B006 - typer makes a new list
    context: Annotated[float, typer.Option(help="Width of context around the artefacts, in voxels.")] = 64,
    feather: Feather = 0.0,
    axes: Axes = "",
    dataset: Dataset = "",
    raw: Raw = "",
    voxel_size: VoxelSize = "",
    unit: Unit = "",
    model: Model = "",
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Find rings, streaks, dead pixels and lines and fill them; all other voxels stay as they are, bit for bit."""
    source = read_image(image, axes=axes, dataset=dataset, raw=raw, voxel_size=voxel_size, unit=unit)
    choice = Choice(
        "inpaint", generator, read_parameters(generator, set_), count, seed, context,
        model=model, device=device, feather=feather,
    )  # fmt: skip
    found = run_with_bar(artefacts_job(source, [word.strip() for word in kinds.split(",") if word.strip()]))
    make(source, found.mask, choice, out, region_only=False, as_json=as_json, remarks=found.sentences)


def _restore(source: Image, wanted: Restoration, choice: Choice, out: Path, box: str, *, as_json: bool) -> None:
    region = read_box(box) if box else None
    chosen = replace(choice, restoration=wanted, region=region)
    make(source, None, chosen, out, region_only=False, as_json=as_json)
