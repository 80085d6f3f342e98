"""Step 6: what is ticked, what is missing, what a real evaluation shows, what becomes of its report."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from napari.components import ViewerModel
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt
from tests.plugin.evaluated import grains

from napari_synthscope.canvas.layers import add_image
from napari_synthscope.evaluating.panel import REPORT, EvaluatePanel
from napari_synthscope.session.session import Session

Settled = Callable[[Callable[[], Any]], None]
LONG = 120_000


@pytest.fixture
def panel(qtbot: QtBot, viewer: ViewerModel, session: Session) -> Iterator[EvaluatePanel]:
    made = EvaluatePanel(napari_viewer=viewer)
    qtbot.addWidget(made)
    assert made.session is session
    made.resize(400, 860)
    made.show()
    yield made
    made.close()


@pytest.fixture
def ready(panel: EvaluatePanel, viewer: ViewerModel, rng: np.random.Generator, settled: Settled) -> EvaluatePanel:
    """A panel before one real layer and two generated ones, fields of 32 px."""
    real = add_image(viewer, grains(rng, "real grains"))
    made = [add_image(viewer, grains(rng, name, sigma)) for name, sigma in (("fine", 1.2), ("coarse", 3.0))]
    settled(lambda: panel.choice.generated.list.count() == 3)
    panel.choice.real.set_value([key_of(panel, real)])
    panel.choice.generated.set_value([key_of(panel, layer) for layer in made])
    panel.choice.settings.more.side.set_value(32)
    panel.choice.settings.more.resamples.set_value(50)
    settled(lambda: panel.foot.evaluate.isEnabled())
    return panel


def key_of(panel: EvaluatePanel, layer: Any) -> str:
    return next(m.key for m in panel.choice.real._members() if m.layer is layer)


def test_an_empty_panel_says_what_to_do(panel: EvaluatePanel, settled: Settled) -> None:
    settled(lambda: "Tick what is real" in panel.foot.reason.text())
    assert not panel.foot.evaluate.isEnabled()
    assert panel.shell_actions() == {}
    assert panel.choice.real._empty.isVisible()


def test_a_real_evaluation_ends_with_a_report_that_can_be_opened_again(
    ready: EvaluatePanel, session: Session, qtbot: QtBot, settled: Settled
) -> None:
    ready.grab().save("/tmp/panel_choice.png")
    qtbot.mouseClick(ready.foot.evaluate, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: ready.pages.currentIndex() == REPORT, timeout=LONG)
    qtbot.waitUntil(lambda: len(ready.report.list.value()) > 0, timeout=LONG)
    qtbot.waitUntil(lambda: ready.report.report is not None or ready.foot.sentence.value() is not None, timeout=LONG)
    print(ready.foot.sentence.value(), [(j.state, j.error, j.details) for j in session.work.jobs()])
    ready.report.controls.setChecked(True)
    first = ready.report.list._lines()[1]
    ready.report.list.setCurrentItem(first)
    settled(lambda: ready.report.detail.gallery.value())
    ready.grab().save("/tmp/panel_report.png")
    ready.report.look_closer()
    qtbot.wait(100)
    ready.grab().save("/tmp/panel_report2.png")
    settled(lambda: True)
    assert not {"torch", "diffusers"} & set(sys.modules)
