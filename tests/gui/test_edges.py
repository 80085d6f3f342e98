"""Show edges in the real window, on a real slice: the mouse drags a threshold, the canvas shows the map that leads."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QPoint, Qt
from tests.gui.test_live import drag, kept
from tests.gui.test_main_job import Person

from synthscope.desktop.main_window import MainWindow
from synthscope.imaging.control_pictures import edges_of
from synthscope.io.opening import open_image
from synthscope.records.control import Lead

pytestmark = pytest.mark.gui
ROOT = Path(__file__).resolve().parents[2]
BUILD = """
from pathlib import Path
from tests.generators.pretrained.tiny import save
save("controlnet", Path({!r}))
"""
EIGHT_BIT = 0.0, 255.0


@pytest.fixture
def person(window: MainWindow, qtbot: QtBot, real_data: Path) -> Person:
    """Somebody before a stack of a soil core, with the generator that is led by edges."""
    made = Person(window, qtbot)
    made.open(real_data / "rock_soil_microct" / "soil_core_stack")
    choice = made.panel.settings.generator
    made.click(choice.task_button("vary"))
    choice.combo.setCurrentIndex(choice.combo.findData("controlnet-canny"))
    made.wait(made.panel.edges.isVisible)
    return made


def switch(person: Person) -> None:
    box = person.panel.edges.switch
    person.qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))


def blue(person: Person) -> float:
    """Part of the canvas in the colour of edges."""
    picture = person.viewer.screenshot(canvas_only=True, flash=False).astype(int)
    return float(np.mean((picture[..., 2] > 200) & (picture[..., 0] < 120)))


def map_of(image: Any, z: int, parameters: Any) -> np.ndarray:
    lead = Lead(parameters.control, parameters.sigma, parameters.low, parameters.high)
    return edges_of(np.asarray(image.pixels[z])[..., None], EIGHT_BIT, lead)


@pytest.mark.usefixtures("without_torch")
def test_a_person_sees_what_leads_and_drags_a_threshold(person: Person, real_data: Path) -> None:
    image = open_image(real_data / "rock_soil_microct" / "soil_core_stack")
    panel, view = person.panel, person.panel.edges.view
    form: Any = panel.settings.generator._form()

    def right() -> bool:
        z = int(person.viewer.dims.current_step[0])
        return view.layer is not None and np.array_equal(view.layer.data[0], map_of(image, z, form.value()))

    person.viewer.dims.set_current_step(0, 12)
    person.wait(lambda: not person.session.file._timer.isActive() and not person.session.errands.busy)
    before, undo = kept(person), person.session.undo_stack.names
    assert blue(person) == 0
    switch(person)
    person.wait(lambda: not view.busy and right())
    full = blue(person)
    assert full > 0.01
    drag(person, form.editor("high"), 0.6)
    assert form.value().high > 0.5
    person.wait(lambda: not view.busy and right())
    assert 0 < blue(person) < 0.9 * full
    drag(person, form.editor("high"), 0.1)
    person.viewer.dims.set_current_step(0, 30)
    person.wait(lambda: not view.busy and right())
    if os.environ.get("SYNTHSCOPE_PICTURES"):
        person.window.grab().save(str(Path(os.environ["SYNTHSCOPE_PICTURES"]) / "edges.png"))
    switch(person)
    assert view.layer is None
    assert len(person.viewer.layers) == 1
    assert blue(person) == 0
    assert person.session.undo_stack.names == undo
    person.wait(lambda: not person.session.file._timer.isActive() and not person.session.errands.busy)
    assert kept(person) == before
    assert not {"torch", "diffusers"} & set(sys.modules)


def test_a_control_image_is_drawn_chosen_run_and_replayed(person: Person, tmp_path: Path) -> None:
    folder = tmp_path / "tiny-pipeline"
    subprocess.run([sys.executable, "-c", BUILD.format(str(folder))], cwd=ROOT, check=True, capture_output=True)
    panel, settings = person.panel, person.panel.settings
    source = person.session.source
    settings.generator.combo.setCurrentIndex(settings.generator.combo.findData("controlnet-canny"))
    person.session.models.bring(folder)
    person.wait(settings.model.value)
    person.click(settings.generator.task_button("inpaint"))
    settings.generator.combo.setCurrentIndex(settings.generator.combo.findData("controlnet-inpaint"))
    mask = person.begin_mask()
    mask.brush_size = 10
    person.viewer.dims.set_current_step(0, 20)
    person.qtbot.wait(100)
    person.paint((244, 246), (250, 256))
    drawn = np.zeros(source.data.shape[1:], np.uint8)
    drawn[240:260, 251] = 255
    person.viewer.add_image(drawn, name="drawn")
    form: Any = settings.generator._form()
    form.set_value(type(form.value())(steps=2, control="the control image as it is"))
    person.wait(lambda: "choose a control image" in panel.bar.reason.text())
    conditions = settings.conditions
    assert conditions._reference_words.text() == "Control image"
    conditions.reference.setCurrentIndex(conditions.reference.findText("drawn"))
    settings.context.set_value(8)
    settings.seeds.count.set_value(1)
    person.wait(panel.bar.run.isEnabled)
    person.run(1)
    person.wait(panel.results.card.isVisible)
    (run,) = person.session.project.runs()
    recipe = run.recipe()
    assert recipe.generator == "controlnet-inpaint"
    assert recipe.request.reference.name == "drawn"
    assert recipe.request.reference.region_sha256
    layer = person.accept()
    outside = mask.data == 0
    assert np.array_equal(np.asarray(layer.data)[outside], np.asarray(source.data)[outside])
    assert not np.array_equal(np.asarray(layer.data), np.asarray(source.data))
    person.click(panel.results.card.reproduce)
    person.wait(lambda: "every voxel is the same" in panel.results.card.replayed.text())
