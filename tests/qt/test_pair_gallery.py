"""Images behind a number, and curves of several sets."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from qtpy.QtCore import QPoint, Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QListWidget
from tests.plugin.evaluated import band

from synthscope.qt.bands_view import BandsView, band_plot
from synthscope.qt.fitted_list import FittedList
from synthscope.qt.pair_gallery import PairGallery, PairRow
from synthscope.qt.theme import Tokens

PIXELS = np.arange(64, dtype=np.uint8).reshape(8, 8)
ROWS = (PairRow(0, "9.1", "fine-0, row 3", PIXELS, PIXELS), PairRow(1, "2", "fine-1", PIXELS))


@pytest.fixture
def gallery(shown: Callable[..., PairGallery], tokens: Tokens) -> PairGallery:
    made = shown(PairGallery(empty="nothing here"), tokens)
    made.resize(380, 300)
    made.set_value(ROWS)
    return made


def test_pairs_are_shown_and_pressed_by_mouse_and_keys(gallery: PairGallery) -> None:
    assert gallery.value() == ROWS
    heard: list[int] = []
    gallery.pressed.connect(heard.append)
    QTest.mouseClick(gallery.tile(1), Qt.MouseButton.LeftButton, pos=QPoint(10, 10))
    QTest.keyClick(gallery.tile(0), Qt.Key.Key_Return)
    assert heard == [1, 0]
    assert gallery.tile(0).nearest.isVisible()
    assert not gallery.tile(1).nearest.isVisible()
    assert "beside its nearest real one" in gallery.tile(0).accessibleName()


def test_the_pair_on_the_canvas_is_framed(gallery: PairGallery) -> None:
    gallery.set_current(1)
    assert [bool(tile.property("current")) for tile in gallery._tiles] == [False, True]


def test_an_empty_gallery_says_why(gallery: PairGallery) -> None:
    gallery.set_value(())
    gallery.say_empty("not yet")
    assert gallery._empty.isVisible()
    assert gallery._empty.text() == "not yet"


def test_the_spread_of_the_real_set_is_drawn_round_its_mean() -> None:
    plot = band_plot([band("Quilting"), band("real")], "real")
    assert [(curve.name, curve.kind) for curve in plot.curves] == [
        ("real ± SD of fields", "level"), ("real", "real"), ("Quilting", "synthetic"),
    ]  # fmt: skip
    around = plot.curves[0].y
    assert around[:3].tolist() == pytest.approx([2.7, 1.8, 0.9])
    assert around[3:].tolist() == pytest.approx([1.1, 2.2, 3.3])
    assert not plot.log_y


def test_a_curve_over_many_decades_is_drawn_over_logarithmic_axes() -> None:
    plot = band_plot([band("real", mean=(1e4, 10.0, 1.0))], "real")
    assert plot.log_y
    assert plot.log_x


def test_curves_are_chosen_by_name_and_by_the_measure_that_draws_them(
    shown: Callable[..., BandsView], tokens: Tokens
) -> None:
    view = shown(BandsView(), tokens)
    bands = (band("real"), band("real", extractor="chords", name="length", title="Chord lengths"))
    view.set_value(bands, "real")
    assert view.value() == bands
    assert view.look_at("chords")
    assert view.view is not None
    plot = view.view.value()
    assert plot is not None
    assert plot.title == "Chord lengths"
    assert not view.look_at("nothing")
    view.set_value((), "real")
    assert view.empty.isVisible()


def test_a_list_is_as_high_as_its_rows_and_no_higher_than_told(shown: Callable[..., QListWidget]) -> None:
    heights = []
    for count in (1, 3, 9):
        made = FittedList(3)
        made.addItems([str(i) for i in range(count)])
        made.fit()
        heights.append(shown(made).height())
    assert heights[0] < heights[1] == heights[2]
