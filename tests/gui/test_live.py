"""Live in the real window: the handle of the slider is dragged, and the canvas shows what a candidate would be."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QPoint, Qt
from tests.gui.test_main_job import Person
from tests.plugin.learner import MIXING, install_learner

from synthscope.desktop.main_window import MainWindow
from synthscope.qt.slide_edit import SlideEdit

pytestmark = pytest.mark.gui

SHAPE = (4, 96, 104)


@pytest.fixture
def person(window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Person:
    """Somebody before two stacks, the second one brighter, with a generator that leads from one to the other."""
    install_learner(tmp_path / "mixed", monkeypatch, MIXING)
    made = Person(window, qtbot)
    dark = np.random.default_rng(0).integers(2000, 6000, SHAPE).astype(np.uint16)
    for name, pixels in (("dark", dark), ("bright", dark + np.uint16(20000))):
        path = tmp_path / f"{name}.ome.tif"
        tifffile.imwrite(path, pixels, ome=True, metadata={"axes": "ZYX"}, photometric="minisblack")
        source = made.open(path)
    made.wait(lambda: len(made.viewer.layers) == 2)
    made.session.set_source(made.viewer.layers[0])
    assert source is made.viewer.layers[0]
    choice = made.panel.settings.generator
    made.click(choice.task_button("vary"))
    choice.combo.setCurrentIndex(choice.combo.findData("mixing"))
    second = made.panel.settings.conditions.reference
    second.setCurrentIndex(1)
    made.wait(lambda: made.panel.bar.run.isEnabled() and made.panel.live.isVisible())
    return made


def drag(person: Person, edit: SlideEdit, share: float) -> None:
    """Take the handle and bring it to a share of its way; a little beyond the ends, as a hand does."""
    slider, left = edit.slider, Qt.MouseButton.LeftButton
    ends, middle = (8, slider.width() - 8), slider.height() // 2
    at, to = (round(ends[0] + s * (ends[1] - ends[0])) for s in (slider.value() / slider.maximum(), share))
    to += {0.0: -6, 1.0: 6}.get(share, 0)
    person.qtbot.mousePress(slider, left, pos=QPoint(at, middle))
    for step in np.linspace(at, to, 6):
        person.qtbot.mouseMove(slider, QPoint(round(step), middle))
    person.qtbot.mouseRelease(slider, left, pos=QPoint(to, middle))


def switch(person: Person) -> None:
    box = person.panel.live.switch
    person.qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))


def seen(person: Person) -> float:
    """Mean brightness in the middle of the canvas, as a screen shows it: 0 to 255."""
    picture = person.viewer.screenshot(canvas_only=True, flash=False)[..., 0]
    rows, columns = picture.shape
    return float(picture[rows // 2 - 20 : rows // 2 + 20, columns // 2 - 20 : columns // 2 + 20].mean())


def kept(person: Person) -> dict[str, bytes]:
    """All that the project holds but what is open, which follows every setting."""
    folder = person.session.project.folder
    names = ("session.json", "project.lock")
    found = (path for path in folder.rglob("*") if path.is_file() and path.name not in names)
    return {str(path.relative_to(folder)): path.read_bytes() for path in found if "sqlite-" not in path.name}


def test_a_person_drags_the_slider_and_sees_what_a_candidate_would_be(person: Person) -> None:
    panel, live = person.panel, person.session.live
    form: Any = panel.settings.generator._form()
    edit = form.editor("position")
    assert isinstance(edit, SlideEdit)
    for layer in person.viewer.layers:
        layer.contrast_limits = (0, 30000)
    drag(person, edit, 0.0)
    assert edit.value() == 0
    person.wait(lambda: panel._planned is not None and panel._planned.choice.parameters.position == 0)
    person.wait(lambda: not person.session.file._timer.isActive() and not person.session.errands.busy)
    before = kept(person)
    switch(person)
    person.wait(lambda: live.layer is not None and not live.busy)
    dark = seen(person)
    drag(person, edit, 1.0)
    person.wait(lambda: seen(person) > dark + 100)
    drag(person, edit, 0.5)
    person.wait(lambda: dark + 50 < seen(person) < dark + 120)
    assert "Not kept" in panel.live.words.text()
    if os.environ.get("SYNTHSCOPE_PICTURES"):
        person.window.grab().save(str(Path(os.environ["SYNTHSCOPE_PICTURES"]) / "live.png"))
    switch(person)
    person.wait(lambda: not live.busy and not person.session.errands.busy)
    assert live.layer is None
    assert len(person.viewer.layers) == 2
    person.wait(lambda: not person.session.file._timer.isActive() and not person.session.errands.busy)
    assert kept(person) == before
    assert person.session.work.jobs() == ()


def test_another_panel_takes_it_off_the_canvas(person: Person) -> None:
    panel, live = person.panel, person.session.live
    switch(person)
    person.wait(lambda: live.layer is not None and not live.busy)
    assert person.window.workspace is not None
    person.window.workspace.show_panel("synthscope.panel.mask")
    person.wait(lambda: not live.active)
    assert live.layer is None
    person.window.workspace.show_panel("synthscope.panel.generate")
    assert not panel.live.switch.isChecked()
    person.window.run(person.window.actions_by_id["generate.live"])
    assert panel.live.switch.isChecked()
