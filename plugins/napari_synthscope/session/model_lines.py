"""Models as a list shows them: what they learned from, and whether they fit an image."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from synthscope.errors import InputError, SynthscopeError
from synthscope.generators.registry import find_spec
from synthscope.io.faults import size_in_words
from synthscope.qt.model_card import voxel_words
from synthscope.qt.model_pick import ModelLine
from synthscope.records.image import Image
from synthscope.records.model import ModelCard
from synthscope.services.model_fit import check_channels, distance_of_scales
from synthscope.services.models import MODELS, ModelRow

PARTS = {"controlnet": "ControlNet", "lora": "LoRA", "embedding": "embedding", "prior": "prior"}
"""Kinds of adapters in words."""
PLACES = {"project": "", "user": "installed", "bundled": "bundled"}


def usable_lines(rows: Iterable[ModelRow], generator: str, image: Image | None) -> tuple[ModelLine, ...]:
    """List the models of one generator for an image; damaged ones and ones of other channels are greyed.

    A person's own come first, in their order. Of the bundled ones those lead that know stacks, where the image is
    one, and among them those whose voxel size is nearest to the image's; else their names decide.
    """
    found = [row for row in rows if row.card is None or row.card.can_serve(generator)]
    fitting = sorted(found, key=lambda row: _misfit(row, image))
    lines = [replace(model_line(row, image), generator="") for row in fitting]  # that stands above the list
    return tuple(sorted(lines, key=lambda line: bool(line.problem)))  # stable: places keep their order


def model_id(row: ModelRow) -> str:
    """Give what a recipe names the model by: within the project, which may be moved; else its folder."""
    return f"{MODELS}/{row.name}" if row.place == "project" else str(row.folder.resolve())


def model_line(row: ModelRow, image: Image | None = None) -> ModelLine:
    """Say what a model is, and whether it fits an image."""
    card = row.card
    if card is None:
        return ModelLine(model_id(row), row.name, problem=row.reason)
    state = PLACES[row.place] or ("" if card.state == "finished" else card.state)
    if card.is_pretrained:
        return _line_of_others(row, card, "" if image is None else _channel_problem(card, image))
    return ModelLine(
        model_id(row),
        row.name,
        generator=adapter_words(card) or title_of(card.generator),
        learned_from=learned_words(card),
        voxel_size="" if card.unit == "pixel" else voxel_words(card),
        made=_day(card.made),
        state=state,
        problem="" if image is None else _channel_problem(card, image),
        tip=card.intended_use,
    )


def learned_words(card: ModelCard) -> str:
    """Name what a model learned from: ``soil.ome.tif and 2 more``."""
    if card.is_pretrained:
        return "images of others"
    first = card.images[0].name if card.images else "nothing"
    rest = len(card.images) - 1
    return f"{first} and {rest} more" if rest > 0 else first


def adapter_words(card: ModelCard) -> str:
    """Say what kind of adapter it is, and beside what it was trained; empty for a whole model."""
    beside = f" for {card.base.name}" if card.base is not None else ""
    return f"{PARTS.get(card.part, card.part)}{beside}" if card.part else ""


def title_of(generator: str) -> str:
    """Give the title of a generator, or its id where it is not here."""
    try:
        return find_spec(generator).title
    except SynthscopeError:
        return generator


def free_name(rows: Iterable[ModelRow], wanted: str) -> str:
    """Give a name that no model of the list has: ``soil``, ``soil-2`` and so on."""
    taken = {row.name.casefold() for row in rows}
    names = (wanted if n == 1 else f"{wanted}-{n}" for n in range(1, len(taken) + 2))
    return next(name for name in names if name.casefold() not in taken)


def short_name(image: Image) -> str:
    """Give a name for a model that learns from an image: that of its file without what follows the point."""
    from synthscope.services.naming import file_stem

    return file_stem(Path(image.name).name.split(".")[0], "model")


def _line_of_others(row: ModelRow, card: ModelCard, problem: str) -> ModelLine:
    """Say of a pretrained model what it is, whose, under which licence and how large."""
    what = PARTS.get(card.part, card.part) or title_of(card.generator)
    words = (
        f"{what}, trained by others" if card.source in ("", row.name) else f"{what}, from {card.source}",
        card.licence or "licence not told",
        size_in_words(row.bytes),
    )
    made = f"Converted from one file, by the configuration of {card.conversion.base!r}. " if card.conversion else ""
    return ModelLine(model_id(row), row.name, state=" · ".join(words), problem=problem, tip=made + card.intended_use)


def _channel_problem(card: ModelCard, image: Image) -> str:
    try:
        check_channels(card, image)
    except InputError as error:
        return error.sentence
    return ""


def _misfit(row: ModelRow, image: Image | None) -> tuple[bool, bool, float]:
    """Rank a model for an image, the best first; equal ones keep their order."""
    if row.place != "bundled" or row.card is None or image is None:
        return row.place == "bundled", False, 0.0
    return True, not _as_deep(row.card, image), distance_of_scales(row.card, image)


def _as_deep(card: ModelCard | None, image: Image | None) -> bool:
    """Tell whether both are of stacks, or both of single slices."""
    if card is None or image is None:
        return True
    axis = image.space.index("z")
    return card.depth == (axis is not None and image.shape[axis] > 1)


def _day(made: str) -> str:
    try:
        return f"{datetime.fromisoformat(made).astimezone():%Y-%m-%d %H:%M}"
    except ValueError:
        return made
