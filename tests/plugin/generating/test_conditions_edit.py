"""Class and labels in Generate: shown where the model knows them, part of a run, found again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from napari.components import ViewerModel
from pytestqt.qtbot import QtBot
from tests.plugin.learner import install_learner, learned
from tests.services.gaussian import field

from napari_synthscope.canvas.layers import add_image
from napari_synthscope.generating.panel import GeneratePanel
from napari_synthscope.generating.plan_now import plan_now
from napari_synthscope.session.session import Session
from synthscope.io.models import read_card, write_card
from synthscope.records.image import Image
from synthscope.records.project import SessionDocument
from synthscope.records.space import Space

Settled = Callable[[Callable[[], Any]], None]
SOIL = Image(field((6, 60, 90)), Space("zyx", (2.0, 0.5, 0.5), "µm"), "soil.tif")


@pytest.fixture(autouse=True)
def learner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_learner(tmp_path / "learner", monkeypatch)


@pytest.fixture
def panel(qtbot: QtBot, viewer: ViewerModel, session: Session, settled: Settled) -> Iterator[GeneratePanel]:
    """A panel that makes new images, before two models: one that was told nothing, one of two classes and labels."""
    made = GeneratePanel(napari_viewer=viewer)
    for widget in (made, made.tray):
        qtbot.addWidget(widget)
    add_image(viewer, SOIL)
    learned(session.project.models_folder / "plain", SOIL)
    told = learned(session.project.models_folder / "told", SOIL)
    write_card(told, replace(read_card(told), labels=("soil", "rock"), label_values=(1, 2)))
    session.models.refresh()
    made.settings.generator.set_value("synthesize", "gaussian", made.settings.generator.parameters())
    made.show()
    settled(lambda: len(session.models.rows) >= 2)
    yield made
    made.close()


def choose(panel: GeneratePanel, model: str) -> None:
    panel.settings.model.set_value(f"models/{model}")
    panel.settings.model.value_changed.emit()


def test_class_and_labels_show_for_models_that_know_them(panel: GeneratePanel) -> None:
    conditions = panel.settings.conditions
    choose(panel, "plain")
    assert not conditions.isVisible()
    choose(panel, "told")
    assert [conditions.label.itemText(i) for i in range(conditions.label.count())] == ["any", "soil", "rock"]
    assert conditions.label.isVisible()
    assert conditions.labels.isVisible()


def test_the_chosen_class_is_part_of_the_run_and_of_the_command(panel: GeneratePanel, settled: Settled) -> None:
    choose(panel, "told")
    panel.settings.conditions.label.setCurrentIndex(2)
    settled(lambda: panel.bar.run.isEnabled())
    assert plan_now(panel.session, panel.settings).choice.label == "rock"
    choose(panel, "plain")
    assert plan_now(panel.session, panel.settings).choice.label == ""


def test_a_class_is_found_again_with_a_project(panel: GeneratePanel) -> None:
    parameters = {}
    document = SessionDocument(generator="gaussian", parameters=parameters, model="models/told", label="rock")
    panel.settings.recall(document)
    choice = panel.settings.value()
    assert choice is not None
    assert choice.label == "rock"


def test_a_labels_layer_gives_a_new_image_its_labels_and_its_size(panel: GeneratePanel, viewer: ViewerModel) -> None:
    choose(panel, "told")
    layer = viewer.add_labels(np.array([[1, 2], [2, 0]], np.uint8).repeat(20, 0).repeat(25, 1), name="phases")
    combo = panel.settings.conditions.labels
    combo.setCurrentIndex(combo.findData(layer))
    assert not panel.settings.size_edit.isVisible()
    planned = plan_now(panel.session, panel.settings)
    assert planned.choice.size == (40, 50)
    assert planned.labels is not None
    np.testing.assert_array_equal(planned.labels, layer.data)
    layer.data[:] = 1  # painted on after Run
    assert (planned.labels == 2).any()


def test_labels_that_the_model_was_never_told_forbid_the_run_in_a_sentence(
    panel: GeneratePanel, viewer: ViewerModel, settled: Settled
) -> None:
    choose(panel, "told")
    layer = viewer.add_labels(np.full((40, 50), 9, np.uint8), name="phases")
    combo = panel.settings.conditions.labels
    combo.setCurrentIndex(combo.findData(layer))
    settled(lambda: "knows no label 9" in panel.bar.reason.text())


def test_a_layer_that_was_deleted_leads_nothing(panel: GeneratePanel, viewer: ViewerModel) -> None:
    choose(panel, "told")
    layer = viewer.add_labels(np.ones((40, 50), np.uint8), name="phases")
    combo = panel.settings.conditions.labels
    combo.setCurrentIndex(combo.findData(layer))
    viewer.layers.remove(layer)
    choice = panel.settings.value()
    assert choice is not None
    assert choice.labels is None
