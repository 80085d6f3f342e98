"""Step 5 with a pretrained model: its base is chosen, an adapter is learned by the worker, and Generate joins it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from napari.components import ViewerModel
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QFileDialog
from tests.generators.pretrained.original_layout import write_single
from tests.generators.pretrained.tiny import save, stable_diffusion
from tests.services.gaussian import field

from napari_synthscope.canvas.layers import add_image
from napari_synthscope.generating.panel import GeneratePanel
from napari_synthscope.session.session import Session
from napari_synthscope.training.panel import TrainPanel
from synthscope.generators.pretrained.parameters import TextParameters
from synthscope.generators.pretrained.tuning.parameters import AdapterTraining
from synthscope.io.models import read_card
from synthscope.io.opening import open_image
from synthscope.jobs.drain import drain
from synthscope.qt.dialogs.base import BaseChooser
from synthscope.qt.dialogs.frame import AskDialog
from synthscope.records.image import Image
from synthscope.records.space import Space
from synthscope.services.pretrained import import_pretrained
from synthscope.services.training import read_training

Settled = Callable[[Callable[[], Any]], None]
LONG = 240_000
SOIL = Image(field((4, 60, 150)), Space("zyx", (2.0, 0.5, 0.5), "µm"), "soil.tif")
SMALL = AdapterTraining(prompt="a sks soil", rank=2, patch=32, learning_rate=1e-2)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save("stable-diffusion", tmp_path_factory.mktemp("hub") / "tiny")


@pytest.fixture
def panel(qtbot: QtBot, viewer: ViewerModel, session: Session) -> Iterator[TrainPanel]:
    made = TrainPanel(napari_viewer=viewer)
    qtbot.addWidget(made)
    add_image(viewer, SOIL)
    made.settings.generator.set_value("stable-diffusion", SMALL)
    made.settings.budget.set_value(0.1)
    made.show()
    yield made
    made.close()


def with_base(panel: TrainPanel, session: Session, published: Path, settled: Settled) -> None:
    drain(import_pretrained(published, session.project.models_folder, "tiny", licence="openrail"))
    session.models.refresh()
    settled(panel.foot.train.isEnabled)


def test_the_base_is_asked_for_and_shown_for_fine_tuning_alone(
    panel: TrainPanel, session: Session, published: Path, settled: Settled
) -> None:
    base = panel.settings.base
    settled(lambda: "tuned beside a pretrained model" in panel.foot.reason.text())
    assert base.isVisible()
    assert "fine-tuning" in panel.settings.generator.combo.currentText()
    with_base(panel, session, published, settled)
    assert base.value() == "models/tiny"
    assert base.card() is not None
    recipe = panel.settings.value()
    assert (recipe.base, recipe.parameters["prompt"]) == ("models/tiny", "a sks soil")
    panel.settings.generator.set_value("vae")
    assert not base.isVisible()
    assert panel.settings.value().base == ""


def test_a_base_is_taken_in_as_one_file_by_the_configuration_of_another(
    panel: TrainPanel, session: Session, published: Path, qtbot: QtBot, settled: Settled, tmp_path: Path, monkeypatch
) -> None:
    slot = panel.settings.base
    settled(lambda: "import one: Import a folder… or Import a file…" in panel.foot.reason.text())
    assert not slot.train.isVisible()
    with_base(panel, session, published, settled)
    file = write_single(stable_diffusion(tmp_path / "other"), tmp_path / "v1-5.safetensors")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args, **_told: (str(file), ""))
    qtbot.mouseClick(slot.bring_file, Qt.MouseButton.LeftButton)
    dialog = slot.findChild(AskDialog)
    assert dialog.findChild(BaseChooser).pick.row().name == "tiny"
    qtbot.mouseClick(dialog._go, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "v1-5" in [row.name for row in slot.pick.rows()], timeout=LONG)
    slot.set_value("v1-5")
    assert panel.settings.value().base == slot.value() != "models/tiny"


def test_an_adapter_is_learned_listed_joined_in_generate_and_used(
    panel: TrainPanel, viewer: ViewerModel, session: Session, published: Path, qtbot: QtBot, settled: Settled
) -> None:
    generate = GeneratePanel(napari_viewer=viewer)
    for widget in (generate, generate.tray):
        qtbot.addWidget(widget)
    generate.show()
    with_base(panel, session, published, settled)
    with qtbot.waitSignal(session.trainings.ready, timeout=LONG):
        qtbot.mouseClick(panel.foot.train, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(panel.watch.view.samples.isVisible, timeout=LONG)
    folder = session.project.models_folder / "soil"
    card = read_card(folder)
    assert (card.part, card.base.name, card.base.licence) == ("lora", "tiny", "openrail")
    assert read_training(folder).base == "tiny"
    assert "Adapter 'soil' is ready" in panel.foot.sentence.value().text
    settled(lambda: panel.models.row() is not None and panel.models.row().name == "soil")
    assert "LoRA for tiny" in panel.models.pick.words.text()
    settled(lambda: panel.watch.view.name == "soil" and panel.watch.view.curves.value())
    assert {"loss", "held_out_loss", "base_loss"} <= panel.watch.view.curves.value()[-1].values.keys()

    settings = generate.settings
    settled(lambda: settings.model.value() == "models/tiny")
    assert settings.generator.spec.id == "stable-diffusion"
    assert [(one.name, one.weight) for one in settings.adapters.value()] == [("models/soil", 1.0)]
    assert settings.words.value().prompt == "a sks soil"
    settings.size_edit.set_value((32, 32))
    settings.seeds.count.set_value(1)
    settings.generator.set_value("synthesize", "stable-diffusion", TextParameters(steps=2))
    settled(generate.bar.run.isEnabled)
    qtbot.mouseClick(generate.bar.run, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(generate.tray.strip.value()) == 1, timeout=LONG)
    run = session.project.runs()[-1]
    assert run.recipe().adapters[0].sha256 == card.weights_sha256
    (candidate,) = run.candidates()
    assert np.asarray(open_image(run.path / candidate.path).pixels).std() > 0
    generate.close()
