"""Scenes of pretrained pipelines: tiny networks with random weights, taken in, told in words, led by edges, run, tuned.

What a real model makes cannot be shown without its weights; the way there is the same.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from qtpy.QtCore import QPoint
from qtpy.QtWidgets import QScrollArea

from synthscope.desktop.actions import GENERATE, TRAIN
from synthscope.desktop.main_job import SETTLE, Story, open_sample, paint
from synthscope.desktop.strokes import click
from synthscope.desktop.tour import Shot, Step, Wait
from synthscope.generators.pretrained.tuning.parameters import AdapterTraining
from synthscope.generators.registry import find_spec
from synthscope.qt.record_form import RecordForm
from synthscope.services.prompt_sets import find_set

ROOT = Path(__file__).resolve().parents[1]
BUILD = """
from pathlib import Path
from tests.generators.pretrained.tiny import save
save({!r}, Path({!r}))
"""
SET = "rock"
MINUTES = 1.0


def pretrained(stage: Any) -> Iterator[Step]:
    """Take a tiny pipeline in through the window, write a prompt, and fill a mask by it."""
    window = stage.window
    published = built(stage, "stable-diffusion")
    stage.new_project("Words")
    yield from open_sample(window, "rock")
    yield from paint(window, Story())
    panel: Any = window.enter_workspace().show_panel(GENERATE)
    combo = panel.settings.generator.combo
    combo.setCurrentIndex(combo.findData("sd-inpaint"))
    yield Wait("the sentence", lambda: "pretrained model" in panel.bar.reason.text())
    window.session.models.bring(published)
    yield Wait("the model", lambda: bool(panel.settings.model.value()))
    words = panel.settings.words
    words.sets.choose(find_set(SET))
    panel.settings.seeds.count.set_value(2)
    yield Wait("the plan", panel.bar.run.isEnabled)
    panel.foot.clear()
    window.notices.set_value(None)
    yield SETTLE
    area = panel.findChild(QScrollArea)
    area.verticalScrollBar().setValue(words.mapTo(area.widget(), QPoint(0, 0)).y() - 220)
    yield SETTLE
    yield Shot("form", "Words for a pretrained model, from a prompt set; this model is a tiny one of random weights.")
    click(panel.bar.run)
    yield Wait("the candidates", lambda: len(panel.tray.strip.value()) == 2)
    yield Wait("the candidate on the canvas", lambda: bool(window.session.stage.on_canvas))
    yield SETTLE
    yield Shot("noise", "What a network of random weights makes; outside the mask nothing changed.")


def edge(stage: Any) -> Iterator[Step]:
    """Show the edges that lead a ControlNet on a slice of the simulated rock, and raise the upper threshold."""
    window = stage.window
    published = built(stage, "controlnet")
    stage.new_project("Edges")
    yield from open_sample(window, "rock")
    panel: Any = window.enter_workspace().show_panel(GENERATE)
    click(panel.settings.generator.task_button("vary"))
    combo = panel.settings.generator.combo
    combo.setCurrentIndex(combo.findData("controlnet-canny"))
    window.session.models.bring(published)
    yield Wait("the model", lambda: bool(panel.settings.model.value()))
    panel.settings.words.sets.choose(find_set(SET))
    yield Wait("the plan", panel.bar.run.isEnabled)
    click(panel.edges.switch, QPoint(8, panel.edges.switch.height() // 2))
    view = panel.edges.view
    yield Wait("the edges", lambda: view.layer is not None and not view.busy)
    first = view.layer.data.copy()
    chosen = find_spec("controlnet-canny").parameters(sigma=2.0, low=0.1, high=0.25)
    panel.settings.generator.set_value("vary", "controlnet-canny", chosen)
    yield Wait("the next ones", lambda: not view.busy and not np.array_equal(view.layer.data, first))
    panel.foot.clear()
    window.notices.set_value(None)
    area = panel.findChild(QScrollArea)
    (form,) = (one for one in panel.findChildren(RecordForm) if one.isVisible())
    area.verticalScrollBar().setValue(form.editor("control").mapTo(area.widget(), QPoint(0, 0)).y() - 120)
    yield SETTLE
    yield Shot("preview", "Show edges: what leads the ControlNet on this slice, as the thresholds stand.")


def fine(stage: Any) -> Iterator[Step]:
    """Tune a tiny pipeline on the simulated rock in the Train panel, and join its adapter in Generate."""
    window, published = stage.window, built(stage, "stable-diffusion")
    stage.new_project("Fine-tuning")
    yield from open_sample(window, "rock")
    panel: Any = window.enter_workspace().show_panel(TRAIN)
    panel.settings.generator.set_value(
        "stable-diffusion", AdapterTraining("a sks rock", patch=32, learning_rate=0.01, prior_weight=1.0)
    )
    panel.settings.budget.set_value(MINUTES)
    window.session.models.bring(published)
    yield Wait("the base", lambda: bool(panel.settings.base.value()))
    yield Wait("the button", panel.foot.train.isEnabled)
    panel.foot.sentence.set_value(None)
    window.notices.set_value(None)
    yield SETTLE
    yield Shot("tuning", "Fine-tuning: the base, the words, the rank of the adapter, and prior preservation.")
    click(panel.foot.train)
    yield Wait("the adapter", lambda: panel.foot.sentence.value() is not None)
    panel.foot.sentence.set_value(None)
    yield SETTLE
    panel._area.verticalScrollBar().setValue(panel.watch.view.y() + 230)
    yield SETTLE
    yield Shot("tuned", "The loss on the held-out part beside that of the base, which is tiny and of random weights.")


def built(stage: Any, kind: str) -> Path:
    """Build a tiny pipeline in a process of its own: no network comes into that of the window."""
    published: Path = stage.out / "tiny-random-pipeline"
    subprocess.run([sys.executable, "-c", BUILD.format(kind, str(published))], cwd=ROOT, check=True)
    return published
