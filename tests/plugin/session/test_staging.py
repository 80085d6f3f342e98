"""Candidates on the canvas: in place, at the same contrast, accepted without touching the source."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from napari.components import ViewerModel
from pytestqt.qtbot import QtBot

from napari_synthscope.canvas.layers import KEY, add_image, image_of
from napari_synthscope.canvas.outlines import outline_of, show_outlines
from napari_synthscope.generating.candidate_rows import read_rows
from napari_synthscope.session.session import Session
from synthscope.generators.registry import resolve
from synthscope.imaging.hashing import pixel_hash
from synthscope.io.opening import open_image
from synthscope.io.writing import write_image
from synthscope.jobs.drain import drain
from synthscope.records.image import Image
from synthscope.records.request import Region
from synthscope.records.space import Space
from synthscope.services.choosing import Choice
from synthscope.services.planning import plan
from synthscope.services.run_folder import RunFolder
from synthscope.services.running import run_job

Settled = Callable[[Callable[[], Any]], None]
SPACE = Space("zyx", (3.0, 1.2, 1.2), "µm", (5.0, 10.0, 20.0))


@pytest.fixture
def source(viewer: ViewerModel, session: Session, stack: np.ndarray) -> Any:
    layer = add_image(viewer, Image(stack, SPACE, "ring"))
    assert session.source is layer
    return layer


@pytest.fixture
def run(session: Session, source: Any) -> Iterator[RunFolder]:
    """A run of three candidates, made in place."""
    mask = session.new_mask()
    mask.data[4:7, 20:26, 30:38] = 1
    session.mask_written(Region((4, 20, 30), (7, 26, 38)))
    made = make_run(session, count=3)
    session.runs.set_current(made)
    yield made
    session.stage.clear()


def make_run(session: Session, *, count: int, generator: str = "exemplar") -> RunFolder:
    image, fitted, project = session.source_image(), session.mask_pixels(), session.project
    choice = Choice("inpaint", generator, count=count, seed=5, context=12)
    planned = plan(image, fitted.box, fitted.pixels, choice)
    run = project.new_run(planned, project.add_source(image))
    drain(run_job(run.path, resolve, project=project.folder))
    return run


def show(session: Session, run: RunFolder, settled: Settled, number: int = 1) -> Any:
    session.stage.show(f"{run.id}/{number}")
    settled(lambda: session.stage.on_canvas == f"{run.id}/{number}")
    return session.stage.layer


def accept(session: Session, run: RunFolder, settled: Settled, number: int = 1) -> Any:
    accepted: list[Any] = []
    session.stage.accepted.connect(accepted.append)
    session.stage.accept(f"{run.id}/{number}")
    settled(lambda: accepted)
    return accepted[0]


def test_a_candidate_lies_in_place_over_its_source(
    viewer: ViewerModel, session: Session, source: Any, run: RunFolder, settled: Settled
) -> None:
    layer = show(session, run, settled)
    box = run.candidates()[0].box
    assert box is not None
    assert layer.data.shape == box.shape
    assert np.allclose(layer.data_to_world((0, 0, 0)), source.data_to_world(box.start))
    assert np.array_equal(layer.scale, source.scale)
    outside = run.mask() == 0
    assert np.array_equal(layer.data[outside], source.data[box.slices][outside])
    assert viewer.layers.index(layer) == viewer.layers.index(source) + 1


@pytest.mark.filterwarnings("ignore:Non-orthogonal slicing:UserWarning")
def test_a_candidate_over_a_turned_and_sheared_source_lies_in_place(
    session: Session, source: Any, run: RunFolder, settled: Settled
) -> None:
    source.rotate = (10, 20, 30)
    source.affine = np.array([[1, 0, 0.2, 3], [0, 2, 0, -1], [0, 0.1, 1, 4], [0, 0, 0, 1]])
    layer = show(session, run, settled)
    box = run.candidates()[0].box
    assert box is not None
    for corner in ((0, 0, 0), (1, 2, 3)):
        there = tuple(a + b for a, b in zip(box.start, corner, strict=True))
        assert np.allclose(layer.data_to_world(corner), source.data_to_world(there))


def test_real_and_synthetic_keep_one_contrast_whichever_is_changed(
    session: Session, source: Any, run: RunFolder, settled: Settled
) -> None:
    source.contrast_limits = (3000, 40000)
    layer = show(session, run, settled)
    assert tuple(layer.contrast_limits) == (3000, 40000)
    layer.contrast_limits = (5000, 20000)
    assert tuple(source.contrast_limits) == (5000, 20000)


def test_stepping_changes_the_picture_and_not_the_layers(
    viewer: ViewerModel, session: Session, run: RunFolder, settled: Settled
) -> None:
    first = show(session, run, settled, 1)
    layers = list(viewer.layers)
    assert show(session, run, settled, 2) is first
    assert list(viewer.layers) == layers
    second = run.open(run.candidates()[1])
    assert np.array_equal(first.data, np.asarray(second.pixels[...]))


def test_the_mask_steps_aside_for_a_candidate_and_comes_back_for_the_brush(
    session: Session, run: RunFolder, settled: Settled
) -> None:
    mask = session.mask
    show(session, run, settled)
    assert not mask.visible
    mask.paint((5, 22, 33), 0)
    settled(lambda: session.stage.layer is None)
    assert mask.visible


def test_the_original_shows_while_it_is_asked_for(session: Session, run: RunFolder, settled: Settled) -> None:
    layer = show(session, run, settled)
    session.stage.show_original(True)
    assert not layer.visible
    session.stage.show_original(False)
    assert layer.visible


def test_the_brush_in_hand_stays_on_the_mask(
    viewer: ViewerModel, session: Session, run: RunFolder, settled: Settled
) -> None:
    viewer.layers.selection.active = session.mask
    show(session, run, settled)
    assert viewer.layers.selection.active is session.mask


def test_accepting_makes_a_new_layer_and_leaves_the_source_as_it_is(
    viewer: ViewerModel, session: Session, source: Any, run: RunFolder, settled: Settled
) -> None:
    before = pixel_hash(source.data)
    show(session, run, settled)
    layer = accept(session, run, settled)
    assert layer.name == "ring · exemplar seed 5 · synthetic"
    assert pixel_hash(source.data) == before
    mask = session.mask.data != 0
    assert np.array_equal(layer.data[~mask], source.data[~mask])
    assert not np.array_equal(layer.data[mask], source.data[mask])
    assert layer.data.dtype == source.data.dtype
    for name in ("scale", "translate", "contrast_limits"):
        assert np.array_equal(getattr(layer, name), getattr(source, name)), name
    assert tuple(layer.units) == tuple(source.units)
    record = layer.metadata[KEY]
    assert record["candidate"] == f"{run.id}/1"
    assert np.array_equal(image_of(layer).synthetic, mask)
    assert outline_of(viewer, layer) is not None
    assert session.stage.layer is None
    assert run.verdicts()[f"{run.id}/1"].state == "accepted"


def test_a_result_is_never_taken_for_a_source(
    viewer: ViewerModel, session: Session, source: Any, run: RunFolder, settled: Settled
) -> None:
    accept(session, run, settled)
    viewer.layers.remove(source)
    assert session.source is None


def test_undo_takes_an_accepted_candidate_back(
    viewer: ViewerModel, session: Session, run: RunFolder, settled: Settled
) -> None:
    layers = list(viewer.layers)
    accept(session, run, settled)
    assert session.undo() == "accept seed 5"
    settled(lambda: list(viewer.layers) == layers)
    assert run.verdicts()[f"{run.id}/1"].state == "waiting"


def test_redo_accepts_again_with_the_same_layers_where_they_were(
    session: Session, run: RunFolder, settled: Settled
) -> None:
    layer = accept(session, run, settled)
    before = list(session.viewer.layers)
    session.undo()
    assert layer not in session.viewer.layers
    assert session.redo() == "accept seed 5"
    settled(lambda: [id(one) for one in session.viewer.layers] == [id(one) for one in before])
    assert run.verdicts()[f"{run.id}/1"].state == "accepted"
    assert session.undo() == "accept seed 5"
    assert layer not in session.viewer.layers
    assert run.verdicts().get(f"{run.id}/1") is None or run.verdicts()[f"{run.id}/1"].state != "accepted"


def test_undo_and_redo_pressed_at_once_leave_what_they_leave_one_by_one(
    session: Session, run: RunFolder, settled: Settled
) -> None:
    accept(session, run, settled)
    before = [id(one) for one in session.viewer.layers]
    for _ in range(2):
        session.undo()
        session.redo()
    settled(lambda: [id(one) for one in session.viewer.layers] == before)
    session.undo()
    session.redo()
    session.undo()
    settled(lambda: session.stage.layer is None)
    assert len(session.viewer.layers) == len(before) - 2


def test_a_result_deleted_before_its_outline_came_does_no_harm(
    viewer: ViewerModel, session: Session, run: RunFolder, qtbot: QtBot
) -> None:
    inserted: list[Any] = []
    viewer.layers.events.inserted.connect(lambda event: inserted.append(event.value))
    session.stage.accept(f"{run.id}/1")
    qtbot.waitUntil(lambda: bool(inserted), timeout=20_000)
    (layer,) = inserted
    viewer.layers.remove(layer)
    qtbot.waitUntil(lambda: not session.stage.busy and not session.errands.busy)
    assert outline_of(viewer, layer) is None
    assert session.undo() == f"delete {layer.name}"
    assert session.undo() == "accept seed 5"
    qtbot.waitUntil(lambda: not session.stage.busy)
    assert layer not in viewer.layers


def test_undo_of_a_result_that_was_deleted_does_no_harm(
    viewer: ViewerModel, session: Session, run: RunFolder, settled: Settled
) -> None:
    layer = accept(session, run, settled)
    viewer.layers.remove(layer)
    settled(lambda: outline_of(viewer, layer) is None)
    assert session.undo() == f"delete {layer.name}"
    assert layer in viewer.layers
    assert outline_of(viewer, layer) is not None
    viewer.layers.remove(layer)
    session.undo_stack.forget()
    assert session.undo() == "accept seed 5"
    assert run.verdicts()[f"{run.id}/1"].state == "waiting"


def test_a_repair_of_a_repair_starts_from_what_is_seen(
    tmp_path: Path, viewer: ViewerModel, session: Session, stack: np.ndarray, settled: Settled
) -> None:
    path = write_image(tmp_path / "ring.ome.tif", Image(stack, SPACE, "ring"))
    session.set_source(add_image(viewer, open_image(path)))
    mask = session.new_mask()
    mask.data[4:7, 20:26, 30:38] = 1
    session.mask_written()
    first = make_run(session, count=1, generator="harmonic")
    session.runs.set_current(first)
    repaired = accept(session, first, settled)
    session.set_source(repaired)
    mask.data[...] = 0
    mask.data[4:7, 30:34, 30:38] = 1
    session.mask_written()
    second = make_run(session, count=1, generator="harmonic")
    box = second.candidates()[0].box
    assert box is not None
    made = np.asarray(second.open(second.candidates()[0]).pixels[...])
    outside = second.mask() == 0
    assert np.array_equal(made[outside], repaired.data[box.slices][outside])
    assert not np.array_equal(made[outside], stack[box.slices][outside])
    provenance = second.open(second.candidates()[0]).provenance
    assert provenance is not None
    assert len(provenance["history"]) == 1


def test_a_candidate_on_the_canvas_carries_its_own_record_after_stepping(
    session: Session, run: RunFolder, settled: Settled
) -> None:
    show(session, run, settled, 1)
    layer = show(session, run, settled, 2)
    identity = layer.metadata[KEY]["uuid"]
    provenance = image_of(layer).provenance
    assert provenance is not None
    assert provenance["seed"] == run.candidates()[1].seed
    assert provenance["sha256"] == pixel_hash(layer.data)
    assert show(session, run, settled, 3).metadata[KEY]["uuid"] == identity


def test_a_large_result_is_read_as_it_is_looked_at(
    session: Session, source: Any, run: RunFolder, settled: Settled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("napari_synthscope.session.accepting.IN_MEMORY", 0)
    layer = accept(session, run, settled)
    assert not isinstance(layer.data, np.ndarray)
    box = run.candidates()[0].box
    assert box is not None
    whole = source.data.copy()
    whole[box.slices] = np.asarray(run.open(run.candidates()[0]).pixels[...])
    assert np.array_equal(np.asarray(layer.data), whole)


def test_a_deleted_source_does_no_harm_to_its_candidates(
    viewer: ViewerModel, session: Session, source: Any, run: RunFolder, settled: Settled
) -> None:
    world = source.data_to_world(run.candidates()[0].box.start)
    viewer.layers.remove(source)
    layer = show(session, run, settled)
    assert np.allclose(layer.data_to_world((0, 0, 0)), world)
    assert accept(session, run, settled).data.shape == (12, 48, 56)


def test_uncertainty_is_the_deviation_over_candidates_and_zero_outside(
    viewer: ViewerModel, session: Session, run: RunFolder, settled: Settled
) -> None:
    session.stage.add_uncertainty()
    settled(lambda: any("Uncertainty" in layer.name for layer in viewer.layers))
    layer = viewer.layers[-1]
    boxes = np.stack([np.asarray(run.open(c).pixels[...], float) for c in run.candidates()])
    assert np.allclose(layer.data, boxes.std(axis=0, ddof=1), rtol=1e-4)
    assert not layer.data[run.mask() == 0].any()
    session.undo()
    assert layer not in viewer.layers


def test_beside_the_uncertainty_lies_the_mean_hidden_and_the_source_around_it(
    viewer: ViewerModel, session: Session, source: Any, run: RunFolder, settled: Settled
) -> None:
    before = list(viewer.layers)
    session.stage.add_uncertainty()
    settled(lambda: any("Uncertainty" in layer.name for layer in viewer.layers))
    mean, spread = viewer.layers[-2:]
    assert (mean.name, mean.visible) == ("Mean of 3 candidates", False)
    assert session.source is source
    boxes = np.stack([np.asarray(run.open(c).pixels[...], float) for c in run.candidates()])
    assert mean.data.dtype == source.data.dtype
    assert np.array_equal(mean.data, np.rint(boxes.mean(axis=0)))
    box = run.candidates()[0].box
    assert box is not None
    outside = run.mask() == 0
    assert np.array_equal(mean.data[outside], source.data[box.slices][outside])
    assert np.allclose(mean.data_to_world((0, 0, 0)), spread.data_to_world((0, 0, 0)))
    session.undo()
    assert list(viewer.layers) == before


def test_outlines_come_and_go_together_and_new_ones_keep_to_it(
    viewer: ViewerModel, session: Session, run: RunFolder, settled: Settled
) -> None:
    show_outlines(viewer, False)
    layer = accept(session, run, settled)
    assert not outline_of(viewer, layer).visible
    show_outlines(viewer, True)
    assert outline_of(viewer, layer).visible


def test_a_deleted_mask_comes_back_as_the_mask(viewer: ViewerModel, session: Session, run: RunFolder) -> None:
    mask = session.mask
    viewer.layers.remove(mask)
    assert session.mask is None
    session.undo()
    assert session.mask is mask


def test_rows_show_seed_figures_and_the_proof(session: Session, run: RunFolder) -> None:
    rows = read_rows(run, (0.0, 1.0), {})
    assert [row.seed for row in rows] == [5, 6, 7]
    assert all(row.synthetic is not None and row.synthetic.any() for row in rows)
    assert rows[0].figures["outside the mask"].startswith("identical: sha256")
    assert rows[0].limits == (0.0, 1.0)
    assert max(rows[0].thumbnail.shape) <= 264


def test_a_candidate_whose_file_is_damaged_is_left_out(session: Session, run: RunFolder) -> None:
    run.image_path(2).write_bytes(b"nothing")
    assert [row.seed for row in read_rows(run, None, {})] == [5, 7]


def test_a_deleted_run_comes_back_and_leaves_the_disk_with_the_session(session: Session, run: RunFolder) -> None:
    session.runs.set_current(run)
    session.runs.delete(run.id)
    assert session.project.runs() == ()
    assert session.undo() == "delete the run"
    assert session.runs.current is not None
    assert session.runs.current.path == run.path
    assert len(run.candidates()) == 3
    session.runs.delete(run.id)
    session.close()
    assert list(run.path.parent.iterdir()) == []


def test_verdicts_are_undoable_and_survive_a_deleted_run(session: Session, run: RunFolder) -> None:
    candidate = run.candidates()[0]
    session.runs.decide(candidate.id, "reject seed 5", state="rejected", reason="visible seam")
    assert session.runs.verdict(candidate).reason == "visible seam"
    session.undo()
    assert session.runs.verdict(candidate).state == "waiting"
    session.runs.decide(candidate.id, "star seed 5", starred=True)
    session.runs.delete(run.id)
    assert session.runs.current is None
    session.undo_stack.forget()
    session.undo()
    assert not run.path.exists()
