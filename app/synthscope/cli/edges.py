"""The command `edges`: the map by which a ControlNet would be led, as a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from synthscope.cli.inputs import read_parameters
from synthscope.cli.options import IdleDevice, IdleSeed, ImagePath, Json, Out, Reading, grouped
from synthscope.cli.output import run_with_bar, say
from synthscope.records.control import EDGES, lead_of
from synthscope.services.leading import write_edges_job

GENERATOR = "controlnet-canny"


@grouped
def edges(
    image: ImagePath,
    out: Out,
    reading: Reading,
    set_: Annotated[
        list[str], typer.Option("--set", help="sigma, low or high of `controlnet-canny`: NAME=VALUE.")
    ] = [],  # noqa: B006 - typer copies it
    device: IdleDevice = "auto",  # noqa: ARG001 - every command takes it
    seed: IdleSeed = 0,  # noqa: ARG001 - every command takes it
    as_json: Json = False,
) -> None:
    """Write the edges of an image as they lead `controlnet-canny`: 255 where one is, else 0."""
    lead = lead_of(read_parameters(GENERATOR, [*set_, f"control={EDGES}"], "vary"))
    assert lead is not None, "its parameters say so"
    written = run_with_bar(write_edges_job(reading.open(image), lead, Path(out)))
    document = {
        "format": "synthscope/edges/1", "path": written.path, "sha256": written.sha256, "share": written.share,
        "black": written.scale[0], "white": written.scale[1],
    }  # fmt: skip
    low, high = written.scale
    words = f"{written.path} · edges in {written.share:.1%} of the pixels · black {low:g}, white {high:g}"
    say(document, words, as_json=as_json)
