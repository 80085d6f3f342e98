"""Scene of a mask from two prompts: tiny networks with random weights tell them apart, the threshold is moved.

What a real model marks cannot be shown without its weights; the way there is the same.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from pretrained_scene import BUILD, ROOT
from qtpy.QtCore import QPoint

from synthscope.desktop.actions import MASK
from synthscope.desktop.main_job import SETTLE, open_sample
from synthscope.desktop.strokes import click
from synthscope.desktop.tour import Shot, Step, Wait
from synthscope.services.prompt_sets import find_set

SET = "rock"


def diffedit(stage: Any) -> Iterator[Step]:
    """Find a mask of the simulated rock by the words of a prompt set, and cut it lower than proposed."""
    window = stage.window
    published = stage.out / "tiny-random-pipeline"
    subprocess.run([sys.executable, "-c", BUILD.format(str(published))], cwd=ROOT, check=True)
    stage.new_project("Two prompts")
    yield from open_sample(window, "rock")
    panel: Any = window.enter_workspace().show_panel(MASK)
    yield SETTLE
    panel.shell_actions()["prompts"]()
    tool = panel.tools.options["prompts"]
    yield Wait("the sentence", lambda: "import one" in tool.reason.text())
    window.session.models.bring(published)
    yield Wait("the model", lambda: bool(tool.ask.model.value()))
    tool.ask.words.sets.choose(find_set(SET))
    tool.ask.form.form().editor("maps").set_value(1)
    yield Wait("the button", tool.find.isEnabled)
    click(tool.find)
    yield Wait("the differences", lambda: tool.found is not None)
    tool.ask.form.form().editor("threshold").set_value(1.2)
    window.notices.set_value(None)
    yield SETTLE
    yield Shot("mask", "A mask from two prompts, previewed at the threshold; this model is tiny and random.")
    click(tool.map, QPoint(8, tool.map.height() // 2))
    tool.overlay.hide()
    yield SETTLE
    yield Shot("differences", "The differences that the mask is cut from, as a layer.")
