"""A report card to look at: its numbers, the images behind them, and where they lie on the canvas."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from napari.components import ViewerModel
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QPoint, Qt
from qtpy.QtWidgets import QFileDialog
from tests.plugin.evaluated import grains, put_report

from napari_synthscope.canvas.layers import KEY, add_image
from napari_synthscope.evaluating.canvas_spot import CanvasSpot
from napari_synthscope.evaluating.detail import NUMBER, value_sentence
from napari_synthscope.evaluating.exporting import with_suffix
from napari_synthscope.evaluating.panel import EvaluatePanel
from napari_synthscope.evaluating.report_view import gallery_rows
from napari_synthscope.evaluating.spot_place import middle_of, source_of, start_of
from napari_synthscope.session.session import Session
from synthscope.errors import InputError
from synthscope.records.evaluation import EvaluationRecipe, ImageSet, Report, Spot
from synthscope.records.image import Image
from synthscope.records.space import Space

Settled = Callable[[Callable[[], Any]], None]


@pytest.fixture
def folder(session: Session, rng: np.random.Generator) -> Path:
    """A report of a real and a generated image that the project keeps."""
    project = session.project
    real, made = (project.add_source(grains(rng, name)) for name in ("grains", "quilted"))
    path = project.folder / "reports" / "20260101-101500-abcdef"
    put_report(path, real, made)
    return path


@pytest.fixture
def panel(
    qtbot: QtBot, viewer: ViewerModel, session: Session, folder: Path, settled: Settled
) -> Iterator[EvaluatePanel]:
    made = EvaluatePanel(napari_viewer=viewer)
    qtbot.addWidget(made)
    made.resize(400, 860)
    made.show()
    settled(lambda: made.earlier.value() == (folder,))
    made.open_report(folder)
    settled(lambda: made.report.report is not None)
    yield made
    made.close()


def look(panel: EvaluatePanel, settled: Settled) -> None:
    panel.report.list.look_at("kid", "Quilting")
    settled(lambda: len(panel.report.detail.gallery.value()) == 3)


def test_an_earlier_report_is_shown_with_its_facts_and_warnings(panel: EvaluatePanel) -> None:
    view = panel.report
    assert view.title.text() == "Quilting, Prior against real"
    assert view.facts.text().startswith("Fields of 32 × 32 px (16 × 16 µm)")
    assert view.warnings.text() == "Voxel sizes differ."
    assert view.warnings.isVisible()
    assert len(view.list._lines()) == 7
    assert not panel.foot.evaluate.isVisible()


def test_a_number_says_what_it_is_worth(panel: EvaluatePanel) -> None:
    detail = panel.report.detail
    panel.report.look_closer(NUMBER)
    panel.report.list.look_at("seam", "Quilting")
    assert detail.tabs.tabText(NUMBER) == "What it is worth (2 !)"
    assert detail.title.text() == "Seams, Quilting"
    assert detail.caveats.text().startswith("Not informative here: it does not tell blurred images")
    assert "Only 20 fields" in detail.caveats.text()
    panel.report.list.look_at("kid", "Quilting")
    assert "2 [1, 3]; the brackets hold the 95 % interval" in detail.words.text()
    assert "p = 0.01" in detail.words.text()
    assert "resize: none" in detail._settings.text()
    assert not detail.caveats.isVisible()


def test_a_number_without_interval_or_floor_says_no_more_than_is_known(panel: EvaluatePanel) -> None:
    nan = float("nan")
    bare = replace(
        panel.report.list.value()[0], low=nan, high=nan, floor=nan, floor_low=nan, floor_high=nan, p_value=nan, n=0
    )
    assert value_sentence(bare) == "2.\nA larger value is worse: further from real."


def test_controls_are_shown_by_their_button_and_by_the_menu(panel: EvaluatePanel, qtbot: QtBot) -> None:
    qtbot.mouseClick(panel.report.controls, Qt.MouseButton.LeftButton)
    assert len(panel.report.list._lines()) == 8
    assert "blurred 2 px" in {band.subject for band in panel.report.detail.curves.value()}
    panel.shell_actions()["controls"]()
    assert len(panel.report.list._lines()) == 7
    assert "blurred 2 px" not in {band.subject for band in panel.report.detail.curves.value()}


def test_the_images_behind_a_number_come_furthest_first_beside_their_nearest_real_one(
    panel: EvaluatePanel, settled: Settled
) -> None:
    look(panel, settled)
    rows = panel.report.detail.gallery.value()
    assert [row.value for row in rows] == ["9", "3", "1"]
    assert rows[0].caption.startswith("quilted")
    assert "row 64, column 96" in rows[0].caption
    assert rows[1].picture is not None
    assert rows[1].nearest is not None
    assert (int(rows[1].picture[0, 0]), int(rows[1].nearest[0, 0])) == (40, 160)
    panel.report.list.look_at("porosity", "Quilting")
    settled(lambda: panel.report.detail.gallery.value() == ())
    assert "No single images" in panel.report.detail.gallery._empty.text()


def test_the_images_are_those_of_the_encoder_that_is_looked_at(panel: EvaluatePanel, settled: Settled) -> None:
    card, folder = panel.report.report, panel.report._folder
    assert card is not None
    assert folder is not None
    first, other = (
        replace(card.evidence[0], encoder="random-pyramid"),
        replace(card.evidence[0], encoder="materials", spots=(2,), values=(5.0,), nearest=()),
    )
    two = (*card.scores, replace(card.scores[0], encoder="materials"))
    panel.report.set_value(folder, replace(card, scores=two, evidence=(first, other)))
    for encoder, values in (("materials", ["5"]), ("random-pyramid", ["9", "3", "1"])):
        assert panel.report.list.look_at("kid", "Quilting", encoder)
        settled(lambda: panel.report.detail.gallery.value() != ())
        assert [row.value for row in panel.report.detail.gallery.value()] == values
        panel.report.list.look_at("porosity", "Quilting")
        settled(lambda: panel.report.detail.gallery.value() == ())


def test_a_picture_that_is_gone_leaves_its_place_empty(panel: EvaluatePanel, folder: Path) -> None:
    (folder / "pictures" / "0000.png").unlink()
    report = panel.report.report
    assert report is not None
    rows = gallery_rows(report, report.evidence[0], folder)
    assert [row.picture is None for row in rows] == [True, False, False]


def test_an_outlier_opens_its_image_at_the_field_beside_the_real_one(
    panel: EvaluatePanel, viewer: ViewerModel, qtbot: QtBot, settled: Settled
) -> None:
    look(panel, settled)
    qtbot.mouseClick(panel.report.detail.gallery.tile(0), Qt.MouseButton.LeftButton, pos=QPoint(10, 10))
    settled(lambda: len(viewer.layers) == 3)
    image, nearest, frame = viewer.layers
    assert image.name == "quilted"
    assert nearest.data.shape == (32, 32)
    assert nearest.translate.tolist() == pytest.approx([32.0, (96 + 32 + 0.08 * 32) * 0.5])
    assert [layer.metadata[KEY].get("role", "") for layer in (image, nearest, frame)] == ["", "evidence", "evidence"]
    assert frame.data[0][0].tolist() == [63.5, 95.5]
    assert "row 64, column 96, beside grains" in panel.report.detail.caption.text()

    qtbot.mouseClick(panel.report.detail.gallery.tile(1), Qt.MouseButton.LeftButton, pos=QPoint(10, 10))
    settled(lambda: len(viewer.layers) == 3 and viewer.layers[2] is not frame)
    assert viewer.layers[0] is image  # found again, not opened twice
    qtbot.mouseClick(panel.report.back, Qt.MouseButton.LeftButton)
    assert list(viewer.layers) == [image]


def test_a_single_quantity_says_by_what_the_real_field_beside_it_is_nearest(
    panel: EvaluatePanel, viewer: ViewerModel, qtbot: QtBot, settled: Settled
) -> None:
    card, folder = panel.report.report, panel.report.folder
    assert card is not None
    assert folder is not None
    said = "the nearest real field, by features of materials"
    told = replace(card.evidence[0], metric="phase-quantities:porosity", beside=said)
    score = replace(card.scores[0], metric="phase-quantities:porosity", title="Porosity", encoder="")
    panel.report.set_value(folder, replace(card, scores=(score,), evidence=(told,)))
    assert panel.report.list.look_at("phase-quantities:porosity", "Quilting")
    settled(lambda: len(panel.report.detail.gallery.value()) == 3)
    assert all(row.nearest is not None for row in panel.report.detail.gallery.value())
    assert f"each beside {said}." in panel.report.detail.caption.text()
    panel.report.look_closer()
    qtbot.mouseClick(panel.report.detail.gallery.tile(0), Qt.MouseButton.LeftButton, pos=QPoint(10, 10))
    settled(lambda: len(viewer.layers) == 3)
    assert viewer.layers[1].name == "nearest real field"
    assert panel.report.detail.caption.text().endswith(f": {said}")


def test_a_field_of_a_stack_is_shown_on_its_slice(
    qtbot: QtBot, viewer: ViewerModel, session: Session, rng: np.random.Generator, settled: Settled
) -> None:
    space = Space("zyx", (3.0, 0.5, 0.5), "µm")
    stack = Image(rng.integers(0, 60000, (5, 128, 160)).astype(np.uint16), space, "stack")
    source = session.project.add_source(stack)
    recipe = EvaluationRecipe(ImageSet("real", (source,)), (ImageSet("made", (source,)),))
    shown = CanvasSpot(session)
    spot = Spot("made", 0, (3, 64, 96), (4, 96, 128))
    with qtbot.waitSignal(shown.shown, timeout=20000) as said:
        shown.show(recipe, spot, Spot("real", 0, (1, 0, 0), (2, 32, 32)))
    image, nearest, frame = viewer.layers
    assert viewer.dims.current_step[0] == 3
    assert np.array_equal(nearest.data, stack.pixels[1, :32, :32])
    assert frame.data[0][0].tolist() == [63.5, 95.5]
    assert viewer.scene.camera.center[-2:] == pytest.approx((39.75, (95.5 + 127.5 + 34.56) / 4), abs=0.5)
    assert "slice 3, row 64" in said.args[0]
    shown.clear()
    assert list(viewer.layers) == [image]


def test_the_layer_that_was_judged_is_found_again_whatever_it_is_called(
    panel: EvaluatePanel, viewer: ViewerModel, session: Session, rng: np.random.Generator, settled: Settled
) -> None:
    report = panel.report.report
    assert report is not None
    layer = add_image(viewer, grains(rng, "renamed since"))
    session.evaluations.hold(report.recipe.generated[0].images[0], layer)
    session.evaluations.hold(source_of(panel.report._recipe, report.spots[0]), layer)  # type: ignore[arg-type]
    look(panel, settled)
    panel.report.show_on_canvas(0)
    settled(lambda: len(viewer.layers) == 3)
    assert viewer.layers[0] is layer


def test_a_report_is_exported_as_what_its_name_says(
    panel: EvaluatePanel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot, settled: Settled
) -> None:
    for name, kind, written in (
        ("card", "Report to read (*.html)", "card.html"),
        ("card.tex", "Report to read (*.html)", "card.tex"),
        ("card", "Table (*.csv)", "card.csv"),
    ):
        answer = (str(tmp_path / name), kind)
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, answer=answer: answer)
        qtbot.mouseClick(panel.report.export, Qt.MouseButton.LeftButton)
        settled((tmp_path / written).exists)
        said = panel.foot.sentence.value()
        assert said is not None
        assert said.text == f"The report is saved as {written}."


def test_a_name_keeps_its_own_ending() -> None:
    assert with_suffix(Path("a.v2"), ".md").name == "a.v2.md"
    assert with_suffix(Path("a.CSV"), ".md").name == "a.CSV"


def test_a_damaged_report_is_a_sentence(panel: EvaluatePanel, folder: Path, settled: Settled) -> None:
    (folder / "report.json").write_text("{", encoding="utf-8")
    panel.open_report(folder)
    settled(lambda: panel.foot.sentence.value() is not None)
    said = panel.foot.sentence.value()
    assert said is not None
    assert said.level == "error"
    assert "report.json" in said.text


def test_a_report_that_was_not_finished_is_greyed(panel: EvaluatePanel, folder: Path, settled: Settled) -> None:
    (folder / "report.json").unlink()
    panel.session.evaluations.refresh()
    settled(lambda: not panel.session.evaluations.lines[0].has_table)
    item = panel.earlier.list.item(0)
    assert not item.flags() & Qt.ItemFlag.ItemIsEnabled
    assert "not finished" in item.toolTip()


def test_a_field_of_a_control_has_no_image(panel: EvaluatePanel) -> None:
    report: Report | None = panel.report.report
    assert report is not None
    with pytest.raises(InputError, match="made for this report alone"):
        source_of(report.recipe, Spot("blurred 2 px", -1, (0, 0, 0), (1, 32, 32)))


@pytest.mark.parametrize("axes", ["zyx", "czyx", "tyx", "tczyx", "zyxs", "yxz"])
def test_the_middle_of_a_field_is_read_from_images_of_any_axes(axes: str) -> None:
    sizes = {"t": 3, "c": 2, "z": 5, "y": 40, "x": 48, "s": 3}
    shape = tuple(sizes[a] for a in axes)
    pixels = np.arange(np.prod(shape)).reshape(shape)
    spot = Spot("a", 0, (1, 8, 16), (4, 24, 40), moment=1 if {"t", "z"} <= set(axes) else 0)
    plane = middle_of(Image(pixels, Space(axes)), spot)
    depth = "z" if "z" in axes else "t"
    place = {"t": spot.moment, "y": 8, "x": 16, depth: 2}
    assert start_of(axes, spot) == tuple(place.get(a, 0) for a in axes)
    assert plane.shape == (16, 24, sizes["c"] if "c" in axes else 3 if "s" in axes else 1)
    assert plane[0, 0, 0] == pixels[tuple(place.get(a, 0) for a in axes)]
