"""Weights of others, taken in: told by their hash, converted where they are pickles, kept with a record."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

import numpy as np

from synthscope.errors import DocumentError, FileError, InputError
from synthscope.io.atomic import PARTIAL, replacing
from synthscope.io.documents import write_document
from synthscope.io.faults import reading_faults, size_in_words, writing_faults
from synthscope.io.fetching import drop_partial, fetch_file
from synthscope.io.file_hashing import file_hash
from synthscope.io.locking import alone
from synthscope.io.weights import ARRIVING, CONVERTED, RECORD, weights_folder, weights_home
from synthscope.records.events import Job, Progress
from synthscope.records.weights import StoredFile, StoredWeights, Trust, WeightsCard, WeightsFile
from synthscope.records.weights_catalogue import CATALOGUE, find_weights

_PIECE = 4 * 2**20


class WeightsReader(Protocol):
    """What a conversion of the catalogue names: reads a file of foreign weights without running anything in it."""

    def read(self, path: Path) -> Mapping[str, np.ndarray]:
        """Give the arrays by name, or raise an `InputError` where they are of another network."""
        ...


Resolve = Callable[[str], object]
"""Turns ``module:Class`` into an implementation; handed down by the composition root."""


@dataclass(frozen=True)
class _Arrived:
    """Files that shall be taken in, and what is said of them."""

    paths: tuple[Path, ...]
    source: str
    sha256: str
    trust: Trust


def import_weights(source: Path, resolve: Resolve, wanted: str = "") -> StoredWeights:
    """Take weights in from a file or a folder of this computer.

    Parameters
    ----------
    source : Path
        A file of the weights, an archive that they come in, or a folder with all their files.
    wanted : str
        The id in the catalogue; a file whose hash is known needs none.

    Raises
    ------
    InputError
        If it is not told which weights they are, or they cannot be those.
    FileError, DocumentError
        If a file is missing or damaged.
    """
    if not source.exists():
        raise FileError(f"There is no file or folder {source}; choose another one.")
    if source.is_dir():
        return _import_folder(source, resolve, wanted)
    digest = file_hash(source)
    card = _card_of_file(source, digest, wanted)
    return _take_file(card, source, digest, source.name, resolve)


def fetch_weights(weights_id: str, resolve: Resolve, *, consent: bool) -> Job[StoredWeights]:
    """Fetch weights of the catalogue from where they are published.

    Parameters
    ----------
    consent : bool
        Whether the person has agreed, having seen `consent_words`: without it nothing is asked of any network.

    Raises
    ------
    InputError
        If there is no consent, no address, or the file is not the one that was promised.
    WorkError, DiskFull
        If the transfer breaks off or there is no room; what has come is kept, and the next fetch goes on.
    """
    card = find_weights(weights_id)
    if not card.can_be_fetched:
        raise InputError(f"The weights {card.id!r} cannot be fetched; import them: {card.source}.")
    if not consent:
        raise InputError(f"{consent_words(card)} Nothing is fetched without consent; say yes to it.")
    arriving = weights_home() / ARRIVING / card.id
    with writing_faults(arriving):
        arriving.mkdir(parents=True, exist_ok=True)
    busy = InputError(f"The weights {card.id!r} are being fetched already; wait for that to end.")
    with alone(arriving / ".lock", busy):
        paths = []
        for file in card.files:
            path = arriving / _arriving_name(file)
            if not path.is_file():
                yield from fetch_file(file.url, path, size=file.size)
            _check_promise(file, path)
            paths.append(path)
        yield Progress(1, 1, f"Taking in {card.id}")
        stored = _take_fetched(card, tuple(paths), resolve)
    shutil.rmtree(arriving, ignore_errors=True)
    return stored


def consent_words(card: WeightsCard) -> str:
    """Say what a fetch means: what, how much, from where, under which licence."""
    hosts = sorted({file.url.split("/")[2] for file in card.files if file.url})
    size = f"about {size_in_words(card.size)}" if card.size else "an unknown number of bytes"
    return f"{card.title} ({card.id}): {size} from {', '.join(hosts)}, licence {card.licence}, for {card.purpose}."


def _take_fetched(card: WeightsCard, paths: tuple[Path, ...], resolve: Resolve) -> StoredWeights:
    if len(paths) == 1:
        return _take_file(card, paths[0], file_hash(paths[0]), card.files[0].url, resolve)
    return _keep(card, _Arrived(paths, f"https://huggingface.co/{card.hub}", "", "first use"), resolve)


def _check_promise(file: WeightsFile, path: Path) -> None:
    """Hold a fetched file to the hash that was seen, or to the beginning that its publisher names."""
    digest = file_hash(path)
    seen = file.archive_sha256 or file.sha256
    if (seen and digest != seen) or not digest.startswith(file.sha256_starts):
        drop_partial(path)
        raise InputError(
            f"{file.url} gave a file of SHA-256 {digest[:16]}…, where {(seen or file.sha256_starts)[:16]}… was "
            "promised; it was deleted. Fetch it again, or import the file from elsewhere."
        )


def _arriving_name(file: WeightsFile) -> str:
    return Path(file.url).name if file.member else file.name


def _card_of_file(source: Path, digest: str, wanted: str) -> WeightsCard:
    """Tell which weights a file is, and refuse what may not be opened."""
    known = next((card for card in CATALOGUE if card.knows(digest)), None)
    if known is not None and wanted in ("", known.id):
        return known
    if known is not None:
        raise InputError(f"{source.name} holds the weights {known.id!r}, not {wanted!r}; import it as {known.id!r}.")
    if not wanted:
        ids = ", ".join(card.id for card in CATALOGUE)
        raise InputError(
            f"{source.name} is not known by its SHA-256 ({digest[:16]}…); say which weights it is, one of {ids}."
        )
    card = find_weights(wanted)
    if card.pinned:
        raise InputError(
            f"{source.name} (SHA-256 {digest[:16]}…) is not the known file of {card.id!r}, which is a program and is "
            f"opened only where its hash is known; have {card.source}."
        )
    if len(card.files) > 1:
        names = " and ".join(file.name for file in card.files)
        raise InputError(f"The weights {card.id!r} are more than one file; give a folder with {names}.")
    return card


def _import_folder(source: Path, resolve: Resolve, wanted: str) -> StoredWeights:
    card = find_weights(wanted) if wanted else _card_of_folder(source)
    missing = [file.name for file in card.files if not (source / file.name).is_file()]
    if missing:
        raise FileError(
            f"Folder {source.name} lacks {', '.join(missing)} of the weights {card.id!r}; have {card.source}."
        )
    if len(card.files) == 1:
        path = source / card.files[0].name
        return _take_file(_card_of_file(path, file_hash(path), card.id), path, file_hash(path), path.name, resolve)
    paths = tuple(source / file.name for file in card.files)
    return _keep(card, _Arrived(paths, source.name, "", "first use"), resolve)


def _card_of_folder(source: Path) -> WeightsCard:
    """Tell from the kind of network in ``config.json``, or from a file of a known name."""
    try:
        kind = json.loads((source / "config.json").read_text(encoding="utf-8")).get("model_type", "")
    except (OSError, ValueError, AttributeError):
        kind = ""
    for card in CATALOGUE:
        if card.id == kind or (len(card.files) == 1 and (source / card.files[0].name).is_file()):
            return card
    raise InputError(f"Folder {source.name} is not known as weights of the catalogue; say which they are.")


def _take_file(card: WeightsCard, path: Path, digest: str, source: str, resolve: Resolve) -> StoredWeights:
    trust: Trust = "known" if card.knows(digest) else "first use"
    (file,) = card.files
    if not (file.archive_sha256 and digest == file.archive_sha256):
        return _keep(card, _Arrived((path,), source, digest, trust), resolve)
    with writing_faults(weights_home()):
        weights_home().mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=PARTIAL, dir=weights_home()) as folder:
            inner = _unpacked(path, file, Path(folder))
            return _keep(card, _Arrived((inner,), source, digest, trust), resolve)


def _unpacked(archive: Path, file: WeightsFile, folder: Path) -> Path:
    path = folder / file.name
    try:
        with zipfile.ZipFile(archive) as opened, opened.open(file.member) as inner, path.open("wb") as out:
            shutil.copyfileobj(inner, out, _PIECE)
    except (zipfile.BadZipFile, KeyError) as error:
        raise DocumentError(f"{archive.name} holds no {file.member}; fetch it again.") from error
    if file_hash(path) != file.sha256:
        raise DocumentError(f"{file.member} in {archive.name} is not the known file; fetch it again.")
    return path


def _keep(card: WeightsCard, arrived: _Arrived, resolve: Resolve) -> StoredWeights:
    """Put files, or what is made of them, and their record into the store: all or nothing."""
    target = weights_folder(card.id)
    with writing_faults(target):
        target.parent.mkdir(parents=True, exist_ok=True)
    with replacing(target, needed=sum(path.stat().st_size for path in arrived.paths)) as folder:
        folder.mkdir()
        if card.conversion:
            _convert(card, arrived.paths[0], folder, resolve)
        else:
            for path, file in zip(arrived.paths, card.files, strict=True):
                with reading_faults(path):
                    shutil.copyfile(path, folder / file.name)
        files = tuple(StoredFile(path.name, path.stat().st_size, file_hash(path)) for path in sorted(folder.iterdir()))
        stored = StoredWeights(
            card.id, card.title, card.licence, files, arrived.source, arrived.sha256, arrived.trust,
            bool(card.conversion), datetime.now(UTC).strftime("%Y-%m-%d"),
        )  # fmt: skip
        write_document(folder / RECORD, stored)
    return stored


def _convert(card: WeightsCard, path: Path, folder: Path, resolve: Resolve) -> None:
    from safetensors.numpy import save_file

    reader: WeightsReader = resolve(card.conversion)  # type: ignore[assignment]
    save_file({name: np.ascontiguousarray(values) for name, values in reader.read(path).items()}, folder / CONVERTED)
