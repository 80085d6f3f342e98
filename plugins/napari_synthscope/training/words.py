"""What a training will do, in words: which part is kept out, what it takes, what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from napari_synthscope.words import bytes_words
from synthscope.generators.training import TIMED
from synthscope.records.image import Image
from synthscope.records.model import ModelCard
from synthscope.records.request import Region
from synthscope.records.training import TrainingRecipe
from synthscope.services.training_blocks import block_shape
from synthscope.services.training_data import Parts
from synthscope.services.training_memory import held_bytes, network_bytes
from synthscope.services.tuning import seconds_per_step

NAMES = ("slices", "rows", "columns")


def split_words(images: Sequence[Image], parts: Sequence[Parts]) -> str:
    """Say which part is kept out: ``Columns 340 to 499 are kept out: …``."""
    if not any(part.held_out for part in parts):
        return "Nothing is kept out: no figure will tell how the model does on what it has not seen."
    wholes = [image.name for image, part in zip(images, parts, strict=True) if not part.train]
    if wholes:
        return f"Kept out: {', '.join(wholes)}, whole, since the images are too small to be divided."
    words = _block_words(block_shape(images[0]), parts[0])
    return words if len(images) == 1 else f"{words} Of the other images the same part."


def time_words(minutes: float) -> str:
    """Say how long a training takes: ``10 min``, ``8 h``."""
    return f"{minutes:g} min" if minutes < 60 else f"{minutes / 60:g} h"


def estimate_words(recipe: TrainingRecipe, images: Sequence[Image], parts: Sequence[Parts]) -> str:
    """Say what a training takes, as far as it is known before its first steps."""
    held, every = held_bytes(images, parts), sum(image.nbytes for image in images)
    what = f"of {len(images)} images" if len(images) > 1 else "of the image"
    share = "" if held > every / 2 else ", evenly spread,"
    learning = network_bytes(recipe, images)
    beside = f" · takes about {bytes_words(learning)} for the network and what it keeps of a batch" if learning else ""
    return f"Learns for {time_words(recipe.minutes)} · reads {bytes_words(held)} {what}{share} into memory{beside}"


def step_words(base: ModelCard, parameters: Any) -> str:
    """Say what a step takes on a processor where that is long; empty for a small base."""
    seconds = seconds_per_step(base, parameters)
    if seconds < 1:
        return ""
    return (
        f" · a step takes about {seconds:.0f} s on two cores of a processor, and {TIMED} are timed first: "
        "a graphics card is wanted"
    )


def _block_words(shape: tuple[int, int, int], part: Parts) -> str:
    train, kept = _around(part.train), _around(part.held_out)
    place = max(range(3), key=lambda i: kept.start[i] / max(1, shape[i]))
    first, stop = kept.start[place], kept.stop[place]
    gap = max(0, first - train.stop[place])
    name = NAMES[place]
    words = f"{name.capitalize()} {first} to {stop - 1} are kept out: they are never learned from"
    return f"{words}, and neither are the {gap} {name} before them." if gap else f"{words}."


def _around(boxes: Iterable[Region]) -> Region:
    """Give the smallest box that holds all."""
    boxes = tuple(boxes)
    start = tuple(min(box.start[i] for box in boxes) for i in range(3))
    return Region(start, tuple(max(box.stop[i] for box in boxes) for i in range(3)))
