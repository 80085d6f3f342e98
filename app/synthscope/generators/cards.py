"""The card of the model that a run names."""

from __future__ import annotations

from pathlib import Path

from synthscope.errors import DocumentError, Unavailable
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


def check_classes(card: ModelCard, known: int) -> None:
    """Refuse a card that names other classes than its network knows.

    Raises
    ------
    DocumentError
        If it does.
    """
    if len(card.labels) != known:
        raise DocumentError(
            f"The card of {card.name!r} names {len(card.labels)} classes ({', '.join(card.labels) or 'none'}) and its "
            f"network knows {known}; give an unchanged copy of the model."
        )
