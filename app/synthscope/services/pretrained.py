"""Pretrained models of others, taken in from a folder or a file, with a card: then they are models like our own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from synthscope.errors import InputError
from synthscope.io.atomic import is_partial, replacing
from synthscope.io.documents import write_document
from synthscope.io.faults import writing_faults
from synthscope.io.file_hashing import file_hash
from synthscope.io.locking import alone
from synthscope.io.models import CARD
from synthscope.io.pipeline_reading import find_pipeline, is_pipeline
from synthscope.io.pretrained_files import FILES, files_hash, take_file
from synthscope.records.events import Job, Progress
from synthscope.records.model import Conversion, ModelCard, ModelFile
from synthscope.records.pretrained import FoundPipeline
from synthscope.services.environment import describe_environment
from synthscope.services.models import checked_name, user_models
from synthscope.services.naming import file_stem
from synthscope.services.run_folder import now

INTENDED_USE = (
    "Trained by others, mostly on photographs: what it makes of scientific images is to be judged, and never evidence "
    "of what was not imaged."
)
WHITE = 255.0
LOCK = ".lock"
_BUSY = InputError("This model is being taken in by another program; wait for that to end.")


@dataclass(frozen=True)
class Terms:
    """Where a model is from, and under which licence it is used."""

    licence: str
    origin: str
    agreement: str = ""
    conversion: Conversion | None = None


def import_pretrained(
    source: Path, parent: Path | None = None, name: str = "", *, licence: str = "", origin: str = "",
    agreement: str = "",
) -> Job[Path]:  # fmt: skip
    """Take a pretrained model in: look at it, copy its files, hash them, and write a card.

    Parameters
    ----------
    source : Path
        As `io.pipeline_reading.find_pipeline` takes it.
    parent : Path, optional
        Where to: the ``models`` folder of a project, or by default that of all projects.
    name : str
        What it shall be called; by default as its folder or file is.
    licence, origin : str
        Of the weights, and the repository that they are from, where that is known.
    agreement : str
        Which licence a person has agreed to, and when.

    Raises
    ------
    InputError
        If the name is taken, or it is of a kind that no generator works with.
    FileError, DocumentError
        If it is not whole, or damaged.
    """
    found = find_pipeline(source)
    target = free_target(source, parent, name)
    terms = Terms(licence, origin or source.name, agreement)
    with arriving(target, needed=sum(file.path.stat().st_size for file in found.files)) as partial:
        files = []
        for i, file in enumerate(found.files):
            yield Progress(i, len(found.files), f"Taking in {file.name}")
            size, sha256 = take_file(file.path, partial / FILES / file.name)
            files.append(ModelFile(file.name, size, sha256))
        write_document(partial / CARD, _card(found, tuple(files), target.name, terms))
    return target


def adopt(partial: Path, name: str, terms: Terms) -> Job[None]:
    """Write the card of a model whose files lie where they shall stay.

    Raises
    ------
    InputError, FileError, DocumentError
        As `import_pretrained`.
    """
    found = find_pipeline(partial / FILES)
    files = []
    for i, file in enumerate(found.files):
        yield Progress(i, len(found.files), f"Hashing {file.name}")
        files.append(ModelFile(file.name, file.path.stat().st_size, file_hash(file.path)))
    write_document(partial / CARD, _card(found, tuple(files), name, terms))


def free_target(source: Path, parent: Path | None, name: str) -> Path:
    """Give the folder that a model is taken into: of the name wanted, or of the file's or folder's own.

    Raises
    ------
    InputError
        If the name is taken, or cannot be that of a folder.
    """
    stem = source.stem if source.is_file() else source.name
    target = (parent or user_models()) / checked_name(name or file_stem(stem, "model"))
    if target.exists():
        raise InputError(f"{target.name!r} is there already; choose another name.")
    return target


@contextmanager
def arriving(target: Path, *, needed: int = 0) -> Iterator[Path]:
    """Yield a new folder that becomes `target` at the end, or vanishes; what a killed import left goes first.

    Each has a lock beside it, which the operating system gives back when a program dies: by it a folder that nobody
    fills any more is told from one of an import that is under way.

    Raises
    ------
    DiskFull, FileError
        If it cannot be written.
    """
    parent = target.parent
    with writing_faults(parent):
        parent.mkdir(parents=True, exist_ok=True)
        _clear(parent)
    with replacing(target, needed=needed) as partial:
        lock = partial.with_name(f"{partial.name}{LOCK}")
        try:
            with alone(lock, _BUSY):
                partial.mkdir()
                yield partial
        finally:
            lock.unlink(missing_ok=True)


def _clear(parent: Path) -> None:
    """Delete folders whose import was killed; a lock that is held is another program's, which goes on."""
    for lock in [path for path in parent.iterdir() if is_partial(path) and path.suffix == LOCK]:
        with suppress(InputError), alone(lock, _BUSY):
            shutil.rmtree(lock.with_suffix(""), ignore_errors=True)
            lock.unlink(missing_ok=True)


def is_pretrained(source: Path) -> bool:
    """Whether a folder or file looks like a model that others trained, and no model or weights of the catalogue."""
    folder = source.parent if source.is_file() else source
    return not (folder / CARD).is_file() and is_pipeline(source)


def _card(found: FoundPipeline, files: tuple[ModelFile, ...], name: str, terms: Terms) -> ModelCard:
    first, *others = found.serves or (found.part,)
    return ModelCard(
        name=name,
        generator=first,
        generator_version="1",
        architecture=found.architecture,
        training={},
        images=(),
        normalisation=(0.0, WHITE),
        limits=((0.0, WHITE),) * 3,
        channels=3,
        dtype="uint8",
        voxel_size=(1.0, 1.0, 1.0),
        unit="pixel",
        weights_sha256=files_hash(files),
        parameters=found.parameters,
        steps=0,
        planned_steps=0,
        seed=0,
        seconds=0.0,
        environment=describe_environment("cpu"),
        rgb=True,
        labels=found.labels,
        licence=terms.licence,
        intended_use=INTENDED_USE,
        made=now(),
        files=files,
        serves=tuple(others),
        part=found.part,
        source=terms.origin,
        agreement=terms.agreement,
        conversion=terms.conversion,
    )
