"""Models and weights in the real window: a file taken in by the real worker."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QFileDialog
from safetensors.numpy import load_file, save_file

from synthscope.desktop.main_window import MainWindow
from synthscope.desktop.weights_window import WeightsWindow
from synthscope.io.weights import verified_weights

pytestmark = pytest.mark.gui

SHAPES = {
    0: (3, 64), 3: (64, 16, 64), 4: (128, 16, 64), 6: (128, 32, 128), 7: (256, 32, 128),
    9: (256, 48, 192), 10: (384, 48, 192), 11: (384, 64, 256), 12: (512, 64, 256),
}  # fmt: skip
"""SqueezeNet 1.1: (before, squeezed, widened) of the blocks by number, (before, after) of the first layer."""


def squeezenet(path: Path) -> Path:
    import numpy as np

    weights = {}

    def add(name: str, after: int, before: int, side: int) -> None:
        weights[f"features.{name}.weight"] = np.zeros((after, before, side, side), np.float32)
        weights[f"features.{name}.bias"] = np.zeros(after, np.float32)

    add("0", 64, 3, 3)
    for number, (before, squeezed, widened) in ((n, s) for n, s in SHAPES.items() if len(s) == 3):
        add(f"{number}.squeeze", squeezed, before, 1)
        add(f"{number}.expand1x1", widened, squeezed, 1)
        add(f"{number}.expand3x3", widened, squeezed, 3)
    save_file(weights, path)
    return path


def test_a_file_is_taken_in_by_the_worker_and_then_removed(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, without_torch: None
) -> None:
    path = squeezenet(tmp_path / "mine.safetensors")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args: (str(path), ""))
    window.run(window.actions_by_id["file.weights"])
    (weights,) = window.findChildren(WeightsWindow)
    qtbot.waitExposed(weights)
    tile = weights.list.tiles["squeezenet-features"]
    qtbot.mouseClick(tile.take_in, Qt.MouseButton.LeftButton)
    assert tile.state.text() == "Waiting for the worker…"
    qtbot.waitUntil(lambda: tile.state.text().startswith("Here"), timeout=60_000)
    assert weights.said.text() == "squeezenet-features is here."
    folder, stored = verified_weights("squeezenet-features")
    assert stored.trust == "first use"
    assert set(load_file(folder / "model.safetensors")) == set(load_file(path))
    assert "torch" not in sys.modules
    qtbot.mouseClick(tile.remove, Qt.MouseButton.LeftButton)
    assert not folder.exists()
    weights.close()
