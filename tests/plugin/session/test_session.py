"""What a person works on in one viewer."""

from __future__ import annotations

import gc
import sys
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from napari.components import ViewerModel
from pytestqt.qtbot import QtBot

from napari_synthscope.canvas.layers import add_image
from napari_synthscope.session.session import Session
from synthscope.errors import MaskError
from synthscope.imaging.masks.resampling import resample_mask
from synthscope.io.opening import open_image
from synthscope.io.writing import write_image
from synthscope.records.image import Image as SynthImage
from synthscope.records.request import Region
from synthscope.records.space import Space

Settled = Callable[[Callable[[], Any]], None]
SPACE = {"scale": (3.0, 1.2, 1.2), "translate": (5.0, 10.0, 20.0), "units": ("um", "um", "um")}


def test_a_viewer_has_one_session_and_two_viewers_have_two(viewer: ViewerModel, session: Session) -> None:
    other = ViewerModel()
    assert Session.of(viewer) is session
    second = Session.of(other)
    assert second is not session
    other.add_image(np.zeros((8, 8), np.uint8))
    assert second.source is not None
    assert session.source is None
    second.close()


def test_a_session_goes_with_its_viewer(qtbot: QtBot, home: Path) -> None:
    def work() -> weakref.ref[ViewerModel]:
        viewer = ViewerModel()
        session = Session.of(viewer)
        viewer.add_image(np.zeros((8, 8), np.uint8))
        session.new_mask().paint((4, 4), 1)
        session.close()
        return weakref.ref(viewer)

    gone = work()

    def collected() -> bool:  # Qt's half and Python's half let go of each other in turns
        gc.collect()
        return gone() is None

    qtbot.waitUntil(collected)


def test_the_first_image_is_the_source_and_keeps_being_it_when_renamed(viewer: ViewerModel, session: Session) -> None:
    first = viewer.add_image(np.zeros((8, 8), np.uint8))
    viewer.add_image(np.ones((8, 8), np.uint8))
    first.name = "another name"
    assert session.source is first


def test_a_deleted_source_makes_room_for_the_image_that_is_left(viewer: ViewerModel, session: Session) -> None:
    first, second = viewer.add_image(np.zeros((8, 8), np.uint8)), viewer.add_image(np.ones((8, 8), np.uint8))
    viewer.layers.remove(first)
    assert session.source is second
    viewer.layers.remove(second)
    assert session.source is None


def test_truth_and_outlines_are_never_taken_for_a_mask(viewer: ViewerModel, session: Session) -> None:
    viewer.add_labels(np.ones((8, 8), np.uint8), metadata={"synthscope": {"uuid": "truth"}})
    assert session.mask is None
    drawn = viewer.add_labels(np.ones((8, 8), np.uint8))
    assert session.mask is drawn


def test_a_new_mask_lies_voxel_on_voxel_on_its_source(viewer: ViewerModel, session: Session, stack: np.ndarray) -> None:
    source = viewer.add_image(stack, **SPACE)
    mask = session.new_mask()
    assert mask.data.shape == stack.shape
    assert np.array_equal(mask.scale, source.scale)
    assert np.array_equal(mask.translate, source.translate)
    assert tuple(mask.units) == tuple(source.units)
    assert session.mask is mask


def test_a_mask_of_a_picture_with_channels_has_none(viewer: ViewerModel, session: Session) -> None:
    image = SynthImage(np.zeros((9, 3, 8, 7), np.uint16), Space("zcyx", (2.0, 1.0, 0.5, 0.5), "µm"))
    add_image(viewer, image)
    assert session.new_mask().data.shape == (9, 8, 7)
    session.mask.data[4, 3, 2] = 1
    session.mask_written(Region((4, 3, 2), (5, 4, 3)))
    fitted = session.mask_pixels()
    assert fitted.pixels.shape == image.mask_shape
    assert fitted.box == Region((4, 3, 2), (5, 4, 3))


def test_what_is_painted_is_known_through_strokes_undo_and_programs(
    viewer: ViewerModel, session: Session, stack: np.ndarray, settled: Settled
) -> None:
    viewer.add_image(stack)
    mask = session.new_mask()
    assert session.painted is None
    mask.brush_size = 3
    mask.paint((4, 20, 30), 1)
    settled(lambda: session.painted is not None)
    assert session.painted.box == Region((4, 19, 29), (5, 22, 32))
    assert session.painted.voxels == np.count_nonzero(mask.data)
    assert session.undo() == "painting"
    settled(lambda: session.painted is None)
    mask.redo()
    settled(lambda: session.painted is not None)
    mask.data[0, 0, 0] = 1
    session.mask_written(Region((0, 0, 0), (1, 1, 1)))
    assert session.painted.box.start == (0, 0, 0)


def test_a_mask_that_is_large_is_searched_beside_the_window(
    viewer: ViewerModel, session: Session, stack: np.ndarray, settled: Settled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("napari_synthscope.session.mask_watch.INLINE_BYTES", 0)
    viewer.add_image(stack)
    labels = np.zeros(stack.shape, np.uint8)
    labels[3, 4:6, 7] = 1
    viewer.add_labels(labels)
    assert session.searching
    settled(lambda: not session.searching)
    assert session.painted.box == Region((3, 4, 7), (4, 6, 8))


def test_a_run_right_after_a_stroke_takes_all_that_is_painted(
    viewer: ViewerModel, session: Session, stack: np.ndarray, settled: Settled
) -> None:
    viewer.add_image(stack)
    mask = session.new_mask()
    mask.brush_size = 3
    mask.paint((4, 20, 30), 1)
    settled(lambda: session.painted is not None)
    mask.paint((9, 40, 50), 1)
    assert session.mask_pixels().box == Region((4, 19, 29), (10, 42, 52))


def test_a_mask_that_is_searched_again_gives_no_box_of_a_moment_ago(
    viewer: ViewerModel, session: Session, stack: np.ndarray, settled: Settled, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer.add_image(stack)
    mask = session.new_mask()
    mask.data[4, 20, 30] = 1
    session.mask_written()
    monkeypatch.setattr("napari_synthscope.session.mask_watch.INLINE_BYTES", 0)
    mask.data[4, 21, 30] = 0
    session.mask_written()
    with pytest.raises(MaskError, match="looked for"):
        session.mask_pixels()
    told: list[None] = []
    session.mask_changed.connect(lambda: told.append(None))
    settled(lambda: told)
    assert session.mask_pixels().box == Region((4, 20, 30), (5, 21, 31))


def test_deleted_layers_hold_no_more_memory_than_was_promised(
    viewer: ViewerModel, session: Session, stack: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("napari_synthscope.session.removals.HELD_BYTES", 2 * stack.nbytes)
    names = ("first", "second", "third")
    layers = [viewer.add_image(stack.copy(), name=name) for name in names]
    for layer in layers:
        viewer.layers.remove(layer)
    assert session.undo_stack.names == ("delete third", "delete second")
    assert session.undo() == "delete third"
    assert layers[2] in viewer.layers
    viewer.layers.remove(layers[2])
    assert session.undo_stack.names == ("delete third", "delete second")


def test_a_mask_of_another_scale_comes_through_world_coordinates_and_says_so(
    viewer: ViewerModel, session: Session, stack: np.ndarray, settled: Settled
) -> None:
    viewer.add_image(stack, **SPACE)
    coarse = np.zeros((12, 24, 28), np.uint8)
    coarse[5, 10, 10] = 1
    # A voxel of the coarse grid covers two by two of the source, so its centre lies half a voxel further.
    viewer.add_labels(coarse, scale=(3.0, 2.4, 2.4), translate=(5.0, 10.6, 20.6), units=("um",) * 3)
    settled(lambda: session.painted is not None)
    fitted = session.mask_pixels()
    assert fitted.box == Region((5, 20, 20), (6, 22, 22))
    assert "world coordinates" in fitted.sentence


def test_a_mask_of_another_grid_is_brought_over_once_and_again_after_a_stroke(
    viewer: ViewerModel, session: Session, stack: np.ndarray, settled: Settled, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []

    def counted(*arguments: Any) -> Any:
        calls.append(1)
        return resample_mask(*arguments)

    monkeypatch.setattr("napari_synthscope.session.mask_fit.resample_mask", counted)
    source = viewer.add_image(stack, **SPACE)
    mask = viewer.add_labels(np.zeros((12, 24, 28), np.uint8), scale=(3.0, 2.4, 2.4), units=("um",) * 3)
    mask.brush_size = 3
    mask.paint((5, 15, 15), 1)
    settled(lambda: session.painted is not None)
    first = session.mask_pixels()
    assert session.mask_pixels() is first
    assert len(calls) == 1
    mask.paint((5, 20, 20), 1)
    second = session.mask_pixels()
    assert np.count_nonzero(second.pixels) > np.count_nonzero(first.pixels)
    source.translate = (5.0, 12.4, 20.0)
    assert session.mask_pixels().box != second.box


def test_a_single_slice_before_a_stack_asks_which_slices_are_meant(
    viewer: ViewerModel, session: Session, stack: np.ndarray
) -> None:
    viewer.add_image(stack)
    plane = np.zeros(stack.shape[1:], np.uint8)
    plane[5:9, 6] = 1
    viewer.add_labels(plane)
    assert session.asks_slices
    with pytest.raises(MaskError, match="12"):
        session.mask_pixels()
    session.set_meant((3, 4))
    assert session.mask_pixels().box == Region((3, 5, 6), (4, 9, 7))
    session.set_meant("all")
    fitted = session.mask_pixels()
    assert fitted.box == Region((0, 5, 6), (12, 9, 7))
    assert np.count_nonzero(np.asarray(fitted.pixels)) == 12 * 4


def test_a_layer_whose_voxels_were_changed_no_longer_stands_for_its_file(
    viewer: ViewerModel, session: Session, stack: np.ndarray, tmp_path: Path
) -> None:
    path = write_image(tmp_path / "stack.ome.tif", SynthImage(stack, Space("zyx")))
    layer = add_image(viewer, open_image(path))
    assert session.source_image().origin.path == str(path)
    layer.data = np.asarray(layer.data) + 1
    assert session.source_image().origin.path == ""


def test_undo_takes_back_what_was_done_last_and_nothing_that_is_gone(
    viewer: ViewerModel, session: Session, stack: np.ndarray
) -> None:
    viewer.add_image(stack)
    mask = session.new_mask()
    mask.paint((4, 20, 30), 1)
    viewer.layers.remove(mask)
    session.undo_stack.push("something", lambda: viewer.add_image(stack, name="undone"))
    assert session.undo_stack.names == ("something", f"delete {mask.name}", "painting")
    assert session.undo() == "something"
    assert "undone" in viewer.layers
    session.undo_stack.forget()
    assert session.undo() == "painting"
    assert not session.can_undo
    assert session.undo() == ""


def test_two_sessions_never_share_a_project(session: Session) -> None:
    other = Session(ViewerModel())
    assert other.project.folder != session.project.folder
    other.close()


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_a_mask_of_a_stack_larger_than_memory_costs_next_to_nothing(
    viewer: ViewerModel, session: Session, tmp_path: Path, settled: Settled
) -> None:
    pixels = np.memmap(tmp_path / "large.raw", np.uint16, "w+", shape=(937, 2560, 2560))  # 12 GB, none written
    viewer.add_image(pixels, contrast_limits=(0, 1000))
    before = anonymous_bytes()
    mask = session.new_mask()
    mask.n_edit_dimensions = 3
    mask.paint((400, 1000, 1000), 1)
    settled(lambda: session.painted is not None)
    session.mask_written()  # anywhere: the whole mask is searched
    settled(lambda: True)
    assert session.painted.voxels == 739
    assert anonymous_bytes() - before < 300 << 20


def anonymous_bytes() -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("RssAnon"))) << 10


def test_a_plain_napari_knows_of_work_under_way(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    from napari.utils.task_status import TaskStatusManager

    from napari_synthscope.session.napari_task import NapariTask

    manager = TaskStatusManager()

    class Window:
        _register_task_status = staticmethod(manager.register_task_status)
        _update_task_status = staticmethod(manager.update_task_status)

    class Work:
        running = "job"

    task = NapariTask(session)
    monkeypatch.setattr(type(session), "viewer", type("V", (), {"window": Window()})())
    work = Work()
    task._work = weakref.ref(work)  # type: ignore[assignment] - only `running` is asked
    task._follow()
    assert manager.is_busy()
    work.running = ""
    task._follow()
    assert not manager.is_busy()
    monkeypatch.undo()
