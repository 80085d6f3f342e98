"""Model folders: weights as safetensors, a card beside them, and never a pickle."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from synthscope.errors import DocumentError, FileError
from synthscope.io.atomic import replacing, write_bytes
from synthscope.io.documents import read_document, write_document
from synthscope.io.faults import reading_faults, writing_faults
from synthscope.io.file_hashing import file_hash
from synthscope.io.pretrained_files import check_files, copy_files, files_size
from synthscope.io.safetensors_form import PICKLES, check_form
from synthscope.records.model import MODEL_FORMAT, VERSION, ModelCard

CARD = "model.json"
WEIGHTS = "model.safetensors"
ARRIVING = "arriving.safetensors"
"""Weights that lie here until their card is written: whichever moment a program ends at, one whole model is there."""

MOST_CHANNELS = 4096
"""A card that names more is damaged."""
_PIECE = 4 * 2**20


def _limits_of_each_channel(card: dict[str, Any]) -> dict[str, Any]:
    """Version 1 had one pair of limits over all channels: it stands for each."""
    channels = card.get("channels")
    count = channels if isinstance(channels, int) and 1 <= channels <= MOST_CHANNELS else 1
    return {**card, "limits": [card.get("limits")] * count}


_MIGRATIONS = {1: _limits_of_each_channel}


def write_model(folder: Path, weights: Mapping[str, np.ndarray], card: ModelCard) -> ModelCard:
    """Write a model into a folder that exists, whole or not at all, and give the card with the hash of its weights.

    Raises
    ------
    DiskFull, FileError
        If it cannot be written; the model that was there before stays.
    """
    from safetensors.numpy import save

    plain = {name: np.asarray(values, order="C") for name, values in weights.items()}
    data = save(plain)
    sealed = replace(card, weights_sha256=hashlib.sha256(data).hexdigest())
    settle(folder)
    write_bytes(folder / ARRIVING, data)
    write_card(folder, sealed)
    settle(folder)
    return sealed


def write_card(folder: Path, card: ModelCard) -> None:
    """Write the card alone: new figures, another name."""
    write_document(folder / CARD, card)


def read_card(folder: Path) -> ModelCard:
    """Read a model's card; its weights are not looked at.

    Raises
    ------
    FileError
        If there is no model in the folder.
    DocumentError
        If the card is damaged, of another format, or of a newer version.
    """
    folder = Path(folder)
    if not (folder / CARD).is_file():
        raise FileError(_no_model(folder))
    try:
        return read_document(folder / CARD, ModelCard, format=MODEL_FORMAT, version=VERSION, migrations=_MIGRATIONS)
    except DocumentError as error:
        raise DocumentError(f"The card of model {folder.name!r} cannot be used: {error}") from error


def read_weights(folder: Path, card: ModelCard) -> dict[str, np.ndarray]:
    """Read the weights of a model, after their hash was found to be that of the card.

    Returns
    -------
    dict of str to ndarray
        By the names of the network.

    Raises
    ------
    FileError
        If the file is missing or may not be read.
    DocumentError
        If it is damaged, or is not the one that the card was written for.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load

    path = _weights_of(Path(folder), card)
    with reading_faults(path):
        data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != card.weights_sha256:
        raise _mismatch(Path(folder))
    try:
        weights: dict[str, np.ndarray] = load(data)
    except (SafetensorError, KeyError, ValueError, TypeError, AttributeError) as error:
        raise DocumentError(
            f"The weights of model {Path(folder).name!r} cannot be read ({error}); fetch the model again."
        ) from error
    return weights


def check_weights(folder: Path, card: ModelCard) -> None:
    """Check form and hash of the weights, in pieces: a file of any size costs no memory.

    Raises
    ------
    FileError, DocumentError
        As `read_weights`.
    """
    if card.is_pretrained:
        check_files(Path(folder), card)
        return
    path = _weights_of(Path(folder), card)
    if file_hash(path) != card.weights_sha256:
        raise _mismatch(Path(folder))


def settle(folder: Path) -> None:
    """Put weights whose card was written, but not they themselves, in their place after a kill."""
    arriving = folder / ARRIVING
    if not arriving.is_file():
        return
    try:
        wanted = read_card(folder).weights_sha256
    except (FileError, DocumentError):
        wanted = ""
    with writing_faults(arriving):
        if wanted and file_hash(arriving) == wanted:
            arriving.replace(folder / WEIGHTS)
        else:
            arriving.unlink()


def copy_weights(folder: Path, card: ModelCard, target: Path) -> None:
    """Copy the weights of a model into another folder, checking them on the way.

    Raises
    ------
    FileError, DocumentError
        As `read_weights`; nothing is left behind then.
    """
    if card.is_pretrained:
        copy_files(folder, card, target)
        return
    source = _weights_of(folder, card)
    digest = hashlib.sha256()
    needed = source.stat().st_size
    with replacing(target / WEIGHTS, needed=needed) as partial, source.open("rb") as old, partial.open("wb") as new:
        while piece := old.read(_PIECE):
            digest.update(piece)
            new.write(piece)
        if digest.hexdigest() != card.weights_sha256:
            raise _mismatch(folder)


def size_on_disk(folder: Path) -> int:
    """Give the bytes of the weights; 0 where there are none."""
    try:
        own = folder / WEIGHTS
        return own.stat().st_size if own.is_file() else files_size(folder)
    except OSError:
        return 0


def _weights_of(folder: Path, card: ModelCard) -> Path:
    """Find the weights that a card speaks of, and refuse a file that cannot be safetensors."""
    path = folder / WEIGHTS
    arriving = folder / ARRIVING
    if arriving.is_file() and file_hash(arriving) == card.weights_sha256:
        path = arriving
    if not path.is_file():
        raise FileError(f"Model {folder.name!r} has a card but no {WEIGHTS}; fetch the model again.")
    check_form(path, f"The weights of model {folder.name!r}")
    return path


def _mismatch(folder: Path) -> DocumentError:
    return DocumentError(
        f"The weights of model {folder.name!r} are not those of its card (SHA-256 differs): the file was damaged or "
        "exchanged; fetch the model again."
    )


def _no_model(folder: Path) -> str:
    """Say why a folder is no model."""
    if folder.suffix.lower() in PICKLES and folder.is_file():
        return (
            f"{folder.name} is a pickled checkpoint, which could run any program when it is opened; "
            "give the folder of a model, with model.json and model.safetensors in it."
        )
    if folder.is_file():
        return f"{folder.name} is a file; give the folder of a model, with model.json and model.safetensors in it."
    if not folder.is_dir():
        return f"There is no model folder {folder}; choose another one."
    if (folder / "training.json").is_file() and (folder / "state").is_dir():
        return f"The model {folder.name!r} is not trained yet; resume its training first."
    names = sorted(path.name for path in folder.iterdir() if path.suffix.lower() in (*PICKLES, ".safetensors"))
    if names:
        return f"Folder {folder.name} holds {names[0]} but no card {CARD}; ask for the model with its card."
    return f"Folder {folder.name} holds no model; choose one with {CARD} and {WEIGHTS} in it."
