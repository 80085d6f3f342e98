"""The Open panel, without a screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import tifffile
from napari.components import ViewerModel
from PIL import Image as Picture
from pytestqt.qtbot import QtBot

from napari_synthscope.canvas.figure_view import shown_planes, write_view
from napari_synthscope.canvas.layers import KEY, add_image, image_of
from napari_synthscope.canvas.outlines import ROLE
from napari_synthscope.opening.panel import OpenPanel
from synthscope.errors import InputError
from synthscope.io.layout import RawLayout
from synthscope.io.writing import write_image
from synthscope.qt.dialogs.frame import AskDialog
from synthscope.records.image import Image
from synthscope.records.space import Space


@pytest.fixture
def viewer() -> ViewerModel:
    return ViewerModel()


@pytest.fixture
def panel(qtbot: QtBot, viewer: ViewerModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenPanel]:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    made = OpenPanel(viewer)
    qtbot.addWidget(made)
    made.show()
    yield made
    made.close()


def pixels(shape: tuple[int, ...] = (6, 32, 40)) -> np.ndarray:
    return np.random.default_rng(5).integers(0, 60000, shape).astype(np.uint16)


def plain(path: Path, shape: tuple[int, ...]) -> Path:
    tifffile.imwrite(path, pixels(shape), photometric="minisblack")
    return path


def wait_open(qtbot: QtBot, viewer: ViewerModel, count: int = 1) -> None:
    qtbot.waitUntil(lambda: len(viewer.layers) >= count, timeout=20000)


def test_a_file_that_says_everything_opens_at_once(
    panel: OpenPanel, viewer: ViewerModel, qtbot: QtBot, tmp_path: Path
) -> None:
    image = Image(pixels(), Space("zyx", (3.0, 0.5, 0.5), "µm"))
    panel.open_paths([write_image(tmp_path / "a.ome.tif", image)])
    wait_open(qtbot, viewer)
    assert image_of(viewer.layers[0]).space == image.space
    assert panel.step_state() == (True, "")
    assert panel.card.isVisible()
    assert not panel.card.button.isVisible()


def test_a_guess_can_be_corrected_and_takes_the_layers_place(
    panel: OpenPanel, viewer: ViewerModel, qtbot: QtBot, tmp_path: Path
) -> None:
    panel.open_paths([plain(tmp_path / "guess.tif", (6, 32, 40))])
    wait_open(qtbot, viewer)
    assert image_of(viewer.layers[0]).origin.axes_guessed
    panel.card.form.axes_editor.set_value("tyx")
    assert panel.card.button.isVisible()
    panel.card.button.click()
    qtbot.waitUntil(lambda: [layer.axis_labels for layer in viewer.layers] == [("t", "y", "x")], timeout=20000)
    assert not image_of(viewer.layers[0]).origin.axes_guessed


def test_what_cannot_be_known_waits_for_its_answer_and_holds_up_what_follows(
    panel: OpenPanel, viewer: ViewerModel, qtbot: QtBot, tmp_path: Path
) -> None:
    panel.open_paths([plain(tmp_path / "ask.tif", (3, 32, 40)), plain(tmp_path / "next.tif", (6, 32, 40))])
    qtbot.waitUntil(panel.card.isVisible, timeout=20000)
    assert len(viewer.layers) == 0
    panel.apply()
    wait_open(qtbot, viewer, 2)
    assert [layer.name for layer in viewer.layers] == ["ask", "next"]


def test_a_raw_file_is_asked_about_and_its_layout_remembered(
    panel: OpenPanel, viewer: ViewerModel, qtbot: QtBot, tmp_path: Path
) -> None:
    pixels().tofile(tmp_path / "a.raw")
    for count in (1, 2):
        panel.open_paths([tmp_path / "a.raw"])
        qtbot.waitUntil(lambda: any(d.isVisible() for d in panel.findChildren(AskDialog)), timeout=20000)
        (dialog,) = [d for d in panel.findChildren(AskDialog) if d.isVisible()]
        if count == 1:
            dialog._editor.set_value(RawLayout((6, 32, 40), "uint16"))
        assert dialog.value() == RawLayout((6, 32, 40), "uint16")
        dialog.accept()
        wait_open(qtbot, viewer, count)
        np.testing.assert_array_equal(np.asarray(viewer.layers[-1].data), pixels())


def test_a_series_is_chosen_and_another_one_later_whatever_its_shape(
    panel: OpenPanel, viewer: ViewerModel, qtbot: QtBot, tmp_path: Path
) -> None:
    first, second, third = pixels()[:3, :20], pixels()[:3, ::-1], pixels()[0, :17]
    with tifffile.TiffWriter(tmp_path / "several.tif") as file:
        for series in (first, second, third):
            file.write(series, photometric="minisblack", metadata=None)
    panel.open_paths([tmp_path / "several.tif"])
    form = panel.card.form
    qtbot.waitUntil(lambda: panel.sentence.value() is not None, timeout=20000)
    assert "choose one of its images" in panel.sentence.value().text
    form._datasets.set_value("1")
    panel.apply()
    qtbot.waitUntil(lambda: form.axes_editor is not None, timeout=20000)  # of three axes nobody knows
    assert "which axis is which" in panel.sentence.value().text
    form.axes_editor.set_value("zyx")
    panel.apply()
    wait_open(qtbot, viewer)
    np.testing.assert_array_equal(np.asarray(viewer.layers[0].data), second)
    form._datasets.set_value("2")
    panel.apply()
    qtbot.waitUntil(lambda: viewer.layers[0].data.shape == third.shape, timeout=20000)
    assert len(viewer.layers) == 1


def test_a_damaged_file_is_a_sentence_and_the_next_one_opens(
    panel: OpenPanel, viewer: ViewerModel, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "bad.tif").write_bytes(b"II*\x00" + bytes(40))
    panel.open_paths([tmp_path / "bad.tif"])
    qtbot.waitUntil(lambda: panel.sentence.value() is not None, timeout=20000)
    assert panel.sentence.value().level == "error"
    assert "bad.tif" in panel.sentence.value().text
    panel.open_paths([plain(tmp_path / "good.tif", (6, 32, 40))])
    wait_open(qtbot, viewer)


def test_a_sample_opens_with_truth_that_is_nobodys_mask(panel: OpenPanel, viewer: ViewerModel, qtbot: QtBot) -> None:
    panel.open_sample("cells")
    wait_open(qtbot, viewer, 2)
    assert all(layer.metadata[KEY]["role"] == "truth" and not layer.visible for layer in viewer.layers[1:])


def test_synthetic_voxels_are_outlined_and_the_outline_can_be_hidden(
    panel: OpenPanel, viewer: ViewerModel, qtbot: QtBot, tmp_path: Path
) -> None:
    image = Image(pixels(), Space("zyx"), synthetic=pixels() > 40000)
    panel.open_paths([write_image(tmp_path / "made.ome.tif", image)])
    wait_open(qtbot, viewer, 2)
    (outline,) = [layer for layer in viewer.layers if layer.metadata.get(KEY, {}).get("role") == ROLE]
    assert outline.visible
    panel.show_outlines(False)
    assert not outline.visible


def test_saving_is_offered_for_images_and_what_is_saved_opens(
    panel: OpenPanel, viewer: ViewerModel, qtbot: QtBot, tmp_path: Path
) -> None:
    assert panel.shell_actions() == {}
    viewer.layers.selection.active = add_image(viewer, Image(pixels(), Space("zyx", (2.0, 1.0, 1.0), "nm"), name="a"))
    assert set(panel.shell_actions()) == {"save_result", "export_figure"}
    panel.saver.save(viewer.layers[0], tmp_path / "saved.ome.tif")
    qtbot.waitUntil(lambda: panel.sentence.value() is not None, timeout=20000)
    panel.open_paths([tmp_path / "saved.ome.tif"])
    wait_open(qtbot, viewer, 2)
    np.testing.assert_array_equal(np.asarray(viewer.layers[1].data), pixels())


def test_a_figure_shows_the_slice_that_is_shown(viewer: ViewerModel, tmp_path: Path) -> None:
    add_image(viewer, Image(pixels(), Space("zyx", (3.0, 0.5, 0.5), "µm"), name="rock"))
    viewer.dims.set_current_step(0, 4)
    (plane,) = shown_planes(viewer)
    assert plane.position["z"] == 4
    np.testing.assert_array_equal(plane.cut(plane.image.pixels, "zyx"), pixels()[4])
    with Picture.open(write_view(tmp_path / "a.png", (plane,))) as picture:
        assert min(picture.size) > 100


def test_a_figure_of_nothing_or_of_a_volume_is_refused(viewer: ViewerModel) -> None:
    with pytest.raises(InputError, match="No image"):
        shown_planes(viewer)
    add_image(viewer, Image(pixels(), Space("zyx")))
    viewer.dims.ndisplay = 3
    with pytest.raises(InputError, match="2D"):
        shown_planes(viewer)
