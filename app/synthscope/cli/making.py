"""The commands that make images: inpaint, generate, vary."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from synthscope.cli.inputs import read_box, read_labels, read_mask, read_origins, read_size
from synthscope.cli.options import (
    AllSlices,
    Box,
    Feather,
    ImagePath,
    Making,
    Reading,
    RegionOnly,
    Slices,
    grouped,
)
from synthscope.cli.output import run_with_bar, say
from synthscope.records.image import Image, PixelArray
from synthscope.records.request import Region
from synthscope.services.choosing import Choice
from synthscope.services.references import open_reference
from synthscope.services.verbs import Outcome, Written, make_job
from synthscope.worker import known_devices, resolve


@grouped
def inpaint(
    image: ImagePath,
    mask: Annotated[Path, typer.Option(help="Mask: zero is known, all else is to be made.")],
    making: Making,
    reading: Reading,
    slices: Slices = "",
    all_slices: AllSlices = False,
    context: Annotated[float, typer.Option(help="Width of context around the mask, in voxels.")] = 64,
    feather: Feather = 0.0,
    box: Box = "",
    region: RegionOnly = False,
) -> None:
    """Fill the masked region of an image; all other voxels stay as they are, bit for bit."""
    source = reading.open(image)
    painted = read_mask(mask, source, slices=slices, all_slices=all_slices)
    choice = making.choice(
        "inpaint", context=context, region=optional_box(box), feather=feather, mask_origins=read_origins(mask, source)
    )
    make(source, painted, choice, making, region_only=region)


@grouped
def generate(
    making: Making,
    reading: Reading,
    size: Annotated[str, typer.Option(help="Size of the new image: [D] H W; that of --labels where left out.")] = "",
    example: Annotated[Path | None, typer.Option(help="Example image, for generators that copy a texture.")] = None,
    box: Annotated[str, typer.Option(help="Part of the example: FIRST:STOP for every axis, by commas.")] = "",
) -> None:
    """Make new images or volumes."""
    source = None if example is None else reading.open(example)
    choice = making.choice("synthesize", size=_size(size, making), region=optional_box(box))
    make(source, None, choice, making)


@grouped
def vary(
    image: ImagePath,
    making: Making,
    reading: Reading,
    mask: Annotated[Path | None, typer.Option(help="Vary inside this mask only.")] = None,
    slices: Slices = "",
    all_slices: AllSlices = False,
    feather: Feather = 0.0,
    box: Box = "",
    region: RegionOnly = False,
) -> None:
    """Make variations of an image."""
    source = reading.open(image)
    painted = None if mask is None else read_mask(mask, source, slices=slices, all_slices=all_slices)
    origins = () if mask is None else read_origins(mask, source)
    choice = making.choice("vary", region=optional_box(box), feather=feather, mask_origins=origins)
    make(source, painted, choice, making, region_only=region)


def _size(text: str, making: Making) -> tuple[int, ...]:
    """Read a size; left out where a label map has one."""
    return () if making.labels is not None and not text else read_size(text)


def optional_box(text: str) -> Region | None:
    """Read a box, where one is given."""
    return read_box(text) if text else None


def make(
    image: Image | None, mask: PixelArray | None, choice: Choice, making: Making, *, region_only: bool = False,
    remarks: tuple[str, ...] = (),
) -> None:  # fmt: skip
    """Run a choice and say what was made; `remarks` are put before its own."""
    labels = read_labels(making.labels, None if choice.task == "synthesize" else image)
    if labels is not None:
        size = choice.size or (tuple(labels.shape) if choice.task == "synthesize" else ())
        choice = replace(choice, labels=labels, size=size)
    if making.second is not None:
        choice = replace(choice, reference=open_reference(making.second, image))
    job = make_job(image, mask, choice, making.out, resolve, region_only=region_only, devices=known_devices)
    outcome = run_with_bar(job)
    outcome = replace(outcome, remarks=(*remarks, *outcome.remarks))
    say(as_document(choice.task, outcome), in_words(outcome), as_json=making.as_json)


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
        "mean": outcome.mean or None,
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
        lines.append(f"{outcome.mean} · mean of the candidates")
    return "\n".join([*lines, *outcome.remarks])
