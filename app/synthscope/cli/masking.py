"""The command that makes a mask: mask."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from synthscope.cli.inputs import read_adapter, read_parameters
from synthscope.cli.making import optional_box
from synthscope.cli.options import (
    Adapters,
    Box,
    Device,
    ImagePath,
    Json,
    Model,
    Out,
    Preset,
    Reading,
    Settings,
    SourcePrompt,
    TargetPrompt,
    grouped,
)
from synthscope.cli.output import run_with_bar, say
from synthscope.generators.registry import find_spec
from synthscope.records.generator import FINDING
from synthscope.records.request import Prompts
from synthscope.services.choosing import Choice
from synthscope.services.finding_masks import FoundFiles, find_mask_job
from synthscope.services.prompt_sets import find_set, with_set
from synthscope.worker import known_devices, resolve


@grouped
def mask(
    image: ImagePath,
    out: Out,
    reading: Reading,
    generator: Annotated[str, typer.Option("--generator", "-g", help="What tells both prompts apart.")] = "diffedit",
    model: Model = "",
    source_prompt: SourcePrompt = "",
    target_prompt: TargetPrompt = "",
    preset: Preset = "",
    seed: Annotated[int, typer.Option(help="Seed of the noises.")] = 0,
    set_: Settings = [],  # noqa: B006 - typer copies it
    adapters: Adapters = [],  # noqa: B006 - typer copies it
    box: Box = "",
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Find a mask by two prompts: where the image answers differently to what it shows and to what it shall show."""
    words = Prompts(source=source_prompt, target=target_prompt)
    if preset:
        words = with_set(words, find_set(preset), find_spec(generator))
    choice = Choice(
        "vary", generator, read_parameters(generator, set_, FINDING), seed=seed, model=model, device=device,
        prompts=words, adapters=tuple(map(read_adapter, adapters)), region=optional_box(box),
    )  # fmt: skip
    found = run_with_bar(find_mask_job(reading.open(image), choice, out, resolve, devices=known_devices))
    say(as_document(found), in_words(found), as_json=as_json)


def as_document(found: FoundFiles) -> dict[str, Any]:
    """Give the JSON of a mask that was found (docs/command-line.md)."""
    return {
        "format": "synthscope/mask/1",
        "path": str(found.path),
        "differences": str(found.differences),
        "seed": found.origin.seed,
        "threshold": found.origin.threshold,
        "share": found.share,
        "sha256": found.origin.sha256,
        "origin": found.origin,
    }


def in_words(found: FoundFiles) -> str:
    """Say what was found."""
    return f"{found.path} · {found.share:.1%} marked\n{found.differences} · differences of both prompts"


