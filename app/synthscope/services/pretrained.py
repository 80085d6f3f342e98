"""Pretrained models of others, taken in from a folder or a file, with a card: then they are models like our own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from synthscope.errors import InputError
from synthscope.io.atomic import replacing
from synthscope.io.documents import write_document
from synthscope.io.faults import writing_faults
from synthscope.io.models import CARD
from synthscope.io.pipeline_reading import find_pipeline, is_pipeline
from synthscope.io.pretrained_files import FILES, files_hash, take_file
from synthscope.records.events import Job, Progress
from synthscope.records.model import ModelCard, ModelFile
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
    parent = parent or user_models()
    name = checked_name(name or file_stem(source.stem if source.is_file() else source.name, "model"))
    target = parent / name
    if target.exists():
        raise InputError(f"{name!r} is there already; choose another name.")
    with writing_faults(parent):
        parent.mkdir(parents=True, exist_ok=True)
    needed = sum(file.path.stat().st_size for file in found.files)
    with replacing(target, needed=needed) as partial:
        files = []
        for i, file in enumerate(found.files):
            yield Progress(i, len(found.files), f"Taking in {file.name}")
            size, sha256 = take_file(file.path, partial / FILES / file.name)
            files.append(ModelFile(file.name, size, sha256))
        terms = _Terms(licence, origin or source.name, agreement)
        write_document(partial / CARD, _card(found, tuple(files), name, terms))
    return target


def is_pretrained(source: Path) -> bool:
    """Whether a folder or file looks like a model that others trained, and no model or weights of the catalogue."""
    folder = source.parent if source.is_file() else source
    return not (folder / CARD).is_file() and is_pipeline(source)


@dataclass(frozen=True)
class _Terms:
    """Where a model is from, and under which licence it is used."""

    licence: str
    origin: str
    agreement: str


def _card(found: FoundPipeline, files: tuple[ModelFile, ...], name: str, terms: _Terms) -> ModelCard:
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
    )
