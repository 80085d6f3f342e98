"""The command that lines generators up: the same images, masks and words for each."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from synthscope.cli.inputs import read_adapter, read_mask, read_origins, read_parameters
from synthscope.cli.options import (
    AllSlices,
    Device,
    Instruction,
    Json,
    Negative,
    Prompt,
    Reading,
    Slices,
    SourcePrompt,
    TargetPrompt,
    grouped,
)
from synthscope.cli.output import run_with_bar, say
from synthscope.errors import InputError
from synthscope.io.documents import read_document
from synthscope.records.documents import to_json
from synthscope.records.lineup import Contender, Contenders, LineupRecipe, LineupResult
from synthscope.records.request import Prompts
from synthscope.services.evaluation.evaluating import Means
from synthscope.services.lineup.beginning import (
    Forecast,
    Posed,
    begin_lineup,
    can_go_on,
    check_lineup,
    forecasts,
    read_result,
)
from synthscope.services.lineup.contenders import named
from synthscope.services.lineup.gathering import pose
from synthscope.services.lineup.lining_up import lineup_job
from synthscope.services.lineup.page import HTML, parts_of
from synthscope.services.lineup.windows import WINDOWS
from synthscope.worker import implement, known_devices, resolve


@grouped
def lineup(
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder of the line-up: new, or one to resume.")],
    reading: Reading,
    images: Annotated[
        Path | None, typer.Argument(help="An image, or a folder of images; with --resume those of the beginning count.")
    ] = None,
    mask: Annotated[Path | None, typer.Option(help="One mask for all images, or a folder of masks by name.")] = None,
    slices: Slices = "",
    all_slices: AllSlices = False,
    task: Annotated[str, typer.Option(help="inpaint or vary.")] = "inpaint",
    contender: Annotated[
        list[str], typer.Option(help="GENERATOR or GENERATOR:MODEL; once for each that takes part.")
    ] = [],  # noqa: B006 - typer makes a new list
    contenders: Annotated[
        Path | None, typer.Option(help="JSON of contenders, each with model, adapters, parameters.")
    ] = None,
    set_: Annotated[list[str], typer.Option("--set", help="A parameter: CONTENDER.NAME=VALUE.")] = [],  # noqa: B006
    adapter: Annotated[
        list[str], typer.Option(help="Joined to a model: CONTENDER.NAME or CONTENDER.NAME=WEIGHT.")
    ] = [],  # noqa: B006
    intact: Annotated[
        bool, typer.Option("--intact", help="What lies under the masks is undamaged: compare with it.")
    ] = False,
    prompt: Prompt = "",
    negative: Negative = "",
    source_prompt: SourcePrompt = "",
    target_prompt: TargetPrompt = "",
    instruction: Instruction = "",
    seeds: Annotated[int, typer.Option(help="Candidates of each generator and image.")] = 1,
    seed: Annotated[int, typer.Option(help="The first of these seeds.")] = 0,
    context: Annotated[float, typer.Option(help="Width of context around a mask, in voxels.")] = 64,
    side: Annotated[int, typer.Option(help="Side of the windows that are compared; 0: as the masks are large.")] = 0,
    domain: Annotated[str, typer.Option(help="any, rock, fibre, root or cell: which structure is measured.")] = "any",
    resamples: Annotated[int, typer.Option(help="Bootstrap draws of an interval.")] = 500,
    check: Annotated[bool, typer.Option("--check", help="Say what it costs and what is missing, no more.")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the line-up in --out.")] = False,
    device: Device = "auto",
    name: Annotated[str, typer.Option(help="Name of the line-up; that of its folder by default.")] = "",
    as_json: Json = False,
) -> None:
    """Line generators up: same images, masks and words, one grid and one table. Stop it at any time, and resume."""
    folder = out.expanduser()
    if not (resume and can_go_on(folder)):
        if images is None:
            raise InputError("No image is named; give a file or a folder, or --resume a line-up that was begun.")
        posed = pose(images, mask, reading.open, lambda path, image: (
            read_mask(path, image, slices=slices, all_slices=all_slices), read_origins(path, image)
        ))  # fmt: skip
        chosen: Any = task  # what these may be is checked with the rest
        kind: Any = domain
        recipe = LineupRecipe(
            chosen, (), read_contenders(contender, contenders, set_, adapter), name,
            Prompts(prompt, negative, source_prompt, target_prompt, instruction), intact, seed, seeds, context, side,
            kind, device, resamples,
        )  # fmt: skip
        if check:
            _say_forecast(recipe, posed, as_json=as_json)
            return
        begin_lineup(folder, recipe, posed, devices=known_devices)
    run_with_bar(lineup_job(folder, Means(resolve, implement)))
    result = read_result(folder)
    say(as_document(folder, result), in_words(folder, result), as_json=as_json)


def read_contenders(
    words: Sequence[str], table: Path | None, settings: Sequence[str], adapters: Sequence[str] = ()
) -> tuple[Contender, ...]:
    """Make contenders of ``GENERATOR[:MODEL]`` words, of a JSON file, of settings and of adapters.

    A setting is ``CONTENDER.NAME=VALUE``, an adapter ``CONTENDER.NAME`` or ``CONTENDER.NAME=WEIGHT``.

    Raises
    ------
    InputError
        If none is named, or a setting or an adapter names none of them.
    DocumentError
        If the file is no list of contenders.
    ParameterError
        If a parameter is unknown, or its value cannot be read.
    """
    told = [Contender(word.partition(":")[0].strip(), word.partition(":")[2].strip()) for word in words]
    if table is not None:
        told += read_document(table, Contenders).contenders
    found = {one.name: one for one in named(told)}
    given, joined = _dealt("--set", settings, found), _dealt("--adapter", adapters, found)
    return tuple(_changed(one, given[name], joined[name]) for name, one in found.items())


def _dealt(option: str, words: Sequence[str], names: Collection[str]) -> dict[str, list[str]]:
    """Give each contender the words that begin with its name, without it."""
    given: dict[str, list[str]] = {name: [] for name in names}
    for word in words:
        owner = next((name for name in sorted(names, key=len, reverse=True) if word.startswith(f"{name}.")), None)
        if owner is None:
            form = "CONTENDER.NAME=VALUE" if option == "--set" else "CONTENDER.NAME or CONTENDER.NAME=WEIGHT"
            raise InputError(f"{option} {word!r} names no contender; give {form}, with one of {', '.join(names)}.")
        given[owner].append(word.removeprefix(f"{owner}."))
    return given


def _changed(one: Contender, words: list[str], adapters: list[str]) -> Contender:
    """Give a contender with the parameters and adapters that were told; other parameters keep their defaults."""
    one = replace(one, adapters=(*one.adapters, *map(read_adapter, adapters)))
    if not words:
        return one
    all_of = to_json(read_parameters(one.generator, words))
    told = {word.partition("=")[0]: all_of[word.partition("=")[0]] for word in words}
    return replace(one, parameters={**one.parameters, **told})


def _say_forecast(recipe: LineupRecipe, posed: Sequence[Posed], *, as_json: bool) -> None:
    recipe = check_lineup(recipe, posed)
    told = forecasts(recipe, posed, devices=known_devices)
    seconds = sum(one.cost.seconds for one in told)
    document = {
        "format": "synthscope/lineup-check/1",
        "images": len(posed),
        "seconds": round(seconds, 1),
        "memory": max(one.cost.memory for one in told),
        "contenders": [
            {"name": one.name, "seconds": round(one.cost.seconds, 1), "memory": one.cost.memory,
             "problem": one.problem} for one in told
        ],
    }  # fmt: skip
    say(document, "\n".join([*map(_forecast_words, told), f"About {seconds:.0f} s in all."]), as_json=as_json)


def _forecast_words(one: Forecast) -> str:
    return f"{one.name}: " + (one.problem or f"about {one.cost.seconds:.0f} s, {one.cost.memory / 1e6:.0f} MB")


def as_document(folder: Path, result: LineupResult) -> dict[str, Any]:
    """Give the JSON of a line-up (docs/command-line.md)."""
    found = to_json(result)
    return {
        "format": "synthscope/lineup/1",
        "folder": str(folder),
        "report": str(folder / HTML),
        "grid": str(folder / result.grid),
        "windows": str(folder / WINDOWS),
        **{key: found[key] for key in ("complete", "side", "real_windows", "card", "rows", "sentences")},
    }


def in_words(folder: Path, result: LineupResult) -> str:
    """Say both tables, one contender a line."""
    lines = [str(folder / HTML)]
    for part in parts_of(result):
        lines.append(" · ".join([part.title, *(kind.title for kind in part.kinds)]))
        lines += [f"{one.title}: {one.problem or ' · '.join(cell.value for cell in one.cells)}" for one in part.lines]
        lines += part.notes
    return "\n".join([*lines, *result.sentences])
