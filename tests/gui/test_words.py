"""A pipeline that others trained, in the real window: taken in, told in words, run in the worker, accepted."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QComboBox, QLabel, QLineEdit, QWidget
from tests.gui.test_main_job import Person, stack

from synthscope.desktop.main_window import MainWindow

__all__ = ["stack"]  # a fixture
pytestmark = pytest.mark.gui

PROMPT = "a slice of sandstone, X-ray microtomography"
BUILD = """
from pathlib import Path
from tests.generators.pretrained.tiny import save
save("stable-diffusion", Path({!r}))
"""
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """A tiny pipeline as a hub gives it, made in a process of its own: no torch comes into the window's."""
    folder = tmp_path / "tiny-pipeline"
    subprocess.run([sys.executable, "-c", BUILD.format(str(folder))], cwd=ROOT, check=True, capture_output=True)
    return folder


@pytest.mark.usefixtures("without_torch")
def test_words_fill_what_the_mouse_has_painted_and_nothing_else(
    window: MainWindow, qtbot: QtBot, stack: Path, published: Path
) -> None:
    person = Person(window, qtbot)
    person.open(stack)
    panel, settings = person.panel, person.panel.settings
    combo = settings.generator.combo
    combo.setCurrentIndex(combo.findData("sd-inpaint"))
    person.wait(lambda: "import one" in panel.bar.reason.text() or "mark" in panel.bar.reason.text())
    person.session.models.bring(published)
    person.wait(settings.model.value)
    mask = person.begin_mask()
    mask.brush_size = 8
    person.viewer.dims.set_current_step(0, 5)
    qtbot.wait(100)
    person.paint((44, 46), (50, 52))
    text = settings.words.texts["prompt"]
    qtbot.mouseClick(text.viewport(), Qt.MouseButton.LeftButton)
    qtbot.keyClicks(text, PROMPT)
    assert settings.value().prompts.prompt == PROMPT
    person.choose("sd-inpaint", 1)
    person.run(1)
    person.wait(panel.results.card.isVisible)
    person.wait(lambda: not cut(panel))  # what came below pushes the form once it is laid out, and squeezes nothing
    layer = person.accept()
    source, outside = np.asarray(person.session.source.data), mask.data == 0
    assert np.array_equal(layer.data[outside], source[outside])
    assert not np.array_equal(layer.data, source)
    (run,) = person.session.project.runs()
    assert run.recipe().request.prompts.prompt == PROMPT
    assert not {"torch", "diffusers"} & set(sys.modules)


def cut(panel: QWidget) -> list[tuple[str, int, int]]:
    """Name what stands in the panel lower than it must be to be read."""
    found = []
    for one in (*panel.findChildren(QLabel), *panel.findChildren(QLineEdit), *panel.findChildren(QComboBox)):
        wraps: Any = isinstance(one, QLabel) and one.wordWrap()
        wanted = one.heightForWidth(one.width()) if wraps else one.minimumSizeHint().height()
        if one.isVisible() and one.height() < wanted:
            found.append((one.accessibleName() or type(one).__name__, one.height(), wanted))
    return found
