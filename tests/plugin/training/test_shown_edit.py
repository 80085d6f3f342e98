"""What each image that is learned from shows: classes and label maps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from napari.components import ViewerModel
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt

from napari_synthscope.canvas.layers import add_image
from napari_synthscope.session.session import Session
from napari_synthscope.training.panel import TrainPanel
from napari_synthscope.training.shown_edit import ShownEdit
from synthscope.io.opening import open_image
from synthscope.io.writing import write_image
from synthscope.records.image import Image
from synthscope.records.space import Space
from synthscope.services.training import read_training

Settled = Callable[[Callable[[], Any]], None]
LONG = 60_000


def grains(rng: np.random.Generator, name: str) -> Image:
    return Image(rng.integers(0, 60_000, (160, 400)).astype(np.uint16), Space("yx", (2.0, 2.0), "µm"), name)


@pytest.fixture
def panel(qtbot: QtBot, viewer: ViewerModel, session: Session, rng: np.random.Generator) -> Iterator[TrainPanel]:
    add_image(viewer, grains(rng, "grains"))
    made = TrainPanel(napari_viewer=viewer)
    qtbot.addWidget(made)
    made.settings.generator.set_value("prior")
    made.show()
    yield made
    made.close()


@pytest.fixture
def shown(panel: TrainPanel) -> ShownEdit:
    return panel.settings.more.shown


def choose(shown: ShownEdit, row: int, layer: Any) -> None:
    combo = shown._rows[row].labels
    combo.setCurrentIndex(next(i for i in range(combo.count()) if combo.itemData(i) is layer))


def test_label_maps_are_offered_where_there_are_labels_and_the_generator_learns_them(
    panel: TrainPanel, viewer: ViewerModel, shown: ShownEdit
) -> None:
    combo = shown._rows[0].labels
    assert combo.isHidden()
    labels = viewer.add_labels(np.ones((160, 400), np.uint8), name="phases")
    assert not combo.isHidden()
    assert [combo.itemText(i) for i in range(combo.count())] == ["no label map", "phases"]
    panel.settings.generator.set_value("vae")
    assert combo.isHidden()
    panel.settings.generator.set_value("prior")
    choose(shown, 0, labels)
    viewer.layers.remove(labels)
    assert shown.label_maps(panel._images()) == ()


def test_one_without_a_label_map_beside_others_is_said_under_the_button(
    panel: TrainPanel, viewer: ViewerModel, shown: ShownEdit, rng: np.random.Generator, settled: Settled
) -> None:
    add_image(viewer, grains(rng, "cracks"))
    labels = viewer.add_labels(np.ones((160, 400), np.uint8), name="phases")
    images = panel.settings.more.images
    images.set_value(tuple(images._layers))
    choose(shown, 0, labels)
    settled(lambda: "cracks has no label map while others have" in panel.foot.reason.text())
    wrong = viewer.add_labels(np.ones((160, 80), np.uint8), name="half")
    choose(shown, 1, wrong)
    settled(lambda: "The label map 'half' has shape (160, 80), cracks needs (160, 400)" in panel.foot.reason.text())


def test_what_was_told_of_an_image_stays_when_others_come_and_go(
    panel: TrainPanel, viewer: ViewerModel, shown: ShownEdit, rng: np.random.Generator
) -> None:
    shown.set_class_names(("soil",))
    add_image(viewer, grains(rng, "cracks"))
    images = panel.settings.more.images
    images.set_value(tuple(images._layers))
    assert shown.class_names() == ("soil", "")
    shown.set_class_names(("soil", "rock"))
    phases = viewer.add_labels(np.ones((160, 400), np.uint8), name="phases")
    choose(shown, 1, phases)
    images.set_value(())
    assert shown.class_names() == ("soil",)
    images.set_value(tuple(images._layers))
    assert shown.class_names() == ("soil", "rock")
    assert shown._rows[1].labels.currentData() is phases
    viewer.layers.remove(phases)
    assert shown._rows[1].labels.currentData() is None


def test_rows_and_lists_follow_a_layer_that_is_renamed(
    panel: TrainPanel, viewer: ViewerModel, shown: ShownEdit, rng: np.random.Generator
) -> None:
    layer = add_image(viewer, grains(rng, "cracks"))
    images = panel.settings.more.images
    images.set_value(tuple(images._layers))
    phases = viewer.add_labels(np.ones((160, 400), np.uint8), name="phases")
    choose(shown, 1, phases)
    layer.name, phases.name = "fractures", "minerals"
    assert shown._rows[1].name.text() == "fractures"
    assert shown._rows[1].word.accessibleName() == "Class of fractures"
    assert images.list.item(0).text() == "fractures"
    assert images.value() == (layer,)
    assert shown._rows[1].labels.currentText() == "minerals"


def test_classes_are_those_of_the_folders(
    panel: TrainPanel, viewer: ViewerModel, shown: ShownEdit, rng: np.random.Generator, tmp_path: Path, qtbot: QtBot
) -> None:
    for kind in ("rock", "soil"):
        (tmp_path / kind).mkdir()
        write_image(tmp_path / kind / "one.tif", grains(rng, kind))
        add_image(viewer, open_image(tmp_path / kind / "one.tif"))
    images = panel.settings.more.images
    images.set_value(tuple(images._layers))
    shown.set_class_names(("plain", "", ""))
    assert not shown.folders.isHidden()
    qtbot.mouseClick(shown.folders, Qt.MouseButton.LeftButton)
    assert shown.class_names() == ("plain", "rock", "soil")  # the first lies in no file


def test_a_training_keeps_the_label_map_as_it_was_painted(
    panel: TrainPanel, session: Session, viewer: ViewerModel, shown: ShownEdit, qtbot: QtBot, settled: Settled
) -> None:
    painted = np.zeros((160, 400), np.uint8)
    painted[:, 200:] = 2
    layer = viewer.add_labels(painted.astype(int), name="phases")
    choose(shown, 0, layer)
    settled(lambda: panel.foot.train.isEnabled())
    with qtbot.waitSignal(session.trainings.began, timeout=LONG) as began:
        qtbot.mouseClick(panel.foot.train, Qt.MouseButton.LeftButton)
        layer.data[:] = 7  # painted on after Train
        viewer.layers.remove(layer)
    recipe = read_training(began.args[0])
    (told,) = recipe.label_maps
    np.testing.assert_array_equal(session.project.open_source(told).pixels, painted)
    session.trainings.keep()
    qtbot.waitUntil(lambda: not session.work.running, timeout=LONG)
