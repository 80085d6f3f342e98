"""Live in Generate: a preview that follows the slider, is kept nowhere, and makes room for work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from napari.components import ViewerModel
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QPoint, Qt
from tests.plugin.learner import MIXING, install_learner
from tests.services.mixing import MixingParameters

from napari_synthscope.canvas.layers import KEY, add_image
from napari_synthscope.canvas.outlines import outline_of
from napari_synthscope.contributions.writing import write_layers
from napari_synthscope.files.saving import LayerSaver
from napari_synthscope.generating.panel import GeneratePanel
from napari_synthscope.generating.plan_now import plan_now
from napari_synthscope.session.session import Session
from synthscope.errors import InputError
from synthscope.qt.slide_edit import SlideEdit
from synthscope.records.generator import Cost
from synthscope.records.image import Image
from synthscope.records.request import Region
from synthscope.records.space import Space

Settled = Callable[[Callable[[], Any]], None]
SPACE = Space("zyx", (3.0, 1.2, 1.2), "µm", (5.0, 10.0, 20.0))


@pytest.fixture(autouse=True)
def mixed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_learner(tmp_path / "mixed", monkeypatch, MIXING)


@pytest.fixture
def panel(qtbot: QtBot, viewer: ViewerModel, session: Session, settled: Settled) -> Iterator[GeneratePanel]:
    """A panel that leads a painted region to a brighter image."""
    made = GeneratePanel(napari_viewer=viewer)
    for widget in (made, made.tray):
        qtbot.addWidget(widget)
    dark = np.random.default_rng(1).integers(20, 60, (6, 40, 44)).astype(np.uint8)
    add_image(viewer, Image(dark, SPACE, "dark"))
    add_image(viewer, Image(dark + np.uint8(150), SPACE, "bright"))
    mask = session.new_mask()
    mask.data[2:4, 12:20, 15:25] = 1
    session.mask_written(Region((2, 12, 15), (4, 20, 25)))
    made.settings.generator.set_value("inpaint", "mixing", MixingParameters(0.0))
    made.settings.seeds.count.set_value(1)
    made.settings.context.set_value(5)
    combo = made.settings.conditions.reference
    combo.setCurrentIndex(combo.findText("bright"))
    made.resize(380, 900)
    made.show()
    settled(lambda: made.bar.run.isEnabled() and made.live.isVisible())
    yield made
    made.close()


def slider(panel: GeneratePanel) -> Any:
    form = panel.settings.generator._form()
    assert form is not None
    edit = form.editor("position")
    assert isinstance(edit, SlideEdit)
    return edit.slider


def drag(panel: GeneratePanel, qtbot: QtBot, share: float) -> None:
    """Take the handle with the mouse and move it to a share of its way."""
    handle, moving = slider(panel), Qt.MouseButton.LeftButton
    middle, width = handle.height() // 2, handle.width()
    at = handle.value() / handle.maximum()
    qtbot.mousePress(handle, moving, pos=QPoint(round(8 + at * (width - 16)), middle))
    for step in (0.3, 0.6, 1.0):
        there = at + step * (share - at)
        qtbot.mouseMove(handle, QPoint(round(8 + there * (width - 16)), middle))
    qtbot.mouseRelease(handle, moving, pos=QPoint(round(8 + share * (width - 16)), middle))


def switch_on(panel: GeneratePanel, session: Session, qtbot: QtBot, settled: Settled) -> Any:
    qtbot.mouseClick(panel.live.switch, Qt.MouseButton.LeftButton, pos=QPoint(8, panel.live.switch.height() // 2))
    assert session.live.active
    settled(lambda: session.live.layer is not None and not session.live.busy)
    return session.live.layer


def brightness(layer: Any, session: Session) -> float:
    """Mean of the preview where the mask is painted."""
    marked = session.mask.data[tuple(slice(a, a + n) for a, n in zip(start(session), layer.data.shape, strict=True))]
    return float(layer.data[marked > 0].mean())


def start(session: Session) -> tuple[int, ...]:
    source = session.source
    assert source is not None
    layer = session.live.layer
    assert layer is not None
    return tuple(round(v) for v in source.world_to_data(layer.data_to_world((0,) * layer.ndim)))


def files(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file() and "sqlite" not in path.name)
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def test_the_preview_follows_the_slider_and_goes_with_the_switch(
    panel: GeneratePanel, session: Session, viewer: ViewerModel, qtbot: QtBot, settled: Settled
) -> None:
    settled(lambda: not session.file._timer.isActive())
    before, jobs, layers = files(session.project.folder), session.work.jobs(), len(viewer.layers)
    layer = switch_on(panel, session, qtbot, settled)
    dark = brightness(layer, session)
    assert dark < 60
    outline = outline_of(viewer, layer)
    assert outline is not None
    assert np.count_nonzero(outline.data) == np.count_nonzero(session.mask.data)  # it says which voxels are synthetic
    drag(panel, qtbot, 1.0)
    settled(lambda: brightness(session.live.layer, session) > dark + 140)
    assert session.live.layer is layer  # it was filled anew, no other was made
    drag(panel, qtbot, 0.5)
    settled(lambda: dark + 60 < brightness(session.live.layer, session) < dark + 90)
    source = session.source
    assert source is not None
    outside = session.mask.data == 0
    box = tuple(slice(a, a + n) for a, n in zip(start(session), layer.data.shape, strict=True))
    assert np.array_equal(layer.data[outside[box]], source.data[box][outside[box]])
    assert "Not kept" in panel.live.words.text()
    qtbot.mouseClick(panel.live.switch, Qt.MouseButton.LeftButton, pos=QPoint(8, panel.live.switch.height() // 2))
    assert session.live.layer is None
    assert len(viewer.layers) == layers
    assert session.mask.visible
    settled(lambda: not session.live.busy and not any((session.work.scratch / "live").iterdir()))
    assert session.work.jobs() == jobs
    after = files(session.project.folder)
    before.pop("session.json", None)  # what is chosen for the next run
    after.pop("session.json", None)
    assert after == before


def test_only_who_is_quick_enough_has_the_switch(panel: GeneratePanel, session: Session, settled: Settled) -> None:
    assert panel.live.switch.isVisible()
    panel.settings.generator.set_value("inpaint", "harmonic", None)
    settled(lambda: not panel.live.isVisible())
    session.live.start()
    session.live.want(plan_now(panel.session, panel.settings))
    assert session.live.layer is None
    assert "not quick enough to be shown live" in session.live.words


def test_a_region_that_takes_too_long_says_so(
    panel: GeneratePanel, session: Session, qtbot: QtBot, settled: Settled
) -> None:
    switch_on(panel, session, qtbot, settled)
    session.live.want(replace(plan_now(panel.session, panel.settings), cost=Cost(7.0, 1)))
    assert session.live.layer is None
    assert "about 7.0 s, too long to be shown live; mark a smaller region" in panel.live.words.text()


def test_settings_that_cannot_be_show_nothing(
    panel: GeneratePanel, session: Session, qtbot: QtBot, settled: Settled
) -> None:
    switch_on(panel, session, qtbot, settled)
    form = panel.settings.generator._form()
    assert form is not None
    line = form.editor("position").number.line
    line.clear()
    qtbot.keyClicks(line, "3")
    settled(lambda: session.live.layer is None)
    assert "of at most 1" in panel.bar.reason.text()
    line.clear()
    qtbot.keyClicks(line, "0.5")
    settled(lambda: session.live.layer is not None)


def test_a_run_switches_it_off_and_its_candidate_has_the_place(
    panel: GeneratePanel, session: Session, viewer: ViewerModel, qtbot: QtBot, settled: Settled
) -> None:
    shown = switch_on(panel, session, qtbot, settled).data.copy()
    panel.run()
    assert not panel.live.switch.isChecked()
    assert session.live.layer is None
    settled(lambda: session.stage.layer is not None)
    assert np.array_equal(session.stage.layer.data, shown)  # the run made what was shown
    previews = [layer for layer in viewer.layers if layer.metadata.get(KEY, {}).get("role") == "live preview"]
    assert not previews
    switch_on(panel, session, qtbot, settled)
    assert session.stage.layer is None


def test_it_waits_for_work_and_goes_on_after_it(
    panel: GeneratePanel, session: Session, qtbot: QtBot, settled: Settled
) -> None:
    switch_on(panel, session, qtbot, settled)
    planned, project = plan_now(panel.session, panel.settings), session.project
    long = replace(planned, choice=replace(planned.choice, parameters=MixingParameters(0.5, 1000)), seeds=(1, 2, 3, 4))
    assert planned.choice.reference is not None
    inputs = (session.source_image(), planned.choice.reference)
    run = project.new_run(long, *map(project.add_source, inputs))
    job = session.work.add("run", {"run": str(run.path), "project": str(project.folder)}, "A long run")
    settled(lambda: session.live.layer is None)
    settled(lambda: "Waits: the worker is busy with 'A long run'" in panel.live.words.text())
    drag(panel, qtbot, 1.0)  # a wish meanwhile is not lost
    settled(lambda: session.work.job(job).state == "done")
    assert len(run.candidates()) == 4
    settled(lambda: session.live.layer is not None and brightness(session.live.layer, session) > 150)


def test_it_goes_when_its_ground_changes(
    panel: GeneratePanel, session: Session, viewer: ViewerModel, qtbot: QtBot, settled: Settled, tmp_path: Path
) -> None:
    def paint() -> None:
        session.mask.data[2, 12, 11] = 1
        session.mask_written(Region((2, 12, 11), (3, 13, 12)))
        settled(lambda: not session.live.active)

    dark = viewer.layers["dark"]
    changes: list[Callable[[], Any]] = [
        panel.hide,
        lambda: session.set_source(viewer.layers["small"]),
        paint,
        lambda: session.new_project(tmp_path / "other"),
        lambda: viewer.layers.remove(dark),
    ]
    add_image(viewer, Image(np.zeros((6, 40, 44), np.uint8), SPACE, "small"))
    for change in changes:
        session.set_source(dark)
        panel.show()
        settled(lambda: panel.bar.run.isEnabled())
        layer = switch_on(panel, session, qtbot, settled)
        change()
        assert layer not in viewer.layers
        assert not session.live.active
        assert not panel.live.switch.isChecked()


def test_a_preview_that_comes_for_older_settings_is_dropped(
    panel: GeneratePanel, session: Session, qtbot: QtBot, settled: Settled
) -> None:
    seen: list[float] = []
    switch_on(panel, session, qtbot, settled)

    def look() -> None:
        if session.live.layer is not None:
            seen.append(brightness(session.live.layer, session))

    session.live.changed.connect(look)
    worker = session.work.worker_pid
    form = panel.settings.generator._form()
    assert form is not None
    for position in np.linspace(0.1, 1.0, 10):
        form.set_value(MixingParameters(float(position)))
        session.live.want(plan_now(panel.session, panel.settings))
    settled(lambda: not session.live.busy and seen and seen[-1] > 180)
    assert len(seen) < 6  # most were never made
    assert session.work.worker_pid == worker  # what was cancelled did not end it


def test_the_preview_cannot_be_saved_as_a_result(
    panel: GeneratePanel, session: Session, viewer: ViewerModel, qtbot: QtBot, settled: Settled, tmp_path: Path
) -> None:
    layer = switch_on(panel, session, qtbot, settled)
    viewer.layers.selection.active = layer
    assert not LayerSaver(viewer).can_save
    with pytest.raises(InputError, match="press Run"):
        write_layers(str(tmp_path / "preview.ome.tif"), [layer.as_layer_data_tuple()])
    assert not list(tmp_path.glob("preview*"))
    assert panel.tray.current() is None
    assert session.source is viewer.layers["dark"]
    assert panel.settings.conditions.reference.findText(layer.name) == -1
