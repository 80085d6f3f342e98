"""Room around an image and between its slices, as layers that are ready to be filled; no window."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from napari.components import ViewerModel
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QScrollArea

from napari_synthscope.canvas.layers import add_image
from napari_synthscope.masking.panel import MaskPanel
from napari_synthscope.session.session import Session
from synthscope.records.image import Image
from synthscope.records.space import Space

SPACE = Space("zyx", (3.0, 1.0, 1.0), "µm", (12.0, -5.0, 40.0))
SHAPE = (4, 20, 24)


@pytest.fixture
def panel(qtbot: QtBot, viewer: ViewerModel, session: Session, rng: np.random.Generator) -> Any:
    add_image(viewer, Image(rng.integers(1, 60000, SHAPE).astype(np.uint16), SPACE, "stack"))
    made = MaskPanel(viewer)
    qtbot.addWidget(made)
    made.resize(320, 900)
    made.show()
    yield made
    made.close()


@pytest.fixture
def press(qtbot: QtBot, panel: MaskPanel) -> Callable[[Any], None]:
    def click(button: Any) -> None:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: not panel.ops.busy and not panel.session.errands.busy, timeout=30000)

    return click


def test_nothing_is_cut_where_the_panel_is_as_narrow_as_it_gets(panel: MaskPanel, qtbot: QtBot) -> None:
    panel.resize(panel.minimumSize())
    area = panel.findChild(QScrollArea)
    qtbot.waitUntil(area.verticalScrollBar().isVisible)
    assert area.widget().minimumSizeHint().width() <= area.viewport().width()


@pytest.mark.parametrize("turned", [False, True])
def test_the_larger_image_has_known_voxels_where_they_were_and_marks_the_rest(
    panel: MaskPanel, press: Callable[[Any], None], turned: bool
) -> None:
    session, old = panel.session, panel.session.source
    if turned:
        old.rotate = [[1, 0, 0], [0, 0.8, -0.6], [0, 0.6, 0.8]]
    look = old.contrast_limits = (100, 40000)
    panel.room.sides["left"].set_value(5)
    panel.room.sides["bottom"].set_value(3)
    panel.room.sides["first"].set_value(1)
    press(panel.room.extend)
    new, mask = session.source, session.mask
    assert new is not old
    assert new.data.shape == mask.data.shape == (5, 23, 29)
    assert np.array_equal(new.data[1:, :20, 5:], old.data)
    assert not mask.data[1:, :20, 5:].any()
    assert np.count_nonzero(mask.data) == mask.data.size - old.data.size
    assert np.allclose(new.data_to_world((1, 0, 5)), old.data_to_world((0, 0, 0)))
    assert np.allclose(new.data_to_world((4, 19, 28)), old.data_to_world((3, 19, 23)))
    assert np.allclose(mask.data_to_world((1, 0, 5)), old.data_to_world((0, 0, 0)))
    assert tuple(new.contrast_limits) == look
    assert not old.visible
    assert session.painted is not None


def test_slices_are_left_between_those_of_a_stack(panel: MaskPanel, press: Callable[[Any], None]) -> None:
    old = panel.session.source
    panel.room.factor.set_value(3)
    press(panel.room.interpolate)
    new, mask = panel.session.source, panel.session.mask
    assert new.data.shape == (10, 20, 24)
    assert np.array_equal(new.data[::3], old.data)
    assert np.array_equal(mask.data.any(axis=(1, 2)), np.arange(10) % 3 != 0)
    assert np.allclose(new.data_to_world((9, 4, 5)), old.data_to_world((3, 4, 5)))


def test_undo_takes_the_room_away_and_gives_image_and_mask_back(
    panel: MaskPanel, press: Callable[[Any], None], viewer: ViewerModel
) -> None:
    session, old = panel.session, panel.session.source
    before = session.new_mask()
    panel.room.sides["top"].set_value(4)
    press(panel.room.extend)
    assert session.source is not old
    assert not before.visible
    assert session.undo() == "make room in the image"
    assert session.source is old
    assert session.mask is before
    assert old.visible
    assert before.visible
    assert [layer.name for layer in viewer.layers] == ["stack", before.name]


def test_numbers_that_cannot_be_are_marked_and_offer_nothing(panel: MaskPanel) -> None:
    room = panel.room
    assert not room.extend.isEnabled()  # nothing is asked for yet
    room.sides["right"].set_value(2)
    assert room.extend.isEnabled()
    room.sides["top"].line.setText("-3")
    assert not room.extend.isEnabled()
    assert room.sides["top"].line.property("invalid")
    room.factor.set_value(1)
    assert not room.interpolate.isEnabled()


def test_a_picture_is_asked_for_no_slices(panel: MaskPanel, viewer: ViewerModel) -> None:
    layer = add_image(viewer, Image(np.ones((12, 16), np.uint8), Space("yx"), "picture"))
    panel.session.set_source(layer)
    assert panel.room.sides["left"].isVisible()
    assert not panel.room.sides["first"].isVisible()
    assert not panel.room.interpolate.isVisible()


def test_an_image_that_would_be_too_large_is_a_sentence(
    panel: MaskPanel, press: Callable[[Any], None], viewer: ViewerModel
) -> None:
    before = list(viewer.layers)
    for side in ("left", "right", "top", "bottom"):
        panel.room.sides[side].set_value(65_000)
    press(panel.room.extend)
    said = panel.foot.sentence.value()
    assert "GiB" in str(said)
    assert list(viewer.layers) == before
