"""The commands of trained models: list, import, verify, remove."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from synthscope.cli.options import IdleDevice, IdleSeed, Json
from synthscope.cli.output import say
from synthscope.errors import InputError
from synthscope.io.faults import size_in_words
from synthscope.services.calibrating import calibration_words
from synthscope.services.models import (
    MODELS,
    describe_models,
    find_model,
    import_model,
    remove_model,
    verify_model,
)


def known_project(folder: Path | None) -> Path | None:
    """Refuse a folder that is no project: a model would be lost in it.

    Raises
    ------
    InputError
    """
    if folder is not None and not (folder / "project.json").is_file():
        raise InputError(f"Folder {folder} holds no project; choose one with a project.json in it.")
    return folder


Which = Annotated[str, typer.Argument(help="Name or folder of a model.")]
InProject = Annotated[Path | None, typer.Option("--project", help="Folder of a project.", callback=known_project)]


def list_(
    project: InProject = None,
    device: IdleDevice = "auto",  # noqa: ARG001 - every command takes it
    seed: IdleSeed = 0,  # noqa: ARG001 - every command takes it
    as_json: Json = False,
) -> None:
    """List the models of a project, the installed and the bundled ones, and why one cannot be used."""
    rows = describe_models(project)
    words = "\n".join(map(_words, rows)) or "No model is installed; train one with `synthscope train`."
    say({"format": "synthscope/models/1", "models": rows}, words, as_json=as_json)


def import_(
    folder: Annotated[Path, typer.Argument(help="Folder with model.json and model.safetensors.")],
    name: Annotated[str, typer.Option(help="What it shall be called; the name on its card by default.")] = "",
    project: InProject = None,
    device: IdleDevice = "auto",  # noqa: ARG001 - every command takes it
    seed: IdleSeed = 0,  # noqa: ARG001 - every command takes it
    as_json: Json = False,
) -> None:
    """Check a model and take it in, for all projects or for one."""
    taken = import_model(folder.expanduser(), project / MODELS if project else None, name)
    say({"format": "synthscope/models/1", "model": str(taken), "name": taken.name}, str(taken), as_json=as_json)


def verify(
    model: Which,
    project: InProject = None,
    device: IdleDevice = "auto",  # noqa: ARG001 - every command takes it
    seed: IdleSeed = 0,  # noqa: ARG001 - every command takes it
    as_json: Json = False,
) -> None:
    """Check the weights of a model against its card."""
    folder = find_model(model, project)
    card = verify_model(folder)
    document = {
        "format": "synthscope/models/1", "model": str(folder), "name": folder.name, "sha256": card.weights_sha256,
        "verified": True,
    }  # fmt: skip
    say(document, f"{folder}: the weights are those of the card ({card.weights_sha256})", as_json=as_json)


def remove(
    model: Annotated[str, typer.Argument(help="Name of an installed model, or of one of the project.")],
    project: InProject = None,
    device: IdleDevice = "auto",  # noqa: ARG001 - every command takes it
    seed: IdleSeed = 0,  # noqa: ARG001 - every command takes it
    as_json: Json = False,
) -> None:
    """Delete an installed model, or one of a project."""
    folder = remove_model(model, project)
    say({"format": "synthscope/models/1", "removed": str(folder)}, f"{folder} is removed", as_json=as_json)


def _words(row: dict[str, Any]) -> str:
    if row["reason"]:
        return f"{row['name']:>18}  {row['place']}: {row['reason']}"
    size = size_in_words(row["bytes"])
    words = f"{row['name']:>18}  {row['generator']}, {row['place']}, {size}, {row['steps']} steps, {row['state']}"
    calibration = calibration_words(row["figures"])
    return f"{words}\n{'':>20}{calibration}" if calibration else words


def build() -> typer.Typer:
    """Assemble the commands."""
    group = typer.Typer(name="models", help="Trained models: list, import, verify, remove.", rich_markup_mode=None)
    for name, command in (("list", list_), ("import", import_), ("verify", verify), ("remove", remove)):
        group.command(name)(command)
    return group
