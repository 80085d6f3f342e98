"""Parts of others' models that a run joins to its model: chosen by name, found again by hash."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from synthscope.errors import FileError, InputError, ParameterError
from synthscope.io.file_hashing import file_hash
from synthscope.io.models import CARD, read_card
from synthscope.io.pretrained_files import files_hash, take_file
from synthscope.jobs.drain import drain
from synthscope.records.generator import Adapter, GeneratorSpec
from synthscope.records.model import ModelCard, ModelFile, stranger_words
from synthscope.records.run import AdapterUse, Recipe
from synthscope.services.models import find_model, list_models
from synthscope.services.pretrained import import_pretrained
from synthscope.services.recorded_models import find_recorded, reference_to

MOST = 8
HEAVIEST = 4.0


def choose_adapters(
    spec: GeneratorSpec, wanted: Iterable[AdapterUse], card: ModelCard | None, project: Path | None
) -> tuple[AdapterUse, ...]:
    """Find the parts that were chosen, and give how a recipe refers to them.

    Raises
    ------
    ParameterError, InputError
        If the generator takes none of that kind, or needs one that was not chosen, or a weight cannot be.
    FileError, DocumentError
        If there is none of that name, or it is damaged.
    """
    found = tuple(_chosen(spec, one, project) for one in wanted)
    if len(found) > MOST:
        raise ParameterError(f"{len(found)} adapters are too many; choose at most {MOST}.")
    twice = next((use.name for i, (_, use) in enumerate(found) if use.sha256 in {u.sha256 for _, u in found[:i]}), "")
    if twice:
        raise ParameterError(f"The adapter {Path(twice).name!r} is joined twice; name it once, with its whole weight.")
    missing = missing_part(spec, card, {part for part, _ in found}, _known(spec.needs_adapter, project))
    if missing:
        raise InputError(missing)
    return tuple(use for _, use in found)


def missing_part(spec: GeneratorSpec, card: ModelCard | None, parts: Collection[str], known: Iterable[str]) -> str:
    """Say which part a generator misses beside its model; empty where it needs none, or the model holds it.

    Parameters
    ----------
    parts : collection of str
        Kinds of the adapters that were chosen.
    known : iterable of str
        Names of those that could be chosen; looked at only where one is missing.
    """
    need = spec.needs_adapter
    held = dict(card.architecture.get("components", {})) if card else {}
    if not need or need in parts or any(name.startswith(need) for name in held):
        return ""
    names = ", ".join(known) or "none yet"
    return f"{spec.title} needs a {need} beside its model; import one, or choose one of: {names}."


def strangers(adapters: Iterable[AdapterUse], model: ModelCard, project: Path | None) -> tuple[str, ...]:
    """Say of each adapter that was trained here beside another model than this one."""
    cards = (read_card(_folder_of(use, project)) for use in adapters)
    return tuple(words for card in cards if (words := stranger_words(card, model)))


def locate_adapters(
    recipe: Recipe, project: Path | None, named: Iterable[Path] = ()
) -> tuple[tuple[AdapterUse, ...], tuple[Adapter, ...]]:
    """Find the parts of a recipe, and give them with their hashes and as an implementation is handed them.

    Parameters
    ----------
    named : iterable of Path
        Folders of adapters that a person named, each one of the recipe; the others are looked for by name and hash.

    Raises
    ------
    FileError
        If one is not here, or is another.
    """
    given = {read_card(folder).weights_sha256: folder for folder in named}
    for sha256, folder in given.items():
        if all(use.sha256 not in ("", sha256) for use in recipe.adapters):
            raise FileError(not_of_recipe(read_card(folder).name, sha256, recipe))
    uses, parts = [], []
    for use in recipe.adapters:
        folder = given.get(use.sha256) or _folder_of(use, project)
        card = read_card(folder)
        uses.append(replace(use, sha256=card.weights_sha256))
        parts.append(Adapter(str(folder), card.part, use.weight))
    return tuple(uses), tuple(parts)


def not_of_recipe(name: str, sha256: str, recipe: Recipe) -> str:
    """Say that an adapter, which a person named, is none of a recipe's."""
    wanted = ", ".join(f"{Path(use.name).name!r} ({use.sha256[:16]}…)" for use in recipe.adapters)
    told = f"its adapters are {wanted}" if wanted else "it has none"
    return f"{name!r} (hash {sha256[:16]}…) is no adapter of the recipe: {told}; name the right one, or leave it out."


@contextmanager
def named_adapters(paths: Iterable[Path], recipe: Recipe, project: Path | None) -> Iterator[tuple[Path, ...]]:
    """Give the folders of adapters that a person named for a recipe: models, or safetensors files as they came.

    A file is taken in for as long as the block lasts. The hash of a recipe holds the file's name too: one that was
    renamed is known by the name of the adapter in the recipe.

    Raises
    ------
    FileError, DocumentError
        If one is not there, damaged, or none of the recipe's.
    """
    with TemporaryDirectory(prefix="synthscope-adapters-") as place:
        yield tuple(
            _taken(path, recipe, Path(place) / str(number)) if path.is_file() else find_model(str(path), project)
            for number, path in enumerate(paths)
        )


def _taken(path: Path, recipe: Recipe, place: Path) -> Path:
    sha256, size = file_hash(path), path.stat().st_size
    own = next((use for use in recipe.adapters if use.sha256 == sha256), None)
    if own is not None and (path.parent / CARD).is_file():
        return path.parent  # the weights of an adapter of this program: its card lies beside them
    names = (path.name, *(f"{Path(use.name).name}{path.suffix}" for use in recipe.adapters))
    hashes = {files_hash([ModelFile(name, size, sha256)]): name for name in reversed(names)}
    found = next((hashes[use.sha256] for use in recipe.adapters if use.sha256 in hashes), "")
    if not found:
        raise FileError(not_of_recipe(path.name, files_hash([ModelFile(path.name, size, sha256)]), recipe))
    take_file(path, place / found)
    return drain(import_pretrained(place / found, place / "models"))


def _chosen(spec: GeneratorSpec, use: AdapterUse, project: Path | None) -> tuple[str, AdapterUse]:
    folder = find_model(use.name, project)
    card = read_card(folder)
    if not card.part:
        raise InputError(f"{card.name!r} is a whole model and no adapter; choose it as the model.")
    if card.part not in spec.adapters:
        known = ", ".join(spec.adapters) or "none"
        raise InputError(f"Generator {spec.id!r} takes no {card.part} (it takes {known}); leave {card.name!r} out.")
    if not (math.isfinite(use.weight) and abs(use.weight) <= HEAVIEST):
        raise ParameterError(f"The weight of {card.name!r} is {use.weight:g}; give -{HEAVIEST:g} to {HEAVIEST:g}.")
    return card.part, AdapterUse(reference_to(folder, project), card.weights_sha256, float(use.weight))


def _known(part: str, project: Path | None) -> Iterator[str]:
    """Name the models of a kind; none is looked for until the first is asked for: each has a card to be read."""
    yield from (row.name for row in list_models(project) if row.card and row.card.part == part)


def _folder_of(use: AdapterUse, project: Path | None) -> Path:
    found = find_recorded(use.name, use.sha256, project)
    if found is None:
        raise FileError(f"The adapter {Path(use.name).name!r} (SHA-256 {use.sha256}) is not here; import it.")
    return found
