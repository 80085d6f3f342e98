"""The form of Generate in a low window: it is scrolled, and nothing of it is cut."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from napari.components import ViewerModel
from pytestqt.qtbot import QtBot
from qtpy.QtWidgets import QLabel, QWidget

from napari_synthscope.canvas.layers import add_image
from napari_synthscope.generating.panel import GeneratePanel
from napari_synthscope.session.session import Session
from synthscope.qt.model_pick import ModelLine
from synthscope.records.image import Image
from synthscope.records.space import Space

Settled = Callable[[Callable[[], Any]], None]
LONG = "by others: a repository with a long name that takes two lines · openrail · 4.2 GB"


def cut(panel: QWidget) -> list[tuple[str, int, int]]:
    """Name the labels that are lower than their words."""
    found = []
    for label in panel.findChildren(QLabel):
        wanted = label.heightForWidth(label.width()) if label.wordWrap() else label.minimumSizeHint().height()
        if label.isVisible() and label.height() < wanted:
            found.append((label.text(), label.height(), wanted))
    return found


@pytest.mark.parametrize("height", [500, 700, 860])
def test_what_comes_later_pushes_the_form_and_cuts_nothing(
    qtbot: QtBot, viewer: ViewerModel, session: Session, settled: Settled, height: int
) -> None:
    add_image(viewer, Image(np.zeros((40, 44), np.uint8), Space("yx"), "core.tif"))
    panel = GeneratePanel(napari_viewer=viewer)
    for widget in (panel, panel.tray):
        qtbot.addWidget(widget)
    settings = panel.settings
    settings.generator.task_button("vary").click()
    settings.generator.combo.setCurrentIndex(settings.generator.combo.findData("stylegan"))
    panel.resize(360, height)
    panel.show()
    settled(lambda: session.source is not None)
    qtbot.wait(200)
    settings.model.pick.set_rows([ModelLine("a", "model", learned_from="soil.ome.tif and 11 more", state=LONG)])
    panel.results.setVisible(True)
    panel.results.card.show_runs((("a", "00:40 stylegan, 4 candidates"),), "a", 10**6)
    qtbot.wait(200)
    assert not cut(panel)
    panel.close()
