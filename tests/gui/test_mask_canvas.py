"""The Mask panel under a real mouse, over a stack of anisotropic voxels that does not lie at the origin."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QPoint, Qt

from synthscope.desktop.actions import MASK
from synthscope.desktop.main_window import MainWindow
from synthscope.desktop.strokes import stroke
from synthscope.imaging.masks.rings import find_rings
from synthscope.imaging.masks.shapes import ellipse, polygon, rectangle
from synthscope.imaging.masks.thresholds import threshold_range
from synthscope.imaging.masks.wand import wand
from synthscope.io.writing import write_image
from synthscope.records.image import Image
from synthscope.records.space import Space

pytestmark = pytest.mark.gui

SHAPE = (6, 60, 64)
SPACE = Space("zyx", (3.0, 1.0, 1.0), "µm", (12.0, -5.0, 40.0))
SHOWN = 2


def grains() -> np.ndarray:
    """A dark field with one bright square in each slice, shifted from slice to slice."""
    pixels = np.random.default_rng(3).normal(1000, 20, SHAPE)
    for z in range(SHAPE[0]):
        pixels[z, 20 + z : 40 + z, 10:30] += 2000
    return pixels.astype(np.uint16)


class Hand:
    """Opens a stack in the window and moves the mouse over its voxels."""

    def __init__(self, window: MainWindow, qtbot: QtBot, path: Path) -> None:
        self.qtbot = qtbot
        window.open_paths([path])
        qtbot.waitUntil(lambda: bool(window.workspace and len(window.workspace.viewer.layers)), timeout=30000)
        self.workspace: Any = window.workspace
        self.viewer = self.workspace.viewer
        self.panel: Any = self.workspace.show_panel(MASK)
        if self.viewer.dims.ndim > 2:
            self.viewer.dims.set_current_step(0, SHOWN)
        qtbot.wait(300)  # until the canvas has its size

    def take(self, tool: str) -> Any:
        """Press a tile and give the options of the tool."""
        self.qtbot.mouseClick(self.panel.tools.tiles.tile(tool), Qt.MouseButton.LeftButton)
        return self.panel.tools.options[tool]

    def drag(self, *voxels: Sequence[float]) -> None:
        """Drag over voxels of the shown slice (row, column)."""
        source = self.panel.session.source
        scale, corner = np.asarray(source.scale[-2:]), np.asarray(source.translate[-2:])
        canvas = self.viewer.window._qt_viewer.canvas
        for pause in stroke(self.viewer, canvas, [np.asarray(v) * scale + corner for v in voxels]):
            self.qtbot.wait(pause)

    def idle(self) -> None:
        """Wait until nothing is worked out any more."""
        session = self.panel.session
        self.qtbot.waitUntil(lambda: not self.panel.ops.busy and not session.errands.busy, timeout=60000)

    @property
    def mask(self) -> np.ndarray:
        """What is painted."""
        return np.asarray(self.panel.session.mask.data) != 0


@pytest.fixture
def hand(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> Hand:
    return Hand(window, qtbot, write_image(tmp_path / "grains.ome.tif", Image(grains(), SPACE, "grains")))


def test_outlines_drawn_with_the_mouse_are_painted_and_undone(hand: Hand, qtbot: QtBot) -> None:
    drawn: list[tuple[str, np.ndarray]] = []
    hand.panel.tools.bench.hand.drawn.connect(lambda kind, points, _held: drawn.append((kind, points)))
    plane = SHAPE[1:]
    mathematics = {
        "lasso": lambda p: polygon(plane, p),
        "rectangle": lambda p: rectangle(plane, p[0].tolist(), p[-1].tolist()),
        "ellipse": lambda p: ellipse(plane, ((p[0] + p[-1]) / 2).tolist(), (np.abs(p[-1] - p[0]) / 2).tolist()),
    }
    turn = np.linspace(0, 2 * np.pi, 14)
    for tool, path in (
        ("lasso", [(30 + 12 * np.sin(t), 30 + 12 * np.cos(t)) for t in turn]),
        ("rectangle", [(10, 10), (20, 25), (28, 44)]),
        ("ellipse", [(12, 8), (30, 30), (50, 40)]),
    ):
        hand.take(tool)
        hand.drag(*path)
        kind, points = drawn[-1]
        assert kind == tool
        assert np.allclose(points[0], path[0], atol=1.0)
        assert np.allclose(points[-1], path[-1], atol=1.0)
        expected = np.zeros(SHAPE, bool)
        expected[SHOWN] = mathematics[tool](points)
        assert expected[SHOWN].sum() > 100
        assert np.array_equal(hand.mask, expected)
        assert hand.panel.foot.undo.text() == f"Undo: add {tool}"
        qtbot.mouseClick(hand.panel.foot.undo, Qt.MouseButton.LeftButton)
        assert not hand.mask.any()
    hand.take("move")
    assert "Drawing" not in hand.viewer.layers


def test_an_outline_follows_the_mouse_while_it_is_drawn(hand: Hand) -> None:
    hand.take("rectangle")
    seen: list[int] = []
    sketch = hand.viewer.layers["Drawing"]
    sketch.events.data.connect(lambda _event: seen.append(len(sketch.data)))
    hand.drag((10, 10), (20, 20), (30, 30))
    assert max(seen) == 1
    assert len(sketch.data) == 0


def test_brush_and_eraser_are_one_press_and_their_width_is_in_both_units(hand: Hand, qtbot: QtBot) -> None:
    options = hand.take("brush")
    mask = hand.panel.session.mask
    assert mask.mode == "paint"
    options.pixels.set_value(8)
    assert mask.brush_size == 8
    assert options.length.value() == 8.0
    hand.drag((20, 20), (24, 26), (28, 32))
    painted = hand.mask.sum()
    assert painted > 50
    assert not hand.mask[[0, 1, 3, 4, 5]].any()
    qtbot.waitUntil(lambda: hand.panel.step_state() == (True, ""))
    mask.brush_size = 14
    assert options.pixels.value() == 14
    hand.take("erase")
    assert mask.mode == "erase"
    hand.drag((20, 20), (24, 26), (28, 32))
    assert hand.mask.sum() < painted
    mask.mode = "fill"  # as napari's own controls set it
    assert hand.panel.tools.tiles.value() == "fill"


def test_a_click_with_the_wand_selects_the_grain(hand: Hand) -> None:
    options = hand.take("wand")
    options.tolerance.set_value(300.0)
    hand.panel.tools.frame.extent.button("all").click()
    hand.drag((30, 20))
    hand.idle()
    expected = wand(grains(), (SHOWN, 30, 20), 300.0)
    assert expected[:, 25:40].any(axis=(1, 2)).all()
    assert np.array_equal(hand.mask, expected)


def test_the_preview_follows_the_limits_that_are_dragged_and_goes_with_the_tool(hand: Hand, qtbot: QtBot) -> None:
    options = hand.take("threshold")
    hand.idle()
    qtbot.waitUntil(lambda: options.overlay.layer is not None, timeout=20000)
    preview = options.overlay.layer
    options.set_limits((900.0, 1400.0))
    qtbot.waitUntil(
        lambda: np.array_equal(preview.data[SHOWN] != 0, threshold_range(grains()[SHOWN], 900, 1400)), timeout=20000
    )
    histogram = options.histogram
    where = QPoint(round(histogram._x(1400.0)), 40)
    qtbot.mousePress(histogram, Qt.MouseButton.LeftButton, pos=where)
    qtbot.mouseMove(histogram, QPoint(histogram.width() - 8, 40))
    qtbot.mouseRelease(histogram, Qt.MouseButton.LeftButton, pos=QPoint(histogram.width() - 8, 40))
    low, high = options.limits()
    assert (low, high > 2500) == (900.0, True)
    wanted = threshold_range(grains(), low, high)
    qtbot.waitUntil(lambda: np.array_equal(preview.data[SHOWN] != 0, wanted[SHOWN]), timeout=20000)
    hand.viewer.dims.set_current_step(0, 4)
    qtbot.waitUntil(lambda: np.array_equal(preview.data[4] != 0, wanted[4]), timeout=20000)
    assert not preview.data[SHOWN].any()
    hand.workspace.toggle_panel(MASK)
    qtbot.waitUntil(lambda: "Preview" not in hand.viewer.layers)


def test_the_material_under_the_mouse_is_chosen(hand: Hand, qtbot: QtBot) -> None:
    options = hand.take("phases")
    hand.idle()
    qtbot.waitUntil(lambda: options.phase is not None, timeout=20000)
    hand.drag((30, 20))
    assert options.phase.value() == "1"
    hand.drag((5, 50))
    assert options.phase.value() == "0"


def test_rings_are_found_proposed_and_taken(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    y, x = np.mgrid[:128, :128]
    radius = np.hypot(y - 60.0, x - 70.0)
    pixels = np.random.default_rng(5).normal(20000, 300, (128, 128))
    for ring in (18, 35):
        pixels += 900 * (np.abs(radius - ring) < 0.7)
    image = Image(pixels.astype(np.uint16), Space("yx", (2.0, 2.0), "µm"), "slice")
    hand = Hand(window, qtbot, write_image(tmp_path / "slice.ome.tif", image))
    options = hand.take("artefacts")
    qtbot.mouseClick(options.find, Qt.MouseButton.LeftButton)
    hand.idle()
    qtbot.waitUntil(lambda: options.found is not None, timeout=60000)
    assert "2 rings" in options.sentence.text()
    assert np.allclose(options.centre.cross.data[0], (60, 70), atol=0.5)
    proposal = options.found.proposal.mask
    assert np.array_equal(hand.viewer.layers["Proposal"].data != 0, proposal)
    assert not hand.mask.any()
    hand.drag((62, 71))
    assert np.allclose(options.centre.value(), (62, 71), atol=1.0)
    expected = find_rings(image.pixels, options.centre.value(), strength=options.strength.value())
    options.search()
    hand.idle()
    assert "set by you" in options.centre._words.text()
    found = options.found.proposal.mask if options.found is not None else np.zeros((128, 128), bool)
    assert np.array_equal(found, expected.mask)
    options.centre.set_value((60.0, 70.0))
    options.search()
    hand.idle()
    qtbot.waitUntil(lambda: options.found is not None, timeout=60000)
    wanted = options.found.proposal.mask.copy()
    qtbot.mouseClick(options.take, Qt.MouseButton.LeftButton)
    assert np.array_equal(hand.mask, wanted)
    assert "Proposal" not in hand.viewer.layers
    assert hand.panel.session.undo_stack.names[0] == "replace by rings"


def test_a_mask_of_one_slice_asks_in_the_panel_which_slices_are_meant(hand: Hand, qtbot: QtBot) -> None:
    plane = np.zeros(SHAPE[1:], np.uint8)
    plane[5:9, 6:12] = 1
    layer = hand.viewer.add_labels(plane, translate=(-5.0, 40.0), name="one slice")
    hand.panel.session.set_mask(layer)
    qtbot.waitUntil(lambda: hand.panel.card._this.isVisible())
    qtbot.mouseClick(hand.panel.card._this, Qt.MouseButton.LeftButton)
    box = hand.panel.session.mask_pixels().box
    assert (box.start[0], box.stop[0]) == (SHOWN, SHOWN + 1)
    qtbot.mouseClick(hand.panel.buttons["bring"], Qt.MouseButton.LeftButton)
    expected = np.zeros(SHAPE, bool)
    expected[SHOWN] = plane
    assert np.array_equal(hand.mask, expected)


def test_the_keys_of_the_menu_take_tools_and_change_the_mask(window: MainWindow, hand: Hand, qtbot: QtBot) -> None:
    window.menus.actions["mask.brush"].trigger()
    assert hand.panel.session.mask.mode == "paint"
    hand.drag((20, 20), (24, 26))
    qtbot.waitUntil(lambda: hand.panel.session.painted is not None)
    before = hand.mask.copy()
    window.menus.actions["mask.grow"].trigger()
    hand.idle()
    assert hand.mask.sum() > before.sum()
    window.menus.actions["edit.undo"].trigger()
    assert np.array_equal(hand.mask, before)
    window.menus.actions["mask.clear"].trigger()
    assert not hand.mask.any()
