"""Comparing on a real canvas, with real mouse events: what shows where, and that nothing is left behind."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QCoreApplication, QEvent, QPoint, Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QWidget

from napari_synthscope.canvas.layers import add_image
from napari_synthscope.canvas.outlines import add_outline
from napari_synthscope.comparing.modes import CurtainView, DifferenceView, FlickerView, SideBySideView
from napari_synthscope.comparing.panel import ComparePanel
from synthscope.desktop.actions import COMPARE, OPEN
from synthscope.desktop.main_window import MainWindow
from synthscope.records.image import Image
from synthscope.records.space import Space

pytestmark = pytest.mark.gui

DARK, BRIGHT = 50, 200
SPACE = Space("zyx", (3.0, 2.0, 2.0), "µm", (5.0, 10.0, 20.0))
SPATIAL: Any = {"scale": SPACE.voxel_size, "translate": SPACE.origin, "units": ("um",) * 3}
SHAPE = (6, 120, 150)
MODES = ("side_by_side", "curtain", "flicker", "difference", "checkerboard")


@pytest.fixture
def panel(window: MainWindow, qtbot: QtBot) -> Any:
    """The panel over a dark real stack and a bright synthetic one of the same anisotropic, moved grid."""
    workspace = window.enter_workspace()
    made: Any = workspace.show_panel(COMPARE)
    viewer = workspace.viewer
    add_image(viewer, Image(np.full(SHAPE, DARK, np.uint8), SPACE, "real"), contrast_limits=(0, 255))
    synthetic = np.zeros(SHAPE, bool)
    synthetic[2:4, 40:60, 50:80] = True
    bright = Image(np.full(SHAPE, BRIGHT, np.uint8), SPACE, "bright", synthetic)
    layer = add_image(viewer, bright, contrast_limits=(0, 255))
    add_outline(viewer, layer).visible = False
    viewer.reset_view()
    qtbot.waitUntil(lambda: made.scene.layers is not None and not made.busy, timeout=20000)
    return made


@pytest.fixture
def wait(qtbot: QtBot) -> Callable[[Callable[[], Any]], None]:
    return lambda condition: qtbot.waitUntil(lambda: bool(condition()), timeout=20000)


def canvas(panel: Any) -> Any:
    return panel.session.viewer.window._qt_viewer.canvas.native


def picture(panel: Any) -> np.ndarray:
    """Grey values of the canvas's middle row of pixels, left to right: what OpenGL drew."""
    drawn = panel.session.viewer.screenshot(canvas_only=True, flash=False)
    return np.asarray(drawn[drawn.shape[0] // 2, :, 0], int)


def near(values: np.ndarray, value: int) -> np.ndarray:
    return np.abs(values - value) <= 2


def drag(widget: Any, start: QPoint, stop: QPoint) -> None:
    plain = Qt.KeyboardModifier.NoModifier
    first, last = widget.mapToGlobal(start), widget.mapToGlobal(stop)
    QTest.mousePress(widget, Qt.MouseButton.LeftButton, plain, start)
    for i in range(1, 11):  # the widget may move along
        QTest.mouseMove(widget, widget.mapFromGlobal(first + (last - first) * i / 10))
        QCoreApplication.processEvents()
    QTest.mouseRelease(widget, Qt.MouseButton.LeftButton, plain, widget.mapFromGlobal(last))
    QCoreApplication.processEvents()


def state(viewer: Any) -> Any:
    """Everything of a viewer that a comparison may touch."""
    grid = viewer.canvas.grid
    layers = [
        (x.name, x.visible, x.opacity, str(x.blending), np.asarray(x.data).tobytes(), getattr(x, "contrast_limits", 0))
        for x in viewer.layers
    ]
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    over = [child for child in viewer.window._qt_viewer.canvas.native.children() if isinstance(child, QWidget)]
    return layers, grid.enabled, grid.stride, grid.shape, over


def test_the_curtain_follows_mouse_and_keys_and_pixels_change_sides(panel: ComparePanel, qtbot: QtBot) -> None:
    panel.bar.buttons["curtain"].click()
    view = panel.scene.view
    assert isinstance(view, CurtainView)
    handle, middle = view.handle, view.handle.rect().center()
    before = picture(panel)
    edge = handle.geometry().center().x()
    left, right = edge - 60, edge + 60
    assert near(before[left], DARK)
    assert near(before[right], BRIGHT)
    drag(handle, middle, middle + QPoint(100, 0))
    assert abs(handle.geometry().center().x() - edge - 100) <= 1
    after = picture(panel)
    assert near(after[right], DARK)
    drag(handle, handle.rect().center(), handle.rect().center() - QPoint(200, 0))
    assert near(picture(panel)[left], BRIGHT)
    hung = handle.value()
    qtbot.keyClick(handle, Qt.Key.Key_Right)
    assert handle.value() > hung
    hung = handle.value()
    panel.scene.toggle("flicker")
    panel.scene.toggle("curtain")
    again: Any = panel.scene.view
    assert again.handle.value() == hung


def test_flicker_turns_by_itself_and_while_a_key_is_held(panel: ComparePanel, wait: Any, qtbot: QtBot) -> None:
    panel.bar.rate.setValue(3.0)
    panel.scene.toggle("flicker")
    view = panel.scene.view
    assert isinstance(view, FlickerView)
    seen = set()

    def both() -> bool:
        row = picture(panel)
        seen.add(bool(near(row[len(row) // 2], BRIGHT)))
        return len(seen) == 2

    wait(both)
    panel.scene.toggle("curtain")
    panel.session.viewer.layers.selection.active = panel.scene.layers[0]
    qtbot.keyPress(canvas(panel), Qt.Key.Key_J)
    assert panel.scene.mode == "flicker"
    qtbot.keyRelease(canvas(panel), Qt.Key.Key_J)
    assert panel.scene.mode == "curtain"


def test_squares_lie_on_voxels_and_the_difference_is_in_grey_values(panel: ComparePanel) -> None:
    panel.bar.tile.setValue(15)
    panel.scene.toggle("checkerboard")
    row = picture(panel)
    inside = row[near(row, DARK) | near(row, BRIGHT)]
    changes = np.count_nonzero(np.diff(near(inside, BRIGHT)))
    assert changes == SHAPE[2] / 15 - 1
    panel.scene.toggle("difference")
    view = panel.scene.view
    assert isinstance(view, DifferenceView)
    shown = np.asarray(view.layer.data[3])
    assert shown.dtype.kind == "i"
    assert np.all(shown == BRIGHT - DARK)
    low, high = view.layer.contrast_limits
    assert low == -high
    assert np.array_equal(view.layer.scale, panel.scene.layers[0].scale)


def test_side_by_side_has_two_views_with_one_camera_and_one_contrast(panel: ComparePanel) -> None:
    viewer = panel.session.viewer
    panel.scene.toggle("side_by_side")
    assert isinstance(panel.scene.view, SideBySideView)
    row = picture(panel)
    half = len(row) // 2
    assert near(row[half // 2], DARK)
    assert near(row[half + half // 2], BRIGHT)
    viewer.scene.camera.zoom *= 3
    viewer.dims.set_current_step(0, 4)
    row = picture(panel)
    assert np.all(near(row[: half - 4], DARK))
    assert np.all(near(row[half + 4 :], BRIGHT))
    real, fill = panel.scene.layers
    twin = viewer.layers[-1]
    real.contrast_limits = (10, 100)
    assert tuple(fill.contrast_limits) == tuple(twin.contrast_limits) == (10, 100)
    fill.contrast_limits = (20, 230)
    assert tuple(real.contrast_limits) == tuple(twin.contrast_limits) == (20, 230)
    assert "20 to 230" in panel.bar.contrast.text()


def test_leaving_puts_everything_back(window: MainWindow, panel: ComparePanel) -> None:
    viewer = panel.session.viewer
    extra = viewer.add_labels(np.ones(SHAPE, np.uint8), **SPATIAL, name="painted")
    QCoreApplication.processEvents()
    before, drawn = state(viewer), picture(panel)
    for mode in MODES:
        panel.scene.toggle(mode)
        assert panel.scene.mode == mode
        assert not extra.visible
        panel.scene.toggle(mode)
        assert state(viewer) == before
    assert np.array_equal(picture(panel), drawn)
    panel.scene.toggle("side_by_side")
    panel.curves.begin_line()
    window.workspace.show_panel(OPEN)
    assert panel.scene.mode is None
    assert state(viewer) == before


def test_lines_and_rectangles_drawn_with_the_mouse_become_profiles_and_marks(panel: ComparePanel, wait: Any) -> None:
    panel.curves.set_kind("profile")
    panel.curves.draw.click()
    where = canvas(panel).rect().center()
    drag(canvas(panel), where - QPoint(80, 0), where + QPoint(80, 0))
    wait(lambda: panel.curves.value() is not None and panel.curves.value().title == "Line profile")
    plot = panel.curves.value()
    values = {curve.name: curve.y for curve in plot.curves}
    assert np.allclose(values["real"], DARK)
    assert np.allclose(values["synthetic"], BRIGHT)
    assert plot.x_label == "distance (µm)"
    zoom = panel.session.viewer.scene.camera.zoom
    assert plot.curves[0].x[-1] == pytest.approx(160 / zoom, abs=6)
    panel.curves.draw.click()
    drag(canvas(panel), where, where + QPoint(40, 40))
    assert len(panel.curves.sketch.layer.data) == 1
    panel.session.viewer.dims.set_current_step(0, 2)
    panel.notes.begin_mark()
    drag(canvas(panel), where, where + QPoint(40, 30))
    wait(lambda: panel.notes.form.value().mark is not None)
    mark = panel.notes.form.value().mark
    assert (mark.start[0], mark.stop[0]) == (2, 3)
    assert mark.shape[2] == pytest.approx(40 / zoom / 2, abs=3)


def test_the_volume_view_and_a_deleted_layer_end_the_comparison(panel: ComparePanel, wait: Any) -> None:
    panel.scene.toggle("curtain")
    panel.session.viewer.dims.ndisplay = 3
    assert panel.scene.mode is None
    panel.scene.toggle("curtain")
    assert panel.scene.mode is None
    assert "2D" in panel.sentence.value().text
    viewer = panel.session.viewer
    viewer.dims.ndisplay = 2
    panel.scene.toggle("curtain")
    viewer.layers.remove(panel.scene.layers[1])
    wait(lambda: panel.scene.view is None)
    assert not panel.step_state()[0]
    assert viewer.layers[0].visible


def test_a_closed_window_leaves_nothing(window: MainWindow, qtbot: QtBot) -> None:
    workspace = window.enter_workspace()
    panel: Any = workspace.show_panel(COMPARE)
    for value in (DARK, BRIGHT):
        add_image(workspace.viewer, Image(np.full((40, 40), value, np.uint8), Space("yx"), f"grey {value}"))
    with qtbot.waitSignal(panel.scene.changed, timeout=20000):
        pass
    panel.scene.toggle("curtain")
    gone = weakref.ref(panel.scene.layers[1])
    del panel, workspace
    window.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QCoreApplication.processEvents()
    gc.collect()
    assert gone() is None


def test_colour_images_are_compared_as_they_are_stored(window: MainWindow, qtbot: QtBot) -> None:
    workspace = window.enter_workspace()
    panel: Any = workspace.show_panel(COMPARE)
    for value in (DARK, BRIGHT):
        pixels = np.full((60, 80, 3), value, np.uint8)
        add_image(workspace.viewer, Image(pixels, Space("yxs"), f"colour {value}"))
    qtbot.waitUntil(lambda: panel.scene.layers is not None, timeout=20000)
    for mode in MODES:
        panel.scene.toggle(mode)
        assert panel.scene.mode == mode
        assert picture(panel).max() > DARK
    panel.scene.set_options(replace(panel.scene.options, tile=8))
    assert "as they are stored" in panel.bar.contrast.text()
