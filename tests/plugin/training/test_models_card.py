"""The models of a project: read, renamed, deleted and brought back, given away and taken in."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from napari.components import ViewerModel
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QFileDialog
from tests.plugin.learner import install_learner, learned
from tests.services.gaussian import field

from napari_synthscope.session.session import Session
from napari_synthscope.training.models_card import ModelsCard
from napari_synthscope.training.panel import TrainPanel
from synthscope.io.models import read_card
from synthscope.records.image import Image
from synthscope.records.space import Space

Settled = Callable[[Callable[[], Any]], None]
SOIL = Image(field((40, 90)), Space("yx", (0.5, 0.5), "µm"), "soil.tif")


@pytest.fixture(autouse=True)
def learner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_learner(tmp_path / "learner", monkeypatch)


@pytest.fixture
def folder(session: Session) -> Path:
    """A trained model of the session's project."""
    return learned(session.project.models_folder / "soil", SOIL)


@pytest.fixture
def panel(qtbot: QtBot, viewer: ViewerModel, session: Session, folder: Path, settled: Settled) -> Iterator[TrainPanel]:
    made = TrainPanel(napari_viewer=viewer)
    qtbot.addWidget(made)
    made.show()
    settled(lambda: made.models.row() is not None)
    yield made
    made.close()


@pytest.fixture
def card(panel: TrainPanel) -> ModelsCard:
    return panel.models


def test_a_model_of_an_earlier_time_is_shown_with_its_card_and_curves(
    panel: TrainPanel, folder: Path, settled: Settled
) -> None:
    settled(lambda: panel.watch.view.isVisible())
    assert panel.models.view.value() == read_card(folder)
    assert [point.step for point in panel.watch.view.curves.value()] == [5, 10]
    assert not panel.watch.view.resume.isVisible()
    assert "learned from soil" in panel.models.pick.words.text()


def test_a_name_is_typed_and_taken_by_return(card: ModelsCard, folder: Path, qtbot: QtBot, settled: Settled) -> None:
    qtbot.mouseClick(card.rename, Qt.MouseButton.LeftButton)
    assert card.name.isVisible()
    qtbot.keyClicks(card.name, "loam")
    qtbot.keyClick(card.name, Qt.Key.Key_Return)
    settled(lambda: card.pick.value() == "models/loam")
    assert read_card(folder.with_name("loam")).name == "loam"
    card._session.undo()
    settled(lambda: card.pick.value() == "models/soil")
    assert folder.is_dir()


def test_a_name_that_cannot_be_is_refused_with_one_that_can(card: ModelsCard, folder: Path, qtbot: QtBot) -> None:
    said: list[Any] = []
    card._session.said.connect(said.append)
    qtbot.mouseClick(card.rename, Qt.MouseButton.LeftButton)
    card.name.setText("a/b")
    qtbot.keyClick(card.name, Qt.Key.Key_Return)
    assert "cannot be called 'a/b'" in said[0].sentence
    assert card.pick.value() == "models/soil"
    assert folder.is_dir()


def test_a_deleted_model_is_brought_back_by_undo(
    card: ModelsCard, session: Session, folder: Path, qtbot: QtBot, settled: Settled
) -> None:
    qtbot.mouseClick(card.delete, Qt.MouseButton.LeftButton)
    settled(lambda: card.pick.value() != "models/soil")
    assert not folder.exists()
    assert session.undo_stack.names == ("delete the model",)
    session.undo()
    settled(lambda: card.pick.value() == "models/soil")
    assert read_card(folder).name == "soil"


def test_a_model_is_given_away_and_taken_in_again(
    card: ModelsCard, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot, settled: Settled
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(out))
    qtbot.mouseClick(card.export, Qt.MouseButton.LeftButton)
    settled(lambda: (out / "soil").is_dir())
    shutil.rmtree(folder)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(out / "soil"))
    qtbot.mouseClick(card.take_in, Qt.MouseButton.LeftButton)
    settled(lambda: card._session.models.of_folder(folder) is not None)
    assert read_card(folder).weights_sha256 == read_card(out / "soil").weights_sha256


def test_a_damaged_model_can_be_looked_at_and_deleted_and_not_used(
    card: ModelsCard, folder: Path, qtbot: QtBot, settled: Settled
) -> None:
    (folder / "model.json").write_text("{", encoding="utf-8")
    card._session.models.refresh()
    settled(lambda: card.row() is not None and card.row().card is None)
    assert not card.use.isEnabled()
    assert not card.export.isEnabled()
    assert "cannot be used" in card.pick.remark.text()
    qtbot.mouseClick(card.delete, Qt.MouseButton.LeftButton)
    settled(lambda: card.pick.value() != "models/soil")
    assert not folder.exists()


def test_use_in_generate_chooses_it_and_leads_there(panel: TrainPanel, qtbot: QtBot) -> None:
    opened: list[str] = []
    panel.take_opener(opened.append)
    qtbot.mouseClick(panel.models.use, Qt.MouseButton.LeftButton)
    assert opened == ["synthscope.panel.generate"]
    assert panel.session.models.wish == ("gaussian", "models/soil")


def test_many_models_are_listed_without_reading_their_weights(session: Session, folder: Path, settled: Settled) -> None:
    for i in range(50):
        shutil.copytree(folder, folder.with_name(f"copy-{i}"))
        (folder.with_name(f"copy-{i}") / "model.safetensors").write_bytes(b"no weights at all")
    session.models.refresh()
    settled(lambda: sum(row.place == "project" for row in session.models.rows) == 51)
    assert all(row.card for row in session.models.rows)


def test_the_door_of_a_plain_napari_docks_the_panel() -> None:
    from napari_synthscope.parts.panel_door import PanelDoor

    class Window:
        docked: tuple[str, str] = ("", "")

        def add_plugin_dock_widget(self, plugin: str, name: str) -> None:
            self.docked = (plugin, name)

    class Viewer:
        window = Window()

    PanelDoor(Viewer()).open("synthscope.panel.generate")
    assert Viewer.window.docked == ("synthscope", "Generate")


def test_no_copy_of_the_pixels_of_a_new_image_is_needed_to_say_what_is_kept_out(
    panel: TrainPanel, viewer: ViewerModel, settled: Settled
) -> None:
    class Lazy:
        shape, dtype, ndim = (300, 4000, 4000), np.dtype("uint16"), 3

        def __getitem__(self, key: Any) -> Any:
            return np.zeros([len(range(*k.indices(n))) for k, n in zip(key, self.shape, strict=True)], self.dtype)

    from napari_synthscope.training.words import estimate_words, split_words
    from synthscope.records.training import TrainingRecipe
    from synthscope.services.training_data import split_images

    image = Image(Lazy(), Space("zyx"), "large")
    recipe = TrainingRecipe("gaussian", {}, ())
    parts = split_images([image], recipe, panel.settings.generator.parameters())
    assert split_words([image], parts).startswith("Slices 2")
    assert "evenly spread" in estimate_words(recipe, [image], parts)
