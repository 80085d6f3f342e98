"""What the tools and operations of the Mask panel do to the voxels; no window."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from napari.components import ViewerModel
from pytestqt.qtbot import QtBot

from napari_synthscope.canvas.layers import add_image
from napari_synthscope.masking.panel import MaskPanel
from napari_synthscope.masking.tools.ground import MOST_VOXELS, Where, ground_of, source_pixels
from napari_synthscope.masking.tools.threshold import rounded
from napari_synthscope.session.session import Session
from synthscope.errors import MaskError
from synthscope.imaging.masks.between import interpolate_slices
from synthscope.imaging.masks.holes import fill_holes, invert, remove_specks
from synthscope.imaging.masks.morphology import grow, shrink, smooth
from synthscope.imaging.masks.shapes import ellipse, polygon, rectangle
from synthscope.imaging.masks.thresholds import find_phases, phase_mask, threshold_range
from synthscope.imaging.masks.wand import wand
from synthscope.records.image import Image
from synthscope.records.request import Region
from synthscope.records.space import Space

SIZE = (3.0, 1.0, 1.0)
SPACE = Space("zyx", SIZE, "µm", (12.0, -5.0, 40.0))


@pytest.fixture
def blobs(rng: np.random.Generator) -> np.ndarray:
    """Two materials and a bright ball, 16 bit (10, 40, 44)."""
    pixels = rng.normal(1000, 40, (10, 40, 44))
    pixels[:, :, 22:] += 1000
    z, y, x = np.ogrid[:10, :40, :44]
    pixels[((z - 5) * 3) ** 2 + (y - 20) ** 2 + (x - 10) ** 2 < 64] = 4000
    return pixels.astype(np.uint16)


@pytest.fixture
def panel(qtbot: QtBot, viewer: ViewerModel, session: Session, blobs: np.ndarray) -> Any:
    """The panel over an anisotropic stack that does not lie at the origin, with an empty mask."""
    add_image(viewer, Image(blobs, SPACE, "blobs"))
    session.new_mask()
    viewer.dims.set_current_step(0, 5)
    made = MaskPanel(viewer)
    qtbot.addWidget(made)
    yield made
    made.close()


def mask_of(panel: MaskPanel) -> np.ndarray:
    return np.asarray(panel.session.mask.data) != 0


def paint(panel: MaskPanel, mask: np.ndarray) -> None:
    panel.session.mask.data = mask.astype(np.uint8)
    panel.session.mask_written()


def ball(shape: tuple[int, ...], radius: float) -> np.ndarray:
    grids = np.ogrid[tuple(slice(0, n) for n in shape)]
    distance = sum(((g - n // 2) * s) ** 2 for g, n, s in zip(grids, shape, SIZE, strict=True))
    return np.asarray(distance <= radius**2)


@pytest.fixture
def idle(qtbot: QtBot, panel: MaskPanel) -> Callable[[], None]:
    def wait() -> None:
        qtbot.waitUntil(lambda: not panel.ops.busy and not panel.session.errands.busy, timeout=20000)

    return wait


OPERATIONS = {
    "grow": lambda m, s: grow(m, 2.0, s),
    "shrink": lambda m, s: shrink(m, 2.0, s),
    "smooth": lambda m, s: smooth(m, 2.0, s),
    "holes": lambda m, s: fill_holes(m, voxel_size=s),
    "specks": lambda m, s: remove_specks(m, 27.0, s),
    "invert": lambda m, _: invert(m),
}


@pytest.mark.parametrize("in_slice", [False, True])
@pytest.mark.parametrize("name", list(OPERATIONS))
def test_an_operation_on_the_painted_box_is_that_on_the_whole_mask(
    panel: MaskPanel, idle: Callable[[], None], name: str, in_slice: bool
) -> None:
    before = ball((10, 40, 44), 9.0) & ~ball((10, 40, 44), 4.0)
    before[1, 2, 3] = True
    paint(panel, before)
    panel.changes.in_slice.setChecked(in_slice)
    panel.changes.buttons[name].click()
    idle()
    if in_slice:
        expected = before.copy()
        expected[5] = OPERATIONS[name](before[5], SIZE[1:])
    else:
        expected = OPERATIONS[name](before, SIZE)
    assert np.array_equal(mask_of(panel), expected)


@pytest.mark.parametrize("name", list(OPERATIONS))
def test_undo_gives_back_every_label_bit_for_bit(panel: MaskPanel, idle: Callable[[], None], name: str) -> None:
    labels = ball((10, 40, 44), 9.0).astype(np.uint8) * 3
    labels[:, :, 24:] *= 2
    labels[5, 20, 22] = 0
    paint(panel, labels != 0)
    panel.session.mask.data = labels.copy()
    panel.session.mask_written()
    grown_only = name in ("grow", "holes")
    panel.changes.do(name)
    idle()
    changed = panel.session.mask.data.copy()
    assert not np.array_equal(changed, labels) or name == "specks"
    panel.session.undo()
    restored = panel.session.mask.data
    assert np.array_equal(restored != 0, labels != 0)
    if grown_only:
        assert np.array_equal(restored, labels)


def test_operations_are_undone_one_by_one_and_by_name(panel: MaskPanel, idle: Callable[[], None]) -> None:
    paint(panel, ball((10, 40, 44), 6.0))
    states = [mask_of(panel).copy()]
    for name in ("grow", "holes", "shrink", "invert"):
        panel.changes.do(name)
        idle()
        states.append(mask_of(panel).copy())
    names = panel.session.undo_stack.names
    assert names[0] == "invert the mask"
    assert "grow by 2 µm" in names
    assert panel.foot.undo.text() == "Undo: invert the mask"
    while panel.session.undo_stack.names:
        panel.session.undo()
    assert np.array_equal(mask_of(panel), states[0])


def test_slices_between_painted_ones_are_filled(panel: MaskPanel, idle: Callable[[], None]) -> None:
    before = np.zeros((10, 40, 44), bool)
    before[2, 10:20, 10:20] = True
    before[7, 14:26, 12:26] = True
    paint(panel, before)
    panel.changes.do("between")
    idle()
    assert np.array_equal(mask_of(panel), interpolate_slices(before, SIZE))


def draw(panel: MaskPanel, kind: str, points: np.ndarray, held: str = "") -> None:
    panel.tools.choose(kind)
    panel.tools.bench.hand.drawn.emit(kind, points, held)


TURN = np.linspace(0, 2 * np.pi, 40)
LINE = np.stack([20 + 9 * np.sin(TURN), 22 + 14 * np.cos(TURN)], axis=1)
DRAG = np.array([[8.2, 5.4], [15.0, 9.0], [30.7, 31.3]])
OUTLINES = {
    "lasso": (LINE, polygon((40, 44), LINE)),
    "rectangle": (DRAG, rectangle((40, 44), DRAG[0].tolist(), DRAG[-1].tolist())),
    "ellipse": (DRAG, ellipse((40, 44), ((DRAG[0] + DRAG[-1]) / 2).tolist(), ((DRAG[-1] - DRAG[0]) / 2).tolist())),
}


@pytest.mark.parametrize("kind", list(OUTLINES))
@pytest.mark.parametrize(("extent", "slices"), [("slice", [5]), ("range", [3, 4, 5, 6]), ("all", list(range(10)))])
def test_an_outline_is_painted_in_the_slices_that_are_meant(
    panel: MaskPanel, kind: str, extent: str, slices: list[int]
) -> None:
    points, plane = OUTLINES[kind]
    frame = panel.tools.frame
    frame.extent.set_value(extent)
    frame.first.set_value(3)
    frame.last.set_value(6)
    draw(panel, kind, points)
    expected = np.zeros((10, 40, 44), bool)
    expected[slices] = plane
    assert np.array_equal(mask_of(panel), expected)


def test_a_selection_is_added_taken_away_or_takes_the_place(panel: MaskPanel) -> None:
    before = np.zeros((10, 40, 44), bool)
    before[4:7, 18:39, 2:20] = True
    plane = OUTLINES["rectangle"][1]
    for how, expected in (("add", before[5] | plane), ("subtract", before[5] & ~plane), ("replace", plane)):
        paint(panel, before)
        panel.tools.frame.how.set_value(how)
        draw(panel, "rectangle", DRAG)
        assert np.array_equal(mask_of(panel)[5], expected)
        assert np.array_equal(mask_of(panel)[4], before[4])
    paint(panel, before)
    draw(panel, "rectangle", DRAG, "subtract")
    assert np.array_equal(mask_of(panel)[5], before[5] & ~plane)


def test_a_range_outside_the_stack_is_refused_in_a_sentence(panel: MaskPanel) -> None:
    frame = panel.tools.frame
    frame.extent.set_value("range")
    frame.first.set_value(4)
    frame.last.set_value(90)
    draw(panel, "rectangle", DRAG)
    assert "Slices 4 to 90" in panel.foot.sentence.value().text
    assert not mask_of(panel).any()


@pytest.mark.parametrize("extent", ["slice", "range", "all"])
def test_the_wand_selects_what_the_mathematics_selects(
    panel: MaskPanel, blobs: np.ndarray, idle: Callable[[], None], extent: str
) -> None:
    panel.tools.choose("wand")
    panel.tools.frame.extent.set_value(extent)
    panel.tools.frame.first.set_value(4)
    panel.tools.frame.last.set_value(6)
    options: Any = panel.tools.options["wand"]
    options.tolerance.set_value(100.0)
    panel.tools.bench.hand.clicked.emit(np.array([5.0, 20.2, 9.8]), "")
    idle()
    slices = {"slice": slice(5, 6), "range": slice(4, 7), "all": slice(0, 10)}[extent]
    expected = np.zeros(blobs.shape, bool)
    expected[slices] = wand(blobs[slices], (5 - slices.start, 20, 10), 100.0)
    assert expected.any()
    assert np.array_equal(mask_of(panel), expected)


@pytest.mark.parametrize(("extent", "slices"), [("slice", slice(5, 6)), ("all", slice(0, 10))])
def test_a_grey_range_is_previewed_on_the_shown_slice_and_applied_where_it_is_meant(
    panel: MaskPanel, blobs: np.ndarray, idle: Callable[[], None], qtbot: QtBot, extent: str, slices: slice
) -> None:
    panel.tools.choose("threshold")
    options: Any = panel.tools.options["threshold"]
    idle()
    options.set_limits((1500.0, 3000.0))
    wanted = threshold_range(blobs, 1500.0, 3000.0)
    qtbot.waitUntil(lambda: previewed(options, 5, wanted))
    panel.session.viewer.dims.set_current_step(0, 8)
    qtbot.waitUntil(lambda: previewed(options, 8, wanted))
    assert not mask_of(panel).any()
    panel.session.viewer.dims.set_current_step(0, 5)
    panel.tools.frame.extent.set_value(extent)
    options.button.click()
    idle()
    expected = np.zeros(blobs.shape, bool)
    expected[slices] = wanted[slices]
    assert np.array_equal(mask_of(panel), expected)
    panel.tools.choose("brush")
    assert options.overlay.layer is None
    assert "Preview" not in panel.session.viewer.layers


def previewed(options: Any, z: int, wanted: np.ndarray) -> bool:
    layer = options.overlay.layer
    if layer is None:
        return False
    expected = np.zeros(wanted.shape, bool)
    expected[z] = wanted[z]
    return bool(np.array_equal(layer.data != 0, expected))


def test_the_phase_under_the_mouse_is_selected(
    panel: MaskPanel, blobs: np.ndarray, idle: Callable[[], None], qtbot: QtBot
) -> None:
    panel.tools.choose("phases")
    options: Any = panel.tools.options["phases"]
    options.count.set_value("3")
    options.prepare()
    idle()
    assert options.phases == find_phases(blobs, 3)
    panel.tools.bench.hand.clicked.emit(np.array([5.0, 20.0, 10.0]), "")
    assert options.phase.value() == "2"
    wanted = phase_mask(blobs, options.phases, 2)
    qtbot.waitUntil(lambda: previewed(options, 5, wanted))
    panel.tools.frame.extent.set_value("all")
    options.button.click()
    idle()
    assert np.array_equal(mask_of(panel), wanted)


def test_a_tool_is_refused_on_a_mask_of_another_grid(panel: MaskPanel, viewer: ViewerModel) -> None:
    other = viewer.add_labels(np.ones((5, 20, 22), np.uint8), scale=(6, 2, 2), translate=(12, -5, 40))
    panel.session.set_mask(other)
    with pytest.raises(MaskError, match="does not lie on the voxels"):
        source_pixels(panel.session, ground_of(panel.session))


def test_a_mask_of_another_grid_is_brought_over_in_words(
    panel: MaskPanel, viewer: ViewerModel, idle: Callable[[], None]
) -> None:
    labels = np.zeros((5, 20, 22), np.uint8)
    labels[2, 5:10, 6:12] = 1
    other = viewer.add_labels(labels, scale=(6, 2, 2), translate=(12, -5, 40))
    panel.session.set_mask(other)
    idle()
    fitted = panel.session.mask_pixels()
    assert "through world coordinates" in fitted.sentence
    assert not panel.buttons["bring"].isHidden()
    panel.buttons["bring"].click()
    assert panel.session.mask is not other
    assert np.array_equal(mask_of(panel), np.asarray(fitted.pixels) != 0)


def test_what_would_need_the_whole_of_a_huge_stack_is_refused(
    viewer: ViewerModel, session: Session, qtbot: QtBot
) -> None:
    import dask.array as da

    shape = (937, 2560, 2560)
    add_image(viewer, Image(da.zeros(shape, np.uint16, chunks=(1, 2560, 2560)), Space("zyx", SIZE, "µm"), "huge"))
    mask = session.new_mask()
    mask.data[400:403, 1000:1020, 1000:1030] = 1
    panel = MaskPanel(viewer)
    qtbot.addWidget(panel)
    session.mask_written(Region((400, 1000, 1000), (403, 1020, 1030)))
    viewer.dims.set_current_step(0, 401)
    panel.changes.do("grow")
    qtbot.waitUntil(lambda: not panel.ops.busy)
    assert np.count_nonzero(mask.data[398:405, 990:1030, 990:1040]) > 1800
    panel.changes.do("invert")
    assert "billion voxels" in panel.foot.sentence.value().text
    panel.tools.frame.extent.set_value("all")
    draw(panel, "rectangle", np.array([[0.0, 0.0], [2559.0, 2559.0]]))
    assert "billion voxels" in panel.foot.sentence.value().text
    assert np.prod(shape) > MOST_VOXELS
    panel.close()


def test_where_names_slices() -> None:
    class Stack:
        depth, shown = 9, 4

    ground: Any = Stack()
    assert Where("slice").slices(ground) == slice(4, 5)
    assert Where("range", 2, 6).slices(ground) == slice(2, 7)
    assert Where("all").slices(ground) == slice(0, 9)
    with pytest.raises(MaskError, match="0 to 8"):
        Where("range", 6, 2).slices(ground)


def test_undo_on_the_canvas_is_the_undo_of_the_session(panel: MaskPanel) -> None:
    paint(panel, ball((10, 40, 44), 6.0))
    before = mask_of(panel).copy()
    panel.changes.do("grow")
    assert not np.array_equal(mask_of(panel), before)
    mask = panel.session.mask
    key = next(bound for pressed, bound in mask.keymap.items() if str(pressed) == "Ctrl+Z")
    key(mask)
    assert np.array_equal(mask_of(panel), before)
    assert not panel.session.undo_stack.names


def test_specks_are_measured_by_area_in_a_slice_and_by_volume_in_a_stack(panel: MaskPanel) -> None:
    paint(panel, ball((10, 40, 44), 6.0))
    assert panel.changes._units[1].text() == "µm³"
    panel.changes.in_slice.setChecked(True)
    assert panel.changes._units[1].text() == "µm²"


@pytest.mark.parametrize("kind", [np.uint16, np.float32])
def test_the_dark_and_the_bright_part_divide_all_values_also_those_that_were_not_looked_at(
    panel: MaskPanel, idle: Callable[[], None], kind: type, blobs: np.ndarray
) -> None:
    panel.tools.choose("threshold")
    options: Any = panel.tools.options["threshold"]
    idle()
    options._show(blobs.ravel().astype(kind) / kind(1 if kind is np.uint16 else 7))
    wide = np.concatenate([options._values, np.array([0, 60000], kind)])
    options.dark.click()
    dark = threshold_range(wide, *options.limits())
    options.bright.click()
    bright = threshold_range(wide, *options.limits())
    assert (dark | bright).all()
    assert not (dark & bright).any() or kind is np.float32  # limits of real numbers are rounded outward
    assert list(dark[-2:]) == [True, False]


@given(limit=st.floats(-1e6, 1e6), digits=st.integers(0, 6))
def test_limits_are_rounded_outward(limit: float, digits: int) -> None:
    low, high = rounded(limit, digits, math.floor), rounded(limit, digits, math.ceil)
    assert low <= limit <= high
    assert high - low <= 2 * 10.0**-digits
    assert rounded(math.inf, digits, math.ceil) == math.inf
