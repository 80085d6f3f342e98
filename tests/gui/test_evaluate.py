"""A real evaluation in the real window: ticked, judged by the worker, a number and its images looked at, exported."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QPoint, Qt, QTimer
from qtpy.QtWidgets import QFileDialog
from tests.gui.test_main_job import Person
from tests.plugin.evaluated import grains

from synthscope.desktop.main_window import MainWindow
from synthscope.io.writing import write_image

pytestmark = pytest.mark.gui

EVALUATE = "synthscope.panel.evaluate"


@pytest.fixture
def images(tmp_path: Path, rng: np.random.Generator) -> tuple[Path, Path]:
    """A real image, and a folder of generated ones that are finer."""
    real, folder = tmp_path / "grains.ome.tif", tmp_path / "finer"
    folder.mkdir()
    write_image(real, grains(rng, "grains", shape=(160, 192)))
    for i in range(2):
        write_image(folder / f"fine-{i}.ome.tif", grains(rng, f"fine-{i}", 1.2))
    return real, folder


@pytest.fixture
def panel(window: MainWindow, qtbot: QtBot, images: tuple[Path, Path]) -> Any:
    """The panel, with both ticked by its own buttons."""
    person = Person(window, qtbot)
    person.open(images[0])
    panel: Any = window.workspace.show_panel(EVALUATE)
    person.wait(lambda: panel.choice.real.keys())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(images[1]))
        person.click(panel.choice.generated.folder)
    panel.choice.settings.more.side.set_value(32)
    panel.choice.settings.more.resamples.set_value(50)
    person.wait(panel.foot.evaluate.isEnabled)
    return panel


@pytest.mark.usefixtures("without_torch")
def test_layers_and_files_are_judged_and_an_outlier_is_shown_beside_its_nearest_real_field(
    window: MainWindow, qtbot: QtBot, panel: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = Person(window, qtbot)
    viewer = person.viewer
    assert "finer: 2 images" in panel.choice.generated.words.text()
    beats: list[None] = []
    timer = QTimer()
    timer.timeout.connect(lambda: beats.append(None))
    timer.start(10)
    person.click(panel.foot.evaluate)
    person.wait(lambda: panel.report.isVisible() and panel.report.list.value())
    person.wait(lambda: panel.report.report is not None)
    assert len(beats) > 20  # the window answered all the while
    timer.stop()

    scores = panel.report.list
    line = next(item for item in scores._lines() if item.text(0) == "finer")
    scores.scrollToItem(line)
    qtbot.mouseClick(scores.viewport(), Qt.MouseButton.LeftButton, pos=scores.visualItemRect(line).center())
    assert panel.report.detail.title.text().endswith("finer")
    person.wait(lambda: panel.report.detail.gallery.value())
    before = set(viewer.layers)
    furthest = panel.report.detail.gallery.tile(0)
    qtbot.mouseClick(furthest, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    person.wait(lambda: len(viewer.layers) == len(before) + 3)
    opened, nearest, frame = (layer for layer in viewer.layers if layer not in before)
    assert opened.name.startswith("fine-")
    assert nearest.data.shape == (32, 32)
    assert tuple(nearest.contrast_limits) == tuple(opened.contrast_limits)
    spot = panel.report.report.spots[panel.report._evidence(scores.current()).spots[0]]
    assert np.allclose(frame.data[0].min(axis=0) + 0.5, spot.start[1:])
    y, x = viewer.scene.camera.center[-2:]
    low, high = frame.extent.world
    assert np.allclose([y, x], ((low + high) / 2)[-2:], atol=1)
    assert panel.report.detail.caption.text().startswith("On the canvas: fine-")

    for name in ("card.csv", "card.pdf"):
        path = tmp_path / name
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, path=path: (str(path), ""))
        panel.shell_actions()["export"]()
        person.wait(path.exists)
    person.click(panel.report.back)
    assert set(viewer.layers) == before | {opened}
    assert panel.earlier.list.count() == 1
    assert not {"torch", "diffusers"} & set(sys.modules)
