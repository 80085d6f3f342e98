"""The card of the model that a run names."""

from __future__ import annotations

from pathlib import Path

from synthscope.errors import Unavailable
from synthscope.io.models import read_card
from synthscope.records.model import ModelCard


def card_of(folder: str, generator: str) -> ModelCard:
    """Read the card of a model of a generator.

    Raises
    ------
    Unavailable
        If none is named, or it is one of another generator.
    """
    if not folder:
        raise Unavailable(f"Generator {generator!r} needs a model; train one on your stack, or choose a bundled one.")
    card = read_card(Path(folder))
    if not card.can_serve(generator):
        raise Unavailable(
            f"Model {card.name!r} is one of {card.generator!r}, not of {generator!r}; choose another model."
        )
    return card
