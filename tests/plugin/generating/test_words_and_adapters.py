"""Words and adapters in Generate: what is shown, kept, missed, remembered and copied as a command."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from napari.components import ViewerModel
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt
from qtpy.QtGui import QGuiApplication
from tests.generators.pretrained.tiny import save
from tests.services.gaussian import field

from napari_synthscope.canvas.layers import add_image
from napari_synthscope.generating.panel import GeneratePanel
from napari_synthscope.session.session import Session
from synthscope.jobs.drain import drain
from synthscope.records.image import Image
from synthscope.records.project import SessionDocument
from synthscope.records.request import Prompts, Region
from synthscope.records.run import AdapterUse
from synthscope.records.space import Space
from synthscope.services.pretrained import import_pretrained

Settled = Callable[[Callable[[], Any]], None]
SOIL = Image(field((6, 60, 90)), Space("zyx", (2.0, 0.5, 0.5), "µm"), "soil.tif")
WORDS = "a slice of soil, --no roots"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save("stable-diffusion", tmp_path_factory.mktemp("hub") / "tiny")


@pytest.fixture
def panel(
    qtbot: QtBot, viewer: ViewerModel, session: Session, settled: Settled, published: Path
) -> Iterator[GeneratePanel]:
    """A panel before a stack with a painted mask, with a pretrained generator and its model chosen."""
    drain(import_pretrained(published, session.project.models_folder, "tiny", licence="none"))
    made = GeneratePanel(napari_viewer=viewer)
    for widget in (made, made.tray):
        qtbot.addWidget(widget)
    add_image(viewer, SOIL)
    mask = session.new_mask()
    mask.data[2:4, 20:30, 20:30] = 1
    session.mask_written(Region((2, 20, 20), (4, 30, 30)))
    choose(made, "sd-inpaint")
    made.show()
    settled(lambda: session.painted is not None)
    settled(lambda: made.settings.model.value() == "models/tiny")
    yield made
    made.close()


def choose(panel: GeneratePanel, generator: str) -> None:
    combo = panel.settings.generator.combo
    combo.setCurrentIndex(combo.findData(generator))


def test_words_are_typed_with_keys_and_go_with_the_run(panel: GeneratePanel, qtbot: QtBot, settled: Settled) -> None:
    text = panel.settings.words.texts["prompt"]
    qtbot.mouseClick(text.viewport(), Qt.MouseButton.LeftButton)
    qtbot.keyClicks(text, WORDS)
    settled(lambda: panel.bar.run.isEnabled())
    choice = panel.settings.value()
    assert choice is not None
    assert choice.prompts == Prompts(prompt=WORDS)
    assert not panel.settings.words.texts["instruction"].isVisible()


def test_words_stay_when_the_generator_changes_and_come_back(panel: GeneratePanel) -> None:
    panel.settings.words.texts["prompt"].setPlainText(WORDS)
    choose(panel, "exemplar")
    assert not panel.settings.words.isVisible()
    choice = panel.settings.value()
    assert choice is not None
    assert choice.prompts == Prompts()
    choose(panel, "sd-inpaint")
    choice = panel.settings.value()
    assert choice is not None
    assert choice.prompts.prompt == WORDS


def test_the_copied_command_holds_the_words_as_one_argument(panel: GeneratePanel, settled: Settled) -> None:
    panel.settings.words.texts["prompt"].setPlainText(WORDS)
    panel.settings.words.texts["negative"].setPlainText("--colour")
    settled(lambda: panel.bar.run.isEnabled())
    settled(lambda: panel._planned is not None and panel._planned.choice.prompts.negative == "--colour")
    panel.copy_command()
    words = shlex.split(QGuiApplication.clipboard().text())
    assert f"--prompt={WORDS}" in words
    assert "--negative=--colour" in words


def test_a_project_remembers_words_and_adapters(panel: GeneratePanel) -> None:
    document = SessionDocument(
        generator="sd-inpaint", model="models/tiny", prompts=Prompts("soil", instruction="dig"),
        adapters=(AdapterUse("grains", "", 0.5),),
    )  # fmt: skip
    panel.settings.recall(document)
    assert panel.settings.words.whole_value() == Prompts("soil", instruction="dig")
    assert panel.settings.words.value() == Prompts("soil")
    assert panel.settings.adapters.value() == (AdapterUse("grains", "", 0.5),)


def test_without_a_pretrained_model_the_sentence_says_how_to_have_one(
    panel: GeneratePanel, session: Session, settled: Settled
) -> None:
    panel.settings.model.pick.set_rows(())
    assert "needs a pretrained model" in panel.settings.problem()
    assert panel.settings.model.bring.isVisible()
    assert panel.settings.model.bring_file.isVisible()
    assert not panel.settings.model.train.isVisible()


def test_how_the_model_is_held_is_told_once_the_worker_named_its_devices(
    panel: GeneratePanel, session: Session, settled: Settled
) -> None:
    panel.settings.words.texts["prompt"].setPlainText(WORDS)
    settled(lambda: session.work.devices)  # nobody asked but the panel
    assert "the model is held" in panel.bar.estimate.text()
    assert "unknown" not in panel.bar.estimate.text()
    choose(panel, "exemplar")
    settled(lambda: "is held" not in panel.bar.estimate.text())


def test_words_that_fit_their_lines_do_not_scroll(panel: GeneratePanel, settled: Settled) -> None:
    texts = panel.settings.words.texts
    texts["prompt"].setPlainText("one\ntwo")
    texts["negative"].setPlainText("one")
    settled(lambda: texts["negative"].viewport().height() >= texts["negative"].fontMetrics().lineSpacing())
    for name in ("prompt", "negative"):
        assert texts[name].verticalScrollBar().maximum() == 0, name
    texts["negative"].setPlainText("one\ntwo")
    assert texts["negative"].verticalScrollBar().maximum() > 0
