"""What a file does not say: axes, data set, RAW layout, voxel size, slices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication, QRadioButton, QToolButton

from synthscope.errors import InputError
from synthscope.io.layout import RAW_DTYPES, RawLayout
from synthscope.io.reading import Dataset
from synthscope.qt.dialogs.axes import AxesEditor, axes_problem, size_words
from synthscope.qt.dialogs.datasets import DatasetChooser
from synthscope.qt.dialogs.frame import AskDialog
from synthscope.qt.dialogs.raw import RawEditor, size_sentence
from synthscope.qt.dialogs.slices import SlicesEditor
from synthscope.qt.dialogs.voxel_size import VoxelSize, VoxelSizeEditor, voxel_size_of, with_voxel_size
from synthscope.qt.number_edit import NumberEdit
from synthscope.records.space import Space

SHAPE = (3, 40, 500, 400)
DATASETS = (
    Dataset("/entry/data/data", (937, 2560, 2560), "uint16"),
    Dataset("/entry/data/dark", (10, 2560, 2560), "uint16"),
    Dataset("/entry/angle", (100_000_000_000,), "float64"),
)
Show = Callable[..., Any]


def type_in(number: NumberEdit, text: str) -> None:
    number.line.selectAll()
    QTest.keyClicks(number.line, text)


class TestAxes:
    def test_set_get_equal(self, shown: Show) -> None:
        editor = shown(AxesEditor(SHAPE, "czyx"))
        heard: list[str] = []
        editor.value_changed.connect(heard.append)
        editor.set_value("tzyx")
        editor.set_value("tzyx")
        assert editor.value() == "tzyx"
        assert heard == ["tzyx"]

    def test_the_guess_is_shown_with_its_size_in_words(self, shown: Show) -> None:
        editor = shown(AxesEditor(SHAPE, "czyx", ("czyx", "tzyx")))
        assert editor._words.text().endswith("3 channels of 40 slices of 400 × 500 pixels (width × height)")
        assert editor._tags["czyx"].isChecked()

    def test_without_a_guess_the_first_choice_is_shown(self, shown: Show) -> None:
        assert shown(AxesEditor(SHAPE, "", ("tzyx", "czyx"))).value() == "tzyx"

    def test_a_choice_is_one_click(self, shown: Show) -> None:
        editor = shown(AxesEditor(SHAPE, "czyx", ("czyx", "tzyx")))
        QTest.mouseClick(editor._tags["tzyx"], Qt.MouseButton.LeftButton)
        assert editor.value() == "tzyx"
        assert not editor._tags["czyx"].isChecked()

    def test_two_axes_change_places_when_one_takes_the_others_letter(self, shown: Show) -> None:
        editor = shown(AxesEditor((40, 500, 400), "zyx"))
        combo = editor._combos[0]
        combo.setFocus()
        combo.setCurrentIndex(combo.findData("x"))
        assert editor.value() == "xyz"
        assert editor.problem() == ""

    def test_what_cannot_be_is_said(self, shown: Show) -> None:
        editor = shown(AxesEditor((40, 500, 400), "zyx"))
        editor.set_value("zyc")
        assert "columns (x)" in editor.problem()
        editor.set_value("yxs")
        assert "threes or fours, not 400" in editor.problem()
        with pytest.raises(InputError, match="one letter for each"):
            editor.set_value("yx")

    @pytest.mark.parametrize(
        ("axes", "shape", "words"),
        [
            ("yx", (5, 5), "5 × 5 pixels"),
            ("zyx", (1, 5, 5), "1 slice of 5 × 5 pixels"),
            ("tyxs", (2, 5, 5, 3), "2 times of 5 × 5 pixels in colour"),
        ],
    )
    def test_sizes_in_words(self, axes: str, shape: tuple[int, ...], words: str) -> None:
        assert size_words(axes, shape) == words
        assert axes_problem(axes, shape) == ""


class TestDatasets:
    def test_the_largest_image_is_offered(self, shown: Show) -> None:
        chooser = shown(DatasetChooser(DATASETS))
        assert chooser.value() == "/entry/data/data"

    def test_set_get_equal(self, shown: Show) -> None:
        chooser = shown(DatasetChooser(DATASETS))
        for dataset in DATASETS:
            chooser.set_value(dataset.path)
            assert chooser.value() == dataset.path

    def test_a_folder_is_no_choice(self, shown: Show) -> None:
        chooser = shown(DatasetChooser(DATASETS))
        chooser._tree.setCurrentItem(chooser._tree.topLevelItem(0))
        assert chooser.value() == ""
        assert chooser.problem() == "Choose one of the images."

    def test_keys_walk_and_enter_chooses(self, shown: Show) -> None:
        chooser = shown(DatasetChooser(DATASETS))
        heard: list[str] = []
        chooser.activated.connect(heard.append)
        QTest.keyClick(chooser._tree, Qt.Key.Key_Down)
        QTest.keyClick(chooser._tree, Qt.Key.Key_Return)
        assert heard == ["/entry/data/dark"]

    def test_a_name_that_is_both_folder_and_image_is_kept_apart(self, shown: Show) -> None:
        both = (Dataset("a", (4, 4), "uint8"), Dataset("a/b", (4, 4), "uint8"))
        chooser = shown(DatasetChooser(both))
        for dataset in both:
            chooser.set_value(dataset.path)
            assert chooser.value() == dataset.path

    def test_a_series_goes_by_what_its_file_calls_it(self, shown: Show) -> None:
        chooser = shown(DatasetChooser([Dataset("0", (4, 4), "uint8", "left eye"), Dataset("1", (9, 9), "uint8")]))
        items = [chooser._tree.topLevelItem(i) for i in range(2)]
        assert [item.text(0) for item in items] == ["left eye", "1"]
        assert [item.toolTip(0) for item in items] == ["0: left eye", "1"]
        assert chooser.value() == "1"

    def test_no_images_no_choice(self, shown: Show) -> None:
        assert shown(DatasetChooser(())).problem()


class TestRaw:
    def test_set_get_equal(self, shown: Show) -> None:
        editor = shown(RawEditor(10**9))
        for dtype in RAW_DTYPES:
            layout = RawLayout((4, 50, 60), dtype, "big", 128)
            editor.set_value(layout)
            assert editor.value() == layout

    def test_the_size_of_the_file_is_checked_while_typing(self, shown: Show) -> None:
        editor = shown(RawEditor(40 * 500 * 500 * 2, RawLayout((1, 500, 500), "uint16")))
        assert "40 slices would fit exactly" in editor._check.text()
        assert editor.problem() == ""
        type_in(editor._lengths[0], "40")
        assert editor._check.text() == "Fits: 20,000,000 bytes, exactly the file."
        type_in(editor._lengths[0], "41")
        assert editor.problem().startswith("Needs 20,500,000 bytes, but the file has 20,000,000")

    @pytest.mark.parametrize(("text", "sentence"), [("abc", "digits only"), ("0", "at least 1")])
    def test_what_is_no_layout_is_said(self, shown: Show, text: str, sentence: str) -> None:
        editor = shown(RawEditor(10**9))
        type_in(editor._lengths[1], text)
        assert editor.value() is None
        assert sentence in editor.problem()
        assert editor._lengths[1].line.property("invalid") is True

    def test_a_flat_layout_is_one_slice(self, shown: Show) -> None:
        editor = shown(RawEditor(10**9, RawLayout((50, 60))))
        assert editor.value() == RawLayout((1, 50, 60))

    @given(st.integers(0, 10**6), st.integers(1, 9), st.integers(1, 99), st.integers(0, 5000))
    def test_fits_says_the_truth(self, size: int, slices: int, side: int, offset: int) -> None:
        layout = RawLayout((slices, side, side), "uint16", "little", offset)
        assert size_sentence(layout, size)[1] == (offset + layout.nbytes <= size)


class TestVoxelSize:
    def test_set_get_equal(self, shown: Show) -> None:
        editor = shown(VoxelSizeEditor(VoxelSize("zyx", (5.0, 1.2, 1.2))))
        for size in (VoxelSize("zyx", (0.1, 1e-9, 3e7), "nm"), VoxelSize("zyx", (1.0, 1.0, 1.0), "furlong")):
            editor.set_value(size)
            assert editor.value() == size
            assert editor.problem() == ""

    @pytest.mark.parametrize("text", ["0", "-1", "x", "inf", "nan"])
    def test_what_is_no_size_is_said(self, shown: Show, text: str) -> None:
        editor = shown(VoxelSizeEditor(VoxelSize("zyx", (5.0, 1.2, 1.2))))
        type_in(editor._steps["y"], text)
        assert editor.value() is None
        assert editor.problem() == "The voxel size along row must be a positive number."

    def test_other_axes_are_refused(self, shown: Show) -> None:
        editor = shown(VoxelSizeEditor(VoxelSize("yx", (1.0, 1.0))))
        with pytest.raises(InputError, match="'yx' is edited"):
            editor.set_value(VoxelSize("zyx", (1.0, 1.0, 1.0)))
        with pytest.raises(InputError, match="does not fit"):
            VoxelSize("zyx", (1.0,))
        with pytest.raises(InputError, match="positive"):
            VoxelSize("x", (0.0,))

    def test_a_space_takes_a_size_and_keeps_the_rest(self) -> None:
        space = Space("czyx", (1.0, 2.0, 1.0, 1.0), "pixel", (0.0, 4.0, 0.0, 3.0), ("a", "b"))
        size = VoxelSize("zyx", (5.0, 0.5, 0.25), "µm")
        changed = with_voxel_size(space, size)
        assert voxel_size_of(changed) == size
        assert changed == Space("czyx", (1.0, 5.0, 0.5, 0.25), "µm", (0.0, 10.0, 0.0, 0.75), ("a", "b"))


class TestSlices:
    @pytest.mark.parametrize("slices", [(16, 17), (0, 40), (3, 9), (0, 1)])
    def test_set_get_equal(self, shown: Show, slices: tuple[int, int]) -> None:
        editor = shown(SlicesEditor(40, 16))
        editor.set_value(slices)
        assert editor.value() == slices

    def test_people_count_from_one(self, shown: Show) -> None:
        editor = shown(SlicesEditor(40, 16))
        assert editor.value() == (16, 17)
        some = next(b for b in editor.findChildren(QRadioButton) if b.text() == "Slices")
        QTest.mouseClick(some, Qt.MouseButton.LeftButton, pos=some.rect().center())
        type_in(editor._first, "1")
        type_in(editor._last, "20")
        assert editor.value() == (0, 20)

    @pytest.mark.parametrize(("first", "last"), [("0", "3"), ("5", "4"), ("1", "41"), ("x", "3")])
    def test_what_is_no_range_is_said(self, shown: Show, first: str, last: str) -> None:
        editor = shown(SlicesEditor(40, 16))
        editor.set_value((2, 5))
        type_in(editor._first, first)
        type_in(editor._last, last)
        assert editor.value() is None
        assert editor.problem() == "Give two slices from 1 to 40, the smaller one first."

    def test_a_slice_that_is_not_there_is_refused(self, qapp: object) -> None:
        with pytest.raises(InputError, match="not one of 40"):
            SlicesEditor(40, 40)


class TestFrame:
    def test_the_button_waits_for_the_reason_to_go(self, shown: Show) -> None:
        dialog = shown(AskDialog(AxesEditor((40, 500, 400), "zyx"), title="Which axis is which?"))
        heard: list[str] = []
        dialog.answered.connect(heard.append)
        dialog._editor.set_value("zyc")
        assert not dialog._go.isEnabled()
        assert "columns (x)" in dialog._reason.text()
        dialog.accept()
        assert heard == []
        dialog._editor.set_value("zyx")
        QTest.mouseClick(dialog._go, Qt.MouseButton.LeftButton)
        assert heard == ["zyx"]
        assert not dialog.isVisible()

    def test_escape_answers_nothing(self, shown: Show) -> None:
        dialog = shown(AskDialog(SlicesEditor(4, 0), title="Where shall it apply?", verb="Apply"))
        heard: list[object] = []
        dialog.answered.connect(heard.append)
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        assert heard == []
        assert not dialog.isVisible()

    def test_a_double_click_on_an_image_answers(self, shown: Show) -> None:
        dialog = shown(AskDialog(DatasetChooser(DATASETS), title="Which image?"))
        heard: list[str] = []
        dialog.answered.connect(heard.append)
        QTest.keyClick(dialog._editor._tree, Qt.Key.Key_Down)
        QTest.keyClick(dialog._editor._tree, Qt.Key.Key_Return)
        assert heard == ["/entry/data/dark"]


def test_a_single_reading_leaves_no_button_without_a_parent(qtbot: QtBot) -> None:
    before = set(QApplication.topLevelWidgets())
    editor = AxesEditor((5, 48, 64), choices=("zyx",))
    qtbot.addWidget(editor)
    assert editor.value() == "zyx"
    assert not [w for w in set(QApplication.topLevelWidgets()) - before if isinstance(w, QToolButton)]
