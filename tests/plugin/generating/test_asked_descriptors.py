"""A phase fraction and a mean in Generate: typed for a new image, said beside the run, refused where they cannot be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from napari.components import ViewerModel
from pytestqt.qtbot import QtBot
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QLineEdit

import synthscope_resources
from napari_synthscope.generating.panel import GeneratePanel
from napari_synthscope.session.session import Session
from synthscope.generators.registry import find_spec
from synthscope.qt.record_form import RecordForm

MODEL = Path(synthscope_resources.__file__).parent / "models" / "rock-soil"


def test_what_is_typed_is_planned_said_and_refused_in_a_sentence(
    qtbot: QtBot, viewer: ViewerModel, session: Session, settled: Callable[[Callable[[], Any]], None]
) -> None:
    panel = GeneratePanel(napari_viewer=viewer)
    for widget in (panel, panel.tray):
        qtbot.addWidget(widget)
    panel.show()
    settings = panel.settings
    settings.use_model("prior", str(MODEL))
    settings.generator.set_value("synthesize", "prior", find_spec("prior").parameters())
    settings.size_edit.set_value((64, 64))
    (form,) = (one for one in panel.findChildren(RecordForm) if one.isVisible())

    def type_in(name: str, text: str) -> None:
        line = form.editor(name).focusProxy()
        assert isinstance(line, QLineEdit)
        line.selectAll()
        QTest.keyClicks(line, text)

    type_in("phase_fraction", "0.99")
    settled(lambda: "0.99 was asked for, but patches of 64 px" in panel.bar.remarks.text())
    assert panel.bar.run.isEnabled()
    assert panel._planned is not None
    assert panel._planned.choice.parameters.phase_fraction == 0.99
    assert panel._planned.choice.parameters.mean is None
    type_in("mean", "900")
    settled(lambda: "Mean is 900; patches of 64 px" in panel.bar.reason.text())
    assert not panel.bar.run.isEnabled()
    panel.close()
