"""The commands that undo what an image suffered: restore's denoise, upscale, isotropic, artefacts."""

from __future__ import annotations

from typing import Annotated

import typer

from synthscope.cli.making import make, optional_box
from synthscope.cli.options import Feather, ImagePath, Making, Reading, grouped
from synthscope.cli.output import run_with_bar
from synthscope.records.image import Image
from synthscope.records.request import Restoration
from synthscope.services.artefacts import SEARCHES, artefacts_job
from synthscope.services.restoring import restoration_of

Box = Annotated[str, typer.Option(help="Restore this part only: FIRST:STOP for every axis, by commas.")]
Sample = Annotated[
    bool, typer.Option("--sample/--mean", help="A sample of what may have been there, or the mean of all of it.")
]
Noise = Annotated[
    float, typer.Option(help="Standard deviation of the noise in what was measured, in the image's own units.")
]

Psf = Annotated[
    float,
    typer.Option(
        "--psf",
        help="Full width at half maximum of the instrument's Gaussian blur, in the unit of the voxel size; "
        "0: a coarse voxel is the mean of the fine ones.",
    ),
]


@grouped
def denoise(
    image: ImagePath,
    making: Making,
    reading: Reading,
    noise: Annotated[
        float, typer.Option(help="Standard deviation of the noise, in the image's own units; 0: estimated.")
    ] = 0.0,
    sample: Sample = False,
    box: Box = "",
) -> None:
    """Take the noise out of an image; every voxel is made anew."""
    _restore(reading.open(image), restoration_of("denoise", noise=noise, sample=sample), making, box)


@grouped
def upscale(
    image: ImagePath,
    making: Making,
    reading: Reading,
    factor: Annotated[int, typer.Option(help="How many times finer the pixels become.")] = 2,
    noise: Noise = 0.0,
    psf: Psf = 0.0,
    sample: Sample = True,
    box: Box = "",
) -> None:
    """Make the pixels of an image finer; their means stay those that were measured."""
    _restore(
        reading.open(image), restoration_of("upscale", factor=factor, noise=noise, sample=sample, psf=psf), making, box
    )


@grouped
def isotropic(
    image: ImagePath,
    making: Making,
    reading: Reading,
    factor: Annotated[int, typer.Option(help="How many times finer the slices become; 0: by the voxel size.")] = 0,
    noise: Noise = 0.0,
    psf: Psf = 0.0,
    sample: Sample = True,
    box: Box = "",
) -> None:
    """Make the slices of a stack as fine as its pixels; their means stay those that were measured."""
    _restore(
        reading.open(image),
        restoration_of("isotropic", factor=factor, noise=noise, sample=sample, psf=psf),
        making,
        box,
    )


@grouped
def artefacts(
    image: ImagePath,
    making: Making,
    reading: Reading,
    kinds: Annotated[str, typer.Option(help="What to look for, by commas.")] = ",".join(SEARCHES),
    context: Annotated[float, typer.Option(help="Width of context around the artefacts, in voxels.")] = 64,
    feather: Feather = 0.0,
) -> None:
    """Find rings, streaks, dead pixels and lines and fill them; all other voxels stay as they are, bit for bit."""
    source = reading.open(image)
    choice = making.choice("inpaint", context=context, feather=feather)
    found = run_with_bar(artefacts_job(source, [word.strip() for word in kinds.split(",") if word.strip()]))
    make(source, found.mask, choice, making, remarks=found.sentences)


def _restore(source: Image, wanted: Restoration, making: Making, box: str) -> None:
    make(source, None, making.choice("restore", restoration=wanted, region=optional_box(box)), making)
