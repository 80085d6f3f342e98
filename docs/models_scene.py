"""Scene of the catalogue of pretrained models: found by words, and a licence that is accepted on its own.

Nothing is fetched: the question is shown and answered with *Cancel*.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from synthscope.desktop.main_job import SETTLE
from synthscope.desktop.strokes import click
from synthscope.desktop.tour import Shot, Step
from synthscope.desktop.weights_window import WeightsWindow


def models(stage: Any) -> Iterator[Step]:
    """Search for what fills holes."""
    shown = opened(stage, "inpainting")
    yield SETTLE
    yield Shot("catalogue", "Models & weights: what fills holes, what it takes, under which licence.")
    shown.close()


def licence(stage: Any) -> Iterator[Step]:
    """Ask what fetching a model means that is not for commercial use."""
    shown = opened(stage, "non-commercial")
    tile = shown.checkpoints.list.tiles["dit-xl-2-256"]
    yield SETTLE
    click(tile.fetch)
    yield SETTLE
    yield Shot("gate", "A licence that forbids commercial use is accepted on its own, or nothing is fetched.")
    click(tile.refuse)
    shown.close()


def opened(stage: Any, words: str) -> WeightsWindow:
    """Open the window at its page of pretrained models, with words in its search."""
    stage.window.run(stage.window.actions_by_id["file.weights"])
    (shown,) = stage.window.findChildren(WeightsWindow)
    shown.pages.setCurrentWidget(shown.checkpoints)
    shown.checkpoints.words.setText(words)
    return shown
