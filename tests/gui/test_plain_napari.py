"""The panels, the reader, the writer and the samples in a napari that knows nothing of our window."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QCoreApplication, QEvent, Qt
from qtpy.QtWidgets import QApplication

from synthscope.io.opening import open_image

pytestmark = pytest.mark.gui

NAMES = ("Open", "Mask", "Generate", "Compare", "Train", "Evaluate", "Study", "Jobs")


@pytest.fixture
def viewer(qtbot: QtBot, qapp: QApplication, home: Path) -> Iterator[Any]:
    """A napari window with a layer that napari itself added; no window of it is left afterwards."""
    del qtbot, qapp, home
    from napari import Viewer
    from napari._qt.qt_main_window import _QtMainWindow

    made = Viewer(show=False)
    made.add_image(np.random.default_rng(5).integers(0, 60000, (6, 40, 48)).astype(np.uint16), name="own")
    yield made
    made.close()
    del made
    gc.collect()
    for _ in range(3):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QCoreApplication.processEvents()
    assert not _QtMainWindow._instances


def test_every_panel_docks_works_on_a_layer_of_napari_and_goes(viewer: Any, qtbot: QtBot) -> None:
    panels = {name: viewer.window.add_plugin_dock_widget("synthscope", name)[1] for name in NAMES}
    session = panels["Generate"].session
    assert all(getattr(panel, "session", session) is session for panel in panels.values())
    qtbot.waitUntil(lambda: session.source is not None, timeout=20000)
    assert session.source.name == "own"
    for panel in panels.values():
        viewer.window.remove_dock_widget(panel)
    assert not session.closed
    assert viewer.layers[0].name == "own"


def test_the_undo_key_of_napari_on_a_mask_takes_back_our_last_step(viewer: Any, qtbot: QtBot) -> None:
    _, panel = viewer.window.add_plugin_dock_widget("synthscope", "Generate")
    session = panel.session
    qtbot.waitUntil(lambda: session.source is not None, timeout=20000)
    mask = session.new_mask()
    mask.brush_size, mask.mode = 4, "paint"
    mask.paint((2, 10, 10), 1)
    qtbot.waitUntil(lambda: session.can_undo, timeout=20000)
    viewer.layers.selection.active = mask
    shown = viewer.window._qt_window
    shown.show()
    canvas = viewer.window._qt_viewer.canvas.native
    qtbot.keyClick(canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not mask.data.any()
    assert not session.can_undo
    qtbot.keyClick(canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert mask.data.any()
    assert session.can_undo


def test_a_layer_is_saved_by_our_writer_and_read_by_our_reader(viewer: Any, tmp_path: Path) -> None:
    layer = viewer.layers[0]
    layer.scale = (3.0, 1.5, 1.5)
    path = tmp_path / "own.ome.tif"
    assert viewer.layers.save(str(path), plugin="synthscope") == [str(path)]
    assert np.array_equal(np.asarray(open_image(path).pixels[...]), layer.data)
    (back,) = viewer.open(str(path), plugin="synthscope")
    assert np.array_equal(back.data, layer.data)
    assert tuple(back.scale) == (3.0, 1.5, 1.5)


def test_a_sample_opens_from_the_file_menu_with_its_truth(viewer: Any) -> None:
    opened = viewer.open_sample("synthscope", "cells")
    assert opened[0].axis_labels == ("c", "y", "x")
    assert [layer.visible for layer in opened[1:]] == [False] * (len(opened) - 1)
