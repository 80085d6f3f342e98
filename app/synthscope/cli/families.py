"""The command that compares families of generators: families."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from synthscope.cli.inputs import read_settings
from synthscope.cli.options import Device, Json, Reading, grouped
from synthscope.cli.output import run_with_bar, say
from synthscope.errors import InputError
from synthscope.records.documents import to_json
from synthscope.records.families import MEASURES, Contender, FamiliesRecipe, FamiliesResult
from synthscope.records.forms import form_fields
from synthscope.services.evaluation.evaluating import Means
from synthscope.services.families.beginning import begin_families, can_go_on, read_result
from synthscope.services.families.comparing import compare_families_job
from synthscope.services.families.contenders import CONTROLS, check_contenders, settings_of_contender
from synthscope.services.families.page import REPORT, lines_of
from synthscope.worker import implement, known_devices, resolve


@grouped
def families(
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder of the comparison: new, or one to resume.")],
    reading: Reading,
    stacks: Annotated[
        list[Path], typer.Argument(help="Images to learn from; with --resume those of the beginning count.")
    ] = [],  # noqa: B006 - typer makes a new list
    generators: Annotated[
        str, typer.Option(help="Ids of the generators, by commas; those that learn nothing are controls.")
    ] = ",".join(("prior", *CONTROLS)),
    minutes: Annotated[float, typer.Option(help="Time budget of every training.")] = 10.0,
    steps: Annotated[int, typer.Option(help="Number of steps of every training instead.")] = 0,
    seeds: Annotated[int, typer.Option(help="How often everything is done anew, each time with another seed.")] = 3,
    seed: Annotated[int, typer.Option(help="The first of these seeds.")] = 0,
    count: Annotated[int, typer.Option(help="Images of each set.")] = 64,
    size: Annotated[int, typer.Option(help="Side of the images, in pixels.")] = 64,
    held_out: Annotated[float, typer.Option(help="Part of each image kept out in one block, to measure on.")] = 0.25,
    split_axis: Annotated[str, typer.Option(help="Axis that block is cut along: auto, z, y or x.")] = "auto",
    encoder: Annotated[str, typer.Option(help="What takes features for kernel distance and diversity.")] = "materials",
    resamples: Annotated[int, typer.Option(help="Bootstrap draws of an interval.")] = 500,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the comparison in --out.")] = False,
    set_: Annotated[list[str], typer.Option("--set", help="A setting of a generator: GENERATOR.NAME=VALUE.")] = [],  # noqa: B006
    device: Device = "auto",
    licence: Annotated[str, typer.Option(help="Licence of the images, for the cards of the models.")] = "",
    name: Annotated[str, typer.Option(help="Name of the comparison; that of its folder by default.")] = "",
    as_json: Json = False,
) -> None:
    """Compare generators: the same stack, the same time, one table and one grid. Stop it at any time, and resume."""
    folder = out.expanduser()
    if resume and not stacks and not can_go_on(folder):
        raise InputError(f"There is no comparison in {folder} to resume; name its folder, or images to begin one.")
    if not (resume and can_go_on(folder)):
        axis: Any = split_axis  # what it may be is checked with the rest
        recipe = FamiliesRecipe(
            (), contenders(generators.split(","), set_), name, minutes, steps, seed, seeds, count, size, held_out,
            axis, device, resamples, encoder, licence,
        )  # fmt: skip
        begin_families(folder, recipe, [reading.open(path) for path in stacks], devices=known_devices)
    run_with_bar(compare_families_job(folder, Means(resolve, implement)))
    result = read_result(folder)
    say(as_document(folder, result), in_words(folder, result), as_json=as_json)


def contenders(generators: Sequence[str], settings: Sequence[str]) -> tuple[Contender, ...]:
    """Make contenders of ids and of ``GENERATOR.NAME=VALUE`` words.

    A name is one of the settings of the training, or else of those of the generation.

    Raises
    ------
    InputError
        If a word names none of the generators, or as `check_contenders` says.
    ParameterError
        If a setting is unknown, or its value cannot be read or is out of range.
    """
    names = [word.strip() for word in generators if word.strip()]
    check_contenders([Contender(name) for name in names])
    told: dict[str, list[str]] = {one: [] for one in names}
    for word in settings:
        generator, dot, setting = word.partition(".")
        if not dot or generator not in told:
            raise InputError(
                f"--set {word!r} names no generator of this comparison; give GENERATOR.NAME=VALUE, with one of "
                f"{', '.join(names)}."
            )
        told[generator].append(setting)
    return tuple(_contender(one, words) for one, words in told.items())


def _contender(generator: str, words: list[str]) -> Contender:
    spec, _, _ = settings_of_contender(Contender(generator))
    known = {field.name for field in form_fields(spec.training)} if spec.training is not None else set()
    learning = [word for word in words if word.partition("=")[0] in known]
    making = [word for word in words if word not in learning]
    training = {} if spec.training is None else _changed(spec.training, learning, f"the training of {generator!r}")
    return Contender(generator, training, _changed(spec.parameters, making, repr(generator)))


def _changed(record_type: type, words: list[str], whose: str) -> dict[str, Any]:
    """Give the settings that were told; the others keep their defaults."""
    given = to_json(read_settings(record_type, words, whose))
    return {word.partition("=")[0]: given[word.partition("=")[0]] for word in words}


def as_document(folder: Path, result: FamiliesResult) -> dict[str, Any]:
    """Give the JSON of a comparison (docs/command-line.md)."""
    found = to_json(result)
    return {
        "format": "synthscope/families/1",
        "folder": str(folder),
        "report": str(folder / REPORT),
        "grid": str(folder / result.grid),
        **{key: found[key] for key in ("complete", "n", "blocks", "encoder", "real", "rows", "sentences", "seconds")},
    }


def in_words(folder: Path, result: FamiliesResult) -> str:
    """Say the table, one measure a line."""
    lines = []
    for line in lines_of(result):
        told = [" ".join(filter(None, (cell.value, cell.spread))) for cell in line.cells]
        lines.append(f"{line.title}: {line.problem or ' · '.join(told)}")
    titles = " · ".join(kind.title for kind in MEASURES.values())
    return "\n".join([str(folder / REPORT), titles, *lines, *result.sentences])
