"""What is open survives an end that nobody asked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from napari.components import ViewerModel
from pytestqt.qtbot import QtBot

from napari_synthscope.canvas.layers import add_image
from napari_synthscope.session.session import Session
from napari_synthscope.session.session_file import Chosen, has_session
from synthscope.errors import SynthscopeError
from synthscope.io.opening import open_image
from synthscope.io.writing import write_image
from synthscope.records.image import Image
from synthscope.records.request import Region
from synthscope.records.space import Space
from synthscope.services.project import Project

Settled = Callable[[Callable[[], Any]], None]
BOX = Region((2, 5, 6), (4, 9, 12))


def paint(session: Session) -> None:
    mask = session.new_mask()
    mask.data[BOX.slices] = 1
    session.mask_written(BOX)


def kept_name(project: Project) -> str:
    """Give the name under which the mask of the session is kept."""
    mask = project.session().mask
    assert mask is not None
    return Path(mask.path).name.removesuffix(".ome.tif")


def test_looking_at_an_image_opens_no_project_and_painting_does(
    viewer: ViewerModel, session: Session, stack: np.ndarray, settled: Settled
) -> None:
    viewer.add_image(stack)
    session.file.touch()
    assert not session.has_project
    paint(session)
    settled(lambda: session.has_project and has_session(session.project))


def test_a_mask_is_kept_as_its_painted_box_and_comes_back_in_place(
    viewer: ViewerModel, session: Session, stack: np.ndarray, settled: Settled, qtbot: QtBot
) -> None:
    add_image(viewer, Image(stack, Space("zyx", (3.0, 1.2, 1.2), "µm", (5.0, -7.0, 11.0)), "ring"))
    paint(session)
    session.file.note(Chosen("exemplar", {"patch": 13}, 8, 2))
    session.file.save()
    settled(lambda: has_session(session.project))
    document = session.project.session()
    assert document.mask is not None
    assert document.mask.shape == BOX.shape
    assert (document.generator, document.seed, document.count) == ("exemplar", 8, 2)
    folder = session.project.folder
    session.close()
    other = ViewerModel()  # a session holds its viewer weakly
    again = Session(other)
    again.open_project(folder)
    qtbot.waitUntil(lambda: again.painted is not None, timeout=20000)
    assert again.painted.box == BOX
    assert again.painted.voxels == np.count_nonzero(again.mask.data)
    assert np.array_equal(again.source.data, stack)
    again.close()


def test_what_was_painted_just_before_the_end_is_kept(
    viewer: ViewerModel, session: Session, stack: np.ndarray, qtbot: QtBot
) -> None:
    viewer.add_image(stack)
    paint(session)
    folder = session.project.folder
    session.close()
    assert_painted(folder, BOX, qtbot)


def assert_painted(folder: Path, box: Region, qtbot: QtBot) -> None:
    other = ViewerModel()
    again = Session(other)
    again.open_project(folder)
    qtbot.waitUntil(lambda: again.painted is not None, timeout=20000)
    assert again.painted is not None
    assert again.painted.box == box
    again.close()


def test_a_mask_newer_than_the_document_lies_where_its_own_file_says(
    viewer: ViewerModel, session: Session, stack: np.ndarray, settled: Settled, qtbot: QtBot
) -> None:
    space = Space("zyx", (3.0, 1.2, 1.2), "µm", (5.0, -7.0, 11.0))
    add_image(viewer, Image(stack, space, "ring"))
    paint(session)
    session.file.save()
    settled(lambda: has_session(session.project))
    project, moved = session.project, Region((7, 20, 30), (9, 24, 36))
    session.close()
    part = np.ones(moved.shape, bool)
    project.save_mask(part, moved.start, space, kept_name(project))  # the end came before the document
    assert_painted(project.folder, moved, qtbot)


def test_a_mask_that_lies_on_no_part_of_the_image_does_not_keep_the_image_away(
    viewer: ViewerModel, session: Session, stack: np.ndarray, settled: Settled, qtbot: QtBot
) -> None:
    space = Space("zyx", (3.0, 1.2, 1.2), "µm")
    add_image(viewer, Image(stack, space, "ring"))
    paint(session)
    session.file.save()
    settled(lambda: has_session(session.project))
    project = session.project
    session.close()
    project.save_mask(np.ones((2, 4, 6), bool), (300, 5, 6), space, kept_name(project))
    other, said = ViewerModel(), []
    again = Session(other)
    again.said.connect(said.append)
    again.open_project(project.folder)
    qtbot.waitUntil(lambda: bool(said), timeout=20000)
    assert np.array_equal(again.source.data, stack)
    assert "does not lie on" in said[0].sentence
    paint(again)
    again.close()
    (aside,) = (project.folder / "masks").glob("*-kept.ome.tif")  # what is painted now takes another name
    assert aside.name in said[0].sentence
    assert open_image(aside).shape == (2, 4, 6)
    assert_painted(project.folder, BOX, qtbot)


def test_painting_on_another_image_leaves_the_mask_of_the_first(
    viewer: ViewerModel, session: Session, stack: np.ndarray, settled: Settled
) -> None:
    add_image(viewer, Image(stack, Space("zyx"), "first"))
    paint(session)
    session.file.save()
    settled(lambda: has_session(session.project))
    first = session.project.session().mask
    session.set_source(add_image(viewer, Image(stack + 1, Space("zyx"), "second")))
    session.set_mask(None)
    mask = session.new_mask()
    mask.data[0, :3, :3] = 1
    session.mask_written(Region((0, 0, 0), (1, 3, 3)))
    session.file.save()
    settled(lambda: session.project.session().mask not in (first, None))
    second = session.project.session().mask
    assert first is not None
    assert second is not None
    shapes = [open_image(session.project.folder / one.path).shape for one in (first, second)]
    assert shapes == [BOX.shape, (1, 3, 3)]


def test_a_mask_in_another_order_of_axes_comes_back_in_place(
    viewer: ViewerModel, session: Session, stack: np.ndarray, settled: Settled, qtbot: QtBot
) -> None:
    add_image(viewer, Image(np.moveaxis(stack, 0, 2), Space("yxz", (1.2, 1.2, 3.0), "µm"), "ring"))
    paint(session)
    session.file.save()
    settled(lambda: has_session(session.project))
    folder = session.project.folder
    session.close()
    other = ViewerModel()  # a session holds its viewer weakly
    again = Session(other)
    again.open_project(folder)
    qtbot.waitUntil(lambda: again.painted is not None, timeout=20000)
    assert again.painted.box == BOX
    again.close()


def test_a_file_that_has_gone_is_a_sentence(
    viewer: ViewerModel, session: Session, stack: np.ndarray, settled: Settled, tmp_path: Path, qtbot: QtBot
) -> None:
    path = write_image(tmp_path / "stack.ome.tif", Image(stack, Space("zyx")))
    add_image(viewer, open_image(path))
    paint(session)
    session.file.save()
    settled(lambda: has_session(session.project))
    folder = session.project.folder
    session.close()
    path.unlink()
    said: list[Any] = []
    other = ViewerModel()
    again = Session(other)
    again.said.connect(said.append)
    again.open_project(folder)
    qtbot.waitUntil(lambda: bool(said), timeout=20000)
    assert isinstance(said[0], SynthscopeError)
    assert "not where it was" in said[0].sentence
    assert again.source is None
    again.close()


def test_layers_of_one_name_are_kept_apart_and_each_once(session: Session, stack: np.ndarray) -> None:
    one, other = Image(stack, Space("zyx"), "layer"), Image(stack + 1, Space("zyx"), "layer")
    kept = [session.project.add_source(image) for image in (one, other, one)]
    assert kept[0].path != kept[1].path
    assert kept[0] == kept[2]
    assert np.array_equal(np.asarray(session.project.open_source(kept[0]).pixels[...]), stack)


def test_a_damaged_session_is_no_session(session: Session) -> None:
    (session.project.folder / "session.json").write_text("{")
    assert not has_session(session.project)


@pytest.mark.parametrize("unsaved", [True, False])
def test_another_project_leaves_nothing_of_the_first(
    viewer: ViewerModel, session: Session, stack: np.ndarray, tmp_path: Path, unsaved: bool
) -> None:
    viewer.add_image(stack)
    if unsaved:
        paint(session)
    first = session.project.folder
    session.undo_stack.push("something", lambda: None)
    session.new_project(tmp_path / "second", "Second")
    assert session.project.folder != first
    assert not session.can_undo
    assert session.runs.current is None
    assert session.source is not None
