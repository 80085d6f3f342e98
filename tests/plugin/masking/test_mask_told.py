"""What found a mask stays with it: undone and redone with it, gone with it, kept in the project and in a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from napari.components import ViewerModel
from pytestqt.qtbot import QtBot

from napari_synthscope.canvas.layers import add_image
from napari_synthscope.masking.panel import MaskPanel
from napari_synthscope.session.mask_told import origins_of
from napari_synthscope.session.session import Session
from napari_synthscope.session.session_file import has_session
from synthscope.imaging.hashing import pixel_hash
from synthscope.records.image import Image
from synthscope.records.mask_origin import MaskOrigin
from synthscope.records.space import Space
from synthscope.services.choosing import Choice
from synthscope.services.planning import plan

SHAPE = (4, 20, 24)
BOX = (slice(1, 2), slice(4, 9), slice(6, 12))
FOUND = np.ones((1, 5, 6), bool)


def told(found: np.ndarray) -> MaskOrigin:
    start, stop = tuple(s.start for s in BOX), tuple(s.stop for s in BOX)
    return MaskOrigin(
        "diffedit", "2", {"maps": 2}, 3, "tiny", "ab" * 32, (0.0, 1.0), "grains", "roots", 1.5, "cd" * 32, start, stop,
        pixel_hash(found),
    )  # fmt: skip


@pytest.fixture
def panel(qtbot: QtBot, viewer: ViewerModel, session: Session) -> Any:
    pixels = np.random.default_rng(1).integers(0, 9999, SHAPE).astype(np.uint16)
    add_image(viewer, Image(pixels, Space("zyx", (3.0, 1.0, 1.0), "µm"), "grains"))
    session.new_mask()
    made = MaskPanel(viewer)
    qtbot.addWidget(made)
    yield made
    made.close()


@pytest.fixture
def idle(qtbot: QtBot, panel: MaskPanel) -> Callable[[], None]:
    def wait() -> None:
        qtbot.waitUntil(lambda: not panel.ops.busy and not panel.session.errands.busy, timeout=60000)

    return wait


def put(panel: MaskPanel) -> MaskOrigin:
    ground = panel.ops.ground()
    panel.ops.put("add what was found", ground, BOX, FOUND, "add", slice(1, 2), told(FOUND))
    return told(FOUND)


def test_it_is_taken_back_and_done_again_and_goes_when_the_mask_is_cleared(panel: Any) -> None:
    origin, session = put(panel), panel.session
    assert origins_of(session.mask) == (origin,)
    session.undo()
    assert origins_of(session.mask) == ()
    session.redo()
    assert origins_of(session.mask) == (origin,)
    panel.clear()
    assert origins_of(session.mask) == ()
    session.undo()
    assert origins_of(session.mask) == (origin,)


def test_a_plan_says_whether_the_mask_was_edited_since(panel: Any) -> None:
    origin, session = put(panel), panel.session

    def planned() -> MaskOrigin:
        fitted = session.mask_pixels()
        choice = Choice("inpaint", "harmonic", mask_origins=origins_of(session.mask))
        (found,) = plan(session.source_image(), fitted.box, fitted.pixels, choice).choice.mask_origins
        return found

    assert planned() == origin
    panel.ops.put("add a dot", panel.ops.ground(), (slice(3, 4),) * 3, np.ones((1, 1, 1), bool), "add", slice(3, 4))
    assert planned() == origin, "what lies elsewhere is no edit of what was found"
    inside = tuple(slice(s.start, s.start + 1) for s in BOX)
    panel.ops.put("take a dot", panel.ops.ground(), inside, np.ones((1, 1, 1), bool), "subtract", slice(1, 2))
    assert planned() == replace(origin, edited=True)


def test_it_is_kept_in_the_project_and_in_a_file(
    panel: Any, idle: Callable[[], None], qtbot: QtBot, tmp_path: Path
) -> None:
    origin, session = put(panel), panel.session
    panel.files.export_mask(tmp_path / "mask.ome.tif")
    idle()
    session.file.save()
    qtbot.waitUntil(lambda: session.has_project and has_session(session.project), timeout=60000)
    idle()
    folder = session.project.folder
    session.new_mask()
    panel.files.import_mask(tmp_path / "mask.ome.tif")
    idle()
    assert origins_of(session.mask) == (origin,)
    panel.close()
    session.close()
    other = ViewerModel()  # a session holds its viewer weakly
    again = Session(other)
    again.open_project(folder)
    qtbot.waitUntil(lambda: again.painted is not None, timeout=60000)
    assert origins_of(again.mask) == (origin,)
    again.close()
