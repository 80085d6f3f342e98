"""The files of a model that others trained, as they lie below its card: checked, copied, counted."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from synthscope.errors import DocumentError, FileError
from synthscope.io.faults import reading_faults, writing_faults
from synthscope.io.file_hashing import file_hash
from synthscope.records.documents import digest
from synthscope.records.model import ModelCard, ModelFile

FILES = "pipeline"
"""The folder, beside the card, that holds them."""
_PIECE = 4 * 2**20


def files_hash(files: Iterable[ModelFile]) -> str:
    """Give the one hash that stands for all files of a model: of their names and hashes."""
    return digest(sorted((one.name, one.sha256) for one in files))


def take_file(source: Path, target: Path) -> tuple[int, str]:
    """Copy a file in pieces, and give how many bytes it has and its SHA-256.

    Raises
    ------
    DiskFull, FileError
    """
    found, size = hashlib.sha256(), 0
    with reading_faults(source), source.open("rb") as old:
        needed = source.stat().st_size
        with writing_faults(target, needed=needed):
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("wb") as new:
                while piece := old.read(_PIECE):
                    found.update(piece)
                    size += len(piece)
                    new.write(piece)
    return size, found.hexdigest()


def check_files(folder: Path, card: ModelCard) -> None:
    """Check every file of a model against its card.

    Raises
    ------
    FileError
        If one is missing.
    DocumentError
        If one was changed, or the list itself was.
    """
    if files_hash(card.files) != card.weights_sha256:
        raise DocumentError(f"The card of model {folder.name!r} was changed: its files are not those of its hash.")
    for file in card.files:
        path = folder / FILES / file.name
        if not path.is_file():
            raise FileError(f"Model {folder.name!r} has lost its file {file.name}; remove it and take it in again.")
        if path.stat().st_size != file.size or file_hash(path) != file.sha256:
            raise _changed(folder, file)


def copy_files(folder: Path, card: ModelCard, target: Path) -> None:
    """Copy the files of a model into another folder, checking them on the way.

    Raises
    ------
    FileError, DocumentError
        As `check_files`.
    """
    for file in card.files:
        source = folder / FILES / file.name
        if not source.is_file():
            raise FileError(f"Model {folder.name!r} has lost its file {file.name}; remove it and take it in again.")
        if take_file(source, target / FILES / file.name) != (file.size, file.sha256):
            raise _changed(folder, file)


def files_size(folder: Path) -> int:
    """Give the bytes of all files; 0 where there are none."""
    inner = folder / FILES
    return sum(path.stat().st_size for path in inner.rglob("*") if path.is_file()) if inner.is_dir() else 0


def _changed(folder: Path, file: ModelFile) -> DocumentError:
    return DocumentError(
        f"File {file.name} of model {folder.name!r} is not the one of its card (SHA-256 differs): it was damaged or "
        "exchanged; remove the model and take it in again."
    )
