"""The layers of the first candidate are there, hidden, before its job runs; whatever becomes of them does no harm."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from napari.components import ViewerModel
from pytestqt.qtbot import QtBot

from napari_synthscope.canvas.layers import KEY, add_image
from napari_synthscope.generating.panel import GeneratePanel
from napari_synthscope.session.prepared_layers import ROLE
from napari_synthscope.session.session import Session
from synthscope.records.image import Image
from synthscope.records.request import Region
from synthscope.records.space import Space
from synthscope.services.choosing import Choice


@pytest.fixture
def panel(qtbot: QtBot, viewer: ViewerModel, session: Session, stack: np.ndarray) -> Iterator[GeneratePanel]:
    """A panel before a stack with a painted mask, about to fill it."""
    made = GeneratePanel(napari_viewer=viewer)
    qtbot.addWidget(made)
    qtbot.addWidget(made.tray)
    add_image(viewer, Image(stack, Space("zyx", (3.0, 1.2, 1.2), "µm"), "ring"))
    mask = session.new_mask()
    mask.data[4:7, 20:26, 30:38] = 1
    session.mask_written(Region((4, 20, 30), (7, 26, 38)))
    made.settings.set_value(Choice("inpaint", "biharmonic", context=8.0))
    made.refresh()
    yield made
    made.close()


def prepared(viewer: ViewerModel) -> list[Any]:
    return [layer for layer in viewer.layers if layer.metadata.get(KEY, {}).get("role") == ROLE]


def test_the_first_candidate_takes_over_the_layer_that_was_made_before_its_job(
    panel: GeneratePanel, viewer: ViewerModel, session: Session, stack: np.ndarray, qtbot: QtBot
) -> None:
    before = stack.copy()
    panel.run()
    assert not prepared(viewer)  # the press itself adds no layer
    qtbot.waitUntil(lambda: bool(prepared(viewer)))
    (layer,) = prepared(viewer)
    assert not layer.visible
    assert not session.stage.on_canvas
    qtbot.waitUntil(lambda: bool(session.stage.on_canvas), timeout=60_000)
    assert session.stage.layer is layer
    assert layer.visible
    assert layer.data.any()
    assert not prepared(viewer)
    assert np.array_equal(session.source.data, before)
    assert session.work._dispatcher.worker.pid not in (None, os.getpid())


def test_deleting_the_prepared_layer_does_no_harm(
    panel: GeneratePanel, viewer: ViewerModel, session: Session, qtbot: QtBot
) -> None:
    panel.run()
    qtbot.waitUntil(lambda: bool(prepared(viewer)))
    (layer,) = prepared(viewer)
    viewer.layers.remove(layer)
    qtbot.waitUntil(lambda: bool(session.stage.on_canvas), timeout=60_000)
    assert session.stage.layer is not layer
    assert session.stage.layer in viewer.layers
