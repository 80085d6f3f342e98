"""Parts of others' models that a run joins to its model: chosen by name, found again by hash."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import replace
from pathlib import Path

from synthscope.errors import FileError, InputError, ParameterError
from synthscope.io.models import read_card
from synthscope.records.generator import Adapter, GeneratorSpec
from synthscope.records.model import ModelCard, stranger_words
from synthscope.records.run import AdapterUse, Recipe
from synthscope.services.models import MODELS, find_by_hash, find_model, list_models

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
    known = [row.name for row in list_models(project) if row.card and row.card.part == spec.needs_adapter]
    missing = missing_part(spec, card, {part for part, _ in found}, known)
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
        Names of those that could be chosen.
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


def locate_adapters(recipe: Recipe, project: Path | None) -> tuple[tuple[AdapterUse, ...], tuple[Adapter, ...]]:
    """Find the parts of a recipe, and give them with their hashes and as an implementation is handed them.

    Raises
    ------
    FileError
        If one is not here, or is another.
    """
    uses, parts = [], []
    for use in recipe.adapters:
        folder = _folder_of(use, project)
        card = read_card(folder)
        uses.append(replace(use, sha256=card.weights_sha256))
        parts.append(Adapter(str(folder), card.part, use.weight))
    return tuple(uses), tuple(parts)


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
    inside = project is not None and folder.parent == project / MODELS
    name = f"{MODELS}/{folder.name}" if inside else str(folder.resolve())
    return card.part, AdapterUse(name, card.weights_sha256, float(use.weight))


def _folder_of(use: AdapterUse, project: Path | None) -> Path:
    try:
        folder = find_model(use.name, project)
        if use.sha256 in ("", read_card(folder).weights_sha256):
            return folder
    except FileError:
        pass
    found = find_by_hash(use.sha256, project) if use.sha256 else None
    if found is None:
        raise FileError(f"The adapter {Path(use.name).name!r} (SHA-256 {use.sha256}) is not here; import it.")
    return found
