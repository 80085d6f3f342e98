"""The commands that make images: inpaint, generate, vary."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from synthscope.cli.inputs import read_box, read_image, read_mask, read_parameters, read_size
from synthscope.cli.output import run_with_bar, say
from synthscope.generators.registry import resolve
from synthscope.records.image import Image, PixelArray
from synthscope.records.request import Region
from synthscope.services.planning import Choice, check_device
from synthscope.services.verbs import Outcome, Written, make_job

ImagePath = Annotated[Path, typer.Argument(help="Image file or folder of slices.")]
Generator = Annotated[str, typer.Option("--generator", "-g", help="Id of the generator; see `synthscope generators`.")]
Out = Annotated[Path, typer.Option("--out", "-o", help="Folder for the results; nothing in it is overwritten.")]
Count = Annotated[int, typer.Option(help="Number of candidates.")]
Seed = Annotated[int, typer.Option(help="Seed of the first candidate; the others follow by one each.")]
Settings = Annotated[list[str], typer.Option("--set", help="A parameter of the generator: NAME=VALUE.")]


def known_device(name: str) -> str:
    """Refuse a device that there is none of, in the words of the planner.

    Raises
    ------
    ParameterError
    """
    if name:
        check_device(name)
    return name


Device = Annotated[str, typer.Option(help="auto, cpu, cuda or mps.", callback=known_device)]
IdleDevice = Annotated[
    str, typer.Option(help="Taken by every command; this one works on the CPU.", callback=known_device)
]
IdleSeed = Annotated[int, typer.Option(help="Taken by every command; nothing here is random.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object on standard output, nothing else.")]
Model = Annotated[str, typer.Option(help="Folder or name of a trained model, for generators that need one.")]
RegionOnly = Annotated[bool, typer.Option("--region", help="Write only the region of context, not the whole image.")]
Box = Annotated[str, typer.Option(help="What the generator may see: FIRST:STOP for every axis, by commas.")]
Feather = Annotated[
    float, typer.Option(help="Even out the border inside the mask over this width, in the unit of the voxel size.")
]
Axes = Annotated[str, typer.Option(help="Axes of the image, such as zyx, where the file does not tell.")]
Dataset = Annotated[str, typer.Option(help="Data set inside an HDF5 or Zarr file; number or name of a TIFF's series.")]
Raw = Annotated[str, typer.Option(help="Layout of a RAW file: SHAPE:DTYPE[:ORDER[:OFFSET]], 40x500x500:uint16.")]

VoxelSize = Annotated[str, typer.Option(help="Voxel size per spatial axis, by commas, where the file is wrong.")]
Unit = Annotated[str, typer.Option(help="Unit of the voxel size.")]
Slices = Annotated[str, typer.Option(help="For a 2D mask on a stack: slices FIRST:STOP.")]
AllSlices = Annotated[bool, typer.Option("--all-slices", help="A 2D mask is meant for all slices.")]


def inpaint(
    image: ImagePath,
    mask: Annotated[Path, typer.Option(help="Mask: zero is known, all else is to be made.")],
    generator: Generator,
    out: Out,
    count: Count = 1,
    seed: Seed = 0,
    set_: Settings = [],  # noqa: B006 - typer makes a new list
    slices: Slices = "",
    all_slices: AllSlices = False,
    context: Annotated[float, typer.Option(help="Width of context around the mask, in voxels.")] = 64,
    feather: Feather = 0.0,
    box: Box = "",
    region: RegionOnly = False,
    axes: Axes = "",
    dataset: Dataset = "",
    raw: Raw = "",
    voxel_size: VoxelSize = "",
    unit: Unit = "",
    model: Model = "",
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Fill the masked region of an image; all other voxels stay as they are, bit for bit."""
    source = read_image(image, axes=axes, dataset=dataset, raw=raw, voxel_size=voxel_size, unit=unit)
    painted = read_mask(mask, source, slices=slices, all_slices=all_slices)
    choice = Choice(
        "inpaint", generator, read_parameters(generator, set_), count, seed, context,
        region=read_box(box) if box else None, model=model, device=device, feather=feather,
    )  # fmt: skip
    make(source, painted, choice, out, region_only=region, as_json=as_json)


def generate(
    generator: Generator,
    size: Annotated[str, typer.Option(help="Size of the new image: [D] H W.")],
    out: Out,
    example: Annotated[Path | None, typer.Option(help="Example image, for generators that copy a texture.")] = None,
    count: Count = 1,
    seed: Seed = 0,
    set_: Settings = [],  # noqa: B006 - typer makes a new list
    box: Annotated[str, typer.Option(help="Part of the example: FIRST:STOP for every axis, by commas.")] = "",
    axes: Axes = "",
    dataset: Dataset = "",
    raw: Raw = "",
    voxel_size: VoxelSize = "",
    unit: Unit = "",
    model: Model = "",
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Make new images or volumes."""
    source = None
    if example is not None:
        source = read_image(example, axes=axes, dataset=dataset, raw=raw, voxel_size=voxel_size, unit=unit)
    choice = Choice(
        "synthesize", generator, read_parameters(generator, set_), count, seed,
        size=read_size(size), region=_optional_box(box), model=model, device=device,
    )  # fmt: skip
    make(source, None, choice, out, region_only=False, as_json=as_json)


def vary(
    image: ImagePath,
    generator: Generator,
    out: Out,
    count: Count = 1,
    seed: Seed = 0,
    set_: Settings = [],  # noqa: B006 - typer makes a new list
    mask: Annotated[Path | None, typer.Option(help="Vary inside this mask only.")] = None,
    slices: Slices = "",
    all_slices: AllSlices = False,
    feather: Feather = 0.0,
    box: Box = "",
    region: RegionOnly = False,
    axes: Axes = "",
    dataset: Dataset = "",
    raw: Raw = "",
    voxel_size: VoxelSize = "",
    unit: Unit = "",
    model: Model = "",
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Make variations of an image."""
    source = read_image(image, axes=axes, dataset=dataset, raw=raw, voxel_size=voxel_size, unit=unit)
    painted = None if mask is None else read_mask(mask, source, slices=slices, all_slices=all_slices)
    choice = Choice(
        "vary", generator, read_parameters(generator, set_), count, seed,
        region=_optional_box(box), model=model, device=device, feather=feather,
    )  # fmt: skip
    make(source, painted, choice, out, region_only=region, as_json=as_json)


def _optional_box(text: str) -> Region | None:
    return read_box(text) if text else None


def make(
    image: Image | None, mask: PixelArray | None, choice: Choice, out: Path, *, region_only: bool, as_json: bool,
    remarks: tuple[str, ...] = (),
) -> None:  # fmt: skip
    """Run a choice and say what was made; `remarks` are put before its own."""
    outcome = run_with_bar(make_job(image, mask, choice, out, resolve, region_only=region_only))
    outcome = replace(outcome, remarks=(*remarks, *outcome.remarks))
    say(as_document(choice.task, outcome), in_words(outcome), as_json=as_json)


def as_document(task: str, outcome: Outcome) -> dict[str, Any]:
    """Give the JSON of a made run (docs/command-line.md)."""
    return {
        "format": f"synthscope/{task}/1",
        "run": outcome.run,
        "seconds": outcome.seconds,
        "device": outcome.device,
        "determinism": outcome.determinism,
        "candidates": [_candidate(written) for written in outcome.candidates],
        "uncertainty": outcome.uncertainty or None,
        "remarks": outcome.remarks,
    }


def _candidate(written: Written) -> dict[str, Any]:
    proof = written.outside
    return {
        "path": written.path,
        "seed": written.seed,
        "outside_sha256_before": proof.before if proof else None,
        "outside_sha256_after": proof.after if proof else None,
        "outside_scope": proof.scope if proof else None,
        "synthetic_mask": written.synthetic_mask,
        "sha256": written.sha256,
        "figures": written.candidate.figures,
        "remarks": written.candidate.remarks,
    }


def in_words(outcome: Outcome) -> str:
    """Say what was made."""
    lines = []
    for written in outcome.candidates:
        proof = written.outside
        same = "" if proof is None else (" · outside the mask identical" if proof.holds else " · OUTSIDE CHANGED")
        lines.append(f"{written.path} · seed {written.seed}{same}")
    if outcome.uncertainty:
        lines.append(f"{outcome.uncertainty} · spread over the candidates")
    return "\n".join([*lines, *outcome.remarks])
