"""The commands of trained models and of weights by others: list, search, fetch, import, verify, remove."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from synthscope.cli.checkpoints import fetch_checkpoint, is_checkpoint, search
from synthscope.cli.options import IdleDevice, IdleSeed, Json
from synthscope.cli.output import run_with_bar, say
from synthscope.errors import InputError
from synthscope.io.faults import size_in_words
from synthscope.io.models import CARD
from synthscope.metrics.registry import load
from synthscope.records.weights import StoredWeights
from synthscope.records.weights_catalogue import find_weights
from synthscope.services.calibrating import calibration_words
from synthscope.services.models import (
    MODELS,
    describe_models,
    find_model,
    import_model,
    list_models,
    remove_model,
    verify_model,
)
from synthscope.services.pretrained import is_pretrained
from synthscope.services.single_files import take_in
from synthscope.services.taking_weights import consent_words, fetch_weights, import_weights
from synthscope.services.weights import describe_weights, is_weights, remove_weights, verify_weights, weights_disk_use
from synthscope.worker import load_converter

FORMAT = "synthscope/models/1"


def known_project(folder: Path | None) -> Path | None:
    """Refuse a folder that is no project: a model would be lost in it.

    Raises
    ------
    InputError
    """
    if folder is not None and not (folder / "project.json").is_file():
        raise InputError(f"Folder {folder} holds no project; choose one with a project.json in it.")
    return folder


Which = Annotated[str, typer.Argument(help="Name or folder of a model, or name of weights.")]
InProject = Annotated[Path | None, typer.Option("--project", help="Folder of a project.", callback=known_project)]


def list_(
    project: InProject = None,
    device: IdleDevice = "auto",  # noqa: ARG001 - every command takes it
    seed: IdleSeed = 0,  # noqa: ARG001 - every command takes it
    as_json: Json = False,
) -> None:
    """List models of a project, installed and bundled ones, then the weights by others, and why one cannot be used."""
    rows, weights, used = describe_models(project), describe_weights(), weights_disk_use()
    words = "\n".join(map(_words, rows)) or "No model is installed; train one with `synthscope train`."
    others = "\n".join(map(_weights_words, weights))
    words += f"\n\nWeights by others ({size_in_words(used)} on this computer):\n{others}"
    say({"format": FORMAT, "models": rows, "weights": weights, "weights_bytes": used}, words, as_json=as_json)


def fetch(
    weights: Annotated[
        str, typer.Argument(help="Name of weights or of a model; see `synthscope models list` and `models search`.")
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Agree to the transfer, its size and the licence.")] = False,
    accept_licence: Annotated[
        bool, typer.Option("--accept-licence", help="Agree to a licence that forbids commercial use.")
    ] = False,
    half: Annotated[bool, typer.Option("--half", help="Take half precision, where it is published.")] = False,
    device: IdleDevice = "auto",  # noqa: ARG001 - every command takes it
    seed: IdleSeed = 0,  # noqa: ARG001 - every command takes it
    as_json: Json = False,
) -> None:
    """Fetch weights or a model from where they are published, after you agreed; a transfer that broke off goes on."""
    if is_checkpoint(weights):
        fetch_checkpoint(weights, yes=yes, accept_licence=accept_licence, half=half, as_json=as_json)
        return
    agreed = yes or (sys.stdin.isatty() and not as_json and typer.confirm(f"{_consent(weights)} Fetch them?"))
    stored = run_with_bar(fetch_weights(weights, load, consent=agreed))
    say(_weights_document(stored), _taken_words(stored), as_json=as_json)


def import_(
    folder: Annotated[
        Path,
        typer.Argument(help="Folder of a model of ours or of a pretrained one, or a file of weights or of a pipeline."),
    ],
    name: Annotated[str, typer.Option(help="What it shall be called; the name on its card by default.")] = "",
    as_: Annotated[str, typer.Option("--as", help="Which weights these are, where their hash is not known.")] = "",
    licence: Annotated[str, typer.Option(help="Licence of a pretrained model, for its card.")] = "",
    base: Annotated[
        str, typer.Option(help="For one file of a whole pipeline: the model or folder whose configuration it has.")
    ] = "",
    project: InProject = None,
    device: IdleDevice = "auto",  # noqa: ARG001 - every command takes it
    seed: IdleSeed = 0,  # noqa: ARG001 - every command takes it
    as_json: Json = False,
) -> None:
    """Check a model or weights by others and take them in: a model for all projects or for one."""
    if base and as_:
        raise InputError(f"--base {base!r} is for a pipeline, --as {as_!r} for weights of a metric; give one of them.")
    if base or (not as_ and is_pretrained(folder.expanduser())):
        taken = run_with_bar(take_in(
            folder.expanduser(), load_converter, project / MODELS if project else None, name, licence=licence,
            base=base, project=project,
        ))  # fmt: skip
        say({"format": FORMAT, "model": str(taken), "name": taken.name}, str(taken), as_json=as_json)
        return
    if as_ or _may_be_weights(folder.expanduser()):
        stored = import_weights(folder.expanduser(), load, as_)
        say(_weights_document(stored), _taken_words(stored), as_json=as_json)
        return
    taken = import_model(folder.expanduser(), project / MODELS if project else None, name)
    say({"format": FORMAT, "model": str(taken), "name": taken.name}, str(taken), as_json=as_json)


def verify(
    model: Which,
    project: InProject = None,
    device: IdleDevice = "auto",  # noqa: ARG001 - every command takes it
    seed: IdleSeed = 0,  # noqa: ARG001 - every command takes it
    as_json: Json = False,
) -> None:
    """Check the weights of a model against its card, or weights by others against what was written down of them."""
    if _names_weights(model, project):
        stored = verify_weights(model)
        words = f"{model}: all files are those that were taken in ({_trust_words(stored)})"
        say(_weights_document(stored) | {"name": model, "verified": True}, words, as_json=as_json)
        return
    folder = find_model(model, project)
    card = verify_model(folder)
    document = {
        "format": FORMAT, "model": str(folder), "name": folder.name, "sha256": card.weights_sha256,
        "verified": True,
    }  # fmt: skip
    say(document, f"{folder}: the weights are those of the card ({card.weights_sha256})", as_json=as_json)


def remove(
    model: Annotated[str, typer.Argument(help="Name of an installed model, of one of the project, or of weights.")],
    project: InProject = None,
    device: IdleDevice = "auto",  # noqa: ARG001 - every command takes it
    seed: IdleSeed = 0,  # noqa: ARG001 - every command takes it
    as_json: Json = False,
) -> None:
    """Delete an installed model, one of a project, or weights by others."""
    folder = remove_weights(model) if _names_weights(model, project) else remove_model(model, project)
    say({"format": FORMAT, "removed": str(folder)}, f"{folder} is removed", as_json=as_json)


def _words(row: dict[str, Any]) -> str:
    if row["reason"]:
        return f"{row['name']:>18}  {row['place']}: {row['reason']}"
    size = size_in_words(row["bytes"])
    words = f"{row['name']:>18}  {row['generator']}, {row['place']}, {size}, {row['steps']} steps, {row['state']}"
    calibration = calibration_words(row["figures"])
    return f"{words}\n{'':>20}{calibration}" if calibration else words


def _consent(weights: str) -> str:
    return consent_words(find_weights(weights))


def _may_be_weights(path: Path) -> bool:
    """Whether this is no model of ours: those have their card in a folder, or beside the file that is named."""
    if path.is_dir():
        return not (path / CARD).is_file() and (path / "config.json").is_file()
    return path.is_file() and path.name != CARD and not (path.parent / CARD).is_file()


def _names_weights(name: str, project: Path | None) -> bool:
    """Whether a name is one of weights; a model of that name comes first."""
    return is_weights(name) and all(row.name != name for row in list_models(project))


def _weights_document(stored: StoredWeights) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "weights": stored.id,
        "trust": stored.trust,
        "source": stored.source,
        "source_sha256": stored.source_sha256,
        "files": [{"name": file.name, "bytes": file.size, "sha256": file.sha256} for file in stored.files],
    }


def _taken_words(stored: StoredWeights) -> str:
    return f"{stored.title} ({stored.id}) is installed, {size_in_words(stored.size)}; {_trust_words(stored)}"


def _trust_words(stored: StoredWeights) -> str:
    if stored.trust == "known":
        return "its SHA-256 is one that this program knows"
    return "its SHA-256 was not known before, and is held to from now on"


def _weights_words(row: dict[str, Any]) -> str:
    size = size_in_words(row["bytes"] if row["state"] == "installed" else row["size"])
    state = row["reason"] or f"{row['state']}, {size}, {row['licence']}"
    return f"{row['name']:>20}  {row['title']}, for {row['purpose']}: {state}"


def build() -> typer.Typer:
    """Assemble the commands."""
    words = "Trained models and weights by others: list, search, fetch, import, verify, remove."
    group = typer.Typer(name="models", help=words, rich_markup_mode=None)
    commands = (
        ("list", list_), ("search", search), ("fetch", fetch), ("import", import_), ("verify", verify),
        ("remove", remove),
    )  # fmt: skip
    for name, command in commands:
        group.command(name)(command)
    return group
