"""A slider beside a number: both say the same, and what is typed stays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QPoint, Qt

from synthscope.errors import ParameterError
from synthscope.qt.record_form import RecordForm
from synthscope.qt.slide_edit import FINEST, SlideEdit, slider_step
from synthscope.records.limits import Ge, Le, Slide


@dataclass(frozen=True)
class Mix:
    position: Annotated[float, Ge(0.0), Le(1.0), Slide()] = 0.5
    rank: Annotated[int, Ge(1), Le(12), Slide()] = 3
    open_end: Annotated[float, Ge(0.0), Slide()] = 2.0
    plain: Annotated[float, Ge(0.0), Le(1.0)] = 0.5


@pytest.fixture
def form(qtbot: QtBot) -> RecordForm:
    made = RecordForm(Mix)
    qtbot.addWidget(made)
    made.resize(400, 200)
    made.show()
    qtbot.waitExposed(made)
    return made


def slider_of(form: RecordForm, name: str) -> SlideEdit:
    widget = form.editor(name)
    assert isinstance(widget, SlideEdit)
    return widget


def test_only_marked_fields_with_two_limits_have_one(form: RecordForm) -> None:
    slid = [name for name in ("position", "rank", "open_end", "plain") if isinstance(form.editor(name), SlideEdit)]
    assert slid == ["position", "rank"]


def test_dragging_the_handle_changes_the_record(form: RecordForm, qtbot: QtBot) -> None:
    slider = slider_of(form, "position").slider
    heard: list[Mix] = []
    form.value_changed.connect(heard.append)
    middle = QPoint(slider.width() // 2, slider.height() // 2)
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=middle)
    qtbot.mouseMove(slider, QPoint(slider.width() - 2, slider.height() // 2))
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(slider.width() - 2, slider.height() // 2))
    assert form.value().position == 1.0
    assert heard[-1] == form.value()
    assert slider_of(form, "position").text() == "1"


def test_typing_moves_the_handle_and_stays_as_it_was_typed(form: RecordForm, qtbot: QtBot) -> None:
    edit = slider_of(form, "position")
    edit.number.line.clear()
    qtbot.keyClicks(edit.number.line, "0.12345")
    assert form.value().position == 0.12345
    assert edit.slider.value() == round(0.12345 * edit.slider.maximum())


def test_what_is_out_of_range_is_said_and_the_handle_stands_at_the_end(form: RecordForm, qtbot: QtBot) -> None:
    edit = slider_of(form, "position")
    edit.number.line.clear()
    qtbot.keyClicks(edit.number.line, "7")
    assert "of at most 1" in form.problems()["position"]
    assert edit.slider.value() == edit.slider.maximum()
    assert form.value().position == 7
    edit.number.line.clear()
    with pytest.raises(ParameterError, match="Position"):
        form.value()


def test_arrow_keys_step_through_whole_numbers(form: RecordForm, qtbot: QtBot) -> None:
    edit = slider_of(form, "rank")
    assert edit.slider.maximum() == 11
    qtbot.keyClick(edit.slider, Qt.Key.Key_Right)
    assert form.value().rank == 4
    assert isinstance(form.value().rank, int)


@pytest.mark.parametrize(("low", "high"), [(0.0, 0.333), (0.00123, 1.0), (-5.5, 7.1), (0.25, 0.26)])
def test_no_place_of_the_handle_is_out_of_range_and_both_ends_are_reached(
    qtbot: QtBot, low: float, high: float
) -> None:
    edit = SlideEdit(float, low, high)
    qtbot.addWidget(edit)
    found = []
    for position in range(edit.slider.maximum(), -1, -1):
        edit.slider.setValue(position)
        found.append(edit.value())
    assert (found[0], found[-1]) == (high, low)
    assert all(low <= one <= high for one in found)


@given(low=st.floats(-1e6, 1e6), width=st.floats(1e-6, 1e6))
def test_steps_are_round_and_few(low: float, width: float) -> None:
    high = low + width
    step = slider_step(low, high, float)
    assert 0.39 * FINEST <= (high - low) / step <= FINEST * (1 + 1e-6)
    mantissa = float(f"{step:e}".partition("e")[0])
    assert mantissa in (1, 2, 5)


@pytest.mark.parametrize(("kind", "low", "high", "step"), [(float, 0, 1, 0.005), (int, 0, 10, 1), (int, 0, 4000, 20)])
def test_known_steps(kind: type, low: float, high: float, step: float) -> None:
    assert slider_step(low, high, kind) == pytest.approx(step)
