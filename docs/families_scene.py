"""The scene of *Compare families* in the Train panel: a prior and two controls on the simulated composite."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from synthscope.desktop.actions import TRAIN
from synthscope.desktop.main_job import SETTLE, open_sample
from synthscope.desktop.strokes import click
from synthscope.desktop.tour import Shot, Step, Wait

COMPARED = ("prior", "quilt", "phase-surrogate")
MINUTES, SEEDS, COUNT = 2, 2, 32
STAGES = 6


def families(stage: Any) -> Iterator[Step]:
    """Compare a prior with two controls, and look at the table and the grid."""
    window = stage.window
    stage.new_project("Families")
    yield from open_sample(window, "composite")
    panel: Any = window.enter_workspace().show_panel(TRAIN)
    card = panel.families
    card.fold.set_open(True)
    card.choice.set_generators(COMPARED)
    card.choice.minutes.set_value(MINUTES)
    card.choice.counts["seeds"].set_value(SEEDS)
    card.choice.counts["count"].set_value(COUNT)
    yield Wait("the button", card.compare.isEnabled)
    panel._area.verticalScrollBar().setValue(panel._area.verticalScrollBar().maximum())
    yield SETTLE
    yield Shot("choice", "Compare families: which generators, how long each, how often, and how long it takes in all.")
    click(card.compare)
    yield Wait("the work", card.stop.isVisible)
    for done in range(1, STAGES):
        yield Wait("a part of the work", lambda part=done / STAGES: done_of(card) > part)
    yield Wait("the table", card.view.isVisible)
    card.view.setGeometry(window.geometry())  # what is in a picture is what the window covers
    yield SETTLE
    yield Shot("table", "The table: real against real first, then each generator; the grid of samples below.")
    card.view.close()


def done_of(card: Any) -> float:
    """Give the part of a comparison that is done; all of it once it has ended."""
    row = card._session.comparisons.row()
    return 1.0 if row is None else row.fraction or 0.0
