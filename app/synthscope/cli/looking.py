"""The commands that look: info, generators, compare, replay."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from synthscope.cli.options import IdleDevice, IdleSeed, Json, Reading, grouped, known_device
from synthscope.cli.output import run_with_bar, say
from synthscope.io.opening import open_image
from synthscope.services.comparing import compare_images
from synthscope.services.describing import describe_generators, describe_image
from synthscope.services.prompt_sets import describe_sets
from synthscope.services.replaying import replay_job
from synthscope.worker import resolve


@grouped
def info(
    file: Annotated[Path, typer.Argument(help="Image file or folder of slices.")],
    reading: Reading,
    full: Annotated[bool, typer.Option("--full", help="Read all voxels of a large file too.")] = False,
    device: IdleDevice = "auto",  # noqa: ARG001 - every command takes it
    seed: IdleSeed = 0,  # noqa: ARG001 - every command takes it
    as_json: Json = False,
) -> None:
    """Say what a file holds: shape, axes, voxel size, values, and how synthetic voxels were made."""
    document = describe_image(reading.open(file), full=full)
    say(document, _words(document), as_json=as_json)


def _words(document: dict[str, Any]) -> str:
    rows = {
        "shape": " × ".join(map(str, document["shape"])) + f" ({document['axes']})",
        "type": document["dtype"],
        "voxel size": " × ".join(f"{v:g}" for v in document["voxel_size"]) + f" {document['unit']}",
        "channels": ", ".join(document["channels"]) or "-",
        "values": f"{document['minimum']} to {document['maximum']}",
        "sha256": document["sha256"] or "not read (use --full)",
        "synthetic voxels": document["synthetic_voxels"] or "none marked",
        "made by": _maker(document["provenance"]),
    }
    if document["axes_guessed"]:
        rows["shape"] += " - axes guessed; correct them with --axes"
    return "\n".join(f"{name:>16}  {value}" for name, value in rows.items())


def _maker(provenance: Any) -> str:
    """Name the generator of a record, which may hold anything: a file may have been changed."""
    recipe = provenance.get("recipe") if isinstance(provenance, Mapping) else None
    return str(recipe.get("generator", "-")) if isinstance(recipe, Mapping) else "-"


def generators(
    presets: Annotated[bool, typer.Option("--presets", help="List the prompt sets for --preset instead.")] = False,
    device: IdleDevice = "auto",  # noqa: ARG001 - every command takes it
    seed: IdleSeed = 0,  # noqa: ARG001 - every command takes it
    as_json: Json = False,
) -> None:
    """List the generators, and why one is not available; or the prompt sets."""
    if presets:
        sets = describe_sets()
        lines = [f"{one['id']:>18}  {one['title']} ({one['origin']})" for one in sets]
        say({"format": "synthscope/prompt-sets/1", "sets": sets}, "\n".join(lines), as_json=as_json)
        return
    rows = describe_generators()
    words = "\n".join(f"{row['id']:>18}  {row['title']} ({', '.join(row['tasks']) or row['reason']})" for row in rows)
    say({"format": "synthscope/generators/1", "generators": rows}, words, as_json=as_json)


def compare(
    a: Annotated[Path, typer.Argument(help="Reference image.")],
    b: Annotated[Path, typer.Argument(help="Image to compare with it.")],
    device: IdleDevice = "auto",  # noqa: ARG001 - every command takes it
    seed: IdleSeed = 0,  # noqa: ARG001 - every command takes it
    as_json: Json = False,
) -> None:
    """Compare two images: difference, seam and spectrum."""
    first, second = open_image(a), open_image(b)
    figures = compare_images(first, second)
    document = {"format": "synthscope/compare/1", "a": str(a), "b": str(b), **figures}
    words = "\n".join(f"{name:>24}  {value}" for name, value in figures.items())
    say(document, words, as_json=as_json)


def replay(
    file: Annotated[Path, typer.Argument(help="A file that Synthscope wrote.")],
    source: Annotated[Path | None, typer.Option(help="The example it was made from, if it is not beside it.")] = None,
    reference: Annotated[
        Path | None,
        typer.Option(
            "--reference", "--control-image", help="The second image it was made with, if it is not beside it."
        ),
    ] = None,
    model: Annotated[
        Path | None, typer.Option(help="Folder of the model it was made by, if it is not installed.")
    ] = None,
    adapter: Annotated[
        list[Path] | None,
        typer.Option(help="Folder or file of an adapter it was made with, if it is not installed; once for each."),
    ] = None,
    device: Annotated[
        str, typer.Option(help="auto, cpu, cuda or mps, instead of the recorded one.", callback=known_device)
    ] = "",
    seed: Annotated[int, typer.Option(help="Taken by every command; the record holds the seed.")] = 0,  # noqa: ARG001
    as_json: Json = False,
) -> None:
    """Make a result again from its own record, and report the largest difference."""
    job = replay_job(
        file, resolve, source=source, model=model, device=device, reference=reference, adapters=adapter or ()
    )
    report = run_with_bar(job)
    document = {
        "format": "synthscope/replay/1",
        "path": report.path,
        "reproduced": report.reproduced,
        "max_abs_difference": report.max_abs_difference,
        "determinism": report.determinism,
        "generator": report.generator,
        "seed": report.seed,
        "remarks": report.remarks,
    }
    verdict = "reproduced, bit for bit" if report.reproduced else f"differs by up to {report.max_abs_difference:g}"
    words = f"{file}: {verdict} ({report.generator}, seed {report.seed})"
    say(document, "\n".join([words, *report.remarks]), as_json=as_json)
