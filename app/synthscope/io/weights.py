"""Weights of others on this computer: where they lie, and the check before they are read."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import appdirs

from synthscope.errors import DocumentError, FileError, Unavailable
from synthscope.io.documents import read_document
from synthscope.io.file_hashing import file_hash
from synthscope.records.weights import StoredWeights
from synthscope.records.weights_catalogue import find_weights

RECORD = "weights.json"
CONVERTED = "model.safetensors"
ARRIVING = ".arriving"
"""What is being fetched lies in this folder of the store, until it is whole."""
_PIECE = 4 * 2**20
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")


def weights_home() -> Path:
    """Give the folder of the store, which all projects share; it need not exist."""
    return Path(appdirs.user_data_dir("synthscope", appauthor=False)) / "weights"


def weights_folder(weights_id: str) -> Path:
    """Give the folder that weights of one id have in the store; it need not exist.

    Raises
    ------
    Unavailable
        If that is no id.
    """
    if not _NAME.fullmatch(weights_id):
        raise Unavailable(f"{weights_id!r} is no name of weights; see `synthscope models list`.")
    return weights_home() / weights_id


def read_stored(folder: Path) -> StoredWeights:
    """Read what lies in a folder of weights; the files themselves are not looked at.

    Raises
    ------
    FileError
        If nothing is there.
    DocumentError
        If the record is damaged, or names files outside its folder.
    """
    stored = read_document(folder / RECORD, StoredWeights)
    names = [file.name for file in stored.files]
    if not names or any(Path(name).name != name or name in ("", ".", "..") for name in names):
        raise DocumentError(f"The record of weights {folder.name!r} names files outside its folder; fetch them again.")
    return stored


def check_stored(folder: Path) -> StoredWeights:
    """Check every file of a folder of weights against its record.

    Raises
    ------
    FileError, DocumentError
        With a sentence that says what is wrong.
    """
    stored = read_stored(folder)
    for file in stored.files:
        path = folder / file.name
        if not path.is_file():
            raise FileError(f"Weights {stored.id!r} have lost their file {file.name}; fetch or import them again.")
        if path.stat().st_size != file.size or file_hash(path) != file.sha256:
            raise DocumentError(
                f"File {file.name} of weights {stored.id!r} is not the one that was taken in (SHA-256 differs): it was "
                "damaged or exchanged; remove the weights and fetch or import them again."
            )
    return stored


def verified_weights(weights_id: str) -> tuple[Path, StoredWeights]:
    """Give the folder of installed weights, after every file was found to be as it was taken in.

    Raises
    ------
    Unavailable
        If they are not installed; the sentence says how to get them.
    FileError, DocumentError
        If they are damaged.
    """
    folder = weights_folder(weights_id)
    if not (folder / RECORD).is_file():
        raise Unavailable(missing_words(weights_id))
    stamps = tuple(
        (path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in sorted(folder.iterdir()) if path.is_file()
    )
    return folder, _checked(folder, stamps)


def missing_words(weights_id: str) -> str:
    """Say that weights are not here, and how they are had."""
    card = find_weights(weights_id)
    return (
        f"The weights {weights_id!r} ({card.title}) are not here; fetch them with `synthscope models fetch "
        f"{weights_id}`, or import a file of them with `synthscope models import`."
    )


@lru_cache(maxsize=16)
def _checked(folder: Path, _stamps: tuple[tuple[str, int, int], ...]) -> StoredWeights:
    """Hash a gigabyte once, not for every batch; a changed file has another stamp."""
    return check_stored(folder)
