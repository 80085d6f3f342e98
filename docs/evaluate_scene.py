"""The scene of the Evaluate panel: two cheap generators are judged against the simulated rock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from synthscope.desktop.actions import EVALUATE, GENERATE
from synthscope.desktop.main_job import SETTLE, finished, open_sample
from synthscope.desktop.main_window import MainWindow
from synthscope.desktop.strokes import click
from synthscope.desktop.tour import Shot, Step, Wait

NEW_IMAGES = 2
SIZE = (2, 256, 256)
CURVES = 2
"""Tab of a report's number."""


def evaluate(stage: Any) -> Iterator[Step]:
    """Judge two cheap generators against the simulated rock, and look at the worst of their images."""
    window = stage.window
    stage.new_project("Evaluation")
    yield from open_sample(window, "rock")
    for generator in ("quilt", "phase-surrogate"):
        yield from made_anew(window, generator)
    window.session.stage.clear()
    panel: Any = window.enter_workspace().show_panel(EVALUATE)
    yield Wait("what can be ticked", lambda: panel.choice.generated.list.count() > 2)
    members = panel.choice.generated._members()
    panel.choice.generated.set_value(member.key for member in members if member.run is not None)
    panel.choice.settings.domain.setCurrentIndex(panel.choice.settings.domain.findData("rock"))
    panel.choice.settings.more.side.set_value(64)
    panel.choice.settings.more.most.set_value(48)
    panel.choice.settings.more.resamples.set_value(100)
    yield Wait("the button", panel.foot.evaluate.isEnabled)
    yield SETTLE
    yield Shot("ready", "Evaluate: real and generated sets, what they show, and what will be measured.")
    click(panel.foot.evaluate)
    yield Wait("the report", lambda: panel.report.report is not None)
    report = panel.report
    report.controls.setChecked(True)
    report.list.look_at("kid", "Phase surrogate")
    yield SETTLE
    yield Shot("card", "The report card: every number with its interval and real against real.")
    yield from outlier(window, report)
    report.look_closer(CURVES)
    yield SETTLE
    yield Shot("curves", "Curves of all sets over each other.")


def made_anew(window: MainWindow, generator: str) -> Iterator[Step]:
    """Make new images of a generator from the source."""
    panel: Any = window.enter_workspace().show_panel(GENERATE)
    yield SETTLE
    click(panel.settings.generator.task_button("synthesize"))
    choice = replace(panel.settings.value(), generator=generator, parameters=None, count=NEW_IMAGES, size=SIZE)
    panel.settings.set_value(choice)
    yield Wait("the plan", panel.bar.run.isEnabled)
    click(panel.bar.run)
    yield Wait("the images", lambda: len(finished(window, generator)) == NEW_IMAGES)


def outlier(window: MainWindow, report: Any) -> Iterator[Step]:
    """Show the furthest image behind the chosen number on the canvas."""
    report.look_closer()
    yield Wait("the images", lambda: bool(report.detail.gallery.value()))
    yield SETTLE
    click(report.detail.gallery.tile(0))
    yield Wait("the frame", lambda: "judged" in window.session.viewer.layers[-1].name)
    yield SETTLE
    yield Shot("outlier", "The field that is furthest from real, beside the real field nearest to it.")
