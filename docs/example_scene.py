"""The scene of docs/studies-example.md: the finished study of soil in the Study panel."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from synthscope.desktop.actions import STUDY
from synthscope.desktop.main_job import SETTLE
from synthscope.desktop.tour import Shot, Step, Wait

MADE = "SYNTHSCOPE_STUDIES"
"""Variable with the folder that docs/make_study.py was given; without it nothing is played."""


def example(stage: Any) -> Iterator[Step]:
    """Open the study that simulated raters did, at its leak gate and at its end."""
    made = os.environ.get(MADE)
    if not made:
        return
    stage.new_project("Soil")
    panel: Any = stage.window.enter_workspace().show_panel(STUDY)
    yield SETTLE
    panel.open_study(Path(made) / "soil" / "simulated")
    yield Wait("the wizard", lambda: panel.pages.currentIndex() == 1)
    yield Wait("the study", lambda: panel.wizard.facts.analysis is not None)
    for step, caption in (("leaks", "What the leak gate found, and what was decided."), ("end", "From answers on.")):
        panel.wizard.open_step(step)
        yield SETTLE
        panel.wizard._area.verticalScrollBar().setValue(panel.wizard.cards[step].y())
        yield SETTLE
        yield Shot(step, caption)
