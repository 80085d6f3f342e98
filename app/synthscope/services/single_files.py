"""Whole pipelines in one file: taken in by the configuration of another of their kind, as folders like all others."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Protocol, cast

from synthscope.errors import DocumentError, FileError, InputError
from synthscope.io.file_hashing import file_hash
from synthscope.io.pipeline_configuration import CONFIG, INDEX, find_configuration
from synthscope.io.pretrained_files import FILES, files_hash
from synthscope.io.single_files import NETWORKS, find_single
from synthscope.records.events import Job, Progress
from synthscope.records.model import Conversion, ModelFile
from synthscope.records.pretrained import Configuration, FoundSingle
from synthscope.services.models import ModelRow, find_model, list_models
from synthscope.services.pretrained import Terms, adopt, arriving, free_target, import_pretrained

IMPORT = "import-pretrained"
"""The worker's work that takes a pretrained model in."""
CONVERTER = "synthscope.generators.pretrained.single_file:SingleFile"
WANTED = {
    ("Stable Diffusion 1", 4): "sd-1.5",
    ("Stable Diffusion 1", 8): "instruct-pix2pix",
    ("Stable Diffusion 1", 9): "sd-inpainting",
    ("Stable Diffusion XL", 4): "sdxl-base",
    ("Stable Diffusion XL", 8): "sdxl-instruct-pix2pix",
    ("Stable Diffusion XL", 9): "sdxl-inpainting",
}
"""Which checkpoint of the catalogue has the configuration of a file."""
Resolve = Callable[[str], object]
"""Turns ``module:Class`` into an implementation; handed down by the composition root."""


class SingleFileConverter(Protocol):
    """What converts: see `generators.pretrained.single_file`."""

    def convert(self, single: FoundSingle, base: Configuration, out: Path) -> Job[str]:
        """Write a folder as diffusers saves it, and give the number format of its weights."""
        ...


def import_payload(path: Path, base: str = "", project: Path | None = None) -> dict[str, Any]:
    """Give what the worker is told of a folder or a file that is to be taken in, as `take_in` takes it.

    Parameters
    ----------
    project : Path, optional
        Where the base is looked for too.
    """
    return {"path": str(path), **({"base": base, "project": str(project or "")} if base else {})}


def take_in(
    source: Path, resolve: Resolve, parent: Path | None = None, name: str = "", *, licence: str = "", base: str = "",
    project: Path | None = None,
) -> Job[Path]:  # fmt: skip
    """Take a pretrained model in: a folder or an adapter as it is, one file of a whole pipeline converted.

    Parameters
    ----------
    source, parent, name, licence
        As of `services.pretrained.import_pretrained`.
    base : str
        For one file of a whole pipeline, or of a ControlNet: the model, or the folder of a pipeline, that its
        configuration and vocabulary are taken from. Its weights are not used, and need not be there.
    project : Path, optional
        Whose models are looked at too.

    Raises
    ------
    InputError
        If no base is named, the file does not fit it, or one is named that is not needed.
    FileError, DocumentError
        If a file is missing or damaged.
    """
    single = find_single(source)
    if single is None:
        if base:
            raise InputError(f"{source.name} is no single file of a whole pipeline; leave the base {base!r} out.")
        return (yield from import_pretrained(source, parent, name, licence=licence))
    if not base:
        raise InputError(base_words(single, bases_for(single, project)))
    configuration = base_of(single, base, project)
    return (yield from _convert(single, configuration, resolve, free_target(source, parent, name), licence))


def base_of(single: FoundSingle, base: str, project: Path | None = None) -> Configuration:
    """Find the configuration that a file shall be converted by.

    Parameters
    ----------
    base : str
        The name or the folder of a model, or any folder of a pipeline as diffusers saves it.

    Raises
    ------
    InputError
        If it is none that the file fits; the sentence names what differs.
    FileError, DocumentError
        If it is not there, or damaged.
    """
    folder = Path(base).expanduser()
    if not any((folder / name).is_file() for name in (INDEX, CONFIG)):
        folder = find_model(base, project) / FILES
    found = find_configuration(folder, folder.parent.name if folder.name == FILES else folder.name)
    misfit = misfit_words(single, found)
    if misfit:
        raise InputError(misfit)
    return found


def bases_for(single: FoundSingle, project: Path | None = None) -> tuple[ModelRow, ...]:
    """List the models that a file may be converted by, by their configuration."""
    return tuple(row for row in list_models(project) if _fits(single, row))


def base_words(single: FoundSingle, rows: Iterable[ModelRow]) -> str:
    """Say which base a file needs: those that are here, or the one to get first."""
    start = f"{single.path.name} is {single.title}; its configuration and vocabulary come from a model of its kind."
    known = ", ".join(repr(row.name) for row in rows)
    if known:
        return f"{start} Choose a base: --base with one of {known}."
    wanted = WANTED.get((single.family, 4 if single.part else single.channels))
    if wanted is None:
        return f"{start} None is here; name the folder of one, as diffusers saves it, with --base FOLDER."
    return (
        f"{start} None is here; get {wanted!r} first (synthscope models fetch {wanted}), or name a folder with the "
        "configuration files of one: --base FOLDER."
    )


def misfit_words(single: FoundSingle, base: Configuration) -> str:
    """Say why a file cannot be of a configuration; empty where it may be."""
    others = [name for name in base.components if name in ("controlnet", "image_encoder", "transformer", "movq")]
    if others and not single.part:
        return (
            f"{base.name!r} is a {base.kind} with a component {others[0]}, which no single file holds; choose another "
            "base."
        )
    if not single.part and not base.components:
        return f"{base.name!r} is a {base.kind} and no whole pipeline; choose another base for {single.path.name}."
    shape = " × ".join(map(str, single.shape))
    start = f"{single.path.name} is {single.title} ({single.entry} is {shape}); the base {base.name!r}"
    if base.components and base.is_xl != (single.family == "Stable Diffusion XL") and not single.part:
        kind = "has two text encoders, as Stable Diffusion XL" if base.is_xl else "has one text encoder"
        return f"{start} {kind}: choose a base of {single.family}."
    if not single.part and base.channels != single.channels:
        return f"{start} has {base.channels} input channels: choose a base with {single.channels}."
    if base.words != single.words:
        return (
            f"{start} attends to words of {base.words} numbers, the file to {single.words}: choose a base of "
            f"{single.family}."
        )
    return ""


def _fits(single: FoundSingle, row: ModelRow) -> bool:
    if row.card is None or not row.card.is_pretrained or row.card.part not in ("", single.part):
        return False
    try:
        return not misfit_words(single, find_configuration(row.folder / FILES, row.name))
    except (InputError, FileError, DocumentError):
        return False


def _convert(single: FoundSingle, base: Configuration, resolve: Resolve, target: Path, licence: str) -> Job[Path]:
    yield Progress(0, 1, f"Hashing {single.path.name}")
    sha256, size = file_hash(single.path), single.path.stat().st_size
    taken = tuple(ModelFile(one.name, one.path.stat().st_size, file_hash(one.path)) for one in base.files)
    converter = cast("SingleFileConverter", resolve(CONVERTER))
    with arriving(target, needed=size) as partial:
        (partial / FILES).mkdir()
        number_format = yield from converter.convert(single, base, partial / FILES)
        names = tuple(name for name in NETWORKS if name in base.components) if not single.part else (single.part,)
        conversion = Conversion(
            single.path.name, size, sha256, base.name, files_hash(taken), names, number_format, single.averaged
        )
        terms = Terms(licence, single.path.name, conversion=conversion)
        yield from adopt(partial, target.name, terms)
    return target
