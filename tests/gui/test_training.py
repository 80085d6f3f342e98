"""A real training in the real window: the smallest network learns, and its model fills what the mouse has painted."""

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

TRAIN, GENERATE = "synthscope.panel.train", "synthscope.panel.generate"
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
def test_a_model_is_trained_on_the_own_stack_and_fills_a_hole_in_it(
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
