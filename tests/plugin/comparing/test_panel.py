"""The Compare panel over real candidates: what it measures, where it gets its baseline, what it keeps."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from napari.components import ViewerModel
from pytestqt.qtbot import QtBot

from napari_synthscope.canvas.layers import add_image
from napari_synthscope.comparing.measuring import NO_PARTNER
from napari_synthscope.comparing.panel import ComparePanel
from napari_synthscope.session.session import Session
from synthscope.errors import InputError
from synthscope.generators.registry import resolve
from synthscope.imaging.similarity import data_range_of, psnr, ssim
from synthscope.jobs.drain import drain
from synthscope.records.image import Image
from synthscope.records.request import Region
from synthscope.records.run import Note
from synthscope.records.space import Space
from synthscope.services.choosing import Choice
from synthscope.services.comparing import begin_baseline, find_baseline
from synthscope.services.notes import read_notes
from synthscope.services.planning import plan
from synthscope.services.run_folder import RunFolder
from synthscope.services.running import run_job

SPACE = Space("zyx", (3.0, 1.2, 1.2), "µm", (5.0, 10.0, 20.0))
BOX = Region((4, 20, 30), (7, 26, 38))


@pytest.fixture
def run(session: Session, viewer: ViewerModel, stack: np.ndarray) -> RunFolder:
    """A run of two candidates of the session's source."""
    add_image(viewer, Image(stack, SPACE, "ring"))
    mask = session.new_mask()
    mask.data[BOX.slices] = 1
    session.mask_written(BOX)
    return make_run(session, "exemplar", 2)


@pytest.fixture
def panel(session: Session, viewer: ViewerModel, qtbot: QtBot) -> Iterator[ComparePanel]:
    made = ComparePanel(viewer)
    qtbot.addWidget(made)
    yield made
    made.close()


@pytest.fixture
def compared(panel: ComparePanel, session: Session, run: RunFolder, wait: Any) -> ComparePanel:
    """The panel with the first candidate on the canvas."""
    session.runs.set_current(run)
    session.stage.show(f"{run.id}/1")
    wait(lambda: session.stage.layer is not None)
    panel.numbers.refresh()
    wait(lambda: panel.numbers.value())
    return panel


@pytest.fixture
def wait(qtbot: QtBot, session: Session) -> Callable[[Callable[[], Any]], None]:
    return lambda condition: qtbot.waitUntil(lambda: bool(condition()), timeout=30000)


def make_run(session: Session, generator: str, count: int, context: float = 4) -> RunFolder:
    image, fitted, project = session.source_image(), session.mask_pixels(), session.project
    planned = plan(image, fitted.box, fitted.pixels, Choice("inpaint", generator, count=count, seed=5, context=context))
    made = project.new_run(planned, project.add_source(image))
    drain(run_job(made.path, resolve, project=project.folder))
    return made


def figure(panel: ComparePanel, name: str) -> Any:
    return next(one for one in panel.numbers.value() if one.name == name)


def test_an_empty_viewer_is_told_what_to_do_first(panel: ComparePanel, viewer: ViewerModel, wait: Any) -> None:
    assert panel.step_state() == (False, "open an image first")
    assert "step 1" in panel.bar.hint.text()
    viewer.add_image(np.zeros((20, 20), np.uint8))
    wait(lambda: "Generate" in panel.step_state()[1])
    assert not panel.shell_actions()


def test_the_candidate_on_the_canvas_is_compared_and_followed(
    compared: ComparePanel, session: Session, run: RunFolder, wait: Any
) -> None:
    assert compared.candidate() == f"{run.id}/1"
    assert compared.step_state() == (True, "")
    assert set(compared.shell_actions()) == {"side_by_side", "curtain", "flicker", "difference", "checkerboard"}
    session.stage.show(f"{run.id}/2")
    wait(lambda: compared.candidate() == f"{run.id}/2")
    session.stage.accept(f"{run.id}/2")
    wait(lambda: compared.choice.value()[1] is not None and "synthetic" in compared.choice.value()[1].name)
    assert compared.candidate() == f"{run.id}/2"
    assert compared.choice.value()[0] is session.source


def test_numbers_that_need_a_partner_are_grey_until_somebody_vouches_for_it(
    compared: ComparePanel, run: RunFolder, stack: np.ndarray
) -> None:
    assert figure(compared, "PSNR").reason == NO_PARTNER
    assert not figure(compared, "Seam").reason
    compared.numbers.partner.setChecked(True)
    assert not figure(compared, "PSNR").reason
    box = run.open(run.candidate(f"{run.id}/1"))
    region = run.candidate(f"{run.id}/1").box
    assert region is not None
    part, mask = stack[region.slices], run.mask()
    assert mask is not None
    mean = np.mean((part[mask].astype(float) - np.asarray(box.pixels[...])[mask]) ** 2)
    assert figure(compared, "MSE").value == pytest.approx(mean)
    rows = slice(BOX.start[0] - region.start[0], BOX.stop[0] - region.start[0])
    real, fill, inside = part[rows], np.asarray(box.pixels[rows]), mask[rows]
    data_range = data_range_of(real)
    slices = [z for z in range(len(inside)) if inside[z].any()]
    alike = [ssim(real[z], fill[z], data_range=data_range, mask=inside[z]) for z in slices]
    weights = [inside[z].sum() for z in slices]
    assert figure(compared, "SSIM").value == pytest.approx(np.average(alike, weights=weights))
    assert figure(compared, "PSNR").value == pytest.approx(psnr(real, fill, data_range=data_range, mask=inside))
    assert figure(compared, "Seam").floor == run.candidates()[0].figures["source_seam_ratio"]


def test_the_baseline_of_the_same_mask_stands_beside_whatever_its_context(
    compared: ComparePanel, session: Session, wait: Any
) -> None:
    assert compared.numbers._numbers is not None
    assert compared.numbers._numbers.wanted
    make_run(session, "biharmonic", 1, context=8)
    compared.numbers.refresh()
    wait(lambda: any(one.name == "baseline MSE" for one in compared.numbers.value()))
    assert figure(compared, "baseline MSE").value > 0
    assert figure(compared, "baseline Texture").value < 0.5


def test_a_baseline_is_made_of_the_same_source_mask_and_region(session: Session, run: RunFolder) -> None:
    project = session.project
    assert find_baseline(project, run) is None
    made = begin_baseline(project, run)
    drain(run_job(made.path, resolve, project=project.folder))
    found = find_baseline(project, run)
    assert found is not None
    assert found.path == made.path
    assert found.recipe().request.region == run.recipe().request.region
    np.testing.assert_array_equal(found.mask(), run.mask())
    assert find_baseline(project, made).path == made.path  # type: ignore[union-attr]  # it is its own
    session.mask.data[BOX.slices] = 0
    session.mask.data[4:7, 30:36, 30:38] = 1
    session.mask_written()
    elsewhere = make_run(session, "exemplar", 1)
    assert find_baseline(project, elsewhere) is None


def test_a_run_without_a_mask_has_no_baseline(session: Session, viewer: ViewerModel) -> None:
    add_image(viewer, Image(np.zeros((32, 32), np.uint8), Space("yx"), "plain"))
    image = session.source_image()
    varied = plan(image, None, None, Choice("vary", "phase-surrogate"))
    made = session.project.new_run(varied, session.project.add_source(image))
    with pytest.raises(InputError, match="no mask"):
        begin_baseline(session.project, made)


@pytest.mark.parametrize("kind", ["histogram", "spectrum"])
@pytest.mark.parametrize("where", ["inside", "around", "slice"])
def test_curves_come_from_where_they_say(
    compared: ComparePanel, viewer: ViewerModel, wait: Any, kind: str, where: str
) -> None:
    viewer.dims.set_current_step(0, 5)
    compared.curves.set_kind(kind)
    compared.curves.where.setCurrentIndex(compared.curves.where.findData(where))
    compared.curves.refresh()
    label = "frequency (1/µm)" if kind == "spectrum" else "grey value"
    wait(lambda: (shown := compared.curves.value()) is not None and shown.x_label == label)
    plot = compared.curves.value()
    assert plot is not None
    assert [curve.kind for curve in plot.curves] == ["real", "synthetic"]
    if kind == "histogram":
        assert all(curve.y.sum() == pytest.approx(1) for curve in plot.curves)


def test_a_slice_that_the_candidate_does_not_reach_is_said(
    compared: ComparePanel, viewer: ViewerModel, wait: Any
) -> None:
    viewer.dims.set_current_step(0, 11)
    compared.curves.where.setCurrentIndex(2)
    compared.curves.refresh()
    wait(lambda: "does not reach" in compared.curves.words.text())


def test_a_note_is_kept_listed_and_exported(
    compared: ComparePanel, session: Session, run: RunFolder, tmp_path: Path
) -> None:
    card = compared.notes
    assert not card.keep.isEnabled()
    mark = Region((5, 21, 31), (6, 24, 35))
    card.form.set_value(Note(compared.candidate(), 4, 2, ("blurred",), "the pore is closed", mark))
    card.keep.click()
    (kept,) = read_notes(session.project.folder)
    assert (kept.candidate, kept.realism, kept.usability, kept.mark) == (f"{run.id}/1", 4, 2, mark)
    assert kept.made
    assert card.earlier.count() == 1
    assert card.form.value() == Note(f"{run.id}/1")
    card.earlier.setCurrentRow(0)
    assert card.sketch.layer is not None
    assert "grade 0" in card.grade.text()
    card.export_to(tmp_path / "notes.csv")
    (row,) = csv.DictReader((tmp_path / "notes.csv").read_text(encoding="utf-8").splitlines())
    found = [row[name] for name in ("realism", "reasons", "mark_start", "blinding_grade")]
    assert found == ["4", "blurred", "5 21 31", "0"]


def test_notes_of_another_candidate_are_not_listed(
    compared: ComparePanel, session: Session, run: RunFolder, wait: Any
) -> None:
    compared.notes.form.set_value(replace(compared.notes.form.value(), realism=3))
    compared.notes.keep.click()
    session.stage.show(f"{run.id}/2")
    wait(lambda: compared.candidate() == f"{run.id}/2")
    assert compared.notes.earlier.count() == 0


@pytest.mark.parametrize("suffix", [".png", ".svg"])
def test_the_comparison_is_written_as_a_figure(
    compared: ComparePanel, viewer: ViewerModel, wait: Any, tmp_path: Path, suffix: str
) -> None:
    viewer.dims.set_current_step(0, 5)
    compared.write_figure(tmp_path / f"comparison{suffix}")
    wait(lambda: compared.sentence.value() is not None)
    said = compared.sentence.value()
    assert said is not None
    assert "saved" in said.text
    assert (tmp_path / f"comparison{suffix}").stat().st_size > 1000


def test_a_viewer_without_a_canvas_says_so(compared: ComparePanel) -> None:
    compared.scene.toggle("curtain")
    said = compared.sentence.value()
    assert said is not None
    assert "no window" in said.text
    assert compared.scene.mode is None


def test_unequal_grids_are_said_in_words(panel: ComparePanel, viewer: ViewerModel, wait: Any) -> None:
    viewer.add_image(np.zeros((20, 20), np.uint8), name="coarse")
    viewer.add_image(np.zeros((40, 40), np.uint8), name="fine", scale=(0.5, 0.5))
    wait(lambda: panel.scene.layers is not None)
    assert "one grid" in panel.choice.words.text()
    assert "difference" not in panel.shell_actions()
