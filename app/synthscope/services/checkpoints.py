"""The catalogue of pretrained models with what lies here: listed, and what has come of an unfinished fetch dropped."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from synthscope.errors import InputError
from synthscope.io.faults import writing_faults
from synthscope.records.checkpoint import Checkpoint
from synthscope.records.pipeline_catalogue import find_checkpoint, search_checkpoints
from synthscope.services.fetching_pretrained import arriving_folder
from synthscope.services.models import ModelRow, list_models, remove_model, verify_model


@dataclass(frozen=True)
class CheckpointRow:
    """One line of the list.

    Parameters
    ----------
    model : ModelRow, optional
        The model that it is here as; None where it is not here.
    arrived : int
        Bytes that have come of an unfinished fetch.
    """

    card: Checkpoint
    model: ModelRow | None = None
    arrived: int = 0


def list_checkpoints(words: str = "", *, open_only: bool = False) -> tuple[CheckpointRow, ...]:
    """List what is found in the catalogue, as `search_checkpoints` finds it, with what lies here; nothing is hashed."""
    here = list_models()
    return tuple(_row(card, here) for card in search_checkpoints(words, open_only=open_only))


def verify_checkpoint(checkpoint_id: str) -> Path:
    """Check every file of a model of the catalogue against its card, and give its folder.

    Raises
    ------
    InputError
        If it is not here.
    FileError, DocumentError
        With a sentence that says what is wrong.
    """
    row = _row(find_checkpoint(checkpoint_id), list_models())
    if row.model is None:
        raise InputError(f"The model {checkpoint_id!r} is not here; fetch it, or import it from a folder.")
    verify_model(row.model.folder)
    return row.model.folder


def remove_checkpoint(checkpoint_id: str) -> int:
    """Delete a model of the catalogue, and what has come of an unfinished fetch, and give the bytes.

    Raises
    ------
    InputError
        If nothing of it is here, or it lies in a folder that many use.
    """
    row = _row(find_checkpoint(checkpoint_id), list_models())
    if row.model is None and not row.arrived:
        raise InputError(f"The model {checkpoint_id!r} is not here; there is nothing to remove.")
    if row.model is not None:
        remove_model(row.model.folder)
    arriving = arriving_folder(row.card)
    if arriving.is_dir():
        with writing_faults(arriving):
            shutil.rmtree(arriving)
    return row.arrived + (row.model.bytes if row.model else 0)


def _row(card: Checkpoint, here: tuple[ModelRow, ...]) -> CheckpointRow:
    fetched = (one for one in here if one.card is not None and one.card.source.startswith(f"{card.hub}@"))
    named = (one for one in here if one.name == card.id and (one.card is None or one.card.is_pretrained))
    return CheckpointRow(card, next(fetched, None) or next(named, None), _arrived(arriving_folder(card)))


def _arrived(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else 0
