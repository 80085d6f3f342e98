"""Masks that come from files and go into files, and feather weights; no window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from napari.components import ViewerModel
from pytestqt.qtbot import QtBot

from napari_synthscope.canvas.layers import add_image
from napari_synthscope.masking.panel import MaskPanel
from napari_synthscope.session.session import Session
from synthscope.imaging.masks.morphology import feather
from synthscope.io.opening import open_image
from synthscope.io.writing import write_image
from synthscope.records.image import Image
from synthscope.records.space import Space

SPACE = Space("zyx", (3.0, 1.0, 1.0), "µm", (12.0, -5.0, 40.0))
SHAPE = (7, 30, 34)


@pytest.fixture
def panel(qtbot: QtBot, viewer: ViewerModel, session: Session, rng: np.random.Generator) -> Any:
    pixels = rng.integers(0, 60000, SHAPE).astype(np.uint16)
    add_image(viewer, Image(pixels, SPACE, "stack"))
    made = MaskPanel(viewer)
    qtbot.addWidget(made)
    yield made
    made.close()


@pytest.fixture
def idle(qtbot: QtBot, panel: MaskPanel) -> Callable[[], None]:
    def wait() -> None:
        qtbot.waitUntil(lambda: not panel.ops.busy and not panel.session.errands.busy, timeout=30000)

    return wait


def painted(panel: MaskPanel, rng: np.random.Generator) -> np.ndarray:
    mask = rng.random(SHAPE) > 0.9
    panel.session.new_mask()
    panel.session.mask.data = mask.astype(np.uint8) * 3
    panel.session.mask_written()
    return mask


@pytest.mark.parametrize("name", ["mask.ome.tif", "mask.ome.zarr"])
def test_an_exported_mask_comes_back_as_it_was(
    panel: MaskPanel, idle: Callable[[], None], rng: np.random.Generator, tmp_path: Path, name: str
) -> None:
    mask = painted(panel, rng)
    panel.files.export_mask(tmp_path / name)
    idle()
    written = open_image(tmp_path / name)
    assert np.array_equal(np.asarray(written.pixels[...]), mask * np.uint8(255))
    assert (written.space.axes, written.space.voxel_size, written.space.unit) == ("zyx", SPACE.voxel_size, "µm")
    before = panel.session.mask
    panel.files.import_mask(tmp_path / name)
    idle()
    assert panel.session.mask is not before
    assert np.array_equal(panel.session.mask.data != 0, mask)
    fitted = panel.session.mask_pixels()
    assert fitted.sentence == ""
    assert np.array_equal(np.asarray(fitted.pixels) != 0, mask)


def test_an_imported_plane_asks_which_slices_it_is_for(
    panel: MaskPanel, idle: Callable[[], None], rng: np.random.Generator, tmp_path: Path
) -> None:
    plane = rng.random(SHAPE[1:]) > 0.8
    write_image(tmp_path / "plane.ome.tif", Image(plane.astype(np.uint8), Space("yx"), "plane"))
    panel.files.import_mask(tmp_path / "plane.ome.tif")
    idle()
    assert panel.session.asks_slices
    panel.session.set_meant((2, 4))
    fitted = np.asarray(panel.session.mask_pixels().pixels) != 0
    assert np.array_equal(fitted[2:4], np.stack([plane, plane]))
    assert not fitted[[0, 1, 4, 5, 6]].any()


def test_a_mask_of_another_scale_lies_where_its_file_says(
    panel: MaskPanel, idle: Callable[[], None], tmp_path: Path
) -> None:
    coarse = np.zeros((7, 15, 17), np.uint8)
    coarse[3, 4:8, 5:9] = 1
    space = Space("zyx", (3.0, 2.0, 2.0), "µm", (12.0, -4.5, 40.5))
    write_image(tmp_path / "coarse.ome.tif", Image(coarse, space, "coarse"))
    panel.files.import_mask(tmp_path / "coarse.ome.tif")
    idle()
    fitted = panel.session.mask_pixels()
    assert "scaled by" in fitted.sentence
    expected = np.zeros(SHAPE, bool)
    expected[3, 8:16, 10:18] = True
    assert np.array_equal(np.asarray(fitted.pixels) != 0, expected)


def test_a_mask_of_another_shape_without_scale_is_refused_in_a_sentence(
    panel: MaskPanel, idle: Callable[[], None], tmp_path: Path
) -> None:
    write_image(tmp_path / "other.ome.tif", Image(np.ones((4, 9, 9), np.uint8), Space("zyx"), "other"))
    panel.files.import_mask(tmp_path / "other.ome.tif")
    idle()
    said = panel.foot.sentence.value()
    assert said is not None
    assert said.level == "error"
    assert "(4, 9, 9)" in said.text
    assert panel.session.mask is None


def test_a_file_that_is_no_image_is_refused_in_a_sentence(
    panel: MaskPanel, idle: Callable[[], None], tmp_path: Path
) -> None:
    (tmp_path / "notes.tif").write_bytes(b"not an image")
    panel.files.import_mask(tmp_path / "notes.tif")
    idle()
    assert panel.foot.sentence.value().level == "error"


def test_feather_shows_weights_in_place_leaves_the_mask_and_is_handed_to_the_run(
    panel: MaskPanel, idle: Callable[[], None], viewer: ViewerModel
) -> None:
    panel.session.new_mask()
    mask = np.zeros(SHAPE, bool)
    mask[2:6, 8:24, 10:28] = True
    panel.session.mask.data = mask.astype(np.uint8)
    panel.session.mask_written()
    panel.changes.length.set_value(4.0)
    panel.changes.do("feather")
    idle()
    layer = viewer.layers[-1]
    weights = feather(mask, 4.0, SPACE.voxel_size)
    corner = np.round(panel.session.mask.world_to_data(layer.data_to_world((0, 0, 0)))).astype(int)
    box = tuple(slice(a, a + n) for a, n in zip(corner, layer.data.shape, strict=True))
    assert np.array_equal(layer.data, weights[box])
    assert weights[box].sum() == weights.sum()
    assert np.array_equal(panel.session.mask.data != 0, mask)
    assert "over 4 µm" in panel.foot.sentence.value().text
    assert panel.session.feather == 4.0
    before = len(viewer.layers)
    panel.changes.length.set_value(6.0)
    panel.changes.do("feather")
    idle()
    assert len(viewer.layers) == before
    assert panel.session.feather == 6.0


@pytest.mark.parametrize(
    ("axes", "shape", "lead"), [("tzyx", (3, 4, 20, 22), 1), ("tyx", (5, 20, 22), 1), ("cyx", (2, 20, 22), 0)]
)
def test_tools_keep_to_the_moment_that_is_shown(
    qtbot: QtBot, viewer: ViewerModel, session: Session, axes: str, shape: tuple[int, ...], lead: int
) -> None:
    add_image(viewer, Image(np.zeros(shape, np.uint16), Space(axes, unit="µm"), "series"))
    session.new_mask()
    viewer.dims.set_current_step(0, 1)
    panel = MaskPanel(viewer)
    qtbot.addWidget(panel)
    panel.tools.frame.extent.set_value("all")
    panel.tools.choose("rectangle")
    panel.tools.bench.hand.drawn.emit("rectangle", np.array([[2.0, 3.0], [8.0, 9.0]]), "")
    expected = np.zeros(tuple(session.mask.data.shape), bool)
    expected[(1,) * lead + (..., slice(2, 9), slice(3, 10))] = True
    assert np.array_equal(session.mask.data != 0, expected)
    panel.changes.do("grow")
    assert np.count_nonzero(session.mask.data) > np.count_nonzero(expected)
    assert not lead or not session.mask.data[0].any()
    session.undo()
    assert np.array_equal(session.mask.data != 0, expected)
    panel.clear()
    assert not session.mask.data.any()
    panel.close()


def test_colour_images_are_selected_by_their_brightness(qtbot: QtBot, viewer: ViewerModel, session: Session) -> None:
    pixels = np.zeros((20, 24, 3), np.uint8)
    pixels[5:12, 6:14] = (90, 120, 150)
    add_image(viewer, Image(pixels, Space("yxs"), "colour"))
    session.new_mask()
    panel = MaskPanel(viewer)
    qtbot.addWidget(panel)
    options: Any = panel.tools.options["wand"]
    panel.tools.choose("wand")
    options.tolerance.set_value(5.0)
    panel.tools.bench.hand.clicked.emit(np.array([8.0, 8.0]), "")
    qtbot.waitUntil(lambda: not panel.ops.busy)
    assert np.array_equal(session.mask.data != 0, pixels[..., 0] == 90)
    panel.close()


def test_the_step_says_what_is_missing_and_when_it_is_done(qtbot: QtBot, viewer: ViewerModel, session: Session) -> None:
    panel = MaskPanel(viewer)
    qtbot.addWidget(panel)
    assert panel.step_state() == (False, "open an image first")
    assert panel.shell_actions() == {}
    add_image(viewer, Image(np.zeros((20, 24), np.uint8), Space("yx"), "plane"))
    assert panel.step_state() == (False, "")
    panel.shell_actions()["brush"]()
    assert session.mask is not None
    assert session.mask.mode == "paint"
    session.mask.data[3:6, 4:9] = 1
    session.mask_written()
    assert panel.step_state() == (True, "")
    assert {"grow", "shrink", "clear", "invert"} <= set(panel.shell_actions())
    assert "15 pixels" in panel.words.text()
    panel.close()
