"""The scenes of *Compare generators* in the Generate panel: a small hole in the simulated rock, four generators."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from synthscope.desktop.actions import EVALUATE, GENERATE, STUDY
from synthscope.desktop.main_job import SETTLE, Story, open_sample, paint
from synthscope.desktop.strokes import click
from synthscope.desktop.tour import Shot, Step, Wait

HOLE = Story(strokes=(((100, 92), (104, 98), (110, 106)),), around=(104, 98, 120))
COMPARED = ("harmonic", "biharmonic", "exemplar", "prior")
SEEDS = 2


def compare(stage: Any) -> Iterator[Step]:
    """Choose which generators fill the same hole."""
    yield from _chosen(stage, "Comparison")
    yield Shot("generators", "Compare generators: who takes part, how many candidates each, and how long it takes.")


def lineup(stage: Any) -> Iterator[Step]:
    """Line four generators up, and look at the grid while it fills and at its end."""
    yield from _chosen(stage, "Line-up")
    window = stage.window
    card = window.enter_workspace().show_panel(GENERATE).lineup
    click(card.compare)
    door: Any = window.enter_workspace().panel(EVALUATE).choice.lineups
    yield Wait("the grid", lambda: door.view.isVisible() and not door.view.grid.pixmap().isNull())
    door.view.setGeometry(window.geometry())  # what is in a picture is what the window covers
    yield SETTLE
    yield Shot("fills", "The grid fills while the line-up runs.")
    yield Wait("the end", lambda: "ready" in str(card.sentence.value()))
    yield SETTLE
    yield Shot("grid", "Every generator with the same image, mask and seeds; the tables below.")
    door.view.study.fold.set_open(True)
    yield SETTLE
    yield Shot("offer", "Make a study of it: which generators, beside real windows.")
    click(door.view.study.make)
    study: Any = window.enter_workspace().panel(STUDY)
    yield Wait("the study", lambda: study.wizard.facts is not None)
    study.wizard.open_step("images")
    yield SETTLE
    yield Shot("study", "The draft of the study: its sets are filled in, with their cases.")


def _chosen(stage: Any, name: str) -> Iterator[Step]:
    window = stage.window
    stage.new_project(name)
    yield from open_sample(window, "rock")
    yield from paint(window, HOLE)
    panel: Any = window.enter_workspace().show_panel(GENERATE)
    card = panel.lineup
    card.fold.set_open(True)
    choice = card.settings.choice
    yield Wait("the models", lambda: bool(choice.rows["prior"].model.rows()))
    choice.set_generators(COMPARED)
    choice.rows["prior"].model.set_value("rock-soil")
    card.settings.count.set_value(SEEDS)
    card.settings.seed.set_value(1)
    card.settings.intact.setChecked(True)
    yield Wait("the button", card.compare.isEnabled)
    window.notices.set_value(None)
    panel.foot.clear()
    yield SETTLE
    card.show_open()
    yield SETTLE
