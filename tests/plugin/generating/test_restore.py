"""Restorations from the Generate panel: chosen, made by the bundled prior, laid over their source."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from napari.components import ViewerModel
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt

from napari_synthscope.canvas.layers import add_image
from napari_synthscope.generating.panel import GeneratePanel
from napari_synthscope.generating.restore_edit import RestoreEdit
from napari_synthscope.session.session import Session
from synthscope.generators.registry import find_spec
from synthscope.records.image import Image
from synthscope.records.request import Region, Restoration
from synthscope.records.space import Space

LONG = 120_000
SPACE = Space("yx", (0.5, 0.5), "µm", (3.0, -2.0))


@pytest.fixture
def edit(qtbot: QtBot) -> RestoreEdit:
    made = RestoreEdit()
    qtbot.addWidget(made)
    made.show_for(find_spec("prior"))
    made.show()
    return made


@pytest.fixture
def panel(qtbot: QtBot, viewer: ViewerModel, session: Session, rng: np.random.Generator) -> Iterator[GeneratePanel]:
    """A panel before a turned picture, with *Restore* chosen and the bundled prior of fibres."""
    made = GeneratePanel(napari_viewer=viewer)
    for widget in (made, made.tray):
        qtbot.addWidget(widget)
    waves = np.sin(np.arange(36) / 3)[:, None] + np.cos(np.arange(40) / 4)
    pixels = np.rint(110 + 30 * waves + rng.normal(0, 2, waves.shape)).astype(np.uint8)
    add_image(viewer, Image(pixels, SPACE, "fibres"), rotate=[[0.8, -0.6], [0.6, 0.8]])
    made.show()
    qtbot.mouseClick(made.settings.generator.task_button("restore"), Qt.MouseButton.LeftButton)
    made.settings.use_model("prior", "fibre")
    made.refresh()
    yield made
    made.close()


@pytest.mark.parametrize(
    "wanted",
    [
        Restoration("denoise", 1, 3.5, False),
        Restoration("upscale", 4, 0.0, True, 0.75),
        Restoration("isotropic", 3, 2.0, False),
    ],
)
def test_what_is_shown_is_what_is_asked_for(edit: RestoreEdit, wanted: Restoration) -> None:
    edit.set_value(wanted)
    assert edit.value() == wanted
    assert edit.problem() == ""
    assert edit.factor.isVisible() == edit.psf.isVisible() == (wanted.kind != "denoise")


def test_a_number_that_cannot_be_is_marked_and_said(edit: RestoreEdit) -> None:
    edit.set_value(Restoration("upscale", 2))
    edit.factor.line.setText("40")
    assert "40" in edit.problem()
    edit.factor.line.setText("1")
    assert "'1'" in edit.problem()
    assert edit.factor.line.property("invalid")
    edit.factor.line.setText("2")
    edit.noise.line.setText("-1")
    assert "-1" in edit.problem()
    edit.kind.setCurrentIndex(edit.kind.findData("denoise"))
    edit.noise.line.setText("much")
    assert "much" in edit.problem()


def test_only_generators_that_restore_are_listed_and_a_picture_needs_no_mask(
    panel: GeneratePanel, qtbot: QtBot
) -> None:
    combo = panel.settings.generator.combo
    listed = [combo.itemData(i) for i in range(combo.count())]
    assert listed
    assert all("restore" in find_spec(name).tasks for name in listed)
    qtbot.waitUntil(panel.bar.run.isEnabled, timeout=LONG)
    assert panel._planned is not None
    assert panel._planned.choice.restoration == Restoration("denoise")
    panel.settings.restore_edit.set_value(Restoration("isotropic", 0, sample=True))
    qtbot.waitUntil(lambda: "no stack" in panel.bar.reason.text(), timeout=LONG)


def test_finer_pixels_lie_over_their_source_and_become_a_layer(
    panel: GeneratePanel, viewer: ViewerModel, session: Session, qtbot: QtBot
) -> None:
    source, before = session.source, session.source.data.copy()
    mask = session.new_mask()
    mask.data[10:18, 8:20] = 1
    session.mask_written(Region((10, 8), (18, 20)))
    qtbot.waitUntil(lambda: session.painted is not None, timeout=LONG)
    panel.settings.inside.setChecked(True)
    panel.settings.restore_edit.set_value(Restoration("upscale", 2, sample=True))
    panel.settings.seeds.count.set_value(1)
    qtbot.waitUntil(panel.bar.run.isEnabled, timeout=LONG)
    assert panel._planned is not None
    assert panel._planned.region == Region((10, 8), (18, 20))
    qtbot.mouseClick(panel.bar.run, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(session.stage.on_canvas), timeout=LONG)
    shown = session.stage.layer
    assert shown.data.shape == (16, 24)
    _lies_over(shown, source)
    accepted: list[Any] = []
    session.stage.accepted.connect(accepted.append)
    panel.shell_actions()["accept"]()
    qtbot.waitUntil(lambda: bool(accepted), timeout=LONG)
    (layer,) = accepted
    assert layer.data.shape == (16, 24)
    _lies_over(layer, source)
    assert np.array_equal(source.data, before)
    coarse = layer.data.reshape(8, 2, 12, 2).mean(axis=(1, 3))
    assert np.abs(coarse - before[10:18, 8:20]).mean() < 1
    assert "upscale" in panel_command(panel)


def _lies_over(finer: Any, source: Any) -> None:
    for place in ((0, 0), (7, 11)):
        middle = np.mean([finer.data_to_world((2 * place[0] + i, 2 * place[1] + j)) for i in (0, 1) for j in (0, 1)], 0)
        assert np.allclose(middle, source.data_to_world((10 + place[0], 8 + place[1])))


def panel_command(panel: GeneratePanel) -> str:
    from napari_synthscope.session.plan_words import command_of

    assert panel._planned is not None
    return command_of(panel._planned, panel.session)
