"""Weights of others: what the catalogue has and what lies here, verified, removed, measured in bytes."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from synthscope.errors import DocumentError, FileError, InputError, Unavailable
from synthscope.io.faults import writing_faults
from synthscope.io.weights import (
    ARRIVING,
    RECORD,
    check_stored,
    missing_words,
    read_stored,
    weights_folder,
    weights_home,
)
from synthscope.records.documents import digest
from synthscope.records.weights import StoredWeights, WeightsCard
from synthscope.records.weights_catalogue import CATALOGUE, find_weights


@dataclass(frozen=True)
class WeightsRow:
    """One line of the list.

    Parameters
    ----------
    stored : StoredWeights, optional
        None where they are not here, or cannot be used; `reason` says why in the latter case.
    bytes : int
        On disk, what has come of an unfinished fetch with it.
    """

    card: WeightsCard
    stored: StoredWeights | None
    reason: str = ""
    bytes: int = 0

    @property
    def state(self) -> str:
        """``installed``, ``not installed`` or ``damaged``."""
        return "damaged" if self.reason else "installed" if self.stored else "not installed"


def list_weights() -> tuple[WeightsRow, ...]:
    """List the catalogue with what lies here; records are read and files are not hashed."""
    return tuple(map(_row, CATALOGUE))


def describe_weights() -> list[dict[str, Any]]:
    """List all weights as JSON: what ``synthscope models list`` says of them."""
    return [
        {
            "name": row.card.id,
            "title": row.card.title,
            "purpose": row.card.purpose,
            "state": row.state,
            "reason": row.reason,
            "licence": row.card.licence,
            "size": row.card.size,
            "bytes": row.bytes,
            "can_be_fetched": row.card.can_be_fetched,
            "source": row.card.source,
            "trust": row.stored.trust if row.stored else None,
            "files": [{"name": f.name, "bytes": f.size, "sha256": f.sha256} for f in row.stored.files]
            if row.stored
            else [],
        }
        for row in map(_row, CATALOGUE)
    ]


def is_weights(name: str) -> bool:
    """Whether the catalogue has weights of that name."""
    return any(card.id == name for card in CATALOGUE)


def is_installed(weights_id: str) -> bool:
    """Whether weights lie here; whether they are whole is found when they are read."""
    return (weights_folder(weights_id) / RECORD).is_file()


def installed_hash(weights_id: str) -> str:
    """Give one hash of all files of installed weights, as their record has them: features are kept under it.

    Raises
    ------
    Unavailable
        If they are not here.
    DocumentError
        If the record is damaged.
    """
    if not is_installed(weights_id):
        raise Unavailable(missing_words(weights_id))
    return digest([file.sha256 for file in read_stored(weights_folder(weights_id)).files])


def verify_weights(weights_id: str) -> StoredWeights:
    """Check every file against the record, and where a hash was seen by this program, against that.

    Raises
    ------
    Unavailable
        If they are not here.
    FileError, DocumentError
        With a sentence that says what is wrong.
    """
    card = find_weights(weights_id)
    if not is_installed(weights_id):
        raise Unavailable(missing_words(weights_id))
    stored = check_stored(weights_folder(weights_id))
    if card.pinned and [file.sha256 for file in stored.files] != [file.sha256 for file in card.files]:
        raise DocumentError(f"The weights {card.id!r} are not the known file; remove them and have {card.source}.")
    return stored


def remove_weights(weights_id: str) -> Path:
    """Delete weights, and what has come of an unfinished fetch, and give their folder.

    Raises
    ------
    InputError
        If nothing of them is here.
    """
    find_weights(weights_id)
    folders = [folder for folder in _folders(weights_id) if folder.is_dir()]
    if not folders:
        raise InputError(f"The weights {weights_id!r} are not here; there is nothing to remove.")
    for folder in folders:
        with writing_faults(folder):
            shutil.rmtree(folder)
    return weights_folder(weights_id)


def weights_disk_use() -> int:
    """Give the bytes that all weights take, unfinished fetches with them."""
    home = weights_home()
    return sum(path.stat().st_size for path in home.rglob("*") if path.is_file()) if home.is_dir() else 0


def _folders(weights_id: str) -> tuple[Path, Path]:
    return weights_folder(weights_id), weights_home() / ARRIVING / weights_id


def _row(card: WeightsCard) -> WeightsRow:
    size = sum(path.stat().st_size for folder in _folders(card.id) if folder.is_dir() for path in folder.iterdir())
    if not is_installed(card.id):
        return WeightsRow(card, None, "", size)
    try:
        stored = read_stored(weights_folder(card.id))
    except (FileError, DocumentError) as error:
        return WeightsRow(card, None, str(error), size)
    lost = [file.name for file in stored.files if not (weights_folder(card.id) / file.name).is_file()]
    return (
        WeightsRow(card, None, f"Weights {card.id!r} have lost {lost[0]}.", size)
        if lost
        else WeightsRow(card, stored, "", size)
    )
