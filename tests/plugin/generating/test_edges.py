"""Show edges in Generate: the map that leads a ControlNet follows thresholds and slice, and is kept nowhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from napari.components import ViewerModel
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QPoint, Qt
from scipy.ndimage import gaussian_filter

from napari_synthscope.canvas.layers import add_image
from napari_synthscope.contributions.writing import write_layers
from napari_synthscope.files.saving import LayerSaver
from napari_synthscope.generating.edges_view import Known
from napari_synthscope.generating.panel import GeneratePanel
from napari_synthscope.session.session import Session
from synthscope.errors import InputError
from synthscope.generators.pretrained.control.parameters import CannyParameters, HoleParameters
from synthscope.imaging.control_pictures import edges_of
from synthscope.imaging.normalisation import fit_normalisation
from synthscope.records.control import Lead
from synthscope.records.image import Image
from synthscope.records.space import Space

Settled = Callable[[Callable[[], Any]], None]
SPACE = Space("zyx", (3.0, 1.2, 1.2), "µm", (5.0, 10.0, 20.0))
SHAPE = (5, 60, 72)


@pytest.fixture
def pixels() -> np.ndarray:
    rough = gaussian_filter(np.random.default_rng(2).normal(size=SHAPE), (0, 3, 3))
    return np.interp(rough, (rough.min(), rough.max()), (1000, 60000)).astype(np.uint16)


@pytest.fixture
def panel(qtbot: QtBot, viewer: ViewerModel, session: Session, pixels: np.ndarray) -> Iterator[GeneratePanel]:
    assert session.viewer is viewer
    made = GeneratePanel(napari_viewer=viewer)
    for widget in (made, made.tray):
        qtbot.addWidget(widget)
    add_image(viewer, Image(pixels, SPACE, "rock"))
    made.settings.generator.set_value("vary", "controlnet-canny", CannyParameters())
    made.resize(380, 900)
    made.show()
    qtbot.waitUntil(made.edges.isVisible)
    yield made
    made.close()


def press(panel: GeneratePanel, qtbot: QtBot) -> None:
    switch = panel.edges.switch
    qtbot.mouseClick(switch, Qt.MouseButton.LeftButton, pos=QPoint(8, switch.height() // 2))


def expected(pixels: np.ndarray, z: int, **changes: float) -> np.ndarray:
    """What the generator would find: on the scale of the stack, not of the slice."""
    fitted, given = fit_normalisation(pixels), {"sigma": 1.4, "low": 0.05, "high": 0.15, **changes}
    return edges_of(pixels[z][..., None], (fitted.low, fitted.high), Lead("edges of the image", **given))


def same(panel: GeneratePanel, wanted: np.ndarray) -> bool:
    layer = panel.edges.view.layer
    return layer is not None and np.array_equal(layer.data[0], wanted)


def test_the_map_follows_slice_and_thresholds_and_goes_with_the_switch(
    panel: GeneratePanel, session: Session, viewer: ViewerModel, pixels: np.ndarray, qtbot: QtBot, settled: Settled
) -> None:
    viewer.dims.set_current_step(0, 2)
    undo = session.undo_stack.names
    press(panel, qtbot)
    settled(lambda: same(panel, expected(pixels, 2)))
    layer = panel.edges.view.layer
    assert layer.data_to_world((0, 0, 0)) == session.source.data_to_world((2, 0, 0))
    assert layer.data_to_world((0, 59, 71)) == session.source.data_to_world((2, 59, 71))
    viewer.dims.set_current_step(0, 4)
    settled(lambda: same(panel, expected(pixels, 4)))
    assert panel.edges.view.layer is layer, "it was filled anew, no other was made"
    assert layer.data_to_world((0, 0, 0))[0] == session.source.data_to_world((4, 0, 0))[0]
    form = panel.settings.generator._form()
    assert form is not None
    line = form.editor("sigma").number.line
    line.clear()
    qtbot.keyClicks(line, "3")
    settled(lambda: same(panel, expected(pixels, 4, sigma=3.0)))
    slider = form.editor("high").slider
    left, middle = Qt.MouseButton.LeftButton, slider.height() // 2
    at, to = (round(8 + share * (slider.width() - 16)) for share in (slider.value() / slider.maximum(), 0.5))
    qtbot.mousePress(slider, left, pos=QPoint(at, middle))
    for x in np.linspace(at, to, 6):
        qtbot.mouseMove(slider, QPoint(round(x), middle))
    qtbot.mouseRelease(slider, left, pos=QPoint(to, middle))
    chosen = form.value()
    assert 0.4 < chosen.high < 0.6
    settled(lambda: same(panel, expected(pixels, 4, sigma=3.0, high=chosen.high)))
    assert "of the slice; black is" in panel.edges.words.text()
    press(panel, qtbot)
    assert layer not in viewer.layers
    assert session.undo_stack.names == undo
    assert len(viewer.layers) == 1


def test_another_generator_another_lead_and_another_panel_take_it_away(
    panel: GeneratePanel, viewer: ViewerModel, pixels: np.ndarray, qtbot: QtBot, settled: Settled
) -> None:
    def away() -> bool:
        return not panel.edges.switch.isChecked() and len(viewer.layers) == 1

    changes: tuple[Callable[[], Any], ...] = (
        lambda: panel.settings.generator.set_value("vary", "quilt", None),
        lambda: panel.settings.generator.set_value(
            "vary", "controlnet-canny", CannyParameters(control="the control image as it is")
        ),
        lambda: panel.settings.generator.set_value("inpaint", "controlnet-inpaint", HoleParameters()),
        panel.hide,
    )
    for change in changes:
        panel.settings.generator.set_value("vary", "controlnet-canny", CannyParameters())
        settled(panel.edges.isVisible)
        press(panel, qtbot)
        settled(lambda: same(panel, expected(pixels, int(viewer.dims.current_step[0]))))
        change()
        settled(away)


def test_it_is_nobodys_source_and_cannot_be_saved(
    panel: GeneratePanel, session: Session, viewer: ViewerModel, qtbot: QtBot, settled: Settled, tmp_path: Path
) -> None:
    source = session.source
    press(panel, qtbot)
    settled(lambda: panel.edges.view.layer is not None)
    layer = panel.edges.view.layer
    viewer.layers.selection.active = layer
    assert not LayerSaver(viewer).can_save
    with pytest.raises(InputError, match="synthscope edges"):
        write_layers(str(tmp_path / "edges.ome.tif"), [layer.as_layer_data_tuple()])
    assert not list(tmp_path.glob("edges*"))
    assert session.source is source
    assert panel.settings.conditions.reference.findText(layer.name) == -1
    viewer.layers.remove(source)
    settled(lambda: len(viewer.layers) == 0)


def test_edges_of_a_control_image_are_shown_and_a_labels_layer_may_be_one(
    panel: GeneratePanel, viewer: ViewerModel, qtbot: QtBot, settled: Settled
) -> None:
    labels = np.zeros(SHAPE, np.int32)
    labels[:, 20:40, 10:50] = 9
    viewer.add_labels(labels, name="phases", scale=SPACE.voxel_size, translate=SPACE.origin)
    lead = CannyParameters(control="edges of the control image", sigma=1.0)
    panel.settings.generator.set_value("vary", "controlnet-canny", lead)
    conditions = panel.settings.conditions
    assert conditions._reference_words.text() == "Control image"
    press(panel, qtbot)
    settled(lambda: "there is none; choose a control image" in panel.edges.words.text())
    conditions.reference.setCurrentIndex(conditions.reference.findText("phases"))
    wanted = edges_of(labels[0][..., None], (0.0, 9.0), Lead(lead.control, 1.0, 0.05, 0.15))
    assert wanted.any()
    settled(lambda: same(panel, wanted))


def test_a_scale_is_kept_for_the_same_mask_of_another_plan_and_found_anew_for_another_mask() -> None:
    mask = np.zeros((4, 5), bool)
    mask[1, 2] = True
    known = Known((), mask, (0.0, 1.0))
    assert known.holds_under(mask.copy())
    assert not known.holds_under(~mask)
    assert not known.holds_under(None)
    assert Known((), None, (0.0, 1.0)).holds_under(None)
