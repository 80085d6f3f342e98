"""The width of feathering in the Generate panel: shown, refused, carried into run, command and session."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from napari.components import ViewerModel
from pytestqt.qtbot import QtBot

from napari_synthscope.canvas.layers import add_image
from napari_synthscope.generating.panel import GeneratePanel
from napari_synthscope.session.session import Session
from synthscope.records.image import Image
from synthscope.records.request import Region
from synthscope.records.space import Space


@pytest.fixture
def panel(qtbot: QtBot, viewer: ViewerModel, session: Session, stack: np.ndarray) -> Iterator[GeneratePanel]:
    """A panel before a stack with a painted mask."""
    add_image(viewer, Image(stack, Space("zyx", (3.0, 1.2, 1.2), "µm"), "ring"))
    session.new_mask().data[4:7, 20:26, 30:38] = 1
    session.mask_written(Region((4, 20, 30), (7, 26, 38)))
    made = GeneratePanel(napari_viewer=viewer)
    qtbot.addWidget(made)
    qtbot.addWidget(made.tray)
    made.refresh()
    yield made
    made.close()


def test_a_width_from_the_mask_panel_is_shown_open_and_planned(panel: GeneratePanel) -> None:
    edit = panel.settings.feather
    assert not edit.is_open()
    panel.session.want_feather(4.8)
    panel.refresh()
    assert edit.is_open()
    assert edit.value() == 4.8
    assert panel._planned is not None
    assert panel._planned.choice.feather == 4.8


def test_a_width_that_was_handed_over_before_the_panel_was_opened_counts(
    panel: GeneratePanel, viewer: ViewerModel, qtbot: QtBot
) -> None:
    panel.session.want_feather(3.6)
    second = GeneratePanel(napari_viewer=viewer)
    qtbot.addWidget(second)
    qtbot.addWidget(second.tray)
    assert second.settings.feather.value() == 3.6
    second.close()


def test_what_is_no_width_stops_the_run_with_its_sentence(panel: GeneratePanel) -> None:
    edit = panel.settings.feather
    for text in ("-1", "wide", "inf"):
        edit.width_edit.line.setText(text)
        panel.refresh()
        assert f"Feather is '{text}'; give 0 or a width in µm." in panel.bar.reason.text()
        assert not panel.bar.run.isEnabled()
        assert edit.is_open()


def test_a_new_image_has_no_border_to_feather(panel: GeneratePanel) -> None:
    panel.session.want_feather(4.8)
    panel.settings.generator.set_task("synthesize")
    assert panel.settings.feather.isHidden()
    choice = panel.settings.value()
    assert choice is not None
    assert choice.feather == 0


def test_a_width_in_another_unit_means_nothing_on_the_next_image(panel: GeneratePanel, viewer: ViewerModel) -> None:
    panel.session.want_feather(4.8)
    other = viewer.add_image(np.zeros((40, 40), np.uint8))
    panel.session.set_source(other)
    assert panel.settings.feather.value() == 0.0


def test_the_copied_command_names_the_width(panel: GeneratePanel, qapp: Any) -> None:
    panel.session.want_feather(4.8)
    panel.refresh()
    panel.copy_command()
    assert " --feather 4.8 " in qapp.clipboard().text()


def test_the_width_comes_back_with_the_project(
    panel: GeneratePanel, settled: Callable[[Callable[[], Any]], None], qtbot: QtBot
) -> None:
    session = panel.session
    session.want_feather(4.8)
    panel.refresh()
    session.file.save()
    settled(lambda: session.project.session().feather == 4.8)
    folder = session.project.folder
    session.close()
    viewer = ViewerModel()
    again = Session.of(viewer)
    again.open_project(folder)
    second = GeneratePanel(napari_viewer=viewer)
    qtbot.addWidget(second)
    qtbot.addWidget(second.tray)
    qtbot.waitUntil(lambda: second.settings.feather.value() == 4.8, timeout=20000)
    second.close()
    again.close()
