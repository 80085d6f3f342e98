"""A mask from two prompts in the real window: words typed, found in the worker, cut with the slider, painted, used."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QPoint, Qt
from tests.gui.test_mask_canvas import Hand

from napari_synthscope.session.mask_told import origins_of
from synthscope.desktop.actions import GENERATE, MASK
from synthscope.desktop.main_window import MainWindow
from synthscope.imaging.masks.differences import marked
from synthscope.io.opening import open_image
from synthscope.io.writing import write_image
from synthscope.records.image import Image
from synthscope.records.space import Space
from synthscope.services.mask_origins import origins_in
from synthscope.services.provenance import provenance_of

pytestmark = pytest.mark.gui

BUILD = """
from pathlib import Path
from tests.generators.pretrained.tiny import save
save("stable-diffusion", Path({!r}))
"""
ROOT = Path(__file__).resolve().parents[2]
LONG = 240000
SHAPE, SHOWN = (4, 40, 44), 2
SPACE = Space("zyx", (3.0, 1.0, 1.0), "µm", (12.0, -5.0, 40.0))
WORDS = {"source": "grains of quartz", "target": "a web of roots"}


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """A tiny pipeline as a hub gives it, made in a process of its own: no torch comes into the window's."""
    folder = tmp_path / "tiny-pipeline"
    subprocess.run([sys.executable, "-c", BUILD.format(str(folder))], cwd=ROOT, check=True, capture_output=True)
    return folder


@pytest.fixture
def hand(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> Hand:
    pixels = np.random.default_rng(3).integers(1000, 60000, SHAPE).astype(np.uint16)
    return Hand(window, qtbot, write_image(tmp_path / "grains.ome.tif", Image(pixels, SPACE, "grains")))


def shown(hand: Hand, role: str) -> list[Any]:
    return [layer for layer in hand.viewer.layers if layer.metadata.get("synthscope", {}).get("role") == role]


def click(hand: Hand, button: Any) -> None:
    assert button.isVisible()
    assert button.isEnabled()
    hand.qtbot.mouseClick(button, Qt.MouseButton.LeftButton, pos=QPoint(8, button.height() // 2))


def slide(hand: Hand, slider: Any, to: int) -> None:
    """Bring a slider to a step, with the keys that it takes."""
    slider.setFocus()
    key = Qt.Key.Key_Right if to > slider.value() else Qt.Key.Key_Left
    for _ in range(abs(to - slider.value())):
        hand.qtbot.keyClick(slider, key)


def refuse_and_cancel(hand: Hand, tool: Any) -> None:
    """Ask with equal prompts, then for too much, and cancel: nothing is found, nothing is painted."""
    text = tool.ask.words.texts["target"]
    text.setPlainText(WORDS["source"])
    click(hand, tool.find)
    said = hand.panel.foot.sentence.value()
    assert said is not None
    assert "Both prompts say" in said.text
    text.setPlainText(WORDS["target"])
    tool.ask.form.form().editor("maps").set_value(100)
    click(hand, tool.find)
    hand.qtbot.waitUntil(lambda: (row := tool.desk.row()) is not None and "step" in row.text, timeout=LONG)
    click(hand, tool.progress.stop)
    hand.qtbot.waitUntil(tool.find.isEnabled, timeout=LONG)
    assert tool.found is None
    assert not tool.progress.isVisible()
    assert not hand.mask.any()


@pytest.mark.usefixtures("without_torch")
def test_a_mask_is_found_cut_edited_and_used_and_the_result_says_what_found_it(
    hand: Hand, qtbot: QtBot, window: MainWindow, published: Path, tmp_path: Path
) -> None:
    tool, session = hand.take("prompts"), hand.panel.session
    qtbot.waitUntil(lambda: "import one" in tool.reason.text(), timeout=LONG)
    assert not tool.find.isEnabled()
    session.models.bring(published)
    qtbot.waitUntil(lambda: bool(tool.ask.model.value()), timeout=LONG)
    assert "'What the image shows' is empty" in tool.reason.text()
    for name, words in WORDS.items():
        text = tool.ask.words.texts[name]
        qtbot.mouseClick(text.viewport(), Qt.MouseButton.LeftButton)
        qtbot.keyClicks(text, words)
    assert not tool.ask.words.texts["negative"].isVisible()
    form: Any = tool.ask.form.form()
    assert not form.editor("guidance").isVisible()
    refuse_and_cancel(hand, tool)

    form.editor("maps").set_value(2)
    click(hand, tool.find)
    qtbot.waitUntil(tool.progress.isVisible, timeout=LONG)
    assert not tool.find.isEnabled()
    assert not hand.mask.any(), "the mask waits for the person"
    qtbot.waitUntil(lambda: tool.found is not None, timeout=LONG)
    differences = tool.found.finding.differences
    assert differences.shape == (1, *SHAPE[1:])
    preview = shown(hand, "preview")[0]
    qtbot.waitUntil(lambda: np.array_equal(preview.data[SHOWN], marked(differences, 1.5)[0]), timeout=LONG)
    slider = form.editor("threshold").slider
    slide(hand, slider, slider.value() - 6)
    lower = tool.ask.threshold()
    assert lower < 1.5
    expected = np.zeros(SHAPE, bool)
    expected[SHOWN] = marked(differences, lower)[0]
    qtbot.waitUntil(lambda: np.array_equal(preview.data != 0, expected), timeout=LONG)
    assert expected.sum() > marked(differences, 1.5).sum()
    click(hand, tool.map)
    (seen,) = shown(hand, "differences")
    assert np.array_equal(np.asarray(seen.data), differences)
    assert np.allclose(seen.data_to_world((0, 0, 0)), session.mask.data_to_world((SHOWN, 0, 0)))
    if os.environ.get("SYNTHSCOPE_PICTURES"):
        qtbot.wait(500)
        window.grab().save(str(Path(os.environ["SYNTHSCOPE_PICTURES"]) / "prompts.png"))
    hand.viewer.dims.set_current_step(0, 0)
    qtbot.waitUntil(lambda: "was not looked at" in tool.share.text(), timeout=LONG)
    assert not tool.button.isEnabled()
    hand.viewer.dims.set_current_step(0, SHOWN)
    qtbot.waitUntil(tool.button.isEnabled, timeout=LONG)

    click(hand, tool.button)
    hand.idle()
    assert np.array_equal(hand.mask, expected)
    (origin,) = origins_of(session.mask)
    assert (origin.source, origin.target, origin.threshold) == (*WORDS.values(), lower)
    qtbot.mouseClick(hand.panel.foot.undo, Qt.MouseButton.LeftButton)
    assert not hand.mask.any()
    assert origins_of(session.mask) == ()
    session.redo()
    assert np.array_equal(hand.mask, expected)
    assert origins_of(session.mask) == (origin,)

    hand.panel.files.export_mask(tmp_path / "found.ome.tif")
    hand.idle()
    assert origins_in(open_image(tmp_path / "found.ome.tif")) == (origin,)
    hand.take("rectangle")
    assert not shown(hand, "differences")
    hand.drag((8, 8), (14, 14), (20, 24))
    hand.idle()
    assert hand.mask.sum() > expected.sum()
    used = hand.mask
    panel: Any = hand.workspace.show_panel(GENERATE)
    combo = panel.settings.generator.combo
    combo.setCurrentIndex(combo.findData("harmonic"))
    panel.settings.seeds.count.set_value(1)
    qtbot.waitUntil(panel.bar.run.isEnabled, timeout=LONG)
    qtbot.mouseClick(panel.bar.run, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(panel.tray.strip.value()) == 1, timeout=LONG)
    run = session.runs.current
    (told,) = provenance_of(run.open(run.candidates()[0])).recipe.request.mask_origins
    assert told == replace(origin, edited=True)
    assert np.array_equal(hand.mask, used)
    assert not {"torch", "diffusers"} & set(sys.modules)
    hand.workspace.show_panel(MASK)
    qtbot.waitUntil(lambda: not session.errands.busy and not session.file._timer.isActive(), timeout=LONG)
