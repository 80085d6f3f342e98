"""Pretrained models in the real window: a file taken in, and a model fetched from a small hub, by the real worker."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QFileDialog
from safetensors.numpy import save_file
from tests.services.hub_server import Hub, pipeline_files, serving

from synthscope.desktop.main_window import MainWindow
from synthscope.desktop.weights_window import WeightsWindow
from synthscope.io.models import read_card
from synthscope.records.pipeline_catalogue import find_checkpoint
from synthscope.services.models import find_model, verify_model

pytestmark = pytest.mark.gui
LEFT = Qt.MouseButton.LeftButton


def test_a_model_is_fetched_and_an_adapter_taken_in(
    qtbot: QtBot, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "my-lora.safetensors"
    save_file({"unet.lora_A.weight": np.zeros((2, 4), np.float32)}, path)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args, **_told: (str(path), ""))
    with serving(Hub(find_checkpoint("dit-xl-2-256").hub, pipeline_files("DiTPipeline"))) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.address)  # before the worker starts
        window: MainWindow = request.getfixturevalue("window")
        window.run(window.actions_by_id["file.weights"])
        (shown,) = window.findChildren(WeightsWindow)
        qtbot.waitExposed(shown)
        page = shown.checkpoints
        shown.pages.setCurrentWidget(page)
        tile = page.list.tiles["dit-xl-2-256"]
        qtbot.mouseClick(tile.fetch, LEFT)
        tile.licence.click()
        qtbot.mouseClick(tile.agree, LEFT)
        qtbot.waitUntil(lambda: tile.state.text().startswith("Here as 'dit-xl-2-256'"), timeout=60_000)
        assert page.said.text() == "dit-xl-2-256 is here."
    card = verify_model(find_model("dit-xl-2-256"))
    assert card.agreement.startswith("CC-BY-NC-4.0, agreed to on ")
    qtbot.mouseClick(page.file, LEFT)
    qtbot.waitUntil(lambda: page.said.text() == "my-lora.safetensors is here.", timeout=60_000)
    assert read_card(find_model("my-lora")).part == "lora"
    qtbot.mouseClick(tile.remove, LEFT)
    assert "is removed" in page.said.text()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args: str(tmp_path))
    qtbot.mouseClick(page.shared, LEFT)
    assert window.settings.shared_models == str(tmp_path)
    shown.close()
