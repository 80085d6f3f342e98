"""Models by name: of a project, installed, bundled; taken in, given out, renamed, removed, verified."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import appdirs

from synthscope.errors import DocumentError, FileError, InputError
from synthscope.io.atomic import is_partial, replacing
from synthscope.io.documents import write_document
from synthscope.io.faults import reading_faults, writing_faults
from synthscope.io.models import (
    CARD,
    WEIGHTS,
    check_weights,
    copy_weights,
    read_card,
    settle,
    size_on_disk,
    write_card,
)
from synthscope.records.model import ModelCard
from synthscope.services.curves import CURVES
from synthscope.services.naming import file_stem
from synthscope.services.shared_models import shared_models

Place = Literal["project", "user", "shared", "bundled"]
MODELS = "models"
TRAINING = "training.json"
_OWN: tuple[Place, ...] = ("project", "user")
_RESERVED = {"con", "prn", "aux", "nul", *(f"{d}{n}" for d in ("com", "lpt") for n in range(1, 10))}


@dataclass(frozen=True)
class ModelRow:
    """One model of the list.

    Parameters
    ----------
    name : str
        Of its folder: what it is called by.
    place : str
        ``project``, ``user`` (installed for all projects), ``shared`` (a folder that many use) or ``bundled``.
    card : ModelCard, optional
        None where it cannot be used; `reason` says why.
    bytes : int
        Of its weights on disk.
    """

    name: str
    folder: Path
    place: Place
    card: ModelCard | None
    reason: str = ""
    bytes: int = 0


def user_models() -> Path:
    """Give the folder of models that all projects share."""
    return Path(appdirs.user_data_dir("synthscope", appauthor=False)) / MODELS


def bundled_models() -> Path:
    """Give the folder of models that the program brings along."""
    return Path(str(files("synthscope_resources"))) / MODELS


def list_models(project: Path | None = None) -> tuple[ModelRow, ...]:
    """List all models: those of the project, then the installed, shared and bundled ones, by name.

    Cards are read and weights are not; a damaged model is a row that says why.
    """
    return tuple(_row(folder, place) for place, parent in _places(project) for folder in _folders(parent))


def find_model(wanted: str, project: Path | None = None) -> Path:
    """Find the folder of a model.

    Parameters
    ----------
    wanted : str
        A folder, or the name of a model.
    project : Path, optional
        The folder of a project, whose models come first.

    Raises
    ------
    FileError
        If there is no such model.
    """
    path = Path(wanted).expanduser()
    if path.name in (CARD, WEIGHTS) and path.is_file():
        path = path.parent
    if project is not None and path.parts[:1] == (MODELS,) and (project / path / CARD).is_file():
        return project / path
    if (path / CARD).is_file():
        return path.resolve()
    named = (parent / path.name for _, parent in _places(project)) if len(path.parts) == 1 else ()
    found = next((folder for folder in named if (folder / CARD).is_file()), None)
    if found is not None:
        return found
    if path.exists() or len(path.parts) > 1:
        read_card(path)  # says what is wrong with it
    known = ", ".join(row.name for row in list_models(project) if row.card)
    raise FileError(f"There is no model {wanted!r}; give the folder of one, or a name of: {known or 'none installed'}.")


def describe_models(project: Path | None = None) -> list[dict[str, Any]]:
    """List all models as JSON: what ``synthscope models list`` says."""
    rows = []
    for row in list_models(project):
        card = row.card
        rows.append(
            {
                "name": row.name,
                "place": row.place,
                "folder": str(row.folder),
                "bytes": row.bytes,
                "reason": row.reason,
                "generator": card.generator if card else None,
                "part": card.part if card else None,
                "state": card.state if card else None,
                "steps": card.steps if card else None,
                "parameters": card.parameters if card else None,
                "channels": card.channels if card else None,
                "sha256": card.weights_sha256 if card else None,
                "licence": card.licence if card else None,
                "figures": dict(card.figures) if card else {},
                "remarks": list(card.remarks) if card else [],
            }
        )
    return rows


def find_by_hash(sha256: str, project: Path | None = None) -> Path | None:
    """Find a model by the hash of its weights, whatever it is called now."""
    rows = list_models(project)
    return next((row.folder for row in rows if row.card is not None and row.card.weights_sha256 == sha256), None)


def import_model(source: Path, parent: Path | None = None, name: str = "") -> Path:
    """Take a model in: check it and copy it into a folder of models.

    Parameters
    ----------
    source : Path
        A folder with card and weights.
    parent : Path, optional
        Where to: the ``models`` folder of a project, or by default that of all projects.
    name : str
        What it shall be called; the name on its card if left out.

    Raises
    ------
    InputError
        If the name is taken or cannot be that of a folder.
    FileError, DocumentError
        If the model is damaged.
    """
    card = read_card(source)
    return _copy(source, card, parent or user_models(), checked_name(name or file_stem(card.name, "model")))


def export_model(folder: Path, out: Path) -> Path:
    """Copy a model to a new folder `out`, to be given away: card and weights, nothing that names this computer."""
    return _copy(folder, read_card(folder), out.parent, out.name)


def rename_model(folder: Path, name: str, project: Path | None = None) -> Path:
    """Give a model of the project or an installed one another name."""
    _check_own(folder, project)
    target = folder.with_name(checked_name(name))
    if target.exists():
        raise InputError(f"A model {name!r} is there already; choose another name.")
    card = read_card(folder)
    with writing_faults(folder):
        folder.rename(target)
    write_card(target, replace(card, name=name))
    return target


def remove_model(wanted: Path | str, project: Path | None = None) -> Path:
    """Delete a model of the project or an installed one, damaged or whole, and give its folder.

    Parameters
    ----------
    wanted : Path or str
        Its folder, or its name.

    Raises
    ------
    InputError
        If it is neither of the project nor installed.
    """
    rows = [row for row in list_models(project) if row.place in _OWN and row.name == str(wanted)]
    folder = rows[0].folder if rows else Path(wanted)
    _check_own(folder, project)
    with writing_faults(folder):
        shutil.rmtree(folder)
    return folder


def verify_model(folder: Path) -> ModelCard:
    """Check card and weights of a model against each other.

    Raises
    ------
    FileError, DocumentError
        With a sentence that says what is wrong.
    """
    card = read_card(folder)
    check_weights(folder, card)
    return card


def checked_name(name: str) -> str:
    """Give a model's name back if it can be that of a folder on every computer.

    Raises
    ------
    InputError
        If it cannot; the sentence proposes another.
    """
    usable = file_stem(name, "model")
    if usable.split(".")[0].casefold() in _RESERVED:
        usable = f"model-{usable}"
    if usable != name:
        raise InputError(f"A model cannot be called {name!r}; {usable!r} would do.")
    return name


def _places(project: Path | None) -> Iterator[tuple[Place, Path]]:
    if project is not None:
        yield "project", project / MODELS
    yield "user", user_models()
    shared = shared_models()
    if shared is not None:
        yield "shared", shared
    yield "bundled", bundled_models()


def _folders(parent: Path) -> list[Path]:
    if not parent.is_dir():
        return []
    with reading_faults(parent):
        found = [path for path in parent.iterdir() if path.is_dir() and not is_partial(path)]
    return sorted(path for path in found if (path / CARD).is_file() or (path / TRAINING).is_file())


def _row(folder: Path, place: Place) -> ModelRow:
    try:
        card = read_card(folder)
    except (FileError, DocumentError) as error:
        return ModelRow(folder.name, folder, place, None, str(error), size_on_disk(folder))
    size = size_on_disk(folder)
    if not size:
        return ModelRow(folder.name, folder, place, None, f"Model {folder.name!r} has lost its weights.", 0)
    return ModelRow(folder.name, folder, place, card, "", size)


def _check_own(folder: Path, project: Path | None) -> None:
    own = {parent.resolve() for place, parent in _places(project) if place in _OWN}
    if folder.resolve().parent not in own:
        raise InputError(
            f"Model {folder.name!r} is neither of this project nor installed; only those can be renamed or removed."
        )
    if not folder.is_dir():
        raise FileError(f"There is no model {folder.name!r}; it may have been removed.")


def _copy(source: Path, card: ModelCard, parent: Path, name: str) -> Path:
    target = parent / name
    if target.exists():
        raise InputError(f"{target.name!r} is there already; choose another name.")
    with writing_faults(parent):
        parent.mkdir(parents=True, exist_ok=True)
    with replacing(target) as partial:
        partial.mkdir()
        copy_weights(source, card, partial)
        write_document(partial / CARD, replace(card, name=name))
        if (source / CURVES).is_file():
            shutil.copyfile(source / CURVES, partial / CURVES)
    settle(target)
    return target
