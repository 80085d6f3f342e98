"""A real training in the real window: its model fills what the mouse has painted, extends, and interpolates."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QTimer
from tests.gui.test_main_job import Person

from synthscope.desktop.main_window import MainWindow
from synthscope.generators.diffusion.parameters import PriorTraining
from synthscope.io.models import read_card

pytestmark = pytest.mark.gui

TRAIN, GENERATE, MASK = "synthscope.panel.train", "synthscope.panel.generate", "synthscope.panel.mask"
SMALLEST = PriorTraining(size="S", patch=32, batch=1, context=0)


@pytest.fixture
def grains(tmp_path: Path, rng: np.random.Generator) -> Path:
    """A 16-bit stack that has room for a patch of 32 on either side of the gap."""
    from scipy.ndimage import gaussian_filter

    field = gaussian_filter(rng.normal(size=(4, 96, 144)), (0, 2, 2))
    pixels = np.interp(field, (field.min(), field.max()), (4000, 42000)).astype(np.uint16)
    path = tmp_path / "grains.ome.tif"
    metadata = {"axes": "ZYX", **{f"PhysicalSize{a}": s for a, s in zip("XYZ", (1.2, 1.2, 3.0), strict=True)}}
    tifffile.imwrite(path, pixels, ome=True, metadata=metadata, photometric="minisblack")
    return path


@pytest.mark.usefixtures("without_torch")
def test_a_model_is_trained_on_the_own_stack_and_fills_a_hole_extends_and_interpolates(
    window: MainWindow, qtbot: QtBot, grains: Path
) -> None:
    person = Person(window, qtbot)
    person.open(grains)
    train: Any = window.workspace.show_panel(TRAIN)
    train.settings.generator.set_value("prior", SMALLEST)
    train.settings.budget.set_value(0.1)
    person.wait(lambda: train.foot.train.isEnabled())
    beats: list[None] = []
    timer = QTimer()
    timer.timeout.connect(lambda: beats.append(None))
    timer.start(10)
    person.click(train.foot.train)
    person.wait(lambda: train.watch.view.isVisible() and train.watch.view.curves.value())
    assert len(beats) > 20  # the window answered all the while
    with qtbot.waitSignal(train.session.trainings.ready, timeout=240_000):
        assert train.foot.keep.isVisible()
    timer.stop()
    card = read_card(train.session.project.models_folder / "grains")
    assert card.generator == "prior"
    assert {"held_out_loss", "spectrum_distance", "spectrum_distance_real"} <= set(card.figures)
    person.wait(lambda: train.foot.sentence.value() is not None)
    person.click(train.foot.sentence._action)
    assert window.workspace.rail.current() == GENERATE

    assert person.panel.settings.generator.spec.id == "prior"
    person.wait(lambda: person.panel.settings.model.value() == "models/grains")
    mask = person.begin_mask()
    mask.brush_size = 8
    person.viewer.dims.set_current_step(0, 2)
    qtbot.wait(100)
    person.paint((44, 46), (50, 52))
    person.choose("prior", 1)
    person.run(1)
    layer = person.accept()
    outside = mask.data == 0
    assert np.array_equal(layer.data[outside], np.asarray(person.session.source.data)[outside])
    assert not np.array_equal(layer.data, np.asarray(person.session.source.data))
    assert not {"torch", "diffusers"} & set(sys.modules)

    _extend_and_interpolate(person)


def _extend_and_interpolate(person: Person) -> None:
    """Make room beside the stack and between its slices by the Mask panel, and fill it with the model."""
    source = person.session.source
    known = np.asarray(source.data)
    room = person.window.workspace.show_panel(MASK).room
    room.sides["right"].set_value(16)
    person.click(room.extend)
    person.wait(lambda: person.session.source is not source)
    wider = _filled(person)
    assert wider.shape == (4, 96, 160)
    assert np.array_equal(wider[:, :, :144], known)
    assert wider[:, :, 144:].std() > 0

    person.session.set_source(source)
    room = person.window.workspace.show_panel(MASK).room
    person.click(room.interpolate)
    person.wait(lambda: person.session.source is not source)
    finer = _filled(person)
    assert np.array_equal(finer[::2], known)
    assert all(slice_.std() > 0 for slice_ in finer[1::2])


def _filled(person: Person) -> np.ndarray:
    person.window.workspace.show_panel(GENERATE)
    person.wait(lambda: person.session.painted is not None)
    person.choose("prior", 1)
    before = person.session.runs.current
    person.click(person.panel.bar.run)
    person.wait(lambda: person.session.runs.current is not before and len(person.rows()) == 1)
    return np.asarray(person.accept().data)
