"""The model row of Generate: what is listed, what is missing, what a run, a command and a project remember."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from napari.components import ViewerModel
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QApplication
from tests.plugin.learner import install_learner, learned
from tests.services.gaussian import GaussianParameters, field

from napari_synthscope.canvas.layers import add_image
from napari_synthscope.generating.panel import GeneratePanel
from napari_synthscope.session.session import Session
from synthscope.records.image import Image
from synthscope.records.project import SessionDocument
from synthscope.records.request import Region
from synthscope.records.space import Space
from synthscope.services.choosing import Choice

Settled = Callable[[Callable[[], Any]], None]
SOIL = Image(field((6, 60, 90)), Space("zyx", (2.0, 0.5, 0.5), "µm"), "soil.tif")


@pytest.fixture(autouse=True)
def learner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_learner(tmp_path / "learner", monkeypatch)


@pytest.fixture
def panel(qtbot: QtBot, viewer: ViewerModel, session: Session, settled: Settled) -> Iterator[GeneratePanel]:
    """A panel before a stack with a painted mask, with the learner chosen."""
    made = GeneratePanel(napari_viewer=viewer)
    for widget in (made, made.tray):
        qtbot.addWidget(widget)
    add_image(viewer, SOIL)
    mask = session.new_mask()
    mask.data[2:4, 20:30, 20:30] = 1
    session.mask_written(Region((2, 20, 20), (4, 30, 30)))
    combo = made.settings.generator.combo
    combo.setCurrentIndex(combo.findData("gaussian"))
    made.show()
    settled(lambda: session.painted is not None)
    yield made
    made.close()


def train(session: Session, name: str = "soil", image: Image = SOIL) -> None:
    learned(session.project.models_folder / name, image)
    session.models.refresh()


def test_without_a_model_run_says_so_and_training_is_one_press_away(
    panel: GeneratePanel, qtbot: QtBot, settled: Settled
) -> None:
    settled(lambda: "needs a trained model" in panel.bar.reason.text())
    assert not panel.bar.run.isEnabled()
    opened: list[str] = []
    panel.take_opener(opened.append)
    qtbot.mouseClick(panel.settings.model.train, Qt.MouseButton.LeftButton)
    assert opened == ["synthscope.panel.train"]


def test_generators_that_learn_nothing_have_no_model_row(panel: GeneratePanel) -> None:
    assert panel.settings.model.isVisible()
    combo = panel.settings.generator.combo
    combo.setCurrentIndex(combo.findData("exemplar"))
    assert not panel.settings.model.isVisible()
    choice = panel.settings.value()
    assert choice is not None
    assert choice.model == ""


def test_a_model_of_the_project_is_used_by_a_run(panel: GeneratePanel, session: Session, settled: Settled) -> None:
    train(session)
    settled(lambda: panel.bar.run.isEnabled())
    assert panel.settings.model.value() == "models/soil"
    panel.settings.seeds.count.set_value(1)
    panel.run()
    settled(lambda: len(panel.tray.strip.value()) == 1)
    run = session.runs.current
    assert run is not None
    assert run.recipe().model == "models/soil"
    assert run.recipe().model_sha256


def test_a_model_of_other_channels_is_greyed_and_says_why(
    panel: GeneratePanel, session: Session, settled: Settled
) -> None:
    colour = Image(field((60, 90, 3), dtype="uint8"), Space("yxs"), "photo.png")
    train(session, "photo", colour)
    settled(lambda: panel.settings.model.pick.rows())
    item = panel.settings.model.pick.combo.model().item(0)
    assert not item.isEnabled()
    assert "3" in item.toolTip()
    assert "1 channel" in item.toolTip()
    assert panel.settings.model.value() == ""
    settled(lambda: "cannot be used" in panel.bar.reason.text())


def test_another_voxel_size_is_remarked_and_no_obstacle(
    panel: GeneratePanel, session: Session, settled: Settled
) -> None:
    train(session, "coarse", SOIL.with_(space=replace(SOIL.space, voxel_size=(2.0, 3.0, 3.0))))
    settled(lambda: "voxel size" in panel.bar.remarks.text())
    assert panel.bar.run.isEnabled()


def test_the_chosen_model_is_part_of_choice_command_and_session(
    panel: GeneratePanel, session: Session, settled: Settled
) -> None:
    train(session)
    train(session, "other")
    settled(lambda: len(panel.settings.model.pick.rows()) == 2)
    choice = Choice("inpaint", "gaussian", GaussianParameters(), count=2, seed=3, model="models/soil")
    panel.settings.set_value(choice)
    assert panel.settings.value() == choice
    panel.refresh()
    panel.copy_command()
    assert f"--model {session.project.models_folder / 'soil'}" in QApplication.clipboard().text()
    with_saved: list[None] = []
    session.file.saved.connect(lambda: with_saved.append(None))
    session.file.save()
    settled(lambda: with_saved)
    assert session.project.session().model == "models/soil"
    panel.settings.model.set_value("models/other")
    panel.settings.recall(session.project.session())
    assert panel.settings.model.value() == "models/soil"


def test_a_project_of_before_there_were_models_is_recalled(panel: GeneratePanel) -> None:
    panel.settings.recall(SessionDocument(generator="exemplar", count=2))
    assert panel.settings.generator.spec is not None
    assert panel.settings.generator.spec.id == "exemplar"
    assert panel.settings.model.value() == ""


def test_a_new_image_needs_nothing_but_the_model(
    panel: GeneratePanel, viewer: ViewerModel, session: Session, settled: Settled
) -> None:
    train(session)
    settled(lambda: panel.settings.model.value())
    session.models.want("gaussian", "models/soil")  # as after a training: for every task
    viewer.layers.clear()
    panel.settings.generator.set_task("synthesize")
    settled(lambda: session.source is None)
    panel.refresh()
    assert panel.bar.reason.text() == ""
    assert panel.bar.run.isEnabled()
    choice = panel.settings.value()
    assert choice is not None
    assert (choice.generator, choice.model) == ("gaussian", "models/soil")


def test_of_the_bundled_priors_the_one_that_knows_stacks_is_offered_first_for_a_stack_and_any_by_name(
    panel: GeneratePanel, settled: Settled
) -> None:
    combo = panel.settings.generator.combo
    combo.setCurrentIndex(combo.findData("prior"))
    settled(lambda: [row.name for row in panel.settings.model.pick.rows()[:1]] == ["rock-soil"])
    assert {row.name for row in panel.settings.model.pick.rows()} >= {"rock-soil", "unstained-cells", "fibre", "roots"}
    settled(lambda: Path(panel.settings.model.value()).name == "rock-soil")
    panel.settings.model.set_value("fibre")
    assert Path(panel.settings.model.value()).name == "fibre"
