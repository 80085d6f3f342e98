"""The command that trains: train."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from synthscope.cli.classes import read_classes
from synthscope.cli.following import is_lead, own_folder
from synthscope.cli.inputs import read_label_maps, read_settings
from synthscope.cli.options import Device, Json, Reading, grouped
from synthscope.cli.output import run_with_bar, say
from synthscope.generators.registry import find_spec
from synthscope.records.documents import to_json
from synthscope.records.training import FIGURES, TrainingRecipe
from synthscope.services.calibrating import calibration_words
from synthscope.services.curves import read_curves
from synthscope.services.training import begin_training, goes_on, train_job
from synthscope.services.training_alarms import AlarmNews
from synthscope.services.training_choice import training_of
from synthscope.worker import known_devices, resolve


@grouped
def train(
    generator: Annotated[str, typer.Argument(help="Id of a generator that learns; see `synthscope generators`.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder of the model: new, or one to resume.")],
    reading: Reading,
    stacks: Annotated[
        list[Path], typer.Argument(help="Images to learn from; with --resume those of the beginning count.")
    ] = [],  # noqa: B006 - typer makes a new list
    minutes: Annotated[float, typer.Option(help="Time budget; it becomes a recorded number of steps.")] = 10.0,
    steps: Annotated[int, typer.Option(help="Number of steps instead: the same ones give the same model.")] = 0,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the training in --out.")] = False,
    set_: Annotated[list[str], typer.Option("--set", help="A setting of the training: NAME=VALUE.")] = [],  # noqa: B006
    held_out: Annotated[float, typer.Option(help="Part of each image kept out in one block, to measure on.")] = 0.25,
    split_axis: Annotated[str, typer.Option(help="Axis that block is cut along: auto, z, y or x.")] = "auto",
    seed: Annotated[int, typer.Option(help="Seed of the training.")] = 0,
    device: Device = "auto",
    licence: Annotated[str, typer.Option(help="Licence of the images, for the model's card.")] = "",
    name: Annotated[str, typer.Option(help="Name of the model; that of its folder by default.")] = "",
    classes: Annotated[
        str, typer.Option(help="A class for each image: by commas (soil,rock,soil), `folders`, or a CSV table.")
    ] = "",
    base: Annotated[
        str, typer.Option(help="Pretrained model, by folder or name, beside which an adapter is learned.")
    ] = "",
    labels: Annotated[
        list[Path], typer.Option(help="A label map for each image, in their order; given once for each.")
    ] = [],  # noqa: B006
    as_json: Json = False,
) -> None:
    """Train a model on your own images: stop it at any time, and go on with --resume."""
    with own_folder(out.expanduser(), resume=resume) as folder:
        if not (resume and goes_on(folder, generator)):
            images = [reading.open(path) for path in stacks]
            axis: Any = split_axis  # what it may be is checked with the rest
            settings = read_settings(training_of(find_spec(generator)), set_, f"the training of {generator!r}")
            recipe = TrainingRecipe(
                generator, to_json(settings), (), name, minutes, steps, seed, held_out, axis, device=device,
                licence=licence, labels=read_classes(classes, stacks), base=base,
            )  # fmt: skip
            begin_training(folder, recipe, images, read_label_maps(labels, images), devices=known_devices)
        news = AlarmNews(read_curves(folder))
        result = run_with_bar(train_job(folder, resolve), news.heed if is_lead() else None)
    if is_lead():
        say(as_document(result), in_words(result), as_json=as_json)


def as_document(result: dict[str, Any]) -> dict[str, Any]:
    """Give the JSON of a training (docs/command-line.md)."""
    return {
        "format": "synthscope/train/1",
        "model": result["folder"],
        "name": result["model"],
        **{key: result[key] for key in ("generator", "steps", "seconds", "held_out", "alarms", "card")},
    }


def in_words(result: dict[str, Any]) -> str:
    """Say what was trained, and how far it is from real data."""
    lines = [f"{result['folder']} · {result['steps']} steps · {result['seconds']:.0f} s"]
    for name, figure in FIGURES.items():
        if name not in result["held_out"]:
            continue
        real = result["held_out"].get(f"{name}_real")
        beside = "" if real is None else f" (real against real: {real:.4g})"
        lines.append(f"{figure.title}: {result['held_out'][name]:.4g}{beside}")
    calibration = calibration_words(result["held_out"])
    return "\n".join([*lines, *([calibration] if calibration else []), *result["card"]["remarks"]])
